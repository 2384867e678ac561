"""What follows from the log: each state of a finding and each way from one to the other, over rows written here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration import findings
from orchestration.findings import log, reading
from orchestration.judge.rules import BLOCKING
from orchestration.settings import Settings

RESIDUALS = pa.schema([log.LOG.field(name) for name in log.OF_A_RESIDUAL] + [("is_judged", pa.bool_())])
FIRST = date(2025, 2, 1)
RULE = {"rule_id": "I51", "severity": "A", "owner": "documentation", "judged": 1, "touches": ["fct_figures"]}
SUBJECT = {
    "rule_id": "I51", "period_kind": "month", "period_start": date(2025, 1, 1), "period_end": date(2025, 1, 31),
    "document": None, "subject": "deaths by party", "measure": "deaths", "category": "children", "expected": 242.0,
    "observed": 242.0, "record_ids": None, "signature": None, "caused_by": None, "published_on": None,
    "is_judged": True,
}  # fmt: skip


class Log:
    """Nights, one after the other, in a data root of their own."""

    def __init__(self, root: Path) -> None:
        self.place, self.nights = Settings(root), 0

    def night(self, *subjects: dict[str, Any], after: int = 1, rules: Sequence[dict[str, Any]] = (RULE,), **run: Any):
        """A night that finds these subjects, so many days after the last one; returns what it changed."""
        self.nights += after
        day = FIRST + timedelta(days=self.nights)
        residuals = [SUBJECT | subject for subject in subjects]
        failed = [row for row in residuals if row["is_judged"] and row["expected"] != row["observed"]]
        told = {row["rule_id"] for row in failed}
        known = {row["rule_id"] for row in residuals}
        verdicts = [
            {
                "verdict": "failed" if rule["rule_id"] in told or rule.get("error") else "passed",
                "is_blocking": rule["severity"] in BLOCKING,
                "holds": "period",
            }
            | rule
            for rule in rules
        ]
        run = {
            "run_id": f"run-{self.nights:03}", "noted_at": datetime(2025, 2, 1) + timedelta(days=self.nights),
            "business_date": day, "months": [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)],
            "is_everything": False,
        } | run  # fmt: skip
        assert known <= {rule["rule_id"] for rule in rules}
        frames = [pd.DataFrame(failed, columns=list(SUBJECT))]
        self.place.draft.parent.mkdir(parents=True, exist_ok=True)
        findings.record(self.place, run, verdicts, frames, pa.Table.from_pylist(residuals, schema=RESIDUALS))
        findings.promote(self.place, run["run_id"])
        return [row["change"] for row in findings.changes(self.place) if row["changed_in"] == run["run_id"]]

    def states(self) -> list[str]:
        return [row["status"] for row in findings.findings(self.place)]

    def finding(self) -> dict[str, Any]:
        (found,) = findings.findings(self.place)
        return found

    def accept(self, *lines: str) -> None:
        heading = "rule,subject,observed,reason,who,until"
        self.place.accepted_exceptions.write_text("\n".join([heading, *lines]) + "\n", "utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Log:
    return Log(tmp_path)


def off(difference: float, **more: Any) -> dict[str, Any]:
    return {"observed": 242.0 + difference, **more}


HEALED = off(0)


def test_a_clean_night_finds_nothing(house: Log) -> None:
    assert house.night(HEALED) == []
    assert house.states() == []


class TestTheLifeOfAFinding:
    def test_it_opens_once_and_stays_open(self, house: Log) -> None:
        assert [house.night(off(1)) for _ in range(3)] == [["opened"], [], []]
        found = house.finding()
        assert (found["status"], found["occurrences"]) == ("open", 3)
        assert (found["first_seen"], found["last_seen"]) == (date(2025, 2, 2), date(2025, 2, 4))
        assert (found["difference"], found["signature"], found["run_id"]) == (1, "one off", "run-003")

    def test_it_worsens_as_the_difference_grows_beyond_what_was_told(self, house: Log) -> None:
        nights = [house.night(off(difference)) for difference in (1, 3, 2, 3, 4)]
        assert nights == [["opened"], ["worsened"], [], [], ["worsened"]]
        assert house.states() == ["worsened"]

    def test_it_worsens_as_its_rule_becomes_more_severe(self, house: Log) -> None:
        house.night(off(1))
        assert house.night(off(1), rules=[RULE | {"severity": "B"}]) == ["worsened"]

    def test_it_is_another_finding_where_the_sign_is_another(self, house: Log) -> None:
        house.night(off(1))
        assert sorted(house.night(off(-1))) == ["opened", "resolved"]
        assert sorted(house.states()) == ["open", "resolved"]

    def test_it_heals(self, house: Log) -> None:
        house.night(off(1))
        assert house.night(HEALED) == ["resolved"]
        assert house.night(HEALED) == []
        assert house.states() == ["resolved"]
        assert house.finding()["difference"] == 1

    def test_it_heals_where_its_subject_is_gone(self, house: Log) -> None:
        house.night(off(1))
        assert house.night() == ["resolved"]

    @pytest.mark.parametrize(
        "night",
        [
            {"subjects": [off(0, is_judged=False)]},
            {"subjects": [], "rules": [RULE | {"verdict": "not judged"}]},
        ],
    )
    def test_it_stays_where_nobody_judged(self, house: Log, night: dict[str, Any]) -> None:
        house.night(off(1))
        assert house.night(*night["subjects"], rules=night.get("rules", [RULE])) == []
        assert house.finding()["occurrences"] == 1
        assert house.states() == ["open"]

    @pytest.mark.parametrize(("days", "change", "occurrences"), [(14, "reopened", 2), (15, "opened", 1)])
    def test_it_keeps_its_number_when_it_comes_back(self, house: Log, days: int, change: str, occurrences: int) -> None:
        house.night(off(1))
        number = house.finding()["finding_id"]
        house.night(HEALED)
        assert house.night(off(1), after=days) == [change]
        assert house.finding()["finding_id"] == number
        assert house.finding()["occurrences"] == occurrences
        assert house.states() == ["reopened" if change == "reopened" else "open"]

    def test_it_is_acknowledged_until_it_worsens(self, house: Log) -> None:
        house.night(off(1))
        number = house.finding()["finding_id"]
        findings.acknowledge(house.place, number, "somebody", "asked the team", datetime(2025, 2, 2, 7))
        assert house.states() == ["acknowledged"]
        assert house.night(off(1)) == []
        assert house.states() == ["acknowledged"]
        assert house.night(off(2)) == ["worsened"]
        assert house.states() == ["worsened"]

    def test_a_month_is_another_finding_but_a_day_is_not(self, house: Log) -> None:
        january = off(1)
        february = off(1, period_start=date(2025, 2, 1), period_end=date(2025, 2, 28))
        assert house.night(january, february) == ["opened", "opened"]
        days = [off(1, period_kind="day", period_start=day, period_end=day) for day in (FIRST, FIRST + timedelta(1))]
        assert [sorted(house.night(january, february, day)) for day in days] == [["opened"], []]


class TestWhatHoldsBack:
    BLOCKING = (RULE | {"severity": "B"},)

    def test_is_healed_by_any_run_whose_check_passes(self, house: Log) -> None:
        house.night(off(1), rules=self.BLOCKING)
        assert house.night(HEALED, rules=self.BLOCKING, months=[date(2023, 7, 1)]) == ["resolved"]

    @pytest.mark.parametrize(
        ("rule", "found", "holds"),
        [
            ({"severity": "B"}, {}, "period"),
            ({"severity": "Q"}, {}, "period"),
            ({"severity": "B"}, {"period_kind": "year"}, "period"),
            ({"severity": "B"}, {"period_kind": "half_year"}, "period"),
            ({"severity": "B"}, {"period_kind": "year_to_date"}, "period"),
            ({"severity": "B"}, {"period_kind": "day"}, "everything"),
            ({"severity": "B"}, {"period_start": None, "period_end": None}, "everything"),
            ({"severity": "B", "holds": "everything"}, {}, "everything"),
            ({"severity": "A"}, {}, None),
            ({"severity": "W"}, {"period_kind": "day"}, None),
        ],
    )
    def test_is_its_period_or_everything(
        self, house: Log, rule: dict[str, Any], found: dict[str, Any], holds: str | None
    ) -> None:
        house.night(off(1, **found), rules=[RULE | rule])
        rows = pq.read_table(house.place.evaluations / "run-001.parquet").to_pylist()
        assert [row["holds"] for row in rows] == [None, holds]
        assert {row["is_blocked"] for row in rows} == {holds == "everything"}
        assert findings.is_held_back(house.place, "run-001") == (holds == "everything")

    def test_is_everything_where_a_rule_that_blocks_raised(self, house: Log) -> None:
        house.night(HEALED, rules=[RULE | {"severity": "B", "error": "it broke"}])
        assert findings.is_held_back(house.place, "run-001")

    def test_a_log_that_knew_a_run_by_its_first_and_last_month_is_read(self, house: Log) -> None:
        house.night({"rule_id": "I96", "period_kind": "run"} | off(1), rules=[RULE | {"rule_id": "I96"}])
        path = house.place.evaluations / "run-001.parquet"
        bounds = {"first_month": date(2024, 12, 1), "last_month": date(2025, 2, 1)}
        rows = pq.read_table(path).drop_columns("months")
        for name, month in bounds.items():
            rows = rows.append_column(pa.field(name, pa.date32()), [pa.array([month] * len(rows), pa.date32())])
        pq.write_table(rows, path)
        rules = [RULE | {"rule_id": "I96"}]
        assert house.night(rules=rules, months=[date(2024, 11, 1), date(2025, 3, 1)]) == []
        assert house.night(rules=rules, months=[date(2025, 1, 1)]) == ["resolved"]


class TestAcceptingAFinding:
    def test_adds_a_line_and_keeps_the_others(self, house: Log) -> None:
        house.night(off(1), off(2, category="women"))
        house.place.accepted_exceptions.write_text(
            'rule,subject,observed,reason,who,until\nI51,"deaths, two\nlines",1,so it is,Lina,2030-01-01\n', "utf-8"
        )
        found = {row["category"]: row["finding_id"] for row in findings.findings(house.place)}
        findings.accept(house.place, found["children"], "Lina", "printed so", date(2026, 1, 1))
        assert {row["category"]: row["status"] for row in findings.findings(house.place)} == {
            "children": "accepted exception", "women": "open"
        }  # fmt: skip
        assert findings.unclear_exceptions(house.place) == []
        assert '"deaths, two\nlines"' in house.place.accepted_exceptions.read_text("utf-8")

    def test_adds_nothing_to_a_file_nobody_can_read(self, house: Log) -> None:
        house.night(off(1))
        house.place.accepted_exceptions.write_text("who\nLina\n", "utf-8")
        with pytest.raises(ValueError, match="its headings are who"):
            findings.accept(house.place, house.finding()["finding_id"], "Lina", "so", date(2026, 1, 1))
        assert house.place.accepted_exceptions.read_text("utf-8") == "who\nLina\n"


def test_the_last_run_says_what_is_new_healed_and_open(house: Log) -> None:
    house.night(off(1), off(1, category="women"))
    counts = findings.counts(house.place)
    assert counts.pop("at") is not None
    assert counts == {"new": 2, "healed": 0, "open": 2}
    house.night(off(1), HEALED | {"category": "women"}, off(1, category="men"))
    counts = findings.counts(house.place)
    assert (counts["new"], counts["healed"], counts["open"]) == (1, 1, 2)


def test_a_rule_that_raised_is_a_finding_and_heals(house: Log) -> None:
    assert house.night(HEALED, rules=[RULE | {"error": "it broke"}]) == ["opened"]
    assert house.finding()["message"] == "The rule parties add up (I51) could not be judged"
    assert house.night(HEALED) == ["resolved"]


class TestAnAcceptedException:
    LINE = "I51,deaths by party,243,the report says so itself,somebody,2025-02-03"

    def test_silences_its_value_until_its_day_and_then_the_finding_reopens(self, house: Log) -> None:
        house.accept(self.LINE)
        assert house.night(off(1)) == []
        assert house.states() == ["accepted exception"]
        assert house.night(off(1)) == []
        assert house.night(off(1)) == ["reopened"]

    def test_silences_no_other_value(self, house: Log) -> None:
        house.accept(self.LINE)
        assert house.night(off(2)) == ["opened"]

    def test_silences_what_is_open_at_once_and_its_end_is_told(self, house: Log) -> None:
        assert house.night(off(1)) == ["opened"]
        house.accept(self.LINE)
        assert house.states() == ["accepted exception"]
        assert house.night(HEALED) == ["resolved"]

    def test_ends_in_silence_where_it_began_in_silence(self, house: Log) -> None:
        house.accept(self.LINE)
        house.night(off(1))
        assert house.night(HEALED) == []
        assert house.states() == ["resolved"]

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("I99x,deaths by party,243,why,who,2025-02-03", "row 2: there is no rule I99x"),
            ("I51,,243,why,who,2025-02-03", "row 2: subject is empty"),
            ("I51,deaths by party,many,why,who,2025-02-03", "row 2: observed many is no number"),
            ("I51,deaths by party,243,,who,2025-02-03", "row 2: reason is empty"),
            ("I51,deaths by party,243,why,who,soon", "row 2: until soon is no day"),
        ],
    )
    def test_that_is_not_clear_is_told_and_silences_nothing(self, house: Log, line: str, problem: str) -> None:
        house.accept(line)
        (told,) = findings.unclear_exceptions(house.place)
        assert problem in told
        assert house.night(off(1)) == ["opened"]


@pytest.mark.parametrize(
    ("expected", "observed", "smell"),
    [
        (242, 243, "one off"), (100, 99, "one off"), (54, 45, "digits changed places"),
        (1264, 1246, "digits changed places"), (10, 19, None), (236, 246, "one digit off"),
        (236, 1236, "one digit off"), (1264, 164, "a digit dropped or added"),
        (23, 236, "a digit dropped or added"), (5, 55, "a digit dropped or added"), (0, 1, None), (1, 0, "one off"),
        (236, 200, None), (None, 3, None), (0.5, 1.5, None),
    ],
)  # fmt: skip
def test_what_a_difference_smells_of(house: Log, expected: float, observed: float, smell: str | None) -> None:
    house.night({"expected": expected, "observed": observed})
    assert house.finding()["signature"] == smell


def test_what_a_rule_tells_in_its_own_words_smells_of_nothing(house: Log) -> None:
    """How many there are is compared with nothing that was expected."""
    rule = RULE | {"rule_id": "I40.scattered"}
    house.night({"rule_id": rule["rule_id"], "expected": 5, "observed": 4}, rules=[rule])
    assert house.finding()["signature"] is None


def test_what_the_residual_says_it_smells_of_wins(house: Log) -> None:
    house.night(off(1, signature="equals last month"))
    assert house.finding()["signature"] == "equals last month"


@pytest.mark.parametrize(
    ("subject", "message", "message_ar"),
    [
        (
            off(1, document="002", period_kind="year", period_start=date(2024, 1, 1), period_end=date(2024, 12, 31)),
            "Document 002: civilian deaths, children, 2024: the parties add up to 243, the total says 242; "
            "1 more (one off)",
            "الوثيقة 002: القتلى المدنيون، الأطفال، 2024: مجموع الجهات 243، والإجمالي 242؛ بزيادة 1 (بفارق واحد)",
        ),
        (
            off(1, subject="toll and counted cases", category="total"),
            "The toll, and the cases that count, January 2025: expected 242, found 243; 1 more (one off)",
            "الحصيلة والحالات المحسوبة، كانون الثاني 2025: المتوقع 242، والموجود 243؛ بزيادة 1 (بفارق واحد)",
        ),
        (
            {"expected": 1.0, "observed": 0.0, "subject": "sheets of the month", "category": "deaths"},
            "Sheets of the month, sheets of deaths, January 2025: expected, and none came",
            "أوراق الشهر، أوراق القتلى، كانون الثاني 2025: منتظرة ولم يرد منها شيء",
        ),
        (
            {"expected": 0.0, "observed": 2.0, "subject": "cases that may be one person", "category": "total"},
            "Cases that may be one person, January 2025: 2 cases",
            "حالات قد تكون لشخص واحد، كانون الثاني 2025: حالتان",
        ),
    ],
)
def test_a_finding_is_told_in_one_sentence(house: Log, subject: dict[str, Any], message: str, message_ar: str) -> None:
    house.night(subject)
    assert (house.finding()["message"], house.finding()["message_ar"]) == (message, message_ar)


def test_a_document_is_told_by_its_title_and_the_day_it_was_published(house: Log) -> None:
    (house.place.root / "documents.csv").write_text("document,title_en,title_ar\n004,The report,التقرير\n", "utf-8")
    share = off(1, document="004", published_on=date(2023, 8, 1), subject="deaths, governorate SY02: share")
    house.night(share | {"category": "total", "expected": 38.2, "observed": 37.5, "rule_id": "I76",
        "signature": "fits 21 of 56, the total +1"}, rules=[RULE | {"rule_id": "I76"}])  # fmt: skip
    assert house.finding()["message"] == (
        "The report (1 August 2023): civilian deaths, Aleppo, January 2025: 37.5 % is printed, "
        "the printed total gives 38.2 %; 0.7 less (21 of 56 is 37.5 %, and the total printed is 55)"
    )
    assert house.finding()["message_ar"].startswith("التقرير (1 آب 2023): القتلى المدنيون، حلب")


@pytest.mark.parametrize(
    ("observed", "message", "message_ar"),
    [
        (251.0, "251 found, usually no more than 242", "الموجود 251، والمعتاد ما لا يزيد على 242"),
        (224.0, "224 found, usually no less than 242", "الموجود 224، والمعتاد ما لا يقل عن 242"),
    ],
)
def test_a_band_says_what_is_usual_and_smells_of_nothing(
    house: Log, observed: float, message: str, message_ar: str
) -> None:
    usual = {"rule_id": "I72", "subject": "deaths of the month", "category": "total", "observed": observed}
    house.night(usual, rules=[RULE | {"rule_id": "I72", "severity": "W"}])
    assert house.finding()["message"] == f"Civilian deaths, January 2025: {message}"
    assert house.finding()["message_ar"] == f"القتلى المدنيون، كانون الثاني 2025: {message_ar}"
    assert house.finding()["signature"] is None


def test_a_rule_of_rows_says_from_how_many_on_it_holds_back(house: Log) -> None:
    rows = {
        "rule_id": "I11",
        "subject": "deaths: rows taken out",
        "category": "deaths",
        "expected": 3.0,
        "observed": 8.0,
    }
    house.night(rows, rules=[RULE | {"rule_id": "I11", "severity": "Q"}])
    told = "Rows of deaths refused: death after documentation, January 2025: 8 rows; a month is held back above 3 rows"
    assert house.finding()["message"] == told


def test_what_should_not_be_there_is_told_without_a_difference_unless_the_words_compare(house: Log) -> None:
    aside = {"rule_id": "I04.file", "subject": "file 0a1b2c3d", "category": "total", "expected": 0.0, "observed": 1.0}
    days = {"rule_id": "I96", "subject": "days", "category": "total", "expected": 0.0, "observed": 1.0}
    # above three, which may go
    kept = {"rule_id": "I08.kept", "subject": "records", "category": "deaths", "expected": 3.0, "observed": 8.0}
    house.night(aside, days, kept, rules=[RULE | {"rule_id": each["rule_id"]} for each in (aside, days, kept)])
    told = {row["rule_id"]: (row["message"], row["signature"]) for row in findings.findings(house.place)}
    assert told["I04.file"] == (
        "File 0a1b2c3d, January 2025: set aside, none of its rows count: casebook status names it and says why",
        None,
    )
    assert told["I08.kept"][1] is None
    assert told["I96"][1] is None


def test_what_has_no_words_of_its_own_stays_as_it_is_written(house: Log) -> None:
    house.night(off(1, subject="something new, of old", category="total"))
    assert house.finding()["message"].startswith("Something new, of old, January 2025: expected 242")
    assert house.finding()["message_ar"].startswith("\u2066something new, of old\u2069، كانون الثاني 2025")


def night_of(number: int, difference: int | None) -> dict[str, Any]:
    """What a night says of one finding: off by so much, healed (0), or not judged (None)."""
    return SUBJECT | RULE | {
        "run_id": f"run-{number:03}", "noted_at": datetime(2025, 2, 1) + timedelta(days=number),
        "business_date": FIRST + timedelta(days=number), "finding_id": "of this number", "is_accepted": False,
        "verdict": "not judged" if difference is None else "failed" if difference else "passed",
        "observed": 242.0 + (difference or 0), "is_blocked": False,
    }  # fmt: skip


def replayed(place: Settings, nights: Sequence[int | None]) -> list[tuple[int, str]]:
    """The changes that a log of such nights tells."""
    rows = [night_of(number, difference) for number, difference in enumerate(nights)]
    findings.write(place, "nights", log.table(rows, log.LOG.names))
    return [(int(row["changed_in"][4:]), row["change"]) for row in findings.changes(place)]


def followed(nights: Sequence[int | None]) -> list[tuple[int, str]]:
    """The same, told step by step."""
    told, worst, healed_on = [], 0, None
    for number, difference in enumerate(nights):
        if difference is None or (difference == 0 and not worst):
            continue
        if difference == 0:
            told.append((number, "resolved"))
            worst, healed_on = 0, number
        elif not worst:
            is_back = healed_on is not None and number - healed_on <= 14
            told.append((number, "reopened" if is_back else "opened"))
            worst = difference
        elif difference > worst:
            told.append((number, "worsened"))
            worst = difference
    return told


@settings(max_examples=20)
@given(nights=st.lists(st.sampled_from([0, 0, 1, 2, 3, None]), min_size=1, max_size=40))
def test_however_nights_follow_each_other_every_change_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, nights: list[int | None]
) -> None:
    assert replayed(Settings(tmp_path_factory.mktemp("nights")), nights) == followed(nights)


@settings(max_examples=4)
@given(nights=st.lists(st.sampled_from([0, 0, 1, 1, 1, 2, None]), min_size=5, max_size=18), many=st.integers(1, 4))
def test_nights_that_are_kept_shortened_say_what_they_said(
    tmp_path_factory: pytest.TempPathFactory, nights: list[int | None], many: int
) -> None:
    whole, shortened = (Settings(tmp_path_factory.mktemp("nights")) for _ in range(2))
    for number, difference in enumerate(nights):
        row = night_of(number, difference)
        for place in (whole, shortened):
            findings.write(place, row["run_id"], log.table([row], log.LOG.names))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "MANY", many)
            findings.findings(shortened)
    assert findings.findings(shortened) == findings.findings(whole)
    assert findings.changes(shortened) == findings.changes(whole)
    if len(nights) > many:
        kept = pq.read_table(shortened.evaluations / reading.KEPT)
        assert len(kept.filter(pc.is_valid(kept["finding_id"]))) <= len(nights)


def test_nights_that_say_the_same_take_no_longer_to_read_than_two(tmp_path: Path) -> None:
    place = Settings(tmp_path)
    for number in range(3 * reading.MANY):
        row = night_of(number, 1)
        findings.write(place, row["run_id"], log.table([row], log.LOG.names))
    (found,) = findings.findings(place)
    kept = pq.read_table(place.evaluations / reading.KEPT)
    assert kept.filter(pc.is_valid(kept["finding_id"]))["times"].to_pylist() == [1, 3 * reading.MANY - 1]
    assert found["occurrences"] == 3 * reading.MANY
    assert findings.findings(place) == [found]


def test_a_hundred_nights(tmp_path: Path) -> None:
    nights = [0] * 3 + [1] * 30 + [None] * 5 + [2] * 20 + [0] * 20 + [1] * 10 + [0] * 2 + [1] * 10
    assert replayed(Settings(tmp_path), nights) == [
        (3, "opened"), (38, "worsened"), (58, "resolved"), (78, "opened"), (88, "resolved"), (90, "reopened"),
    ]  # fmt: skip


def test_what_was_read_before_is_kept_and_read_anew_where_it_changed(tmp_path: Path) -> None:
    place = Settings(tmp_path)

    def night(number: int, verdict: str) -> None:
        row = SUBJECT | RULE | {
            "run_id": f"run-{number}", "noted_at": datetime(2025, 2, 1) + timedelta(days=number),
            "business_date": FIRST + timedelta(days=number), "finding_id": "of this number", "is_accepted": False,
            "verdict": verdict, "observed": 243.0, "is_blocked": False,
        }  # fmt: skip
        findings.write(place, f"run-{number}", log.table([row], log.LOG.names))

    for number in range(70):
        night(number, "failed")
    (before,) = findings.findings(place)
    assert (place.evaluations / "read_before" / "rows").exists()
    assert findings.findings(place) == [before]
    night(69, "passed")
    night(70, "failed")
    (after,) = findings.findings(place)
    assert (before["status"], before["occurrences"]) == ("open", 70)
    assert (after["status"], after["occurrences"]) == ("reopened", 70)
