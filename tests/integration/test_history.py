"""What was known when: each release says what it changes and why, it adds up, and any day can be read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.publish import history, queries
from orchestration.settings import Settings

Row = dict[str, Any]
NOVEMBER, DECEMBER, JANUARY = date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)
FIRST = date(2025, 2, 1)
# a case as it is unless a test says otherwise: `sheet` and `row` are where it stands
CASE = {
    "month": DECEMBER, "party": "sdf", "category": "men", "sheet": "a", "row": 1, "archive": "named",
    "exclusion_reason": None, "state": "current", "incident_id": None, "statement": None,
}  # fmt: skip
FACTS = {
    "fct_deaths": "case_id", "fct_facility_attacks": "attack_id", "fct_detentions": "detention_id",
    "fct_torture": "torture_id", "fct_incidents": "incident_id",
}  # fmt: skip
COUNTED = """
    create table marts.fct_counted_records as
    select 'deaths' as measure, 'documented' as basis, month, case_id as record_id,
        'snhr_2025' as scheme, party, party as sub_party, 'SY02' as governorate,
        category, 'gunfire' as cause_group, 'gunfire' as mechanism, null::varchar as roles,
        null::varchar as facility_type, $sex::varchar as sex, 'adult' as age_group,
        'SY02' as origin_governorate, 1 as value
    from marts.fct_deaths
    where exclusion_reason is null
    union all by name
    select unnest(['massacres', 'massacre_deaths']) as measure, 'documented' as basis, min(month) as month,
        incident_id as record_id, 'snhr_2025' as scheme, min(party) as party, min(party) as sub_party,
        'SY02' as governorate, unnest([null, 'men']) as category, null as cause_group, null as mechanism,
        null as roles, null as facility_type, unnest([1, count(*)])::integer as value
    from marts.fct_deaths where incident_id is not null group by incident_id
"""
FIGURES = """
    create temp table settled_figures as
    select measure, basis, 'month' as period_kind, month as period_start, last_day(month) as period_end,
        1 as months_present, 1 as months_expected, scheme, if(by_party, party, null) as party,
        null::varchar as sub_party, null::varchar as governorate, null::varchar as cause_group,
        null::varchar as role, null::varchar as facility_type, null::varchar as mechanism,
        null::varchar as sex, null::varchar as age_group, null::varchar as origin_governorate, told as category,
        sum(value)::bigint as value, 'provisional' as standing, $release as figures_from
    from marts.fct_counted_records
    cross join (select unnest([true, false]) as by_party)
    cross join (select unnest(['men', 'women', 'children', 'total']) as told)
    where told in (category, 'total')
    group by all
