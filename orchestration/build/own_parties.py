"""The parties that a data root has besides the code lists, in `own_parties.csv`: which hold, and what is remembered.

What a line means, and whether it is clear, is SQL's business (stg_own_parties).
"""

from pathlib import Path

import pyarrow as pa

from orchestration import intake
from orchestration.build import last_read

# what of a line decides; who added it, and why, changes nothing
DECIDING = ("party", "name_en", "name_ar", "kind", "from", "until", "parent_party", "lines")


def in_force(root: Path, before: last_read.Lines) -> pa.Table:
    """The lines of `own_parties.csv`; where it cannot be read, those that were last, beside the reason.

    Args:
        root: The data root.
        before: The lines the warehouse was built with.
    """
    return last_read.in_force(intake.own_parties(root), before, DECIDING)


def lines(given: pa.Table) -> list[list[str | None]]:
    """What is remembered of the lines between runs: of each what decides, in order."""
    return last_read.lines(given, DECIDING)
