"""Nights that were never worked: what a data root would hold after so many of them, each with a little revised."""

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.publish import history
from orchestration.settings import Settings

# the last release is that of the last of so many nights; each of the others changed some figures and records
RELEASES = """
    update history.releases set number = $nights;
    update history.figures set number = 1;
    update history.months set number = 1;
    update history.sheets set number = 1;
"""
OTHERS = """
    insert into history.releases by name
    select number::integer as number, 'invented-' || number as release,
        (business_date - to_days(($nights - number)::integer))::date as business_date
    from (select max(business_date) as business_date from history.releases)
    cross join (select unnest(generate_series(1, $nights - 1)) as number)
"""
CHANGES = (
    """
    insert into history.figures by name
    with chosen as (
        from history.figures where number = 1 and period_kind = 'month' order by hash(figures) limit 100
    )
    select chosen.* replace (nights.number::integer as number, sides.sign::integer as sign,
        chosen.value + if(sides.sign = 1, nights.number, nights.number - 1) as value, nights.number::integer as version)
    from chosen cross join (select unnest(generate_series(2, $nights - 1)) as number) as nights
    cross join (select unnest([1, -1]) as sign) as sides
    """,
    """
    insert into history.record_changes by name
    with chosen as (from marts.fct_counted_records limit 10)
    select chosen.* replace (sides.sign * chosen.value as value), nights.number::integer as number, 'moved' as change,
        'revised' as reason
    from chosen cross join (select unnest(generate_series(2, $nights - 1)) as number) as nights
    cross join (select unnest([1, -1]) as sign) as sides
    """,
    """
    insert into history.revisions by name
    select number::integer as number, date '2025-01-01' as month, 'deaths' as measure, 'documented' as basis,
        'party' as dimension, 'sdf' as "from", 'isis' as "to", 10 as n, 'moved' as change, 'revised' as reason
    from (select unnest(generate_series(2, $nights - 1)) as number)
    """,
)


def lived(root: Path, nights: int, findings: int = 50) -> int:
    """Make a data root whose nights were few one of many.

    Args:
        root: The data root, worked on at least once.
        nights: So many nights it has behind it then.
        findings: So many findings each of them had, at least.

    Returns:
        The bytes that the logs of these nights take.
    """
    settings = Settings(root)
    _judged(settings, nights, findings)
    with duckdb.connect(settings.release) as connection:
        for sql in RELEASES.split(";")[:-1]:
            connection.execute(sql, {"nights": nights} if "$" in sql else None)
        for sql in (OTHERS, *CHANGES):
            connection.execute(sql, {"nights": nights})
    about = settings.current / "release.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"sha256": {}}))
    for log in settings.history.iterdir():
        for path in log.iterdir():
            path.unlink()
        log.rmdir()
    history.record(settings)
    return sum(path.stat().st_size for path in settings.history.rglob("*") if path.is_file())


def _judged(settings: Settings, nights: int, findings: int) -> None:
    """What rules said in each night: what they said in the last, with so many findings that stay."""
    paths = sorted(settings.evaluations.glob("*.parquet"), key=lambda path: path.stat().st_mtime)
    last = pq.read_table(paths[-1])
    said = last.to_pylist()
    for path in paths:
        path.unlink()
    a_rule = next(row for row in said if row["finding_id"] is None)
    standing = [
        a_rule
        | {
            "finding_id": f"{number:012}", "verdict": "failed", "subject": f"invented {number}", "observed": 1.0,
            "expected": 0.0, "is_accepted": False, "period_kind": "month", "period_start": a_rule["business_date"],
            "period_end": a_rule["business_date"], "measure": "rows", "category": "total",
        }
        for number in range(findings)
    ]  # fmt: skip
    for night in range(nights):
        ago = timedelta(days=nights - night - 1)
        rows = [
            row
            | {
                "run_id": f"invented-{night:05}", "noted_at": row["noted_at"] - ago,
                "business_date": row["business_date"] - ago,
            }
            for row in [*said, *standing]
        ]  # fmt: skip
        pq.write_table(
            pa.Table.from_pylist(rows, schema=last.schema), settings.evaluations / f"invented-{night:05}.parquet"
        )
