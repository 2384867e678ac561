"""Releases: what everybody reads, cut from an audited build, and the questions that readers ask of it."""
