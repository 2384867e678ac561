"""What is known of written words: which no code list knows, and what teaching one would do. Quotes cells of sheets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.build.draft import PROBLEMS, UNKNOWN_WORDS
from orchestration.build.own_parties import judged
from orchestration.intake import duckdb_session, own_parties, spellings
from orchestration.intake.given import SPELLINGS
from orchestration.settings import Settings

Row = dict[str, Any]

JUDGED = pa.schema([(name, pa.string()) for name in ("party", "name_en", "name_ar", "problem")])

# so many are named where there is none of a name
NEAREST = 3

UNKNOWN = """
    select
        code_list as list,
        mode(word) as word,
        word_key(code_list, folded) as key,
        count(distinct row_key) as rows,
        list(distinct strftime(month, '%Y-%m') order by strftime(month, '%Y-%m')) as months,
        count(distinct sheet_hash) as sheets,
        any_value(nearest_spelling) as nearest_spelling,
        any_value(nearest_code) as nearest_code,
        bool_or(severity = 'Q') as is_waiting
    from read_parquet($words)
    where list_contains($severities, severity) and ($month::varchar is null or strftime(month, '%Y-%m') = $month)
    group by code_list, folded
    order by rows desc, list, word
"""
# a party of the data root's own has its code and its names before the next night makes them known
KNOWN_SPELLINGS = """
    create temp view known_spellings as
    from restricted.stg_known_spellings
    union by name
    select 'parties' as code_list, fold(spelling) as folded, spelling, code, 'party_aliases' as aliases,
        date '0001-01-01' as valid_from, date '9999-12-31' as valid_to
    from (select party as code, unnest([party, name_en, name_ar]) as spelling from own_parties where problem is null)
"""
LISTS = """
    select code_list from known_spellings
    group by code_list order by code_list = $list desc, jaro_winkler_similarity(code_list, $list) desc, code_list
"""
CODES = """
    select code from known_spellings where code_list = $list
    group by code order by code = $code desc, max(jaro_winkler_similarity(folded, fold($code))) desc, code
"""
KNOWN = """
    select distinct code from known_spellings
    where code_list = $list and folded = fold(known($spelling)) and valid_from <= $last and valid_to >= $first
    order by code
"""
# lines about the same days of the same word
TAUGHT = """
    select row_number, known(code) as code,
        coalesce(to_date(known("from"), 'iso'), date '0001-01-01') <= $first
        and coalesce(to_date(known("until"), 'iso'), date '9999-12-31') >= $last as is_whole
    from given
    where lower(known(list)) = $list and fold(known(spelling)) = fold(known($spelling))
        and coalesce(to_date(known("from"), 'iso'), date '0001-01-01') <= $last
        and coalesce(to_date(known("until"), 'iso'), date '9999-12-31') >= $first
    order by row_number
"""
WAITING = """
    with words as (
        select *, code_list = $list
            and list_contains(list_transform($spellings, lambda each: fold(known(each))), folded) as is_it
        from read_parquet($words) where severity = 'Q'
    ), waiting as (
        select distinct kind, row_key, column_name, month from words where is_it and day between $first and $last
    ), others as (
        select kind, row_key from read_parquet($problems) as problems
        anti join waiting using (kind, row_key, column_name) where severity = 'Q'
        union all
        select kind, row_key from words where not is_it
    )
    select
        count(distinct row_key) as rows,
        count(distinct row_key) filter (where (kind, row_key) not in (select (kind, row_key) from others)) as alone,
        coalesce(list(distinct strftime(month, '%Y-%m') order by strftime(month, '%Y-%m')), []) as months
    from waiting
"""
FOR_SEEDS = """
    select aliases as seed, known.code_list as list, known(spelling) as spelling, known(given.code) as code, note,
        known("from") as valid_from, known("until") as valid_to,
        seed = 'party_aliases' or known("from") is null and known("until") is null as is_sayable
    from given
    inner join (select distinct code_list, code, aliases from known_spellings) as known
        on lower(known(given.list)) = known.code_list and known(given.code) = known.code
    order by seed, row_number
"""


@dataclass(frozen=True)
class Lesson:
    """What a word is to mean: a code of a list, from a day until another."""

    code_list: str
    spelling: str
    code: str
    first: date | None
    last: date | None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last of its days."""
        return self.first or date.min, self.last or date.max


def unknown(settings: Settings, month: str | None = None, severities: Sequence[str] = ("Q",)) -> list[Row]:
    """One row a word that no code list knows, as the last run found it: the one in most rows first.

    Args:
        settings: Where the warehouse lies.
        month: Only rows of this month, `YYYY-MM`.
        severities: `Q` where rows wait for it; `W` where they go on.

    Raises:
        FileNotFoundError: No run has worked yet.
    """
    words = settings.warehouse.with_name(UNKNOWN_WORDS)
    if not words.exists():
        raise FileNotFoundError(f"no run has worked in {settings.root} yet: start with `casebook nightly`")
    with duckdb_session.shared() as connection:
        given = {"words": str(words), "severities": list(severities), "month": month}
        return connection.execute(UNKNOWN, given).to_arrow_table().to_pylist()


