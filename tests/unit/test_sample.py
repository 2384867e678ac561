"""The sample says of itself that it is invented, and its counts are the printed ones."""

import filecmp
import json
from datetime import date

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.sample import invented, months, write_cases, write_sample

# total, children, women as printed; where a printed total contradicts its own parts, what the parts say
PRINTED = {
    "2023-07": {
        "assad_regime": (8, 1, 1), "russia": (1, 0, 0), "aof_sna": (3, 2, 0), "sdf": (4, 3, 0), "coalition": (1, 0, 0),
        "landmine_unidentified": (5, 1, 1), "gunfire_unidentified": (12, 1, 0), "bombing_unidentified": (16, 7, 2),
        "killing_unidentified": (5, 1, 0),
    },
    "2024-12": {
        "assad_regime": (223, 65, 28), "russia": (13, 2, 1), "aof_sna": (8, 2, 3), "sdf": (108, 7, 4),
        "other": (151, 20, 13),
    },
    "2025-01": {
        "assad_regime": (9, 4, 0), "sdf": (21, 7, 6), "sna": (4, 2, 1), "coalition": (1, 1, 0), "other": (201, 18, 11),
    },
}  # fmt: skip

# what keeps a row out of the facts, by the rules; one of each kind is in the sample
PROBLEMS = {
    "date": "death_date is not null and try_cast(death_date as date) is null",
    "party": "party not in (select party from parties)",
    "validity": "post_fall_channel is null and exists (from parties as p where p.party = d.party"
    " and try_cast(death_date as date) not between valid_from and valid_until)",
    "age": "age::integer not between 0 and 115",
    "injury": "injured_on > death_date or (mechanism = 'late_wound' and injured_on >= death_date)",
    "folder": "revision = '1' and left(documented_on, 7) <> folder",
    "pcode": "left(killed_pcode, 4) <> killed_governorate",
    "later": "try_cast(death_date as date) > documented_on::date",
    "age class": "(age::integer < 18) <> (age_class = 'child')",
    "precision": "death_date_precision = 'month' and right(death_date, 2) <> '01'",
    "names": "(archive = 'named') <> (name_en is not null or name_ar is not null)",
    "attribution": "mechanism in ('landmine', 'ied', 'car_bomb', 'suicide_attack')"
    " and (attribution_status <> 'excluded_by_rule' or party not like '%unidentified')",
    "pending": "(party = 'pending_two_party') <> (coalesce(attribution_status, '') = 'pending'"
    " and candidates like '%;%')",
    "channel": "post_fall_channel in ('cluster_remnant', 'war_remnant') and mechanism <> post_fall_channel"
    " or post_fall_channel = 'late_wound' and (mechanism <> 'late_wound' or injured_on > '2024-12-08')",
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """`deaths`: every case row as written, codes in place of words; `counted`: the current ones that count."""
    con = months.made()

    def code(name: str, meta: dict[str, str]) -> str:
        if meta["type"] != "code":
            return name
        found = f"select code from words where code_list = '{meta['code_list']}' and {name} in (code, en, ar) limit 1"
        return f"coalesce(({found}), {name}) as {name}"

    # the Arabic sheet has neither archive nor age class: they follow from name and age
    cells = ", ".join(code(name, meta) for name, meta in invented.contract()["deaths"].items())
    con.execute(f"create table deaths as select folder, sheet, {cells} from sheet_deaths")
    problems = ", ".join(f"if({rule}, '{name}', null)" for name, rule in PROBLEMS.items())
    con.execute(f"""create table judged as select *, left(documented_on, 7) as month,
        list_filter([{problems}], lambda p: p is not null) as problems from deaths as d""")
    con.execute("""create table counted as
        select *, age_class = 'child' as is_child, age_class = 'adult' and sex = 'f' as is_woman,
            mechanism in ('landmine', 'antivehicle_mine', 'cluster_remnant') as is_mine
        from (from judged qualify row_number() over (partition by case_id order by revision::integer desc) = 1)
        where problems = [] and archive = 'named' and civilian_status in ('civilian', 'civilian_police')
            and exclusion_reason is null and status = 'active' and country = 'SY'""")
    return con


def count(con: duckdb.DuckDBPyConnection, month: str, condition: str = "true") -> tuple[int, int, int]:
    """Total, children and women of a month."""
    return con.execute(
        f"select count(*), count_if(is_child), count_if(is_woman) from counted where month = ? and ({condition})",
        [month],
    ).fetchone()


@pytest.mark.parametrize("month", PRINTED)
def test_parties_are_as_printed(con: duckdb.DuckDBPyConnection, month: str) -> None:
    main = ", ".join(f"'{party}'" for party in PRINTED[month])
    for party, printed in PRINTED[month].items():
        condition = f"party not in ({main})" if party == "other" else f"party = '{party}'"
        assert count(con, month, condition) == printed, party
    assert count(con, month) == tuple(map(sum, zip(*PRINTED[month].values(), strict=True)))


@pytest.mark.parametrize(
    ("month", "condition", "printed"),
    [
        ("2023-07", "torture = 'death_due_to_torture' and party = 'assad_regime'", 3),
        ("2023-07", "torture = 'death_due_to_torture'", 3),
        ("2023-07", "roles = 'civil_defense' and party = 'assad_regime'", 1),
        ("2023-07", "roles is not null", 1),
        ("2023-07", "is_mine", 5),
        ("2023-07", "killed_governorate = 'SY12'", 14),
        ("2023-07", "killed_governorate = 'SY12' and party = 'gunfire_unidentified'", 10),
        ("2023-07", "killed_governorate = 'SY02'", 21),
        ("2023-07", "civilian_status = 'civilian_police'", 1),
        ("2024-12", "torture = 'death_due_to_torture'", 4),
        ("2024-12", "torture = 'death_due_to_torture' and is_child and party = 'assad_regime'", 1),
        ("2024-12", "torture = 'death_due_to_torture' and is_woman and party = 'sdf'", 1),
        ("2024-12", "roles = 'civil_defense'", 3),
        ("2024-12", "roles = 'civil_defense' and party = 'assad_regime'", 2),
        ("2024-12", "roles = 'media'", 6),
        ("2024-12", "roles = 'media' and party = 'sdf'", 1),
        ("2025-01", "is_mine", 71),
        ("2025-01", "is_mine and is_child", 7),
        ("2025-01", "is_mine and is_woman", 3),
        ("2025-01", "torture = 'death_due_to_torture'", 1),
        ("2025-01", "torture = 'death_due_to_torture' and is_woman and party = 'sdf'", 1),
        ("2025-01", "roles = 'medical'", 4),
        ("2025-01", "roles = 'media'", 1),
        ("2025-01", "roles = 'civil_defense'", 1),
        ("2025-01", "killed_governorate = 'SY02'", 83),
        ("2025-01", "killed_governorate = 'SY05'", 38),
        ("2025-01", "killed_governorate = 'SY05' and party in ('assad_regime', 'sdf', 'sna', 'coalition')", 0),
        ("2025-01", "killed_governorate = 'SY09'", 24),
    ],
)
def test_breakdowns_are_as_printed(con: duckdb.DuckDBPyConnection, month: str, condition: str, printed: int) -> None:
    assert count(con, month, condition)[0] == printed


def test_massacres_are_as_printed(con: duckdb.DuckDBPyConnection) -> None:
    massacres = """select month, party, count(*) as dead, count_if(is_child) as children, count_if(is_woman) as women
        from counted where incident_id is not null group by month, party, incident_id having count(*) >= 5"""
    assert con.sql(
        f"select dead, children, women from ({massacres}) where month = '2023-07' order by dead"
    ).fetchall() == [
        (5, 1, 0),
        (8, 4, 1),
    ]
    assert con.sql(f"select distinct party from ({massacres}) where month = '2023-07'").fetchall() == [
        ("bombing_unidentified",)
    ]
    assert con.sql(f"select count(*) from ({massacres}) where month = '2025-01'").fetchone() == (2,)
    annual = {"assad_regime": 14, "russia": 2, "sdf": 2}
    december = con.sql(f"select party, count(*) from ({massacres}) where month = '2024-12' group by party").fetchall()
    assert all(number <= annual.get(party, 15) for party, number in december)


def test_incidents_know_their_dead(con: duckdb.DuckDBPyConnection) -> None:
    linked = "select incident_id, count(*) as dead, min(death_date) as day from counted group by incident_id"
    assert (
        con.sql(f"""select incident_id from ({linked}) as l left join sheet_incidents as i using (incident_id)
        where l.incident_id is not null and (killed_best::integer is distinct from dead
            or date_from is distinct from day
            or dead not between killed_min::integer and killed_max::integer)""").fetchall()
        == []
    )


def test_other_kinds_are_as_printed(con: duckdb.DuckDBPyConnection) -> None:
    attacks = con.sql(
        "select party, count(*) from sheet_facility_attacks where folder = '2025-01' group by party"
    ).fetchall()
    assert sum(number for _, number in attacks) == 14
    assert dict(attacks)["sna"] == 1
    assert dict(attacks)["sdf"] == 4
    assert con.sql("select persons, persons_hedge, released, released_on from sheet_detentions "
                   "where folder = '2025-01' and outcome = 'released' order by persons").fetchall() == [
        ("31", "at_least", "31", "2025-01-30"), ("7", "exact", "7", "2025-01-30")]  # fmt: skip
    assert con.sql(
        "select count(*) from deaths where civilian_status = 'combatant' and death_date = '2025-01-23'"
    ).fetchone() == (15,)
    assert con.sql("select count(*) from sheet_torture").fetchone() == (1,)


def test_every_case_ends_where_its_cell_says(con: duckdb.DuckDBPyConnection) -> None:
    seen = con.sql("""select v.month, expected, count(*),
            count_if(exists (from counted as c where c.case_id = v.case_id)),
            count_if(exists (from judged as j where j.case_id = v.case_id and j.problems <> []))
        from victims as v group by all""").fetchall()
    for month, expected, cases, counted, broken in seen:
        assert counted == (cases if expected == "counted" else 0), (month, expected)
        assert broken == (cases if expected == "quarantined" else 0), (month, expected)


def test_bad_rows_break_the_rule_they_are_made_for(con: duckdb.DuckDBPyConnection) -> None:
    broken = con.sql("select folder, unnest(problems) as problem from judged order by all").fetchall()
    assert broken == [
        ("2023-07", "age"), ("2023-07", "folder"), ("2023-07", "injury"),
        ("2024-12", "date"), ("2024-12", "party"), ("2024-12", "pcode"), ("2024-12", "validity"),
        ("2025-01", "age"), ("2025-01", "date"), ("2025-01", "party"), ("2025-01", "validity"),
    ]  # fmt: skip


def test_a_later_revision_puts_right_what_the_first_wrote(con: duckdb.DuckDBPyConnection) -> None:
    later = con.sql("""select b.folder, b.status, a.killed_governorate <> b.killed_governorate,
            a.mechanism <> b.mechanism
        from deaths as a join deaths as b on a.case_id = b.case_id and a.revision = '1' and b.revision = '2'
        order by all""").fetchall()
    assert later == [
        ("2024-12", "withdrawn", False, False), ("2025-01", "active", False, True), ("2025-01", "active", True, False),
    ]  # fmt: skip


def test_nobody_has_the_same_name_and_everybody_is_marked(con: duckdb.DuckDBPyConnection) -> None:
    assert con.sql("select count(name_ar) - count(distinct name_ar) from deaths where revision = '1'").fetchone() == (
        0,
    )
    for kind in months.KINDS:
        text = "narrative" if kind == "incidents" else "notes"
        assert con.sql(
            f"select count(*) from sheet_{kind} where {text} is null or {text} not like '%casebook sample%'"
        ).fetchone() == (0,)


def test_files_are_the_same_every_time_and_marked(tmp_path, con: duckdb.DuckDBPyConnection) -> None:
    first, second = write_sample(tmp_path / "a"), write_sample(tmp_path / "b")
    assert all(filecmp.cmp(a, b, shallow=False) for a, b in zip(first, second, strict=True))
    assert all("synthetic" in path.name for path in first)
    workbook = CalamineWorkbook.from_path(tmp_path / "a/raw/2024-12/synthetic_cases.xlsx")
    grid = workbook.get_sheet_by_name("deaths").to_python()
    assert grid[0][0].startswith("SYNTHETIC")
    assert len(grid) - 2 == con.sql("select count(*) from deaths where folder = '2024-12' and sheet = ''").fetchone()[0]
    assert isinstance(grid[2][grid[1].index("documented_on")], date)
    export = json.loads((tmp_path / "a/raw/2025-01/synthetic_submissions.json").read_text(encoding="utf-8"))
    assert export["_about"].startswith("SYNTHETIC")
    assert sum(len(each.get("deaths", [])) for each in export["results"]) == con.sql(
        "select count(*) from deaths where folder = '2025-01'").fetchone()[0]  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_many_cases(tmp_path, con: duckdb.DuckDBPyConnection, format: str) -> None:
    deaths, incidents, detentions = write_cases(tmp_path, 5000, date(2015, 1, 1), date(2025, 2, 1), 7, format)
    for name, path in (("many", deaths), ("many_incidents", incidents), ("many_detentions", detentions)):
        source = f"read_csv('{path}', all_varchar = true)" if format == "csv" else f"'{path}'"
        con.execute(f"create or replace table {name} as from {source}")
    assert con.sql("select count(*), count(distinct case_id), count(distinct name_en), "
                   "min(documented_on) >= '2015-01-01', max(documented_on) < '2025-03-01' from many"
                   ).fetchone() == (5000, 5000, 5000, True, True)  # fmt: skip
    con.execute("create or replace view marked as select *, left(documented_on, 7) as folder from many")
    for name, rule in PROBLEMS.items():
        assert con.sql(f"select count(*) from marked as d where {rule}").fetchone() == (0,), name
    assert (
        con.sql(
            "select count(*) from (select incident_id from many where incident_id is not null "
            "group by incident_id having count(*) >= 5)"
        ).fetchone()[0]
        > 5
    )
    assert con.sql("""select count(*) from (select incident_id, count(*) as dead from many group by 1) as m
        full join many_incidents as i using (incident_id) where incident_id is not null
        and killed_best::integer is distinct from dead""").fetchone() == (0,)
    assert (
        con.sql("select count(*) from many_detentions").fetchone()
        == con.sql("select count(detention_id) from many").fetchone()
    )


def test_no_months_no_cases(tmp_path) -> None:
    with pytest.raises(ValueError, match="No cases"):
        write_cases(tmp_path, 10, date(2024, 2, 1), date(2024, 1, 1))
