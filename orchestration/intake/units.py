"""Cells of which their column, or one beside it, tells what they are: ages with a unit, several numbers in one cell."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapping import Plan

OF_AGES = re.compile(
    r"\W*(age[ _-]*(in|units?)|units?[ _-]*(of[ _-]*)?(the[ _-]*)?age|(ال)?وحدة (قياس )?العمر)\W*", re.IGNORECASE
)
# two numbers in a column of plain ones: the second is higher, and no year, as in 12/2024
PLAIN, OF_TWO = r"^\s*\p{Nd}+(\.0+)?\s*$", r"^\s*(\p{Nd}+)\s*([-–/])\s*(\p{Nd}+)\s*$"
YEARS = range(1900, 2100)
# a number of another shape, by which nobody can tell what one of two is: SYN-1, 12B, 4-5-6
OF_MORE = r"\p{L}.*\p{Nd}|\p{Nd}.*\p{L}|\p{Nd}\s*[-–/.]\s*\p{Nd}+\s*[-–/.]\s*\p{Nd}"
# so many plain ones for each of two
PLAIN_ONES = 3
SAID = {"/": r"\1 & \3", "[-–]": r"\1 to \3"}


def with_units(rows: pa.Table, plan: Plan) -> pa.Table:
    """The rows with the unit of each age behind it; one that is no unit makes of it no age, which is reported.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read. Of the columns that a layout does not map nothing is taken.
    """
    units = [i for i, heading in plan.unknown if OF_AGES.fullmatch(heading)]
    ages = [i for i, rule in plan.targets if rule.column == "age"]
    if plan.layout or len(units) != 1 or len(ages) != 1:
        return rows
    name = f"c{ages[0]}"
    both = pc.binary_join_element_wise(rows.column(name), rows.column(f"c{units[0]}"), " ")
    # where one of them is empty, nothing is joined
    return rows.set_column(rows.column_names.index(name), name, pc.coalesce(both, rows.column(name)))


def with_ranges(rows: pa.Table, plan: Plan) -> pa.Table:
    """The rows with 12-15 and 12/13 as *12 to 15* and *12 & 13* where a column of numbers of records is of plain ones.

    By itself such a cell may be one number; that it is several refuses its row.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read. What numbers look like a layout says itself.
    """
    for i in (i for i, rule in plan.targets if plan.kind.types[rule.column] == "id" and not plan.layout):
        cells = rows.column(f"c{i}")
        are_two = pc.fill_null(pc.match_substring_regex(cells, OF_TWO), False)
        if not pc.any(are_two).as_py() or not _are_ranges(cells, are_two):
            continue
        for mark, word in SAID.items():
            cells = pc.replace_substring_regex(cells, OF_TWO.replace("[-–/]", mark), word)
        rows = rows.set_column(rows.column_names.index(f"c{i}"), f"c{i}", cells)
    return rows


def _are_ranges(cells: pa.ChunkedArray, are_two: pa.ChunkedArray) -> bool:
    """Whether cells of two numbers stand among enough plain ones, the second of them the higher."""
    plain = pc.sum(pc.match_substring_regex(cells, PLAIN)).as_py() or 0
    two = pc.sum(are_two).as_py()
    if plain < two * PLAIN_ONES or pc.any(pc.match_substring_regex(cells, OF_MORE)).as_py():
        return False
    pairs = [re.findall(r"\d+", cell) for cell in pc.unique(cells.filter(are_two)).to_pylist()]
    return all(int(first) < int(last) and int(last) not in YEARS for first, last in pairs)
