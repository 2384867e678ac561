"""Sheets of invented cases with what goes wrong in real ones, so that every complaint about a row is heard."""

from pathlib import Path

import duckdb

from orchestration.sample import invented
from orchestration.sql import identifier, literal, literals

# what stands in a cell and is no value of its column, or does not go with the others
WRONG = (
    "??", "#REF!", "=A1+B1", "31.02.2024", "2035-06-01", "2019-01-01", "unknown", "Nobody Knows This", "1e+5", "٢٠٠",
    "-3", "17", "1990", "child", "month", "year", "anonymous", "late_wound", "SY99", "named",
)  # fmt: skip
# a row for each complaint that chance may leave out: of form tools' columns, and of cells that must go together
COMPLAINTS = Path(__file__).with_name("complaints.csv")
# one row in so many has a wrong cell, comes as a further revision, comes again word for word, or as somebody else
SPOILED, REVISED, DOUBLED, OF_ANOTHER = 4, 40, 80, 80


def spoil(sheet: Path, kind: str, key: str) -> Path:
    """Spoil a sheet in Casebook's own columns: a cell of every fourth row, and rows that come again.

    Args:
        sheet: A CSV file, in the place of which the spoiled one is written.
        kind: What it is of.
        key: The column that numbers its records, which is spoiled like the others.

    Returns:
        The spoiled sheet; of the same rows it is the same, to the byte.
    """
    columns = list(invented.contract()[kind])
    target = sheet.with_name(f"{kind}__spoiled_synthetic.csv")
    wrong = f"[{literals(WRONG)}][1 + (hash(line || 'which') % {len(WRONG)})::integer]"
    cells = ", ".join(
        f"case when hash(line || 'row') % {SPOILED} != 0 or hash(line || 'column') % {len(columns)} != {number} "
        f"then {name} "
        # as right as the other, and of another row
        f"when hash(line || 'way') % 3 = 0 then lag({name}, 7) over (order by line) else {wrong} end as {name}"
        for number, name in enumerate(map(identifier, columns))
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table spoiled as
            select line, {cells}
            from (select *, row_number() over () as line from read_csv({literal(sheet)}, all_varchar = true))
            """
        )
        connection.execute(
            f"""
            copy (
                select * exclude (line) from (
                    from spoiled
                    union all
                    select * replace ('2' as revision, '2025-03-01' as revised_on) from spoiled
                    where hash(line || 'revised') % {REVISED} = 0
                    union all
                    from spoiled where hash(line || 'doubled') % {DOUBLED} = 0
                    union all
                    select another.* replace (spoiled.{key} as {key}, spoiled.line as line)
                    from spoiled inner join spoiled as another on another.line = spoiled.line + 1
                    where hash(spoiled.line || 'another') % {OF_ANOTHER} = 0
                ) as lines
                order by line, lines
            ) to {literal(target)} (header)
            """
        )
    sheet.unlink()
    return target
