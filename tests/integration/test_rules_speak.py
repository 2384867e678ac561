"""Every declared rule is broken for real once, and speaks: with the period, the subject, and as few others as can be.

After a good night the truth a rule guards is broken in a draft of it by SQL; the residuals are made anew by the SQL
that dbt compiled and ran that night, and judged by Great Expectations. What a cell says depends on its neighbours, so
most changes are made in pairs that leave every other truth standing; where none can, `also` names the rules that may
speak too.
"""

import csv
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.judge.rules import declared_rules
from orchestration.judge.verdicts import COVERAGE, Verdict, judge
from tests.integration.breaks import A_CASE, BY_SEX, FROM_JANUARY, YEAR_2024, YEAR_TO_JANUARY, Break, cell
from tests.integration.breaks_other_way import OTHER_WAY
from tests.integration.breaks_records import RECORDS
from tests.integration.breaks_series import SERIES
from tests.integration.breaks_stated import CONTRADICTIONS, STATED
from tests.integration.house import House
from tests.spoken import misspoken, told

FROZEN = Path(__file__).parents[1] / "unit" / "rules.csv"
# who is named in no list, as the breaks invent them
WRITTEN = {"a monitor"}
# of a night with the same sheets I68 would speak whatever figure is broken: only its own breaks are of such a night
SHEETS_CHANGED = "update received.run set is_unchanged = false"
SAME_SHEETS = "update received.run set is_unchanged = true"
# which rules have judged which months, and which months have rows of which kind
COVERED = """
    select rule_id, period_start from reconciliation.recon_residuals
    where period_kind = 'month' and is_judged and coalesce(expected, observed) is not null
"""
WITH_ROWS = "select kind, month from marts.fct_received_rows where month is not null"
# rule, document, period, subject, category, expected, observed
Residual = tuple[str, str, str, str, str, float, float]

