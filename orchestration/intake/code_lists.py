"""The code lists as intake needs them, to see which column of an unknown sheet is of which list.

What the words of a record mean is said in the warehouse (stg_spellings), where a word may change its meaning.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.intake.contract import Contract
from orchestration.intake.duckdb_session import CODES
from orchestration.intake.given import own_parties, spellings

SEEDS = CODES.with_name("seeds")
COLUMNS = ("code_list", "code", "spelling")
# a governorate may be called one, and a party its forces, unless the list says that of another; a word that people
# taught counts where its list has the code
DEFINE = """
    create or replace temp table spellings as
    with listed as (
        from code_lists
        union all
        select 'parties', known(party), unnest([party, name_en, name_ar])
        from own_parties where known(party) is not null
    ),
    spelled as (
        select *, fold(known(spelling)) as folded, false as is_made
        from (
            from listed
            union all
            from (select lower(known(list)) as code_list, known(code) as code, spelling from taught)
            semi join listed using (code_list, code)
        )
        where known(spelling) is not null
    ),
    named as (
        from spelled
        union all
        select * replace (unnest(also_called(code_list, spelling, folded)) as folded, true as is_made) from spelled
    )
    select code_list, folded, min(spelling) as spelling, min(code) as code
    from named
    group by code_list, is_made, folded
    qualify is_made = min(is_made) over (partition by code_list, folded)
"""


def define_spellings(con: duckdb.DuckDBPyConnection, contract: Contract, root: Path) -> None:
    """Make the table `spellings` of all that is known: code_list, folded, spelling, code.

    Args:
        con: A database that knows fold().
        contract: Whose columns say which lists there are.
        root: The data root, whose own parties and taught words count too.
    """
    names = {name for kind in contract.kinds.values() for name in kind.code_lists.values()}
    lines = [*small_lists(), *(line for name in sorted(names) for line in _long_list(name))]
    tables = {
        "code_lists": pa.table(dict(zip(COLUMNS, zip(*lines, strict=True), strict=True))),
        "own_parties": own_parties(root),
        "taught": spellings(root),
    }
    for name, table in tables.items():
        con.register(name, table)
    con.execute(DEFINE)
    for name in tables:
        con.unregister(name)


def small_lists() -> Iterator[tuple[str, ...]]:
    """List, code and spelling of the lists that share two seeds."""
    for row in _seed("codes"):
        yield from ((row["code_list"], row["code"], row[name]) for name in ("code", "name_en", "name_ar"))
    yield from ((row["code_list"], row["code"], row["alias"]) for row in _seed("code_aliases"))


def _long_list(name: str) -> Iterator[tuple[str, ...]]:
    """The same of a list with seeds of its own, of which the first column is the code; none where it has none."""
    if not (SEEDS / f"{name}.csv").exists():
        return
    rows = _seed(name)
    code = next(iter(rows[0]))
    for row in rows:
        yield from ((name, row[code], row[each]) for each in (code, "name_en", "name_ar"))
    yield from ((name, row[code], row["alias"]) for row in _seed(f"{code}_aliases"))


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
