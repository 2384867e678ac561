"""Rows of a sheet that nobody filled in, as a template prepares them: they are no records, and left out."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapping import Plan
from orchestration.intake.sheet import UNTICKED, are_among, without

RUNNING = r"^\s*\p{Nd}+\s*$"
UNFILLED_ROWS = "rows have nothing but a running number, or a box that is not ticked (row {}): they were left out"


def filled(rows: pa.Table, plan: Plan) -> tuple[pa.Table, list[int]]:
    """The rows without those in which only a running number stands, or a box that is not ticked; and their numbers.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read. What a layout leaves out it says itself.
    """
    ours = {f"c{i}" for i, _ in plan.targets}
    named = (plan.kind.required[0], plan.kind.dated_by)
    keys = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column in named]
    # most sheets have no row without a number and a day
    if plan.layout or not keys or not all(cells.null_count for cells in keys):
        return rows, []
    may_be = np.logical_and.reduce([cells.is_null().to_numpy() for cells in (*keys, rows.column("unread"))])
    indices = np.flatnonzero(may_be)
    for name in (name for name in rows.column_names if name.startswith("c")):
        cells = rows.column(name).take(pa.array(indices))
        says_nothing = pc.or_(cells.is_null(), are_among(cells, UNTICKED))
        if name not in ours:
            says_nothing = pc.or_(says_nothing, pc.fill_null(pc.match_substring_regex(cells, RUNNING), False))
        indices = indices[says_nothing.to_numpy()]
        if not len(indices):
            return rows, []
    return without(rows, indices), rows.column("row_number").to_numpy()[indices].tolist()