BREAKS = {
    "a row without a status": Break(
        "I01",
        "update marts.fct_received_rows set counted = counted - 1 where kind = 'deaths' and month = '2025-01-01'",
        "2025-01-01", "deaths: counted, excluded, superseded and withdrawn",
    ),
    "a row neither accepted nor quarantined": Break(
        "I01",
        "update marts.fct_received_rows set received = received + 1 where kind = 'torture' and month = '2025-01-01'",
        "2025-01-01", "torture: accepted and quarantined",
    ),
    "a row lost between sheet and staging": Break(
        "I01",
        "delete from intermediate.int_records where row_key = (select min(row_key) from intermediate.int_records "
        "where kind = 'deaths' and folder_month = '2025-01-01')",
        "2025-01-01", "stored and staged of file 82355a34", frozenset({"I08"}),
    ),
    "an anonymous victim counted": Break(
        "I18", f"update marts.fct_deaths set archive = 'anonymous' where case_id = {A_CASE}",
        "2025-01-01", "anonymous victims in the toll",
    ),
    "a massacre that is not in the facts": Break(
        "I40", "delete from marts.fct_massacres where incident_id = 'SYN-I-2025-01-054'",
        "2025-01-01", "incident SYN-I-2025-01-054", frozenset({"I43", "I69"}),
    ),
    "a massacre of four": Break(
        "I40",
        "insert into marts.fct_massacres select * replace ('SYN-I-none' as incident_id, 0 as deaths, 1 as named, "
        "0 as children, 0 as women, 0 as men) from marts.fct_massacres where incident_id = 'SYN-I-2025-01-054'; "
        "update marts.fct_massacres set deaths = 4 where incident_id = 'SYN-I-none'",
        "2025-01-01", "incident SYN-I-none", frozenset({"I43", "I69"}),
    ),
    "a massacre between two parties": Break(
        "I40.tied",
        "update marts.fct_massacres set candidates = 'hts;sdf' where incident_id = 'SYN-I-2025-01-054'",
        "2025-01-01", "parties with as many dead of incident SYN-I-2025-01-054",
    ),
    "a woman more among the dead in massacres": Break(
        "I43",
        "update marts.fct_massacres set women = women + 1, men = men - 1 where incident_id = 'SYN-I-2025-01-054'",
        "2025-01-01", "dead in massacres, women",
    ),
    "more named dead in massacres than in the month": Break(
        # a toll below its massacres' named dead agrees with nothing else either
        "I43.named", cell("deaths", -230, where=f"{FROM_JANUARY} and basis = 'documented'"),
        "2025-01-01", "named dead in massacres within the toll, total",
        also=frozenset({"I50", "I51", "I53", "I54", "I55", "I56", "I59", "I60", "I62.versions", "I69"}),
    ),
    "a massacre without a party": Break(
        "I44",
        cell("massacres", -1, party="other") + cell("massacres", -1, party="other", sub_party="bombing_unidentified"),
        "2025-01-01", "massacres by party",
    ),
    "a massacre without a sub-party": Break(
        "I44", cell("massacres", -1, party="other", sub_party="bombing_unidentified"),
        "2025-01-01", "massacres by sub_party, party other",
    ),
    "an attack without a party": Break(
        "I47",
        cell("facility_attacks", -1, party="other") + cell("facility_attacks", -1, party="other", sub_party="turkiye"),
        "2025-01-01", "facility_attacks by party",
    ),
    "an attack on no type of facility": Break(
        "I47", cell("facility_attacks", -1, facility_type="market"), "2025-01-01", "facility_attacks by facility_type",
    ),
    "an act of torture among the dead": Break(
        "I50",
        f"update marts.fct_torture set torture_id = {A_CASE} where torture_kind = 'torture_event'",
        "2025-01-01", "acts of torture that did not kill, among the dead",
    ),
    "a toll that is not its cases": Break(
        "I50", f"update marts.fct_deaths set is_counted = false where case_id = {A_CASE}",
        "2025-01-01", "toll and counted cases", frozenset({"I66", "I20", "I22"}),
    ),
    "a party within a cause group": Break(
        "I51", cell("deaths", -1, cause_group="gunfire", party="other"),
        "2025-01-01", "deaths by party, cause_group gunfire",
    ),
    "one more for one party": Break(
        "I51", cell("deaths", 1, party="sdf"), "2025-01-01", "deaths by party", frozenset({"I52", "I54"}),
    ),
    "one less for a sub-party": Break(
        "I52", cell("deaths", -1, party="other", sub_party="gunfire_unidentified"),
        "2025-01-01", "deaths by sub_party, party other",
    ),
    "a massacre in no governorate": Break(
        "I53", cell("massacres", -1, governorate="SY02"), "2025-01-01", "massacres by governorate",
    ),
    "a man of no category": Break(
        "I54", cell("deaths", -1, "men", role="medical") + cell("deaths", -1, "men", role="medical", party="other"),
        "2025-01-01", "deaths by category, role medical",
    ),
    "more of a role than there are": Break(
        "I55",
        cell("deaths", 600, BY_SEX, role="education") + cell("deaths", 600, BY_SEX, role="education", party="other"),
        "2025-01-01", "deaths by role", frozenset({"I56"}),
    ),
    "more tortured to death than dead": Break(
        "I55",
        cell("torture_deaths", 300, BY_SEX)
        + cell("torture_deaths", 300, BY_SEX, party="other")
        + cell("torture_deaths", 300, BY_SEX, party="other", sub_party="isis")
        + cell("torture_deaths", 300, BY_SEX, governorate="SY02"),
        # the sub-party and the sex have no cell to change: party and total say so
        "2025-01-01", "torture_deaths among deaths", frozenset({"I52", "I60", "I69"}),
    ),
    "a cell above its margin": Break(
        "I56", cell("deaths", 1000, mechanism="gunfire") + cell("deaths", -1000, mechanism="shelling"),
        "2025-01-01", "deaths: cells above their margin",
    ),
    "one less in a cause group": Break(
        "I59",
        cell("deaths", -1, cause_group="gunfire") + cell("deaths", -1, cause_group="gunfire", party="other"),
        "2025-01-01", "deaths by cause_group",
    ),
    "the unknown dropped": Break(
        "I60", f"update marts.fct_deaths set mechanism = null where case_id = {A_CASE}",
        "2025-01-01", "deaths of unknown mechanism",
    ),
    "the unknown dropped from a breakdown": Break(
        "I60", cell("deaths", -1, mechanism="gunfire"), "2025-01-01", "deaths by mechanism",
    ),
    "a child of one sex in no group of ages": Break(
        "I60", cell("deaths", -1, "total children", sex="f", age_group="child"),
        "2025-01-01", "deaths by age_group, sex f",
    ),
    "a year to date that is not its months": Break(
        "I61",
        cell("deaths", -1, BY_SEX, YEAR_TO_JANUARY, role="medical")
        + cell("deaths", -1, BY_SEX, YEAR_TO_JANUARY, role="medical", party="other"),
        "2025-01-01", "deaths up to 2025-01-31, role medical",
    ),
    "a year that is not its months": Break(
        "I63",
        cell("deaths", 1, BY_SEX, YEAR_2024, role="media")
        + cell("deaths", 1, BY_SEX, YEAR_2024, role="media", party="sdf"),
        "2024-01-01", "deaths of the year, role media", frozenset({"I64"}),
    ),
    "a month above its year": Break(
        "I63",
        cell("deaths", -1, BY_SEX, YEAR_2024, role="media")
        + cell("deaths", -1, BY_SEX, YEAR_2024, role="media", party="sdf"),
        "2024-01-01", "deaths: months above their year", frozenset({"I64"}),
    ),
    "a month without its sheet": Break(
        "I09", "update restricted.stg_expected_months set first_month = '2024-11-01' where row_number = 3",
        "2024-11-01", "sheets of the month",
    ),
    "a month nobody expects": Break(
        "I09", "update restricted.stg_expected_months set last_month = '2024-12-01' where row_number = 3",
        "2025-01-01", "sheets of the month",
    ),
    "a line that says no month": Break(
        "I09",
        "update restricted.stg_expected_months set problem = 'expected_months.csv, row 3, from: soon is no month'",
        "2025-02-01", "expected_months.csv, row 3, from: soon is no month",
    ),
    "another figure of a month not asked for": Break(
        "I67",
        "update received.previous_cells set value = value + 1 where month = '2023-07-01' and measure = 'deaths' "
        "and basis = 'documented' and coordinates = '||||||' and category = 'total'",
        "2023-07-01", "deaths: changed cells",
    ),
    "other days of death in a month not asked for": Break(
        "I67",
        "update intermediate.int_linked_cells set value = value - 1 where month = '2023-07-01' and basis = 'occurred' "
        "and value > 1",
        "2023-07-01", "deaths: changed cells, by month of death",
    ),
    "other dead of a massacre in a month not asked for": Break(
        "I67",
        "delete from intermediate.int_linked_cells where month = '2023-07-01' and measure = 'massacre_deaths'",
        "2023-07-01", "massacre_deaths: changed cells, by incident",
    ),
    "another figure from the same sheets": Break(
        "I68",
        "update received.previous_cells set value = value + 1 where month = '2025-01-01' and measure = 'massacres'",
        "2025-01-01", "massacres: changed cells",
    ),
    "a night that did not finish": Break(
        "I96", "update received.run set released_on = '2025-01-30', previous_started_on = started_on - 2",
        "2025-02-01", "time since the last release",
    ),
    "a sheet that was held back": Break(
        "I96",
        "update received.received_sheets set received_at = '2025-01-30 23:00:00' where folder = '2025-01'; "
        "delete from received.previous_sheets where kind = 'torture'",
        "2025-01-01", "received and held back",
    ),
    "no sheet for days": Break(
        "I96", "update received.received_sheets set received_at = '2025-01-28 12:00:00'",
        "2025-02-01", "time since a sheet was last received",
    ),
    "alerts nobody looks after": Break(
        "I98", "update received.received_outbox set has_channels = true, hours_unattended = 27",
        "2025-02-01", "time since somebody looked after the alerts",
    ),
    "a month nobody judged": Break(
        "I97", f"delete from marts.fct_figures where measure = 'facility_attacks' and {FROM_JANUARY}",
        "2025-01-01", "rule I47", frozenset({"I62.versions", "I69"}),
    ),
} | SERIES | RECORDS | STATED | OTHER_WAY  # fmt: skip
# the sample months have nothing before them that these rules compare them with, no merged or disputed case, and no
# workbook of a form tool
WITHOUT_HISTORY = {"I10", "I71", "I72", "I07.person", "I07.final"} | {"I25", "I37"} | {"I03"}
RELEASED = ("released_cells", "released_records", "released_rows")
# nor a figure printed again or all months of a longer period, nor anybody to alert, nor a word that was taught, a file
# whose numbers get a word before them, numbers that are nearly one, or an incident that only cases name
WITHOUT_COPIES = {
    "I63.claimant", "I63.late", "I74.claimant", "I83", "I98", "I05.taught", "I07.alike", "I07.sources", "I40.scattered",
}  # fmt: skip
# the sample has no sheet of attributions
WITHOUT_STATEMENTS = {"I37.record", "I37.fits", "I37.tied", "I37.sheet", "I37.denied"}


