"""The command line: what a person types, and what is shown to them. Thin: Dagster does the work, SQL the counting."""