def look_up(settings: Settings, lesson: Lesson) -> Row:
    """What teaching a word would do.

    Returns:
        `means`: the code the code lists have for it; `is_known`: whether it means the code already, so that there is
        nothing to teach; `rows` that wait for it and `months` they stand in, `alone`: how many wait for nothing else.

    Raises:
        FileNotFoundError: No run has worked yet.
        LookupError: There is no such list or code; the text names the nearest.
        ValueError: The word or its days say nothing clear, or another line speaks of the same days.
    """
    first, last = lesson.days
    asked = {"list": lesson.code_list, "spelling": lesson.spelling}
    with opened(settings) as connection:
        lists = _column(connection, LISTS, {"list": lesson.code_list})
        _require(lesson.code_list, lists, f"there is no list {lesson.code_list}")
        codes = _column(connection, CODES, {"list": lesson.code_list, "code": lesson.code})
        _require(lesson.code, codes, f"{lesson.code_list} has no code {lesson.code}")
        if not connection.execute("select fold(known(?)) != ''", [lesson.spelling]).fetchone()[0]:  # type: ignore[index]
            raise ValueError("an empty word, or one that says that nothing is known, cannot be taught")
        if first > last:
            raise ValueError(f"--from {first} is after --until {last}")
        known = _column(connection, KNOWN, asked | {"first": first, "last": last})
        lines = rows(connection, TAUGHT, asked | {"first": first, "last": last})
        for line in lines:
            if line["code"] != lesson.code or not line["is_whole"]:
                where = f"{SPELLINGS}, row {line['row_number']}"
                raise ValueError(f"{where}, says that it means {line['code']} on some of these days: mend that line")
        found = waiting(connection, settings, lesson.code_list, [lesson.spelling], lesson.days)
    is_known = bool(lines) or known == [lesson.code]
    return {"means": known[0] if known else None, "is_known": is_known, **found}


def waiting(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    code_list: str,
    spellings: Sequence[str],
    days: tuple[date, date],
) -> Row:
    """How many rows of some days wait for a spelling of a list, `rows`, `alone` and `months` as in `look_up`."""
    places = {"words": UNKNOWN_WORDS, "problems": PROBLEMS}
    kept = {name: str(settings.warehouse.with_name(file)) for name, file in places.items()}
    asked = {"list": code_list, "spellings": list(spellings), "first": days[0], "last": days[1]}
    return rows(connection, WAITING, asked | kept)[0]


def for_seeds(settings: Settings) -> list[Row]:
    """The clear lines of `spellings.csv`, with the seed each could stand in, and `is_sayable`: whether it can.

    Only the spellings of parties have days in the seeds.

    Raises:
        FileNotFoundError: No run has worked yet.
        ValueError: The file cannot be read.
    """
    with opened(settings) as connection:
        return rows(connection, FOR_SEEDS, {})


def _require(name: str, there_are: Sequence[str], complaint: str) -> None:
    """Raise LookupError where a name is none of those there are, the nearest first."""
    if name not in there_are:
        raise LookupError(f"{complaint}; the nearest: {', '.join(there_are[:NEAREST])}")


def require_read(file: str, given: pa.Table) -> None:
    """Raise ValueError where a file kept by hand could not be read as a whole; the text says why."""
    if given.num_rows == 1 and not given["row_number"][0].is_valid:
        raise ValueError(f"{file}: {given['unread'][0]}")


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, which no run ever writes in place.

    With it come the lines of `spellings.csv` as `given`, and as `known_spellings` what is known, the parties of
    `own_parties.csv` as it is now among it.
    """
    if not settings.warehouse.with_name(UNKNOWN_WORDS).exists() or not settings.warehouse.exists():
        raise FileNotFoundError(f"no run has worked in {settings.root} yet: start with `casebook nightly`")
    given = spellings(settings.root)
    require_read(SPELLINGS, given)
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        connection.register("given", given)
        parties = own_parties(settings.root)
        of_them = judged(connection, settings.dbt, parties) if parties.num_rows else JUDGED.empty_table()
        connection.register("own_parties", of_them)
        connection.execute(KNOWN_SPELLINGS)
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> list[Row]:
    """Rows of a query."""
    return connection.execute(sql, parameters).to_arrow_table().to_pylist()


def _column(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> list[str]:
    return [value for (value,) in connection.execute(sql, parameters).fetchall()]
