"""What a run holds back: months with a finding that blocks, those a record moved between, sums, or everything."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import findings
from orchestration.build import draft, previous_release
from orchestration.judge.rules import declared_rules
from orchestration.language import LANGUAGES
from orchestration.publish import holds
from orchestration.settings import Settings

DAY = date(2025, 3, 1)
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = (date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1))
# what a decision reads of a build, each with its columns
BUILT = {
    "intermediate.int_records": "kind varchar, record_id varchar, month date, state varchar",
    "marts.fct_deaths": "case_id varchar, month date, incident_id varchar, is_counted boolean, row_key varchar",
    "restricted.stg_deaths": "row_key varchar, merged_into varchar",
    "reconciliation.recon_records": "measure varchar, record_id varchar, month date, stands_on varchar, value integer",
}
Row = Mapping[str, Any]


def found(month: date | None, finding_id: str = "f", **more: Any) -> dict[str, Any]:
    """A line of what a run said: a finding that holds a period back."""
    row = {"finding_id": finding_id, "rule_id": "I05", "verdict": "failed", "severity": "Q", "observed": 10.0}
    return row | {"period_kind": "month", "period_start": month, "period_end": month, "holds": "period"} | more


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., holds.Holds]:
    """Decides over findings, what was released and what was built; a second call goes on from the first."""
    settings = Settings(tmp_path)
    draft.restrict_folder(settings)

    def decided(*said: Row, day: date = DAY, **tables: Sequence[Row]) -> holds.Holds:
        rows = [dict.fromkeys(findings.LOG.names) | row for row in said]
        pq.write_table(pa.Table.from_pylist(rows, schema=findings.LOG), findings.draft_log(settings))
        with duckdb.connect(settings.draft) as connection:
            connection.execute("create schema if not exists received")
            previous_release.snapshot_previous(connection, True, settings.warehouse)
            for name, columns in BUILT.items():
                connection.execute(f"create schema if not exists {name.split('.')[0]}")
                connection.execute(f"create or replace table {name} ({columns})")
            for name, given in tables.items():
                schema = {table.split(".")[1]: table.split(".")[0] for table in BUILT}.get(name, "received")
                connection.register("given", pa.Table.from_pylist([dict(row) for row in given]))
                connection.execute(f"insert into {schema}.{name} by name from given")
        return holds.decide(settings, day)

    return decided


def by_month(held: holds.Holds) -> dict[date, date]:
    return {row["month"]: row["caused_by"] for row in held.months}


def released(month: date, record_id: str = "a", kind: str = "deaths") -> Row:
    return {"kind": kind, "record_id": record_id, "state": "current", "month": month}


class TestWhatIsHeld:
    def test_is_nothing_where_nothing_that_blocks_failed(self, decide: Callable[..., holds.Holds]) -> None:
        assert not decide(found(JANUARY, holds=None))

    def test_is_the_month_of_the_finding(self, decide: Callable[..., holds.Holds]) -> None:
        held = decide(found(JANUARY, "one"), found(JANUARY, "two", rule_id="I04"))
        assert held.months == [
            {
                "month": JANUARY,
                "since": DAY,
                "rules": ["I04", "I05"],
                "finding_ids": ["one", "two"],
                "caused_by": JANUARY,
            }
        ]
        assert (held.everything, held.sums) == ([], [])

    def test_is_a_sum_where_only_the_sum_is_wrong(self, decide: Callable[..., holds.Holds]) -> None:
        held = decide(found(JANUARY, rule_id="I63", period_kind="year", period_end=date(2025, 12, 31)))
        assert (held.months, [row["period_kind"] for row in held.sums]) == ([], ["year"])

    def test_is_everything_where_the_build_as_a_whole_is_unsound(self, decide: Callable[..., holds.Holds]) -> None:
        held = decide(
            found(None, rule_id="I100", holds="everything"), found(JANUARY, rule_id="I02", holds="everything")
        )
        assert (held.everything, held.months) == (["I02", "I100"], [])

    def test_is_held_since_the_first_release_in_a_row(self, decide: Callable[..., holds.Holds]) -> None:
        decide(found(JANUARY))
        held = decide(found(JANUARY, "another"), found(FEBRUARY), day=date(2025, 3, 2))
        assert {row["month"]: row["since"] for row in held.months} == {JANUARY: DAY, FEBRUARY: date(2025, 3, 2)}
        decide(day=date(2025, 3, 3))
        (again,) = decide(found(JANUARY), day=date(2025, 3, 4)).months
        assert again["since"] == date(2025, 3, 4)


class TestMonthsThatAreTied:
    def test_by_a_record_that_moved(self, decide: Callable[..., holds.Holds]) -> None:
        moved = {"previous_rows": [released(DECEMBER)], "int_records": [released(JANUARY)]}
        assert by_month(decide(found(JANUARY), **moved)) == {DECEMBER: JANUARY, JANUARY: JANUARY}
        assert by_month(decide(found(DECEMBER), **moved)) == {DECEMBER: DECEMBER, JANUARY: DECEMBER}

    def test_not_by_one_that_stayed_nor_by_one_of_another_kind(self, decide: Callable[..., holds.Holds]) -> None:
        stayed = {"previous_rows": [released(JANUARY)], "int_records": [released(JANUARY)]}
        assert by_month(decide(found(JANUARY), **stayed)) == {JANUARY: JANUARY}
        other = {"previous_rows": [released(DECEMBER)], "int_records": [released(JANUARY, kind="torture")]}
        assert by_month(decide(found(JANUARY), **other)) == {JANUARY: JANUARY}

    def test_through_others(self, decide: Callable[..., holds.Holds]) -> None:
        before = [released(NOVEMBER, "a"), released(DECEMBER, "b")]
        after = [released(DECEMBER, "a"), released(JANUARY, "b")]
        held = decide(found(JANUARY), previous_rows=before, int_records=after)
        assert by_month(held) == {NOVEMBER: JANUARY, DECEMBER: JANUARY, JANUARY: JANUARY}
        both = decide(found(JANUARY), found(NOVEMBER), previous_rows=before, int_records=after)
        assert by_month(both) == {NOVEMBER: NOVEMBER, DECEMBER: NOVEMBER, JANUARY: JANUARY}

    @pytest.mark.parametrize(("value", "is_tied"), [(1, True), (0, False)])
    def test_by_a_case_that_was_merged_since(
        self, decide: Callable[..., holds.Holds], value: int, is_tied: bool
    ) -> None:
        record = {"measure": "deaths", "record_id": "a", "month": DECEMBER, "stands_on": "1", "value": value}
        merged = {
            "previous_records": [record],
            "fct_deaths": [
                {"case_id": "a", "month": DECEMBER, "is_counted": False, "row_key": "2"},
                {"case_id": "b", "month": JANUARY, "is_counted": True, "row_key": "3"},
            ],
            "stg_deaths": [{"row_key": "2", "merged_into": "b"}],
        }
        assert (DECEMBER in by_month(decide(found(JANUARY), **merged))) == is_tied

    def test_by_a_massacre_whose_dead_are_others(self, decide: Callable[..., holds.Holds]) -> None:
        massacre = {"measure": "massacres", "record_id": "m", "month": DECEMBER, "stands_on": "1", "value": 1}
        dead = [{"case_id": "a", "month": JANUARY, "incident_id": "m", "is_counted": True, "row_key": "1"}]
        changed = {
            "previous_records": [massacre],
            "recon_records": [{**massacre, "stands_on": "2"}],
            "fct_deaths": dead,
        }
        assert by_month(decide(found(JANUARY), **changed)) == {DECEMBER: JANUARY, JANUARY: JANUARY}
        # a death of the number of an incident is no massacre
        other = {**massacre, "measure": "deaths", "month": NOVEMBER}
        same = changed | {"previous_records": [massacre, other], "recon_records": [massacre]}
        assert by_month(decide(found(JANUARY), **same)) == {JANUARY: JANUARY}
        made = changed | {"previous_records": [{**massacre, "measure": "deaths"}]}
        assert by_month(decide(found(JANUARY), **made)) == {DECEMBER: JANUARY, JANUARY: JANUARY}


class TestAPersonDecides:
    def permit(self, tmp_path: Path, minute: int = 0, **more: Any) -> None:
        said = {"finding_id": "f", "month": JANUARY, "observed": 10.0, "until_day": None, "is_taken_back": False}
        now = datetime(2025, 2, 1, 0, minute, tzinfo=UTC)
        holds.permit(Settings(tmp_path), said | {"who": "Lina", "why": "a siege"} | more, now)

    def test_a_month_is_let_out_for_as_long_as_its_finding_is_the_same(
        self, tmp_path: Path, decide: Callable[..., holds.Holds]
    ) -> None:
        self.permit(tmp_path)
        assert not decide(found(JANUARY))
        assert by_month(decide(found(JANUARY, observed=11.0))) == {JANUARY: JANUARY}
        assert by_month(decide(found(JANUARY, "another"))) == {JANUARY: JANUARY}

    @pytest.mark.parametrize(("until", "is_held"), [(date(2025, 2, 28), True), (DAY, False)])
    def test_until_its_day_is_over(
        self, tmp_path: Path, decide: Callable[..., holds.Holds], until: date, is_held: bool
    ) -> None:
        self.permit(tmp_path, until_day=until)
        assert bool(decide(found(JANUARY))) == is_held

    def test_and_may_be_taken_back(self, tmp_path: Path, decide: Callable[..., holds.Holds]) -> None:
        self.permit(tmp_path)
        self.permit(tmp_path, minute=1, is_taken_back=True)
        assert decide(found(JANUARY))
        self.permit(tmp_path, minute=2)
        assert not decide(found(JANUARY))

    def test_never_of_the_build_as_a_whole(self, tmp_path: Path, decide: Callable[..., holds.Holds]) -> None:
        self.permit(tmp_path)
        assert decide(found(JANUARY, rule_id="I02", holds="everything")).everything == ["I02"]
        may = {rule.id: holds.may_be_permitted(rule, {"period_start": JANUARY}) for rule in declared_rules()}
        assert [may[rule_id] for rule_id in ("I01", "I02", "I100", "I26", "I05", "I51")] == [
            False, False, False, False, True, True
        ]  # fmt: skip
        assert not any(holds.may_be_permitted(rule, {"period_start": None}) for rule in declared_rules())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_held_is_said_in_a_line_each(language: str) -> None:
    months = [
        {"month": JANUARY, "since": DAY, "rules": ["I05"], "finding_ids": ["f"], "caused_by": JANUARY},
        {"month": DECEMBER, "since": DAY, "rules": ["I05"], "finding_ids": ["f"], "caused_by": JANUARY},
    ]
    sums = [{"period_kind": "year", "period_start": JANUARY, "period_end": date(2025, 12, 31), "rules": ["I63"]}]
    lines = holds.sentences(holds.Holds([], months, sums), language)
    assert [("2025-01" in line, "2024-12" in line, "I05" in line) for line in lines] == [
        (True, False, True), (True, True, True), (True, False, False)
    ]  # fmt: skip
    alike = [{**months[0], "month": date(2024, number, 1), "caused_by": date(2024, number, 1)} for number in (1, 2, 5)]
    line, *others = holds.sentences(holds.Holds([], [*alike, *months], []), language)
    assert "4 " in line and "2024-01" in line and "2025-01" in line and len(others) == 1
    (everything,) = holds.sentences(holds.Holds(["I02", "I100"], months, sums), language)
    assert "I02" in everything and "I100" in everything
