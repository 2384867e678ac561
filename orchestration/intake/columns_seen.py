"""What the columns of an unknown sheet hold: dates, ages, numbers, words of code lists; counted, and never shown."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.intake.contract import ALIASES, Contract

# a column of more different words is of no code list
MANY_WORDS = 2_000
# so many different words of a column are looked through for dates, ages and numbers
LOOKED_THROUGH = 5_000
# so many unknown words of a column are shown, the most frequent first, and none that is longer
TOLD_WORDS = 50
TOLD_LETTERS = 80

WORDS = """
    create or replace temp table words as
    select i, known(word) as word, sum(rows)::bigint as rows
    from (
        select name[2:]::integer as i, value as word, count(*) as rows
        from (unpivot (select columns('^c[0-9]+$') from sheet) on columns(*)) group by all
    )
    where known(word) is not null
    group by all
"""
# each word as it is, and taken apart as in a column that takes a list
PARTS = f"""
    create or replace temp table parts as
    select i, is_list, fold(part) as folded, arg_max(part, rows) as word, sum(rows)::bigint as rows
    from (
        select i, rows, is_list, unnest(words_of(word, is_list)) as part
        from words cross join (values (false), (true)) as ways (is_list)
        where i in (select i from words group by i having count(*) <= {MANY_WORDS})
    )
    where fold(part) != ''
    group by i, is_list, fold(part)
"""
# a bare number is no date here, though it may be the serial number of one; a day first, or a month, shows above 12
COLUMNS = rf"""
    with counted_words as (
        select *, sum(rows) over (partition by i) as filled, count(*) over (partition by i) as different from words
        qualify row_number() over (partition by i order by rows desc, word) <= {LOOKED_THROUGH}
    ),
    short as (
        select *, case when length(word) <= 60 and regexp_matches(word, '\p{{N}}') then word end as cell
        from counted_words
    ),
    digits as (select *, western_digits(cell) as digits from short),
    seen as (
        select
            *,
            case when not regexp_full_match(digits, '[0-9.]+')
                then coalesce(to_date(cell, 'dmy'), to_date(cell, 'mdy')) end as day,
            regexp_extract(digits, '^(\d{{1,2}})[/.-](\d{{1,2}})[/.-]\d{{4}}', ['first', 'second']) as places,
            to_integer(cell) as number,
            case when length(word) <= 20 then to_age(word) end as age,
            cell is not null and why_no_id(cell, null, null) is null as is_number
        from digits
    ),
    counted as (
        select
            *, day is not null as is_date,
            try_cast(places.first as integer) as first, try_cast(places.second as integer) as second
        from seen
    )
    select
        i,
        sum(rows)::bigint as cells,
        any_value(filled)::bigint as filled,
        any_value(different) as different,
        coalesce(sum(rows) filter (is_date), 0)::bigint as dates,
        coalesce(median(day - date '1970-01-01'), 0)::double as middle,
        coalesce(sum(rows) filter (is_date and first is not null), 0)::bigint as in_order,
        coalesce(sum(rows) filter (is_date and first > 12), 0)::bigint as day_first,
        coalesce(sum(rows) filter (is_date and second > 12), 0)::bigint as month_first,
        coalesce(sum(rows) filter (number is not null), 0)::bigint as numbers,
        coalesce(sum(rows) filter (age between 0 and 110), 0)::bigint as ages,
        coalesce(sum(rows) filter (is_number), 0)::bigint as numbered,
        coalesce(
            max(number) < 18
            or (
                max(number) - min(number) + 1 = count(number) and min(number) <= 1
                and sum(rows) filter (number is not null) = count(number)
                and count(*) - count(number) <= 1  -- the line of the total
            ),
            false
        ) as is_count
    from counted group by i
"""
# the lists each column has words of; without a list, how many words it has in all
LISTS = """
    select i, is_list, code_list, count(*) as known, sum(rows)::bigint as known_rows
    from parts inner join spellings using (folded) group by all
    union all
    select i, is_list, null, count(*), sum(rows)::bigint from parts group by all
"""
# How like a heading is to the known ones of a column: for each word of the one the nearest of the other, both ways
WORDINGS = r"""
    with headings as (
        select i, unnest(heading_words(heading)) as word from written_headings
    ),
    known_headings as (
        select row_number() over () as nr, kind, column_name, heading_words(heading) as words
        from known_names
    ),
    pairs as (
        select
            i, nr, word, other,
            case when jaro_winkler_similarity(word, other) >= 0.88
                then jaro_winkler_similarity(word, other) else 0 end as likeness
        from headings cross join (select nr, unnest(words) as other from known_headings)
    ),
    one_way as (
        select i, nr, avg(best) as likeness
        from (select i, nr, word, max(likeness) as best from pairs group by all) group by all
    ),
    other_way as (
        select i, nr, avg(best) as likeness
        from (select i, nr, other, max(likeness) as best from pairs group by all) group by all
    )
    select i, kind, column_name, max(one_way.likeness + other_way.likeness) / 2 as likeness
    from one_way inner join other_way using (i, nr) inner join known_headings using (nr)
    group by all having max(one_way.likeness + other_way.likeness) / 2 >= ?
"""
# the words of a heading by which it is known from others; that it is a date, its cells say
HEADING_WORDS = r"""
    create or replace temp macro heading_words(heading) as
    list_distinct(list_filter(
        list_transform(
            regexp_split_to_array(heading, '[^\p{L}\p{M}\p{N}]+'),
            lambda word: regexp_replace(fold(word), '^(ال|لل)(\p{Arabic}{3})', '\2')
        ),
        lambda word: length(word) > 2 and word not in ('the', 'date', 'تاريخ')
    ))
