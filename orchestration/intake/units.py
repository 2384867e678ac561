"""Ages whose unit stands in a column of its own, as a form asks for them: 20, days."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapping import Plan

OF_AGES = re.compile(
    r"\W*(age[ _-]*(in|units?)|units?[ _-]*(of[ _-]*)?(the[ _-]*)?age|(ال)?وحدة (قياس )?العمر)\W*", re.IGNORECASE
)


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
