"""A file kept by hand that cannot be read: what it said when it last could be holds on."""

from collections.abc import Sequence

import pyarrow as pa

Lines = Sequence[Sequence[str | None]]


def in_force(given: pa.Table, before: Lines, deciding: Sequence[str]) -> pa.Table:
    """The lines of a file; where it cannot be read, those that were last, beside the reason.

    Args:
        given: The file, as intake reads it.
        before: What was remembered of it.
        deciding: The columns that were remembered.
    """
    if given.num_rows != 1 or given["row_number"][0].is_valid:
        return given
    last = [dict(zip(deciding, line, strict=True)) | {"row_number": at} for at, line in enumerate(before, start=2)]
    return pa.concat_tables([given, pa.Table.from_pylist(last, schema=given.schema)])


def lines(given: pa.Table, deciding: Sequence[str]) -> list[list[str | None]]:
    """What is remembered of the lines between runs: of each what decides, in order."""
    read = [[row[name] for name in deciding] for row in given.to_pylist()]
    return sorted((line for line in read if any(line)), key=str)
