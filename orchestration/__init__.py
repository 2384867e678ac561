"""Casebook: from raw case sheets to tallies that add up. Each folder says in its first line what belongs there."""
