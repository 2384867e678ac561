"""Whether what lies in the data root is whole: sheets, warehouse, dbt's manifest, declarations, the release."""

import json
import stat
from datetime import UTC, date, datetime

from orchestration.cli.doctor.diagnosis import LOOK_AT_STORE, NIGHTLY, Diagnosis, first_line, hint, not_yet, ok, wrong
from orchestration.settings import Settings

REBUILD = f"{NIGHTLY}: every month is rebuilt"
DAYS = 2


def restricted(settings: Settings) -> Diagnosis:
    """Whether nobody but the owner can look into the folders that carry names."""
    folders = [folder for folder in (settings.root / "lake", settings.warehouse.parent) if folder.exists()]
    opened = [str(folder) for folder in folders if stat.S_IMODE(folder.stat().st_mode) & 0o077]
    if opened:
        return wrong(f"others can look into {' and '.join(opened)}", f"chmod 700 {' '.join(opened)}")
    return ok("lake/ and warehouse/ are their owner's alone") if folders else not_yet("lake/ and warehouse/")


def warehouse(settings: Settings) -> Diagnosis:
    """Whether this DuckDB can read the warehouse, to its end."""
    import duckdb

    from orchestration.build import draft

    if not settings.warehouse.exists():
        return not_yet("warehouse/casebook.duckdb")
    try:
        with duckdb.connect(settings.warehouse, read_only=True) as connection:
            rows = connection.execute("select count(*) from intermediate.int_records").fetchall()[0][0]
    except duckdb.Error as error:
        return wrong(f"DuckDB {duckdb.__version__} cannot read {settings.warehouse} ({first_line(error)})", REBUILD)
    if draft.is_damaged(settings):
        return wrong(f"{settings.warehouse} cannot be read to its end", REBUILD)
    return ok(f"DuckDB {duckdb.__version__} reads it: {rows} rows of sheets")


def sheets(settings: Settings) -> Diagnosis:
    """Whether the place where sheets are dropped can be listed."""
    from orchestration.intake import RawError, listing

    its_own = settings.root / "raw"
    if settings.raw == str(its_own) and not its_own.exists():
        return hint(f"{its_own} is not there yet", "make it, and drop sheets into a folder of their month")
    try:
        raw_files = listing(settings.raw)
    except RawError as error:
        return wrong(str(error), "set CASEBOOK_RAW to a folder or URL that can be read, or unset it")
    return (
        ok(f"{_files(len(raw_files))} in {settings.raw}")
        if raw_files
        else hint(f"no files in {settings.raw}", "drop a sheet")
    )


def aside(settings: Settings) -> Diagnosis:
    """What lies in raw/ and is set aside."""
    from orchestration.intake import RawError, sheets_set_aside

    try:
        sentences = sheets_set_aside(settings.root, settings.raw)
    except RawError:
        return hint("not known while the sheets cannot be listed", "mend the line of the sheets")
    if not sentences:
        return ok("none")
    more = f", and {len(sentences) - 1} more" if len(sentences) > 1 else ""
    return hint(f"{sentences[0].rstrip('.')}{more}", "`casebook status` tells what to do with each")


def months(settings: Settings) -> Diagnosis:
    """Which months have changed and were not worked on yet, as far as it shows without reading a sheet."""
    from orchestration.build import dbt as project
    from orchestration.build import draft
    from orchestration.intake import RawError, unprocessed

    state = settings.warehouse.with_name(draft.STATE)
    if not state.exists():
        return not_yet("warehouse/warehouse_state.json")
    try:
        json.loads(state.read_text())
    except ValueError:
        return wrong(f"{state} is torn", REBUILD)
    processed = draft.processed_fingerprints(settings, project.fingerprint())
    try:
        files, waiting = unprocessed(settings.root, processed, settings.raw)
    except RawError:
        return hint("not known while the sheets cannot be listed", "mend the line of the sheets")
    changes = [f"{_files(len(files))} came, changed or went"] if files else []
    if not processed:
        changes.append("the dbt project has changed: every month will be rebuilt")
    elif waiting:
        changes.append(f"not worked on: {', '.join(waiting)}")
    return hint("; ".join(changes), NIGHTLY) if changes else ok("every sheet that was taken in has been worked on")


def dbt(settings: Settings) -> Diagnosis:
    """Whether dbt knows the project, or at least can."""
    from orchestration.build import dbt

    manifest = settings.dbt / "manifest.json"
    try:
        json.loads(manifest.read_text() if manifest.exists() else "{}")
    except ValueError:
        return wrong(f"{manifest} is torn", f"{NIGHTLY}, which parses the project again")
    if dbt.is_parsed(settings):
        return ok("the manifest is as new as the project")
    complaint = dbt.complaint()
    if complaint:
        return wrong(f"the project cannot be parsed: {complaint}", "mend the file named, or `git checkout` it")
    return hint("the project parses, but its manifest is older or not there", f"{NIGHTLY}, which parses it again")


