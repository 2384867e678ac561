"""`casebook layout new`: a layout proposed for a sheet that nobody knows. Quotes headings, and words of code lists."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.terminal import AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings

if TYPE_CHECKING:
    from orchestration.intake.proposal import Proposal

app = typer.Typer()
layout = typer.Typer(no_args_is_help=True, help="Layouts of other people's sheets.", rich_markup_mode=None)
app.add_typer(layout, name="layout")


@layout.callback()
def layouts() -> None:
    """What keeps `new` a command of this group, though it has no other yet; the help is that of the group."""


@layout.command(epilog="Example: casebook layout new their_list.xlsx --kind deaths --out theirs.yml")
def new(
    file: Annotated[Path, typer.Argument(help="The sheet, wherever it lies.")],
    to: Annotated[
        Path | None,
        typer.Option("--out", help="Write it here; into a folder, one for each tab. Nothing is replaced."),
    ] = None,
    kind: Annotated[str, typer.Option(help="The kind of the sheet, where the likeliest is not the right one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Propose a layout for a sheet with somebody else's headings, to be read and completed by a person.

    What is a guess says so, and so does what is missing. Of cells only words of columns of codes are quoted.

    Exit status: 0 it is proposed; 1 it cannot be.
    """
    from orchestration.intake import SheetError, proposal

    if not file.is_file():
        stop(f"{file} is no file: a sheet was expected")
    try:
        name = to.stem if to and not to.is_dir() else "new"
        proposed = proposal.of_file(read_settings(), file, name, kind)
        paths = _write(proposed, to) if to else []
    except (OSError, SheetError) as error:
        return stop(str(error))
    if as_json:
        rows = [{**vars(each), "path": path} for each, path in zip_longest(proposed, paths)]
        return print(queries.as_json(rows))
    if not to:
        # a file has one layout: what stands between two says where to part them
        return print("---\n".join(each.text for each in proposed), end="")
    for each, path in zip(proposed, paths, strict=True):
        missing = f"; still to be filled in: {', '.join(each.missing)}" if each.missing else ""
        out().print(f"{path}: a layout for {each.kind}{missing}", markup=False)
    return None


def _write(proposed: "Sequence[Proposal]", to: Path) -> list[Path]:
    """Write each into a file of its own; raises SheetError where there is none for it, or one is there already."""
    from orchestration.intake import SheetError

    if not to.is_dir() and len(proposed) > 1:
        raise SheetError(f"it has {len(proposed)} tabs with a heading: --out must be a folder")
    paths = [to / f"{each.name}.yml" for each in proposed] if to.is_dir() else [to]
    if there := [str(path) for path in paths if path.exists()]:
        raise SheetError(f"{', '.join(there)} is there already: name another file")
    for path, each in zip(paths, proposed, strict=True):
        with path.open("x", encoding="utf-8") as file:
            file.write(each.text)
    return paths