"""


@dataclass
class Archive:
    """Releases made of cases, one a day, in a data root of their own."""

    root: Path
    day: date = FIRST
    made_with: Row = field(default_factory=lambda: {"models": "m", "code_lists": "c"})
    # what records can say since an upgrade
    more: str = ""
    # a dimension that neither its figures nor its records know
    less: str = ""
    sex: str | None = "m"

    @property
    def settings(self) -> Settings:
        return Settings(self.root)

    def release(
        self,
        cases: Sequence[Row],
        layouts: Mapping[str, str] | None = None,
        is_last_readable: bool = True,
        figures_from: str | None = None,
    ) -> str:
        """Make the release of the day after the last one, and make it the current one; returns its name.

        Where its months are held, its figures are those of an earlier one.
        """
        name = f"{self.day}-{self.day:%m%d}"
        (self.settings.published / name).mkdir(parents=True)
        rows = [CASE | {"case_id": f"C{number}"} | case for number, case in enumerate(cases)]
        sheets = sorted({row["sheet"] for row in rows} | set(layouts or ()))
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(f"attach '{self.settings.published / name / 'casebook.duckdb'}' as release")
            connection.execute("use release")
            last = self.settings.release if self.settings.release.exists() and is_last_readable else ":memory:"
            connection.execute(f"attach '{last}' as last")
            self._lay_out(connection, rows, figures_from or name)
            connection.execute("create schema received")
            connection.register("sheets", pa.table({"sheet": pa.array(sheets, pa.string())}))
            connection.execute(
                "create table received.received_sheets as "
                "select repeat(sheet, 64) as sheet_hash, '' as layout from sheets"
            )
            for sheet, layout in (layouts or {}).items():
                connection.execute(
                    "update received.received_sheets set layout = ? where sheet_hash = repeat(?, 64)", [layout, sheet]
                )
            about = {"release": name, "business_date": self.day, **self.made_with}
            history.append(connection, self.settings, about, datetime.combine(self.day, datetime.min.time(), UTC))
            connection.execute("use memory")
        self.settings.current.unlink(missing_ok=True)
        self.settings.current.symlink_to(name)
        history.record(self.settings)
        self.day += timedelta(days=1)
        return name

    def _lay_out(self, connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], release: str) -> None:
        schema = pa.schema([(name, pa.date32() if name == "month" else pa.string()) for name in CASE if name != "row"])
        schema = schema.append(pa.field("row", pa.int32())).append(pa.field("case_id", pa.string()))
        connection.register("cases", pa.Table.from_pylist(list(rows), schema=schema))
        connection.execute("create schema marts")
        columns = "*, repeat(sheet, 16) || '::' || row as row_key"
        connection.execute(f"create table marts.fct_deaths as select {columns} from cases where state = 'current'")
        for fact, number in list(FACTS.items())[1:]:
            connection.execute(
                f"create table marts.{fact} as select *, case_id as {number} from marts.fct_deaths limit 0"
            )
        connection.execute(
            "create table marts.fct_attributions as select 'deaths' as about_kind, case_id as about_id, "
            "statement as row_key, true as is_current from cases where statement is not null"
        )
        connection.execute(COUNTED, {"sex": self.sex})
        if self.more:
            connection.execute(f"alter table marts.fct_counted_records add column {self.more}")
        connection.execute(FIGURES, {"release": release})
        if self.less:
            for table in ("marts.fct_counted_records", "settled_figures"):
                connection.execute(f"alter table {table} drop column {self.less}")
        connection.execute(
            "create table marts.dim_months as select distinct month, 'provisional' as standing, "
            "? as figures_from from cases", [release],
        )  # fmt: skip
        connection.execute(
            "create temp table record_states as select 'deaths' as kind, case_id as record_id, state from cases"
        )

    def rows(self, sql: str) -> list[Row]:
        with duckdb.connect(self.settings.release, read_only=True) as connection:
            return connection.execute(sql).to_arrow_table().to_pylist()

    def ledger(self, release: str, figure: str = "deaths") -> list[tuple[str, str, str, int, str, str]]:
        """Month, from, to, n, change and reason of each line of a release for a figure."""
        return [
            (row["month"], row["from"], row["to"], row["n"], row["change"], row["reason"])
            for row in queries.revisions(self.settings)
            if row["release"] == release and row["figure"] == figure
        ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def case(number: int, **more: Any) -> Row:
    return {"case_id": f"C{number}", "row": number} | more


# cases of a first release, three of which count, and the same without the first
BEFORE = [case(1), case(2, party="isis"), case(3, archive="anonymous", exclusion_reason="anonymous_archive"), case(4)]
BESIDE = BEFORE[1:]
ELSEWHERE = [each | {"sheet": "b"} for each in BEFORE[:3]]


@pytest.mark.parametrize(
    ("after", "made_with", "expected"),
    [
        # a row of a sheet that was not there
        ([*BEFORE, case(5, sheet="b")], {}, [("4", 1, "added", "new")]),
        # a row of a sheet that was, which had to wait for its day
        ([*BEFORE, case(5)], {}, [("4", 1, "added", "new")]),
        # or for a code, a layout or a rule that reads it
        ([*BEFORE, case(5)], {"code_lists": "d"}, [("4", 1, "added", "code list")]),
        ([*BEFORE, case(5)], {"models": "n"}, [("4", 1, "added", "rule")]),
        # an upgrade brings both
        ([*BEFORE, case(5)], {"models": "n", "code_lists": "d"}, [("4", 1, "added", "rule")]),
        ([*BEFORE, case(5)], {"layouts": {"a": "x 2"}}, [("4", 1, "added", "layout")]),
        # a later word on a case
        ([case(1, sheet="b", state="withdrawn"), *BESIDE], {}, [("2", -1, "removed", "withdrawn")]),
        ([case(1, sheet="b", exclusion_reason="duplicate"), *BESIDE], {}, [("2", -1, "removed", "merged")]),
        ([case(1, sheet="b", exclusion_reason="combatant"), *BESIDE], {}, [("2", -1, "removed", "revised")]),
        ([*BEFORE[:2], case(3, sheet="b"), case(4)], {}, [("4", 1, "added", "identified")]),
        # no sheet of it is left
        (ELSEWHERE, {}, [("2", -1, "removed", "withdrawn")]),
        # it moved within its month: the total is what it was
        ([case(1, sheet="b", party="isis"), *BESIDE], {}, []),
        # a zero changes into another, and nothing is said where nothing changed
        (BEFORE, {"models": "n", "code_lists": "d"}, []),
    ],
)  # fmt: skip
def test_the_ledger_says_why_a_total_changed(
    archive: Archive, after: Sequence[Row], made_with: Row, expected: Sequence[Any]
) -> None:
    first = archive.release(BEFORE)
    layouts = made_with.get("layouts")
    archive.made_with |= {name: value for name, value in made_with.items() if name != "layouts"}
    second = archive.release(after, layouts)
    assert not archive.ledger(first), "what is published for the first time revises nothing"
    assert archive.ledger(second) == [("2024-12", "3", *line) for line in expected]


@pytest.mark.parametrize(
    ("after", "figure", "expected"),
    [
        ({"party": "isis", "sheet": "b"}, "deaths by party", ("2024-12", "sdf", "isis", 1, "moved", "reattributed")),
        ({"category": "women", "sheet": "b"}, "deaths by category", ("2024-12", "men", "women", 1, "moved", "revised")),
        # of the same row: by a statement of ours, or since it is read otherwise
        (
            {"party": "isis", "statement": "ours"}, "deaths by party",
            ("2024-12", "sdf", "isis", 1, "moved", "reattributed"),
        ),
        ({"party": "isis"}, "deaths by party", ("2024-12", "sdf", "isis", 1, "moved", "revised")),
        # into a month that is published, or for the first time
        ({"month": JANUARY, "sheet": "b"}, "deaths by month", ("2025-01", "2024-12", "2025-01", 1, "moved", "revised")),
        (
            {"month": NOVEMBER, "sheet": "b"}, "deaths by month",
            ("2024-11", "2024-12", "2024-11", 1, "moved", "revised"),
        ),
    ],
)  # fmt: skip
def test_the_ledger_says_between_what_records_moved(archive: Archive, after: Row, figure: str, expected: Any) -> None:
    others = [case(2), case(3, month=JANUARY)]
    archive.release([case(1), *others])
    second = archive.release([case(1, **after), *others])
    assert archive.ledger(second, figure) == [expected]


def test_what_records_can_say_since_an_upgrade_changes_nothing(archive: Archive) -> None:
    archive.release([case(1), case(2)])
    archive.made_with |= {"models": "n"}
    archive.more = "origin varchar default 'SY02'"
    second = archive.release([case(1), case(2)])
    assert archive.rows("from history.record_changes where number = 2") == []
    # what both can say is compared as ever, and from the next release on the rest
    archive.more = "origin varchar default 'SY05'"
    third = archive.release([case(1), case(2)])
    moved = archive.rows("select record_id, origin, value from history.record_changes where number = 3 order by all")
    assert [tuple(row.values()) for row in moved] == [
        ("C1", "SY02", -1), ("C1", "SY05", 1), ("C2", "SY02", -1), ("C2", "SY05", 1),
    ]  # fmt: skip
    assert archive.ledger(second) == archive.ledger(third) == []


def test_a_release_that_does_not_know_a_dimension_is_given_back_and_taken_over(archive: Archive) -> None:
    """Twice, since then neither of two releases knows it."""
    for less in ("sex", "sex", "", "sex", "sex", ""):
        archive.less = less
        last = archive.release([case(1), case(2)])
    assert archive.rows("from history.record_changes") == []
    assert archive.ledger(last) == []


def test_of_a_month_that_was_held_while_a_dimension_came_nothing_is_said_of_it(archive: Archive) -> None:
    archive.release([case(1), case(2)])
    for sex in (None, "m"):
        archive.sex = sex
        last = archive.release([case(1), case(2, **({"party": "isis", "sheet": "b"} if sex else {}))])
    moved = archive.rows("select record_id, party, sex, value from history.record_changes order by all")
    assert [tuple(row.values()) for row in moved] == [("C2", "isis", None, 1), ("C2", "sdf", None, -1)]
    assert archive.ledger(last, "deaths by sex") == []


def test_an_upgrade_hides_no_change(archive: Archive) -> None:
    archive.release([case(1), case(2)])
    archive.more = "origin varchar default 'SY02'"
    second = archive.release([case(1, party="isis", sheet="b"), case(2)])
    assert archive.ledger(second, "deaths by party") == [("2024-12", "sdf", "isis", 1, "moved", "reattributed")]


def test_on_which_row_a_record_stood_in_a_release_of_an_earlier_version_is_no_change(archive: Archive) -> None:
    archive.more = "row_key varchar default 'a::1'"
    archive.release([case(1), case(2)])
    archive.more = ""
    archive.release([case(1), case(2, party="isis", sheet="b")])
    changed = archive.rows("select distinct record_id from history.record_changes")
    assert [row["record_id"] for row in changed] == ["C2"]


def test_of_a_record_that_moved_between_months_nothing_more_is_said(archive: Archive) -> None:
    others = [case(2), case(3, month=JANUARY)]
    archive.release([case(1), *others])
    second = archive.release([case(1, month=JANUARY, party="isis", sheet="b"), *others])
    assert archive.ledger(second, "deaths by party") == []
    assert archive.ledger(second, "deaths by month") == [("2025-01", "2024-12", "2025-01", 1, "moved", "reattributed")]


@pytest.mark.parametrize(
    ("made_with", "layout", "reason"),
    [
        ({}, "x 2", "layout"),
        ({"code_lists": "d"}, "x 1", "code list"),
        ({"models": "n"}, "x 1", "rule"),
        ({}, "x 1", "revised"),
    ],
)
def test_a_month_that_was_held_is_compared_with_the_release_its_numbers_were_from(
    archive: Archive, made_with: Row, layout: str, reason: str
) -> None:
    first = archive.release([case(1), case(2)], {"a": "x 1"})
    archive.made_with |= made_with
    held = archive.release([case(1), case(2)], {"a": layout}, figures_from=first)
    last = archive.release([case(1, party="isis"), case(2)], {"a": layout})
    assert archive.ledger(held, "deaths by party") == []
    assert archive.ledger(last, "deaths by party") == [("2024-12", "sdf", "isis", 1, "moved", reason)]


def test_a_sheet_that_came_while_its_month_was_held_is_new_with_the_month(archive: Archive) -> None:
    first = archive.release([case(1)])
    archive.made_with |= {"models": "n"}
    archive.release([case(1)], {"b": ""}, figures_from=first)
    last = archive.release([case(1), case(2, sheet="b")])
    assert archive.ledger(last) == [("2024-12", "1", "2", 1, "added", "new")]


def test_a_massacre_changes_for_the_reason_of_most_of_its_dead(archive: Archive) -> None:
    dead = [case(number, incident_id="M") for number in range(4)]
    archive.release(dead)
    moved = [each | {"sheet": "b", "party": "isis"} for each in dead[1:]]
    second = archive.release([*dead[:1], *moved])
    assert archive.ledger(second, "massacres by party") == [("2024-12", "sdf", "isis", 1, "moved", "reattributed")]
    third = archive.release([*dead[:1], *moved, case(9, incident_id="M", sheet="c")])
    assert archive.ledger(third, "massacre_deaths") == [("2024-12", "4", "5", 1, "recounted", "new")]


@pytest.mark.parametrize(
    ("withdrawn", "new", "reason"),
    [(1, 3, "new"), (3, 1, "withdrawn"), (2, 2, "withdrawn")],  # of as many, what sheets say first
)
def test_of_several_reasons_a_massacre_has_that_of_most(
    archive: Archive, withdrawn: int, new: int, reason: str
) -> None:
    dead = [case(number, incident_id="M") for number in range(5)]
    archive.release(dead)
    gone = [each | {"sheet": "b", "state": "withdrawn"} for each in dead[:withdrawn]]
    later = [case(10 + number, incident_id="M", sheet="b", party="isis") for number in range(new)]
    second = archive.release([*gone, *dead[withdrawn:], *later])
    assert {row["reason"] for row in archive.rows("from history.record_changes where measure = 'massacres'")} == {
        reason
    }
    assert archive.ledger(second, "massacres by party") == [("2024-12", "sdf", "isis", 1, "moved", reason)]


def test_a_figure_has_a_version_for_each_value_it_had(archive: Archive) -> None:
    versions = []
    for count in (2, 2, 3, 2):
        archive.release([case(number, sheet=f"{archive.day:%d}"[-1]) for number in range(count)])
        [total] = archive.rows(
            "from marts.fct_figures where measure = 'deaths' and category = 'total' and party is null"
        )
        versions.append((total["value"], total["version"]))
    assert versions == [(2, 1), (2, 1), (3, 2), (2, 3)]


def test_what_a_release_stands_on_is_kept(archive: Archive) -> None:
    archive.release([case(1), case(2, sheet="b")])
    archive.release([case(1), case(3, sheet="c")])
    rows = archive.rows("select number, sign, left(sheet_hash, 1) as sheet from history.sheets order by all")
    assert [tuple(row.values()) for row in rows] == [(1, 1, "a"), (1, 1, "b"), (2, -1, "b"), (2, 1, "c")]


def test_a_history_is_made_again_of_its_log(archive: Archive) -> None:
    archive.release([case(1)])
    archive.release([case(1), case(2, sheet="b")])
    tables = {table: archive.rows(f"from history.{table} order by all") for table in history.TABLES}
    third = archive.release([case(1), case(2, sheet="b")], is_last_readable=False)
    for table, rows in tables.items():
        assert archive.rows(f"from history.{table} where number < 3 order by all") == rows
    # nothing is said of records where nobody knows how they counted
    assert not archive.ledger(third)
    assert not archive.rows("from history.figures where number = 3")


def test_before_the_first_release_nothing_is_known(archive: Archive) -> None:
    archive.release([case(1)])
    with pytest.raises(LookupError, match="published by 2025-01-31: the first release known is that of 2025-02-01"):
        queries.figures(archive.settings, "2024-12", as_of=FIRST - timedelta(days=1))


CASES = st.lists(
    st.fixed_dictionaries(
        {
            "month": st.sampled_from([DECEMBER, JANUARY]),
            "party": st.sampled_from(["sdf", "isis"]),
            "category": st.sampled_from(["men", "women"]),
            "sheet": st.sampled_from("abc"),
            "exclusion_reason": st.sampled_from([None, None, "duplicate"]),
            "state": st.sampled_from(["current", "current", "withdrawn"]),
            "incident_id": st.sampled_from([None, None, "M"]),
        }
    ),
    max_size=5,
)
DIFFERENCES = """
    with figures as (
        select period_start as month, measure, basis, party, category, sum(sign * value) as n
        from history.figures where number = {number} group by all
    ), published as (
        select distinct measure, basis, period_start as month from history.figures where number < {number}
    ), records as (
        select month, measure, basis, if(by_party, party, null) as party, told as category, sum(value) as n
        from history.record_changes
        cross join (select unnest([true, false]) as by_party)
        cross join (select unnest(['men', 'women', 'children', 'total']) as told)
        where number = {number} and told in (category, 'total')
        group by all
    )
    select month, measure, basis, party, category, sum(n) as n
    from (
        from figures semi join published using (measure, basis, month)
        union all
        select * replace (-n as n) from records
    )
    group by all
    having sum(n) != 0
