"""Small cells: who has everything that is open works none out, as trying every table there could be shows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product

import duckdb
import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.open_data.tables import SMALL_CELLS

Cell = tuple[str, str, str]
Table = dict[Cell, int]
Told = dict[tuple[str, str], int]


def coarsened(tables: list[Table], smallest: int) -> list[Told]:
    """What is told of each table, by the SQL that tells it: a table is a month."""
    rows = [
        {"month": number, "place": place, "party": party, "category": category, "value": value}
        for number, table in enumerate(tables)
        for (place, party, category), value in table.items()
        if value
    ]
    told: list[Told] = [{} for _ in tables]
    with duckdb.connect() as connection:
        connection.execute("set variable smallest = ?", [smallest])
        connection.register("given_cells", pa.Table.from_pylist(rows))
        connection.execute("create temp table cells as from given_cells")
        connection.execute(SMALL_CELLS.read_text())
        for month, *cell, value in connection.execute("from open_cells").fetchall():
            told[month][(cell[0], cell[1])] = int(value)
    return told


def published(table: Table, told: Told) -> tuple[object, ...]:
    """All that is open of a month: what is told by place, and the totals that are printed anyway."""
    places, kinds = Counter[str](), Counter[tuple[str, str]]()
    for (place, party, category), value in table.items():
        places[place] += value
        kinds[(party, category)] += value
    are_told = not any(place == "not_shown" for place, _ in told)
    return (
        frozenset(told.items()),
        frozenset((place, value) for place, value in places.items() if value) if are_told else None,
        frozenset((kind, value) for kind, value in kinds.items() if value),
    )


def every_table(cells: list[Cell], most: int) -> Iterator[Table]:
    """Every table of some cells with one to so many dead."""

    def dealt(left: int, over: int) -> Iterator[list[int]]:
        if over == 1:
            yield from ([value] for value in range(left + 1))
            return
        for value in range(left + 1):
            yield from ([value, *rest] for rest in dealt(left - value, over - 1))

    for values in dealt(most, len(cells)):
        if any(values):
            yield {cell: value for cell, value in zip(cells, values, strict=True) if value}


def worked_out(tables: list[Table], smallest: int, coarsened_below: int | None = None) -> list[tuple[Table, Cell]]:
    """The small cells of which a reader who tries every table there could be finds one value only."""
    alike: dict[tuple[object, ...], list[Table]] = defaultdict(list)
    for table, told in zip(tables, coarsened(tables, coarsened_below or smallest), strict=True):
        alike[published(table, told)].append(table)
    return [
        (group[0], cell)
        for group in alike.values()
        for cell, value in group[0].items()
        if value < smallest and all(table.get(cell, 0) == value for table in group)
    ]


def cells_of(places: int, parties: int, categories: int) -> list[Cell]:
    names = (range(number) for number in (places, parties, categories))
    return [(f"place {place}", f"party {party}", f"category {category}") for place, party, category in product(*names)]


@pytest.mark.parametrize(
    ("places", "parties", "categories", "dead", "smallest"),
    [(3, 2, 2, 5, 2), (3, 2, 2, 4, 3), (4, 1, 3, 5, 2), (2, 3, 2, 5, 2), (3, 3, 2, 4, 2)],
)
def test_no_small_cell_can_be_worked_out_of_any_table(
    places: int, parties: int, categories: int, dead: int, smallest: int
) -> None:
    tables = list(every_table(cells_of(places, parties, categories), dead))
    assert len(tables) > 1000
    assert worked_out(tables, smallest) == []


def test_where_no_cell_is_taken_for_small_they_are_worked_out() -> None:
    """So the test before can fail."""
    tables = list(every_table(cells_of(3, 2, 2), 4))
    assert worked_out(tables, smallest=2, coarsened_below=1) != []


def can_change(block: Table, cell: Cell) -> bool:
    """Whether a cell could be another number while all totals of its block, by place and by kind, stay."""
    graph = nx.DiGraph()
    places, kinds = {place for place, _, _ in block}, {(party, category) for _, party, category in block}
    for place, kind in product(places, kinds):
        if (place, *kind) != cell:
            graph.add_edge(place, kind)  # one more of them
            if block.get((place, *kind)):
                graph.add_edge(kind, place)  # one fewer
    place, kind = cell[0], cell[1:]
    return all(node in graph for node in (place, kind)) and (
        nx.has_path(graph, kind, place) or nx.has_path(graph, place, kind)
    )


@given(
    table=st.dictionaries(st.sampled_from(cells_of(14, 6, 4)), st.integers(1, 12), min_size=1, max_size=120),
    few=st.integers(0, 40),
)
@settings(max_examples=60, deadline=None)
def test_in_a_month_as_large_as_real_ones_each_small_cell_can_be_another_number(table: Table, few: int) -> None:
    table = {cell: 1 if number < few else value for number, (cell, value) in enumerate(table.items())}
    [told] = coarsened([table], 3)
    assert sum(told.values()) == sum(table.values())
    for place in {place for place, _ in told} - {"not_shown"}:
        assert sum(value for (where, _), value in told.items() if where == place) == sum(
            value for cell, value in table.items() if cell[0] == place
        )
    blocks = {party: parties for _, parties in told for party in parties.split(";")}
    for cell, value in table.items():
        if value < 3 and ("not_shown", cell[1]) not in told:
            assert can_change({each: n for each, n in table.items() if blocks[each[1]] == blocks[cell[1]]}, cell), cell


class TestWhatIsTold:
    MONTH: Table = {
        ("Aleppo", "sdf", "men"): 5, ("Aleppo", "sdf", "children"): 3, ("Homs", "isis", "men"): 1,
        ("Homs", "hts", "women"): 1, ("Aleppo", "other", "men"): 5, ("Hama", "other", "women"): 12,
    }  # fmt: skip

    def test_a_party_stands_alone_where_none_of_its_kinds_is_small(self) -> None:
        [told] = coarsened([self.MONTH], 3)
        assert told == {
            ("Aleppo", "sdf"): 8,
            # two dead, who could all be in one place: the smallest party that makes them too many for it joins them
            ("Homs", "hts;isis;other"): 2,
            ("Aleppo", "hts;isis;other"): 5,
            ("Hama", "hts;isis;other"): 12,
        }

    def test_parties_of_one_kind_are_never_told_by_themselves(self) -> None:
        """However many they are: where somebody died would tell who."""
        of_one_kind = {(f"place {number}", "isis", "men"): 2 for number in range(4)}
        others = {("place 1", "other", "men"): 3, ("place 2", "other", "women"): 3}
        [told] = coarsened([of_one_kind | others], 3)
        assert {parties for _, parties in told} == {"isis;other"}

    def test_parties_who_could_just_be_all_in_one_place_are_joined(self) -> None:
        few = {("Homs", "isis", "men"): 1, ("Homs", "hts", "women"): 1}
        scattered = {(f"place {number}", "other", kind): 1 for number in range(3) for kind in ("men", "women")}
        [told] = coarsened([few | scattered], 3)
        assert {parties for _, parties in told} == {"hts;isis;other"}

    def test_who_joins_them_makes_them_more_than_could_be_in_one_place(self) -> None:
        few = {("Homs", "isis", "men"): 1, ("Homs", "hts", "women"): 1}
        there = {("Homs", "other", "men"): 3, ("Homs", "other", "women"): 3}
        elsewhere = {("Hama", "sdf", "men"): 3, ("Hama", "sdf", "women"): 4}
        [told] = coarsened([few | there | elsewhere], 3)
        assert {parties for _, parties in told} == {"hts;isis;sdf", "other"}

    def test_what_is_small_is_said_in_one_place(self) -> None:
        [told] = coarsened([self.MONTH], 4)
        assert {parties for _, parties in told} == {"hts;isis;other;sdf"}

    def test_a_month_of_one_place_or_of_one_kind_tells_no_places(self) -> None:
        of_one_place = {("Homs", "sdf", "men"): 8, ("Homs", "isis", "women"): 2}
        of_one_kind = {("Homs", "sdf", "men"): 8, ("Hama", "sdf", "men"): 2}
        large = {("Homs", "sdf", "men"): 8, ("Homs", "isis", "women"): 3}
        assert coarsened([of_one_place, of_one_kind, large], 3) == [
            {("not_shown", "sdf"): 8, ("not_shown", "isis"): 2},
            {("not_shown", "sdf"): 10},
            {("Homs", "isis;sdf"): 11},
        ]
