"""Any number of invented cases over any months, for tests of scale.

Every row is valid by the rules; bad rows, revisions and printed numbers belong to the sample months (`months`).
"""

from datetime import date
from pathlib import Path
from typing import Literal

from orchestration.sample import invented


def write_cases(
    out: Path, cases: int, first_month: date, last_month: date, seed: int = 1, format: Literal["csv", "parquet"] = "csv"
) -> list[Path]:
    """Write sheets of deaths, and of the incidents and detentions they belong to, into `out/raw/any/`.

    Args:
        out: The data root to write under.
        cases: Number of deaths.
        first_month: A day of the first month of documentation.
        last_month: A day of the last one.
        seed: Another seed makes other people, ids and numbers; the same one the same rows.
        format: `csv` or `parquet`.

    Returns:
        The files written, the deaths first.

    Raises:
        ValueError: the last month is before the first, or there are no cases to make.
    """
    months = (last_month.year - first_month.year) * 12 + last_month.month - first_month.month + 1
    if months < 1 or cases < 1:
        raise ValueError(f"No cases to make: {cases} over {months} months.")
    folder = out / "raw" / "any"
    folder.mkdir(parents=True, exist_ok=True)
    con = invented.connect()
    con.execute(
        f"set variable cases = {cases}::bigint; set variable months = {months}; set variable seed = {seed}::bigint"
    )
    con.execute(f"set variable first_month = date '{first_month.replace(day=1)}'")
    invented.run(con, "many.sql")
    options = "header, delimiter ','" if format == "csv" else "format parquet, compression zstd"
    written = []
    for kind in ("deaths", "incidents", "detentions"):
        made = set(con.table(f"made_{kind}").columns)
        cells = ", ".join(
            f"{name if name in made else 'null'}::varchar as {name}" for name in invented.contract()[kind]
        )
        path = folder / f"{kind}__synthetic.{format}"
        order = "" if kind == "deaths" else f"order by {kind.removesuffix('s')}_id"
        con.execute(f"copy (select {cells} from made_{kind} {order}) to '{path}' ({options})")
        written.append(path)
    return written