@dataclass(frozen=True)
class Spoken:
    """What the rules said after a break: the residuals that failed and were not there before, and what raised."""

    failures: dict[str, list[Residual]]
    errors: dict[str, str | None]


class Broken:
    """One draft of a good night, in which truths are broken one by one, each in a transaction that is rolled back."""

    def __init__(self, house: House, connection: duckdb.DuckDBPyConnection) -> None:
        self.manifest = json.loads((house.place.dbt / "manifest.json").read_text())
        self.connection = connection
        for name in RELEASED:  # views over what is kept of the release: of tables each can be broken by itself
            connection.execute(f"create table received.kept as from received.{name}; drop view received.{name}")
            connection.execute(f"alter table received.kept rename to {name}")
        self.prepare(house.place.dbt / "compiled" / "casebook" / "models" / "reconciliation")
        self.execute(SAME_SHEETS)
        self.unbroken = self.whole()
        self.execute(SHEETS_CHANGED)
        connection.execute("create temp table good as from reconciliation.recon_residuals")
        connection.execute(f"create temp table covered as {COVERED}; create temp table with_rows as {WITH_ROWS}")

    def prepare(self, compiled: Path) -> None:
        """Plan once what every break runs: to plan the SQL that dbt compiled that night takes twice its work."""
        # what is planned over good tables must hold for broken ones
        self.connection.execute("set disabled_optimizers = 'statistics_propagation'")
        tables = "select table_name from duckdb_tables() where schema_name = 'reconciliation'"
        for (name,) in self.connection.execute(tables).fetchall():
            select = (compiled / f"{name}.sql").read_text()
            self.connection.execute(f"prepare {name} as insert into reconciliation.{name} by name {select}")

    def table(self, sql: str) -> pd.DataFrame:
        return self.connection.execute(sql).to_arrow_table().to_pandas()

    def whole(self) -> list[Verdict]:
        """The verdicts over all residuals."""
        return judge(self.table("from reconciliation.recon_residuals"), declared_rules(), self.table(WITH_ROWS))

    def execute(self, sql: str) -> None:
        """Change tables, and remake the residuals that follow from them."""
        self.connection.execute(sql)
        touched = set(re.findall(r"(?:update|insert into|delete from) (\w+\.\w+)", sql))
        for name in made_of(touched, self.manifest):
            self.connection.execute(f"truncate reconciliation.{name}")
            self.connection.execute(f"execute {name}")

    def breaks(self, sql: str) -> tuple[pd.DataFrame, list[Verdict]]:
        """The residuals that a break makes; and, where a month lacks a rule by it, all verdicts: coverage speaks."""
        self.connection.execute("begin")
        try:
            self.execute(sql)
            # what else a residual follows from now is nothing that is said of it
            residuals = self.table(
                "select * exclude (caused_by) from reconciliation.recon_residuals "
                "except select * exclude (caused_by) from good"
            )
            lacking = self.table(f"(from covered except {COVERED}) union all ({WITH_ROWS} except from with_rows)")
            verdicts = [] if lacking.empty else self.whole()
            return residuals, [verdict for verdict in verdicts if verdict.rule.id == COVERAGE]
        finally:
            self.connection.execute("rollback")


