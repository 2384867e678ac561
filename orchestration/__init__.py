"""The Dagster code location of Casebook, and `casebook` on the command line."""