def logs(settings: Settings) -> Diagnosis:
    """Whether what earlier nights found and published can be read."""
    from orchestration import files

    logs = (
        settings.evaluations.glob("*.parquet"),
        settings.editions.glob("*.parquet"),
        settings.history.glob("*/*.parquet"),
    )
    bad = files.damaged(path for log in logs for path in log)
    if bad:
        listed = ", ".join(str(path.relative_to(settings.root)) for path in bad)
        return wrong(
            f"cannot be read, and is left out: {listed}", "bring it back from a backup (docs/host.md), or remove it"
        )
    return ok("evaluations/, editions/ and history/ can be read")


def rules(_: Settings) -> Diagnosis:
    """Whether the declared rules can be read."""
    from orchestration.judge.rules import declared_rules

    try:
        return ok(f"{len(declared_rules())} declared")
    except Exception as error:  # whatever YAML and dataclasses raise
        return wrong(
            f"expectations/ cannot be read: {first_line(error)}", "mend the declaration (expectations/README.md)"
        )


def layouts(settings: Settings) -> Diagnosis:
    """Whether a layout would be set aside."""
    from orchestration.intake import contract, duckdb_session
    from orchestration.intake import layouts as declared

    with duckdb_session.shared() as connection:
        folders = (declared.SHIPPED, settings.root / "layouts")
        usable, problems = declared.load(connection, contract.load(connection), folders)
    if problems:
        return wrong("; ".join(problems.values()), "mend it (docs/layouts.md): sheets that need it are set aside")
    return ok(f"{len(usable)} usable")


def release(settings: Settings) -> Diagnosis:
    """Whether there is a release, whether it can be read, and how old it is."""
    import duckdb

    current = settings.current
    listed = sorted(settings.published.glob("[0-9]*/casebook.duckdb"), key=lambda path: path.stat().st_mtime)
    if not listed and not current.is_symlink():
        return not_yet("published/current")
    last = f", or `ln -sfn {listed[-1].parent.name} {current}` for the last one" if listed else ""
    if not (current / "casebook.duckdb").exists():
        return wrong(f"{current} leads nowhere: nobody can read anything", f"{NIGHTLY}{last}")
    try:
        with duckdb.connect(current / "casebook.duckdb", read_only=True) as connection:
            connection.execute("select count(*) from marts.fct_figures")
    except duckdb.Error as error:
        return wrong(f"{current} cannot be read ({first_line(error)})", f"{NIGHTLY}{last}")
    name = current.resolve().name
    if not current.is_symlink():
        return hint(f"{current} is a folder and no link: this root was copied", f"{NIGHTLY}, which makes it a link")
    age = (datetime.now(UTC).date() - date.fromisoformat(name[:10])).days
    if age < -1:
        return hint(f"{name}, of a day that has not come", "look at this machine's clock and CASEBOOK_BUSINESS_DATE")
    return hint(f"{name}, {age} days old", NIGHTLY) if age > DAYS else ok(f"{name}, {max(age, 0)} days old")


def replica(settings: Settings) -> Diagnosis:
    """Whether the store answers that the data root is copied to, and has the release that readers have here."""
    from orchestration.publish import replica
    from orchestration.stores import StoreError

    if not settings.replica:
        return ok("none: CASEBOOK_REPLICA names no store")
    try:
        there = replica.current(settings)
    except StoreError as error:
        return wrong(str(error), LOOK_AT_STORE)
    here = settings.current.resolve().name if settings.release.exists() else ""
    return ok(there or "no release yet") if there == here else hint(f"{there or 'no release'}, not {here}", NIGHTLY)


def alerts(settings: Settings) -> Diagnosis:
    """Whether alerts can reach anybody, as far as it is known without sending one."""
    from orchestration.alerts import outbox
    from orchestration.alerts.channels import read_channels

    if faults := outbox.faults(settings):
        return wrong("; ".join(faults), "mend channels.yml (docs/alerts.md), then `casebook alerts test`")
    channels = read_channels(settings)
    if not channels:
        return hint("no channels.yml: nobody is told", "write one (docs/alerts.md)")
    return ok(", ".join(channel.label for channel in channels))


def held(settings: Settings) -> Diagnosis:
    """Whether anything that is known is held back from readers, and by which rules."""
    from orchestration.publish import holds, queries

    try:
        lines = holds.sentences(holds.noted(queries.known(settings)))
    except FileNotFoundError:
        return not_yet("a release")
    return hint("; ".join(lines), "`casebook findings --open` says why (docs/held.md)") if lines else ok("no month")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
