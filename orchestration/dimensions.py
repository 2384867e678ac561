"""What figures are broken down by, and how a question says that they are broken down by nothing else."""

from collections.abc import Collection

from orchestration.sql import literals

# as `dimensions()` of dbt's macros has them
DIMENSIONS = (
    "party", "sub_party", "governorate", "cause_group", "role", "facility_type", "mechanism", "sex", "age_group",
    "origin_governorate",
)  # fmt: skip


def only_by(names: Collection[str] = ()) -> str:
    """SQL of figures that are broken down by nothing but these, and perhaps not by these; totals where there are none.

    It holds for figures of a version too that did not know all dimensions of today.

    Args:
        names: Dimensions.
    """
    others = [name for name in DIMENSIONS if name not in names]
    return f"columns(lambda name: name in ({literals(others)})) is null"


TOTAL = only_by()
