"""The words that people taught, in `spellings.csv`: which have changed since the last kept run, and where they stand.

What a line means, and whether it is clear, is SQL's business (stg_taught_spellings, stg_spellings).
"""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.build import last_read
from orchestration.build.last_read import Lines
from orchestration.intake import spellings

# what of a line decides what a word means
DECIDING = ("list", "spelling", "code", "from", "until")
MONTHS = """
    with changed as (
        select lower(known(word.list)) as code_list, fold(known(word.spelling)) as folded
        from (select unnest(?::struct(list varchar, spelling varchar)[]) as word)
    ), written as (
        select received_month, code_list, fold(unnest(flatten(ways_of(written, is_list)))) as folded
        from restricted.stg_written_cells
    )
    select distinct received_month from written
    semi join changed on written.code_list = changed.code_list and written.folded = changed.folded
    where received_month is not null
    order by received_month
"""


def in_force(root: Path, before: Lines) -> pa.Table:
    """The lines of `spellings.csv`; where it cannot be read, those that were last, beside the reason.

    Args:
        root: The data root.
        before: The lines the warehouse was built with.
    """
    return last_read.in_force(spellings(root), before, DECIDING)


def lines(given: pa.Table) -> list[list[str | None]]:
    """What is remembered of the lines between runs: of each what decides, in order."""
    return last_read.lines(given, DECIDING)


def months(warehouse: Path, before: Lines, now: Lines) -> list[date]:
    """First days of the months where a word stands that was taught, taken back, or given another meaning.

    Args:
        warehouse: The warehouse, or a draft copied from it; nobody may be writing it.
        before: The lines it was built with.
        now: The lines in force. One that is not clear counts like another: its word is looked at again.
    """
    counts = [Counter(map(tuple, each)) for each in (before, now)]
    changed = (counts[0] - counts[1]) + (counts[1] - counts[0])
    if not changed:
        return []
    words = [{"list": line[0], "spelling": line[1]} for line in changed]
    with duckdb.connect(warehouse, read_only=True) as connection:
        return [month for (month,) in connection.execute(MONTHS, [words]).fetchall()]
