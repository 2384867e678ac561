"""The commands about releases: which there were, what each changed, how two differ, and giving an earlier one back."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer

from orchestration.cli.render import counted, table
from orchestration.cli.terminal import AsJson, day_of, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings
from orchestration.stores import StoreError

app = typer.Typer()
release = typer.Typer(
    no_args_is_help=True, help="What was and is released, and a person's word on it.", rich_markup_mode=None
)
app.add_typer(release, name="release")

By = Annotated[str, typer.Option("--by", help="Who decides.")]
Why = Annotated[str, typer.Option("--why", help="What is known of it, or done about it.")]
Name = Annotated[str, typer.Argument(metavar="RELEASE", help="Its name, or how it begins; a day, for its last one.")]
LEDGER = ["month", "figure", "from", "to", "n", "change", "reason"]
# so many differences are printed; --json has them all
PRINTED = 40


@release.command("list", epilog="Example: casebook release list --json")
def list_releases(as_json: AsJson = False) -> None:
    """Every release there was, the last one first: its day, and what it changed beside the one before."""
    rows = _releases()[::-1]
    if as_json:
        return print(queries.as_json(rows))
    shown = [row | {"": "current" if row["is_current"] else "kept whole" if row["is_kept"] else None} for row in rows]
    return out().print(table(["release", "business_date", "sheets", "figures", "records", "restores", ""], shown))


@release.command(epilog="Example: casebook release show 2025-02-01")
def show(name: Name, as_json: AsJson = False) -> None:
    """What one release stood on, and what it changed of figures that had been published."""
    found = _found(name)
    lines = queries.revisions(read_settings(), release=found["release"])
    if as_json:
        return print(queries.as_json([found | {"revisions": lines}]))
    made = f"published {found['published_at']:%Y-%m-%d %H:%M} UTC" if found["published_at"] else "of an earlier version"
    out().print(
        f"{found['release']}  for {found['business_date']}, {made}, Casebook {found['casebook'] or 'unknown'}",
        markup=False,
    )
    out().print(f"  stands on sheets with the hash {found['inputs'] or 'unknown'}", markup=False)
    if found["restores"]:
        out().print(f"  gives back {found['restores']}", markup=False)
    out().print(f"  {found['sheets']:+d} sheets, {counted(found['figures'], 'figure')} new or changed", markup=False)
    if lines:
        return out().print(table(LEDGER, lines))
    return out().print("  nothing that was published has changed", markup=False)


@release.command(epilog="Example: casebook release diff 2025-02-01 2025-02-02")
def diff(first: Name, second: Name, as_json: AsJson = False) -> None:
    """The monthly figures that differ between two releases, by month of documentation and of death."""
    one, other = _found(first), _found(second)
    rows = queries.differences(read_settings(), one["number"], other["number"])
    if as_json:
        return print(queries.as_json(rows))
    out().print(f"{one['release']} → {other['release']}: {counted(len(rows), 'monthly figure')} differ", markup=False)
    if rows:
        out().print(table(["month", "measure", "basis", "of", "category", "from", "to"], rows[:PRINTED]))
    if len(rows) > PRINTED:
        out().print(f"and {len(rows) - PRINTED} more: --json has them all", markup=False)
    return None


@release.command(
    epilog='Example: casebook release rollback 2025-02-01 --by "Lina" --why "the sheet of Homs was a draft"'
)
def rollback(
    name: Name,
    who: By,
    why: Why,
    day: Annotated[str, typer.Option("--date", help="The day it is for; that of the settings where not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give readers an earlier release back, as a release of its own, and tell who is to know.

    The warehouse stays as it is: the next night releases again what its sheets say then.
    """
    from orchestration import alerts
    from orchestration.build.run_lock import run_lock
    from orchestration.publish import release as publishing
    from orchestration.publish import replica

    settings, found = read_settings(), _found(name)
    who, why = words(who, why)
    business_date = day_of("--date", day) if day else settings.today()
    run, now = uuid4().hex, datetime.now(UTC)
    with run_lock(settings, run, lambda sentence: out().print(sentence, markup=False)):
        try:
            made = publishing.roll_back(settings, found["release"], f"{business_date}-{run[:8]}", business_date, now)
        except LookupError as error:
            stop(str(error))
        try:
            replica.push(settings)
        except StoreError as error:
            out().print(f"{error}; readers here have the release, and the next night copies it", markup=False)
    lines = queries.revisions(settings, release=made)
    for sentence in alerts.tell_of_rollback(settings, made, found["business_date"], lines, who, why, business_date):
        out().print(sentence, markup=False)
    if as_json:
        return print(queries.as_json(lines))
    out().print(f"readers have the release of {found['business_date']} again, as {made}", markup=False)
    if lines:
        out().print(table(LEDGER, lines))
    return out().print("the next night releases what the sheets say then", markup=False)


def words(who: str, why: str) -> tuple[str, str]:
    """Who decides and why, without what surrounds them; the end, with a sentence, where one of them is empty."""
    if not who.strip() or not why.strip():
        stop("--by and --why both want a word")
    return who.strip(), why.strip()


def _releases() -> list[dict[str, Any]]:
    try:
        return queries.releases(read_settings())
    except FileNotFoundError as error:
        return stop(str(error))


def _found(name: str) -> dict[str, Any]:
    """The release of a name, or the last one of a day."""
    rows = [row for row in _releases() if row["release"].startswith(name)] if name else []
    if not rows or (len({row["business_date"] for row in rows}) > 1):
        stop(f"{len(rows) or 'no'} releases are called {name}: `casebook release list` lists them")
    return rows[-1]
