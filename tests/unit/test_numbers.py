"""Of two sheets with numbers in common, who came first decides nothing but which of two versions is the later one."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
MODELS = ("int_repeated_rows", "int_shared_numbers", "int_records")
ROWS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("kind", "row_key", "record_id", "sheet_hash", "tab", "folder", "file_name", "status")
        ),
        ("folder_month", pa.date32()),
        ("received_month", pa.date32()),
        ("documented_month", pa.date32()),
        ("received_at", pa.timestamp("us")),
        ("content_hash", pa.uint64()),
        ("revision", pa.int32()),
        ("revised_on", pa.timestamp("us")),
        ("is_refused", pa.bool_()),
        ("traits", pa.list_(pa.string())),
    ]
)
MONTH = datetime(2024, 5, 1).date()
PEOPLE = st.tuples(
    *(st.sampled_from(each) for each in (["m", "f"], ["21", "52"], ["2024-05-01", None], ["SY02", "SY04"]))
)
SHEET = st.dictionaries(st.integers(1, 4), PEOPLE, max_size=4)
# two sheets by name, each its people by number
Sheets = Mapping[str, Mapping[int, tuple[str | None, ...]]]


def became(drops: Sequence[Sheets], nights: Mapping[str, int]) -> list[dict[str, str]]:
    """By drop and row, what becomes of it, where each sheet comes on its night; a drop is of a kind of its own."""
    rows = [
        {
            "kind": str(kind), "row_key": f"{sheet}{number}", "record_id": str(number), "sheet_hash": sheet, "tab": "",
            "folder": "2024-05", "file_name": f"deaths__{sheet}.csv", "status": "active", "folder_month": MONTH,
            "received_month": MONTH, "documented_month": MONTH, "received_at": datetime(2024, 6, nights[sheet]),
            "content_hash": hash(traits) % 2**63, "is_refused": False, "traits": list(traits),
        }
        for kind, sheets in enumerate(drops)
        for sheet, people in sheets.items()
        for number, traits in people.items()
    ]  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute((DBT_PROJECT / "functions.sql").read_text("utf-8"))
        connection.register("int_rows", pa.Table.from_pylist(rows, schema=ROWS))
        # none of these sheets is a whole list
        connection.execute("create table main.int_unlisted_rows (kind varchar, row_key varchar)")
        for model in MODELS:
            sql = (DBT_PROJECT / "models" / "intermediate" / f"{model}.sql").read_text("utf-8")
            named = re.sub(r'{{ ref\("(\w+)"\) }}', r"main.\1", sql).replace("main.int_rows", "temp.int_rows")
            connection.execute(f"create table main.{model} as {named}")
        states: list[dict[str, str]] = [{} for _ in drops]
        for kind, row, state in connection.execute("select kind, row_key, state from main.int_records").fetchall():
            states[int(kind)][row] = state
        return states


def refused(states: Mapping[str, str]) -> set[str]:
    return {row for row, state in states.items() if state == "quarantined"}


@settings(max_examples=4)
@given(st.lists(st.fixed_dictionaries({"a": SHEET, "b": SHEET}), min_size=20, max_size=40))
def test_which_rows_are_refused_is_the_same_whichever_sheet_came_first(drops: list[Sheets]) -> None:
    first_a, first_b = became(drops, {"a": 1, "b": 2}), became(drops, {"a": 2, "b": 1})
    for sheets, first, then, at_once in zip(drops, first_a, first_b, became(drops, {"a": 1, "b": 1}), strict=True):
        assert refused(first) == refused(then)
        for states in (first, then):
            assert set(states) == {f"{sheet}{number}" for sheet, people in sheets.items() for number in people}
            accepted = {row[1:] for row in set(states) - refused(states)}
            # every record that is not refused counts once
            assert sorted(row[1:] for row, state in states.items() if state == "current") == sorted(accepted)
        # in one night no row is accepted that is refused in two
        assert refused(first) <= refused(at_once)


def test_of_two_versions_the_later_receipt_wins_and_of_two_lists_neither() -> None:
    man, older, woman = (
        ("m", "21", "2024-05-01", "SY04"),
        ("m", "52", "2024-05-01", "SY04"),
        ("f", "52", "2024-05-01", "SY02"),
    )
    versions = {"a": {1: man, 2: man, 3: man}, "b": {1: older, 2: man, 3: woman}}
    lists = {"a": {1: man, 2: man}, "b": {1: woman, 2: man}}
    of_versions, of_lists = became([versions, lists], {"a": 1, "b": 2})
    assert of_versions == {
        "a1": "superseded", "a2": "superseded", "a3": "superseded", "b1": "current", "b2": "current", "b3": "current"
    }  # fmt: skip
    assert of_lists == {"a1": "quarantined", "b1": "quarantined", "a2": "superseded", "b2": "current"}
    (of_versions,) = became([versions], {"a": 2, "b": 1})
    assert of_versions["a1"] == "current"
