"""Who makes the tables that are made by month: dbt in one DuckDB, or the same SQL in parts, here or on many machines.

`duckdb` is dbt alone, and the fastest below some ten million cases. `parts` and `spark` run what dbt compiles for each
model whose strategy is `months` in a DuckDB of each part's own, over some months at a time; dbt makes everything else
in the draft, where the parts are views over their files. `parts` takes them one after the other on this machine,
`spark` hands them out: Spark decides who makes which, and has a part made again whose machine died.
"""