"""


@settings(max_examples=8)
@given(st.lists(CASES, min_size=2, max_size=4))
def test_ids_add_up_to_the_difference_of_every_figure_and_every_day_can_be_read_again(
    tmp_path_factory: pytest.TempPathFactory, nights: list[list[Row]]
) -> None:
    archive, known = Archive(tmp_path_factory.mktemp("archive")), {}
    for cases in nights:
        day = archive.day
        archive.release(cases)
        assert not archive.rows(DIFFERENCES.format(number=len(known) + 1))
        known[day] = [queries.figures(archive.settings, month) for month in ("2024-12", "2025-01")]
    for day, told in known.items():
        assert [queries.figures(archive.settings, month, as_of=day) for month in ("2024-12", "2025-01")] == told


# what happens in turn to one case or another, twice each, beside what is made otherwise
EVENTS: tuple[Row, ...] = (
    {"party": "isis", "reason": "reattributed"}, {"category": "women", "reason": "revised"},
    {"exclusion_reason": "duplicate", "reason": "merged"}, {"state": "withdrawn", "reason": "withdrawn"},
    {"exclusion_reason": None, "archive": "named", "reason": "identified"}, {"reason": "new"},
    {"party": "isis", "reason": "code list"}, {"party": "isis", "reason": "rule"},
    {"party": "isis", "reason": "layout"},
)  # fmt: skip


def test_the_ledger_of_many_nights_adds_up_and_knows_every_reason(archive: Archive) -> None:
    anonymous = {"archive": "anonymous", "exclusion_reason": "anonymous_archive"}
    cases = [case(number, **(anonymous if number % len(EVENTS) == 4 else {})) for number in range(6 * len(EVENTS))]
    cases += [case(1000, month=JANUARY)]
    first, layouts = archive.release(cases), dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x 1")
    archive.release(cases, layouts)
    for night, event in enumerate(EVENTS * 2):
        change = {name: value for name, value in event.items() if name != "reason"}
        if event["reason"] == "new":
            cases = [*cases, case(2000 + night, sheet="n")]
        elif event["reason"] in ("code list", "rule", "layout"):  # the same row is read otherwise
            name = {"code list": "code_lists", "rule": "models"}.get(event["reason"])
            archive.made_with |= {name: f"{night}"} if name else {}
            layouts |= {"a": f"x {night + 2}"} if not name else {}
            cases = [each | (change if each["row"] == night else {}) for each in cases]
        else:
            sheet = "bcdefghijklm"[night // len(EVENTS)]
            cases = [each | (change | {"sheet": sheet} if each["row"] == night else {}) for each in cases]
        archive.release(cases, layouts)
    rows = queries.revisions(archive.settings)
    assert {row["reason"] for row in rows} == {event["reason"] for event in EVENTS}
    one, *_, last = queries.releases(archive.settings)
    assert one["release"] == first
    changed = {
        (row["month"], row["measure"]): (row["to"] or 0) - (row["from"] or 0)
        for row in queries.differences(archive.settings, one["number"], last["number"])
        if not row["of"] and row["category"] == "total"
    }
    told: dict[tuple[str, str], int] = {}
    for row in (row for row in rows if " by " not in row["figure"]):
        told[row["month"], row["figure"]] = told.get((row["month"], row["figure"]), 0) + row["n"]
    assert {place: n for place, n in told.items() if n} == changed
