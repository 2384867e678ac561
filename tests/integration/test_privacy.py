"""Names stop at the door: what a sheet says of a person is nowhere but in the restricted zone."""

import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.settings import DBT_PROJECT
from tests.integration.house import House, as_csv, deaths

TABLES = yaml.load((DBT_PROJECT / "models" / "staging" / "received.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)[
    "sources"
][0]["tables"]
RESTRICTED = {
    table["config"]["meta"]["kind"]: [
        column["name"] for column in table["columns"] if column.get("config", {}).get("meta", {}).get("restricted")
    ]
    for table in TABLES
    if "kind" in table["config"]["meta"]
}
OPEN_SCHEMAS = ("codes", "marts", "intermediate", "reconciliation")
# a mark no other text has, in every restricted cell of every row
MARK = "Zqxwv"
OTHERS = {
    "incidents": {"incident_id": "SYN-I-1", "date_from": "2025-01-09", "governorate": "Aleppo", "party": "ISIS"},
    "facility_attacks": {
        "attack_id": "SYN-A-1", "attacked_on": "2025-01-09", "facility_type": "school", "governorate": "Aleppo",
        "party": "ISIS",
    },
    "torture": {"event_id": "SYN-T-1", "governorate": "Aleppo", "party": "ISIS"},
    "detentions": {"detention_id": "SYN-D-1", "detained_on": "2025-01-09", "governorate": "Aleppo", "party": "ISIS"},
    "attributions": {
        "attribution_id": "SYN-S-1", "about_kind": "detention", "about_id": "SYN-D-1", "stated_by": "ours",
        "party": "ISIS",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def house(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose sheets carry marked names, notes and sources, in good rows, bad ones and ones nobody could read."""
    made = empty_house.copy(tmp_path_factory.mktemp("names"))
    marked = {kind: {name: f"{MARK} {name}" for name in columns} for kind, columns in RESTRICTED.items()}
    good = marked["deaths"] | {"birth_date": "1994-06-05"}
    rows = [
        *deaths("2025-01", 3, **good),
        deaths("2025-01", 4, **good | {"age": "130"})[3],
        # a day of birth that cannot be read is a note of a restricted cell
        deaths("2025-01", 5, **marked["deaths"])[4],
        # an anonymous case that carries a name, and a heading nobody knows
        deaths("2025-01", 6, **good | {"archive": "anonymous", "mother": f"{MARK} mother"})[5],
    ]
    made.drop("2025-01/deaths__synthetic.csv", as_csv(rows) + f"SYN-T-odd,{MARK} too few cells\n")
    made.drop("2025-01/deaths__synthetic_no_party.csv", f"case_id,documented_on,name_en\nSYN-1,2025-01-01,{MARK}\n")
    made.drop("2025-01/deaths__synthetic_unclosed.csv", as_csv(rows[:1]) + f'SYN-T-x,2025-01-01,"{MARK}\n' * 3)
    for kind, cells in OTHERS.items():
        row = {"documented_on": "2025-01-10", "revision": "1"} | cells | marked[kind]
        made.drop(f"2025-01/{kind}__synthetic.csv", as_csv([row]))
    made.night(is_kept=True)
    for command in (["site"], ["report", "2025-01"]):
        assert made.cli(*command).returncode == 0
    return made


def files_with(root: Path, mark: str) -> list[str]:
    """Files beneath the root that hold the mark, the sheets themselves and the restricted zone left out."""
    told = [path for path in root.rglob("*") if path.is_file()]
    free = [path for path in told if path.relative_to(root).parts[0] not in ("raw", "lake", "warehouse")]
    return [str(path.relative_to(root)) for path in free if mark.encode() in path.read_bytes()]


def test_the_marks_have_come_in(house: House) -> None:
    assert house.figure("deaths", "2025-01") == 4  # one whose day of birth cannot be read
    received = house.rows(f"select count(*) from received.received_deaths where name_en like '{MARK}%'")
    assert received[0][0] >= 6
    assert len(house.problems()) >= 4


def test_the_release_does_not_say_what_people_call_files_tabs_and_headings(house: House) -> None:
    with duckdb.connect(house.place.release, read_only=True) as release:
        for table in ("received_sheets", "problems"):
            columns = {name for name, *_ in release.execute(f"describe received.{table}").fetchall()}
            assert (
                columns & {"folder", "file_name", "tab", "heading", "headings", "notes", "set_aside", "sentence"}
                == set()
            )
        headings = "select distinct column_name from received.problems where rule_id = 'I04' and severity != 'Q'"
        assert release.execute(headings).fetchall() in ([], [(None,)])


def test_no_open_table_holds_one(house: House) -> None:
    tables = house.rows("select table_schema, table_name from information_schema.tables order by all")
    seen = [(schema, table) for schema, table in tables if schema in OPEN_SCHEMAS]
    assert {schema for schema, _ in seen} == set(OPEN_SCHEMAS)
    holding = [
        f"select '{schema}.{table}' from {schema}.{table} as row_of where row_of::varchar like '%{MARK}%'"
        for schema, table in seen
    ]
    assert house.rows(" union ".join(holding)) == []
    # and the search would have found it
    of_sheets = "received.received_deaths as row_of where row_of::varchar"
    assert house.rows(f"select count(*) > 0 from {of_sheets} like '%{MARK}%'") == [(True,)]


def test_no_open_table_has_a_restricted_column(house: House) -> None:
    restricted = {name for columns in RESTRICTED.values() for name in columns}
    columns = house.rows("select table_schema, table_name, column_name from information_schema.columns")
    marts = [
        (table, column) for schema, table, column in columns if schema in ("marts", "reconciliation", "intermediate")
    ]
    assert [(table, column) for table, column in marts if column in restricted] == []


def test_no_file_outside_the_restricted_zone_holds_one(house: House) -> None:
    assert files_with(house.root, MARK) == []
    # and the search would have found it
    assert files_with(house.root, "fct_deaths") != []


COMMANDS = [
    ("quarantine",), ("status",), ("figures", "--period", "2025-01"),
    # a counted row, three refused ones, and the other kinds
    *(("explain", f"SYN-T-2025-01-{number}") for number in (1, 4, 5, 6)),
    *(("explain", number) for number in ("SYN-I-1", "SYN-A-1", "SYN-T-1", "SYN-D-1")),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_no_reading_command_tells_one(house: House, command: tuple[str, ...]) -> None:
    for words in (command, (*command, "--json")):
        done = house.cli(*words)
        assert done.returncode == 0
        assert MARK not in done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["lake", "warehouse"])
def test_the_restricted_zone_is_its_owners_alone(house: House, folder: str) -> None:
    assert stat.S_IMODE((house.root / folder).stat().st_mode) == 0o700


def test_a_copied_warehouse_folder_is_closed_again(new_house: Callable[[str], House]) -> None:
    """A folder somebody else made must not stay open."""
    house = new_house("house")
    (house.root / "warehouse").chmod(0o755)
    (house.root / "lake").chmod(0o755)
    with house.entered():
        from orchestration.build import draft
        from orchestration.intake import store

        store.lake(house.root)
        draft.begin(house.place, "another project")
    modes = {folder: stat.S_IMODE((house.root / folder).stat().st_mode) for folder in ("lake", "warehouse")}
    assert modes == {"lake": 0o700, "warehouse": 0o700}
