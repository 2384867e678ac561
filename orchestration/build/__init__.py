"""The draft of the warehouse: laid out, built by dbt, looked at, and kept. One writer at a time."""
