"""`casebook docs`: the documentation as pages to read without a network."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import AsJson, out, stop
from orchestration.publish import queries

app = typer.Typer()


@app.command(epilog="Example: casebook docs --out handbook")
def docs(
    folder: Annotated[Path, typer.Option("--out", help="Where to; pages of the same names are replaced.")],
    as_json: AsJson = False,
) -> None:
    """Write this version's documentation as pages, with a search, and dbt's own of the models among them.

    They are opened from disk, or copied to any host. Exit status: 1 where they cannot be written.
    """
    from orchestration import documentation

    try:
        first, *_ = documentation.build(folder, with_models=True)
    except OSError as error:
        return stop(f"{folder} cannot be written ({error.strerror})")
    if as_json:
        return print(queries.as_json([{"path": first}]))
    return out().print(str(first), markup=False)
