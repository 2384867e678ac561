"""`casebook init` and `casebook restore`: a data root, new or from its replica, and what to do next."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.render import counted
from orchestration.cli.terminal import AsJson, command, out, stop
from orchestration.publish import queries, replica
from orchestration.settings import Settings, read_settings
from orchestration.stores import StoreError

app = typer.Typer()

README = """\
Put sheets here, as they come: CSV, XLSX, JSON, JSON Lines or Parquet.

  2025-01/   sheets documented in January 2025; make a folder for each month
  any/       sheets of many months, such as an older database

Anything else that lies here is not read. Then run: casebook nightly
"""


@app.command(epilog="Example: casebook init /srv/casebook")
def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Where; CASEBOOK_DATA where not given.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a data root: a folder to put sheets into, beneath which everything else is made by the night.

    What is there already stays as it is. Only its owner can open the folder of the sheets, which carry names.
    """
    settings = Settings(folder.resolve()) if folder else read_settings(must_exist=False)
    raw = settings.root / "raw"
    try:
        (raw / "any").mkdir(mode=0o700, parents=True, exist_ok=True)
        (settings.root / "layouts").mkdir(exist_ok=True)
        readme = raw / "README.txt"
        if not readme.exists():
            raw.chmod(0o700)
            readme.write_text(README, "utf-8")
    except OSError as error:
        return stop(f"there can be no data root at {settings.root} ({error.strerror})")
    if as_json:
        return print(queries.as_json([{"root": settings.root, "raw": raw}]))
    out().print(f"data root   {settings.root}", markup=False)
    out().print(f"sheets      into {raw}/<YYYY-MM>/, the month they were documented in, or {raw}/any/", markup=False)
    return out().print(f"then        CASEBOOK_DATA={settings.root} {command()} nightly", markup=False)


@app.command(epilog="Example: casebook restore --json")
def restore(as_json: AsJson = False) -> None:
    """Bring a data root back from the replica that CASEBOOK_REPLICA names: sheets, logs and releases.

    CASEBOOK_DATA has to be empty, or just made by `casebook init`. The next night makes everything else.
    """
    settings = read_settings(must_exist=False)
    if not settings.replica:
        stop("CASEBOOK_REPLICA names no store: a URL such as s3://bucket/casebook was expected")
    try:
        copied = replica.restore(settings)
    except StoreError as error:
        stop(str(error))
    if as_json:
        return print(queries.as_json([{"root": settings.root, "files": copied.files, "bytes": copied.bytes}]))
    out().print(f"data root   {settings.root}", markup=False)
    out().print(f"brought     {counted(copied.files, 'file')}, {copied.bytes:,} bytes", markup=False)
    return out().print(f"then        CASEBOOK_DATA={settings.root} {command()} nightly", markup=False)
