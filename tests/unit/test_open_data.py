"""What is open is said by lists: each of them is one of the house's, and none tells too much."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.open_data.tables import HERE, descriptions
from orchestration.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
# what a dimension tells: the place, who did it, how, who it was
TELLS = {
    "governorate": "place", "party": "party", "sub_party": "party", "cause_group": "cause", "mechanism": "cause",
    "role": "role", "facility_type": "facility",
}  # fmt: skip


def listed(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def opened() -> list[dict[str, str]]:
    return list(listed(HERE / "open_breakdowns.csv"))


def test_each_open_breakdown_is_one_of_the_figures() -> None:
    keys = ("measure", "basis", "dimensions")
    known = {tuple(row[key] for key in keys) for row in listed(SEEDS / "breakdowns.csv")}
    told = [tuple(row[key] for key in keys) for row in opened()]
    assert set(told) <= known
    assert len(set(told)) == len(told)
    assert {row["shown"] for row in opened()} == {"categories", "totals", "cells"}


def test_no_open_figure_crosses_more_than_two_things() -> None:
    """I90: of place, party, cause, role and age and sex."""
    for row in opened():
        told = {TELLS[name] for name in row["dimensions"].split(";") if name}
        told |= {"age and sex"} if row["shown"] == "categories" else set()
        assert len(told) <= 2, row


def test_place_and_age_and_sex_are_never_told_of_one_measure_but_of_deaths_coarsened() -> None:
    both = {(row["measure"], row["basis"]) for row in opened() if "governorate" in row["dimensions"].split(";")} & {
        (row["measure"], row["basis"]) for row in opened() if row["shown"] == "categories"
    }
    assert both == {("deaths", "documented")}
    placed = [row for row in opened() if "governorate" in row["dimensions"].split(";")]
    assert not [row for row in placed if row["shown"] == "categories"]
    assert [row["measure"] for row in placed if row["shown"] == "cells"] == ["deaths"]


def test_a_part_of_deaths_is_told_without_place() -> None:
    """Else the places of the part and of the whole could be laid over each other."""
    placed = {row["measure"] for row in opened() if "governorate" in row["dimensions"].split(";")}
    assert not placed & {"torture_deaths", "hors_de_combat", "unverified_deaths", "still_disappeared", "disappeared"}
    assert [row for row in opened() if row["basis"] == "occurred" and "governorate" in row["dimensions"]] == []


def test_every_mechanism_has_one_cause_of_the_indicator() -> None:
    told = [row["mechanism"] for row in listed(HERE / "sdg_causes.csv")]
    assert sorted(told) == sorted([*(row["mechanism"] for row in listed(SEEDS / "mechanisms.csv")), "unknown"])


@pytest.mark.parametrize("table", descriptions()["hxl"])
def test_a_table_with_tags_is_a_table(table: str) -> None:
    assert table in descriptions()["tables"]