@pytest.fixture(scope="module")
def house(sample_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The sample months as a second night makes them, with a release to compare with."""
    house = sample_house.copy(tmp_path_factory.mktemp("second"))
    house.built(months=[date(2024, 12, 1), date(2025, 1, 1)])
    return house


@pytest.fixture(scope="module")
def broken(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    # the file keeps the name of the draft, by which the compiled SQL calls the database
    draft = tmp_path_factory.mktemp("broken") / house.place.draft.name
    shutil.copy(house.place.warehouse, draft)
    # small tables: a second thread would double the processor time and save none
    with duckdb.connect(draft, config={"threads": 1}) as connection:
        yield Broken(house, connection)


@pytest.fixture(scope="module")
def made(broken: Broken) -> dict[str, tuple[pd.DataFrame, list[Verdict]]]:
    """What every break makes."""
    return {
        name: broken.breaks(f"{SAME_SHEETS}; {each.sql}" if each.rule == "I68" else each.sql)
        for name, each in BREAKS.items()
    }


@pytest.fixture(scope="module")
def verdicts(made: dict[str, tuple[pd.DataFrame, list[Verdict]]]) -> list[Verdict]:
    """What the rules say of all breaks: one look at the residuals of all of them costs what a look at one does."""
    residuals = pd.concat([frame.assign(name=name) for name, (frame, _) in made.items()], ignore_index=True)
    rules = [rule for rule in declared_rules() if rule.id != COVERAGE]
    return judge(residuals, rules, pd.DataFrame({"kind": [], "month": []}))


@pytest.fixture(scope="module")
def spoken(made: dict[str, tuple[pd.DataFrame, list[Verdict]]], verdicts: list[Verdict]) -> dict[str, Spoken]:
    """What the rules said of every break."""
    errors = {verdict.rule.id: verdict.error for verdict in verdicts}
    failures: dict[str, dict[str, list[Residual]]] = {name: {} for name in made}
    for verdict in verdicts:
        for name, of_break in verdict.failures.groupby("name"):
            failures[str(name)][verdict.rule.id] = said(verdict.rule.id, of_break)
    for name, (_, coverage) in made.items():
        failures[name] |= {one.rule.id: said(one.rule.id, one.failures) for one in coverage if len(one.failures)}
    return {name: Spoken(of_break, errors) for name, of_break in failures.items()}


def made_of(tables: set[str], manifest: Mapping[str, Any]) -> list[str]:
    """The residual tables that read one of these, or what is made of it, in an order in which they can be made.

    A table that is none of residuals stays as it is: what reads it alone stays the same.
    """
    nodes = manifest["nodes"] | manifest["sources"]
    waiting = [key for key, node in nodes.items() if f"{node['schema']}.{node['name']}" in tables]
    met: set[str] = set()
    while waiting:
        models = {key for key in manifest["child_map"][waiting.pop()] if key.startswith("model.")}
        new = {key for key in models - met if is_view(nodes[key]) or nodes[key]["schema"] == "reconciliation"}
        met |= new
        waiting += new
    order = TopologicalSorter({key: manifest["parent_map"][key] for key in met}).static_order()
    return [nodes[key]["name"] for key in order if key in met and not is_view(nodes[key])]


def is_view(model: Mapping[str, Any]) -> bool:
    return model["config"]["materialized"] == "view"


def said(rule: str, failures: pd.DataFrame) -> list[Residual]:
    """What a rule found: itself, document, period, subject, category, expected and observed."""
    return sorted(
        (
            rule,
            row.document if isinstance(row.document, str) else "",
            f"{row.period_start:%Y-%m-%d}",
            row.subject,
            row.category,
            row.expected,
            row.observed,
        )
        for row in failures.itertuples()
    )


def test_every_declared_rule_is_broken_here() -> None:
    assert {rule.id for rule in declared_rules()} == {broken.rule for broken in BREAKS.values()}


def test_every_equality_is_broken_both_ways_or_says_which_it_can_be(spoken: dict[str, Spoken]) -> None:
    """What is compared with none can only be more, and what stands or does not can only be missing."""
    ways: dict[str, set[str]] = {}
    for name, each in BREAKS.items():
        found = [row for row in spoken[name].failures.get(each.rule, []) if row not in CONTRADICTIONS]
        of_rule = ways.setdefault(each.rule, set())
        of_rule |= {"above" for *_, expected, observed in found if observed > expected}
        of_rule |= {"below" for *_, expected, observed in found if observed < expected}
    with FROZEN.open(encoding="utf-8", newline="") as frozen:
        equalities = {row["id"]: row["fails_only"] for row in csv.DictReader(frozen) if row["relation"] == "equal"}
    assert {rule: ways[rule] for rule in equalities} == {
        rule: {only} if only else {"above", "below"} for rule, only in equalities.items()
    }


def test_nothing_speaks_where_nothing_is_broken(broken: Broken) -> None:
    verdicts = {verdict.rule.id: verdict for verdict in broken.unbroken}
    answers = {rule: verdict.answer for rule, verdict in verdicts.items()}
    silent = dict.fromkeys(WITHOUT_HISTORY | WITHOUT_COPIES | WITHOUT_STATEMENTS, "not judged")
    found = dict.fromkeys((rule for rule, *_ in CONTRADICTIONS), "failed")
    assert answers == dict.fromkeys(verdicts, "passed") | silent | found
    spoken = [row for rule, verdict in verdicts.items() for row in said(rule, verdict.failures)]
    assert spoken == sorted(CONTRADICTIONS)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_truth_is_spoken_of(spoken: dict[str, Spoken], name: str) -> None:
    broken, news = BREAKS[name], spoken[name].failures
    assert broken.rule in news
    # a figure that is changed is not what was printed either
    printed = {"I79"} if "marts.fct_figures" in broken.sql else set()
    assert news.keys() - {broken.rule} <= broken.also | printed
    of_rule = [(period, subject) for _, _, period, subject, *_ in news[broken.rule]]
    assert any(period == broken.period and broken.subject in subject for period, subject in of_rule), of_rule
    assert {period for period, _ in of_rule} == {broken.period}
    assert all(expected != observed for *_, expected, observed in news[broken.rule])
    assert not any(spoken[name].errors.values())


def test_whatever_is_found_is_said_in_both_languages(
    house: House, broken: Broken, verdicts: list[Verdict], made: dict[str, tuple[pd.DataFrame, list[Verdict]]]
) -> None:
    """Names instead of codes, no English within Arabic, and nothing that is one in Arabic and two in English."""
    coverage = [verdict for _, of_break in made.values() for verdict in of_break]
    pairs = told([*verdicts, *broken.unbroken, *coverage], house.place)
    assert misspoken(pairs, WRITTEN) == []
    assert len(set(pairs)) > len(BREAKS)
