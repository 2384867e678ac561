"""Deaths by place: who has everything that is open works no cell out, as trying every table there could be shows."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
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


def coarsened(tables: list[Table]) -> list[Told]:
    """What is told of each table, by the SQL that tells it: a table is a month."""
    cells, kinds = Counter[tuple[int, str, str]](), Counter[tuple[int, str, str]]()
    for number, table in enumerate(tables):
        for (place, party, category), value in table.items():
            cells[(number, place, party)] += value
            for kind in category.split():
                kinds[(number, party, kind)] += value
    told: list[Told] = [{} for _ in tables]
    with duckdb.connect() as connection:
        for name, columns, counted in (("cells", ("place", "party"), cells), ("of_party", ("party", "kind"), kinds)):
            rows = [
                dict(zip(("month", *columns, "value"), (*key, value), strict=True))
                for key, value in counted.items()
                if value
            ]
            connection.register(f"given_{name}", pa.Table.from_pylist(rows))
            connection.execute(f"create temp table {name} as from given_{name}")
        connection.execute(SMALL_CELLS.read_text("utf-8"))
        for month, place, parties, value in connection.execute("from open_cells").fetchall():
            told[month][(place, parties)] = int(value)
    return told


def published(table: Table, told: Told) -> tuple[object, ...]:
    """All that is open of a month: what is told by place, and the totals that are printed anyway."""
    totals = Counter[tuple[str, ...]]()
    are_told = not any(place == "not_shown" for place, _ in told)
    for (place, party, category), value in table.items():
        # of two kinds at once it is told how many there were, and not of which parties
        for total in [(place,)] * are_told + [(party, kind) for kind in category.split()] + [("all", "of", category)]:
            totals[total] += value
    return frozenset(told.items()), frozenset(totals.items())


def by_kind(table: Table) -> Counter[Cell]:
    """The cells of a place, a party and one thing more."""
    cells = Counter[Cell]()
    for (place, party, category), value in table.items():
        for kind in category.split():
            cells[(place, party, kind)] += value
    return cells


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


def worked_out(tables: list[Table], told: list[Told]) -> list[tuple[Counter[Cell], Cell]]:
    """The cells of which a reader who tries every table there could be finds one value only, and it is not zero."""
    alike: dict[tuple[object, ...], list[Table]] = defaultdict(list)
    for table, of_table in zip(tables, told, strict=True):
        alike[published(table, of_table)].append(table)
    groups = [[by_kind(table) for table in group] for group in alike.values()]
    return [
        (group[0], cell)
        for group in groups
        for cell, value in group[0].items()
        if all(table[cell] == value for table in group)
    ]


def cells_of(places: int, parties: int, categories: Sequence[str]) -> list[Cell]:
    return [
        (f"place {place}", f"party {party}", category)
        for place, party, category in product(range(places), range(parties), categories)
    ]


TWO, THREE = ("men", "women"), ("men", "women", "children")
WITH_CAUSE = ("men gunfire", "men shelling", "women gunfire", "women shelling")


@pytest.mark.parametrize(
    ("places", "parties", "categories", "dead", "lines"),
    [
        (3, 2, TWO, 6, 2),
        (4, 1, THREE, 5, 1),
        (2, 3, TWO, 5, 1),
        (3, 3, TWO, 4, 1),
        (3, 1, WITH_CAUSE, 5, 1),
        (2, 2, WITH_CAUSE, 4, 1),
    ],
)
def test_no_cell_can_be_worked_out_of_any_table(
    places: int, parties: int, categories: Sequence[str], dead: int, lines: int
) -> None:
    tables = list(every_table(cells_of(places, parties, categories), dead))
    told = coarsened(tables)
    assert len(tables) > 1000
    placed = [each for each in told if not any(place == "not_shown" for place, _ in each)]
    assert max(len({parties for _, parties in each}) for each in placed) == lines
    assert worked_out(tables, told) == []


def test_where_parties_are_told_as_they_are_cells_are_worked_out() -> None:
    """So the test before can fail."""
    tables = list(every_table(cells_of(3, 2, TWO), 4))
    as_they_are: list[Told] = [
        dict(Counter((place, party) for (place, party, _), value in table.items() for _ in range(value)))
        for table in tables
    ]
    assert worked_out(tables, as_they_are) != []


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
    table=st.dictionaries(
        st.sampled_from(cells_of(14, 6, ("men", "women", "children", "unknown"))),
        st.integers(1, 12),
        min_size=1,
        max_size=120,
    ),
    few=st.integers(0, 40),
)
@settings(max_examples=30)
def test_in_a_month_as_large_as_real_ones_each_cell_can_be_another_number(table: Table, few: int) -> None:
    table = {cell: 1 if number < few else value for number, (cell, value) in enumerate(table.items())}
    [told] = coarsened([table])
    assert sum(told.values()) == sum(table.values())
    for place in {place for place, _ in told} - {"not_shown"}:
        assert sum(value for (where, _), value in told.items() if where == place) == sum(
            value for cell, value in table.items() if cell[0] == place
        )
    blocks = {party: parties for _, parties in told for party in parties.split(";")}
    for cell in table:
        if ("not_shown", cell[1]) not in told:
            assert can_change({each: n for each, n in table.items() if blocks[each[1]] == blocks[cell[1]]}, cell), cell


class TestWhatIsTold:
    def test_a_party_with_more_dead_than_any_place_stands_alone(self) -> None:
        many = {("Aleppo", "sdf", "men"): 5, ("Homs", "sdf", "women"): 4}
        [told] = coarsened(
            [many | {("Homs", "isis", "men"): 1, ("Hama", "hts", "women"): 2, ("Idlib", "aof", "men"): 4}]
        )
        # seven of the others, and five at most in a place
        assert told == {
            ("Aleppo", "sdf"): 5,
            ("Homs", "sdf"): 4,
            ("Homs", "aof;hts;isis"): 1,
            ("Hama", "aof;hts;isis"): 2,
            ("Idlib", "aof;hts;isis"): 4,
        }

    def test_others_who_could_all_be_in_one_place_are_joined_by_the_smallest_that_stands_alone(self) -> None:
        five = {("Aleppo", "sdf", "men"): 3, ("Homs", "sdf", "women"): 2}
        six = {("Daraa", "other", "men"): 3, ("Hama", "other", "women"): 3}
        few = {("Idlib", "isis", "men"): 1, ("Raqqa", "hts", "women"): 2}
        [told] = coarsened([five | six | few])
        assert {parties for _, parties in told} == {"hts;isis;sdf", "other"}

    def test_a_party_of_one_kind_never_stands_alone(self) -> None:
        """However many they are: where somebody died would tell who."""
        of_one_kind = {(f"place {number}", "isis", "men"): 2 for number in range(4)}
        others = {("place 1", "other", "men"): 3, ("place 2", "other", "women"): 3}
        [told] = coarsened([of_one_kind | others])
        assert {parties for _, parties in told} == {"isis;other"}

    def test_others_of_one_kind_are_joined(self) -> None:
        of_one_kind = {(f"place {number}", party, "men"): 1 for number in range(4) for party in ("isis", "hts")}
        others = {("place 5", "other", "men"): 2, ("place 6", "other", "women"): 2}
        [told] = coarsened([of_one_kind | others])
        assert {parties for _, parties in told} == {"hts;isis;other"}

    def test_a_month_of_one_place_or_of_one_kind_tells_no_places(self) -> None:
        of_one_place = {("Homs", "sdf", "men"): 8, ("Homs", "isis", "women"): 3}
        of_one_kind = {("Homs", "sdf", "men"): 8, ("Hama", "sdf", "men"): 2}
        neither = {("Homs", "sdf", "men"): 8, ("Hama", "sdf", "women"): 1}
        assert coarsened([of_one_place, of_one_kind, neither]) == [
            {("not_shown", "sdf"): 8, ("not_shown", "isis"): 3},
            {("not_shown", "sdf"): 10},
            {("Homs", "sdf"): 8, ("Hama", "sdf"): 1},
        ]