"""
# a cell of a column that takes a list is shown as it is, since a layout speaks of whole cells
SHOWN_WORDS = """
    with known as (from spellings where code_list = $code_list),
    seen as (
        select
            word, folded, rows,
            list_has_all(
                (select list(folded) from known), list_transform(words_of(word, $is_list), lambda each: fold(each))
            ) as is_known
        from parts where i = $i and not is_list
    ),
    near as (
        select
            seen.folded,
            arg_max(
                { 'spelling': known.spelling, 'code': known.code },
                (nearness(seen.folded, known.folded), known.spelling)
            ) as nearest
        from seen cross join known
        where not seen.is_known and nearness(seen.folded, known.folded) is not null
        group by seen.folded
    )
    select word, rows, is_known, nearest.spelling as near, nearest.code as code
    from seen left join near using (folded)
    where length(word) <= $letters and rows >= $least
    order by rows desc, word
"""


@dataclass(frozen=True)
class Seen:
    """What stands in a column, in numbers of cells: how many there are, are dates, ages, numbers.

    `filled` is how many are filled, and `different` how many different ones there are, of all. The rest is of the cells
    that were looked through: `middle` is the median of their dates, in days; `in_order` how many dates stand as day and
    month, or month and day, of which `day_first` and `month_first` can be only that; `numbered` how many may be numbers
    of records; `is_count` says whether they are 1, 2, 3 and so on, or none is above 17, as ages seldom are.
    """

    i: int
    cells: int = 0
    filled: int = 0
    different: int = 0
    dates: int = 0
    middle: float = 0
    in_order: int = 0
    day_first: int = 0
    month_first: int = 0
    numbers: int = 0
    ages: int = 0
    numbered: int = 0
    is_count: bool = False


@dataclass(frozen=True)
class OfList:
    """How many of the different words of a column, and of their rows, are spellings of a code list."""

    known: int = 0
    known_rows: int = 0
    different: int = 0
    rows: int = 0

    @property
    def is_most(self) -> bool:
        """Whether it is half of them or more."""
        return self.known > 0 and self.known * 2 >= self.different


@dataclass(frozen=True)
class Word:
    """A word of a column of codes, in how many rows it stands; of an unknown one the nearest spelling and its code."""

    word: str
    rows: int
    is_known: bool
    near: str | None
    code: str | None


class ColumnsSeen:
    """The columns of one sheet, looked at."""

    def __init__(self, con: duckdb.DuckDBPyConnection, headings: Sequence[str], rows: pa.Table) -> None:
        """Look at the rows.

        Args:
            con: A database with the table `spellings` (code_lists.py).
            headings: The headings.
            rows: The rows, as in `Piece.rows`.
        """
        self._con, self.headings, self.rows = con, headings, rows.num_rows
        con.register("sheet", rows)
        con.execute(WORDS)
        con.execute(PARTS)
        con.unregister("sheet")
        con.register("written_headings", pa.table({"i": range(len(headings)), "heading": list(headings)}))
        blank = {i: Seen(i) for i in range(len(headings))}
        self.seen = blank | {row["i"]: Seen(**row) for row in self._rows(COLUMNS)}
        self._lists = {
            (row["i"], row["is_list"], row["code_list"]): (row["known"], row["known_rows"]) for row in self._rows(LISTS)
        }

    def of_list(self, i: int, code_list: str, is_list: bool) -> OfList:
        """How far the words of a column are of a list."""
        known, known_rows = self._lists.get((i, is_list, code_list), (0, 0))
        return OfList(known, known_rows, *self._lists.get((i, is_list, None), (0, 0)))

    def lists_of(self, i: int) -> set[str]:
        """The lists that most words of a column are of."""
        lists = {(name, is_list) for at, is_list, name in self._lists if at == i and name}
        return {name for name, is_list in lists if self.of_list(i, name, is_list).is_most}

    def stand_below(self) -> list[int]:
        """The headings that stand among the words below them too, as the cells of a first record may."""
        query = "select distinct i from parts inner join written_headings using (i) where folded = fold(heading)"
        return [row["i"] for row in self._rows(query)]

    def wordings(self, contract: Contract, least: float) -> dict[tuple[str, int, str], float]:
        """How near a heading is by its words to those of a column, from `least` to 1; by kind, heading, column."""
        with ALIASES.open(encoding="utf-8", newline="") as lines:
            aliases = [(row["kind"], row["column_name"], row["alias"]) for row in csv.DictReader(lines)]
        names = [
            {"kind": kind.name, "column_name": column, "heading": heading}
            for kind in contract.kinds.values()
            for column in kind.columns
            if column not in kind.of_forms
            for heading in (
                column.replace("_", " "),
                *(alias for of, name, alias in aliases if name == column and of in ("", kind.name)),
            )
        ]
        self._con.register("known_names", pa.Table.from_pylist(names))
        self._con.execute(HEADING_WORDS)
        found = self._rows(WORDINGS, [least])
        return {(row["kind"], row["i"], row["column_name"]): row["likeness"] for row in found}

    def words(self, i: int, code_list: str, is_list: bool, least: int) -> list[Word]:
        """The words of a column of codes that stand in so many rows at least, the most frequent first."""
        asked = {"i": i, "code_list": code_list, "is_list": is_list, "least": least, "letters": TOLD_LETTERS}
        return [Word(**row) for row in self._rows(SHOWN_WORDS, asked)]

    def _rows(self, sql: str, asked: Any = None) -> list[dict[str, Any]]:
        return self._con.execute(sql, asked).to_arrow_table().to_pylist()
