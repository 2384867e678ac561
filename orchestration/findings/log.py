"""The log of what runs said of the rules: one Parquet file a run, written once and never changed.

What a row means, and what follows from all of them, is said in the SQL beside this file.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import files
from orchestration.findings.people import read_acknowledgements, read_exceptions
from orchestration.findings.reading import read
from orchestration.judge.rules import declared_rules
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.sql import kept_by_process

if TYPE_CHECKING:  # every command reads the log, and only the run that judges writes it
    import pandas as pd

HERE = Path(__file__).parent
# the head of a query: `said`, `changes`, `last_found` and `findings` of an opened log
STATE = (HERE / "state.sql").read_text("utf-8")
LOG = pa.schema(
    [
        ("run_id", pa.string()),
        ("noted_at", pa.timestamp("us")),
        ("business_date", pa.date32()),
        ("months", pa.list_(pa.date32())),
        ("is_everything", pa.bool_()),
        ("is_blocked", pa.bool_()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("owner", pa.string()),
        ("verdict", pa.string()),
        ("judged", pa.int64()),
        ("finding_id", pa.string()),
        ("is_accepted", pa.bool_()),
        ("period_kind", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("document", pa.string()),
        ("subject", pa.string()),
        ("measure", pa.string()),
        ("category", pa.string()),
        ("expected", pa.float64()),
        ("observed", pa.float64()),
        ("record_ids", pa.list_(pa.string())),
        ("signature", pa.string()),
        ("error", pa.string()),
        ("touches", pa.list_(pa.string())),
        ("holds", pa.string()),
        ("caused_by", pa.list_(pa.string())),
        ("published_on", pa.date32()),
    ]
)
OF_A_RUN = ("run_id", "noted_at", "business_date", "months", "is_everything")
OF_A_RULE = ("rule_id", "severity", "owner", "verdict", "judged", "error", "touches")
OF_A_RESIDUAL = (
    "rule_id", "period_kind", "period_start", "period_end", "document", "subject", "measure", "category", "expected",
    "observed", "record_ids", "signature", "caused_by", "published_on",
)  # fmt: skip
# what was found last of what is open before a run
OPEN = f"""
    create temp table last_found as
    {STATE}
    select last_found.* from last_found inner join findings using (finding_id) where findings.status != 'resolved'
"""
VERDICTS = pa.schema([LOG.field(name) for name in OF_A_RULE] + [("is_blocking", pa.bool_()), LOG.field("holds")])


def record(
    settings: Settings,
    run: dict[str, Any],
    verdicts: Sequence[dict[str, Any]],
    failures: "Sequence[pd.DataFrame]",
    residuals: pa.Table,
) -> None:
    """Write what a run said beside its draft: a row a rule, one a failing subject, and one a subject open before.

    It belongs to the log once the run is published, or is held back (see `promote`).

    Args:
        settings: Where the log and the draft are.
        run: `run_id`, `noted_at`, `business_date`, `months` and `is_everything` of the run.
        verdicts: What became of each rule: `rule_id`, `severity`, `is_blocking`, `holds`, `owner`, `verdict`,
            `judged`, `error`, and `touches`, the tables a figure of which may be wrong.
        failures: The residuals that failed, one frame a rule.
        residuals: All residuals of the run.
    """
    with opened(settings) as connection:
        connection.register("this_run", table([run], OF_A_RUN))
        connection.register("verdicts", pa.Table.from_pylist(list(verdicts), schema=VERDICTS))
        connection.register("failures", _failures(failures))
        connection.register("residuals", residuals)
        connection.execute(OPEN)
        connection.execute((HERE / "run.sql").read_text())
        rows = connection.execute(f"select {_named(LOG.names)} from rows_of_run").to_arrow_table()
    files.write(draft_log(settings), lambda path: pq.write_table(rows.cast(LOG), path))


def promote(settings: Settings, run_id: str) -> None:
    """Append to the log what a run said of its draft; where that is there already, nothing happens."""
    if draft_log(settings).exists():
        settings.evaluations.mkdir(parents=True, exist_ok=True)
        draft_log(settings).rename(settings.evaluations / f"{run_id}.parquet")


def draft_log(settings: Settings) -> Path:
    """What the run at work says of the rules."""
    return settings.draft.with_name("evaluation.parquet")


def write(settings: Settings, name: str, rows: pa.Table) -> None:
    """Write one file of the log; whoever reads finds all of it or nothing."""
    files.write(settings.evaluations / f"{name}.parquet", lambda path: pq.write_table(rows, path))


@contextmanager
def opened(settings: Settings, with_draft: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A memory with the log, for queries that may begin with `STATE`; what is made there is temporary.

    Args:
        settings: Where the log is.
        with_draft: Whether what the run at work says of its draft belongs to it already.
    """
    draft = [draft_log(settings)] if with_draft and draft_log(settings).exists() else []
    with _memory() as connection:
        connection.register("log", read(connection, settings, LOG, draft))
        connection.register("acknowledgements", read_acknowledgements(settings))
        connection.register("exceptions", read_exceptions(settings))
        connection.register("rules", _rules())
        yield connection


def _begun() -> duckdb.DuckDBPyConnection:
    """What the logs that a process opens have in common."""
    memory = duckdb.connect(config={"threads": 1})  # few rows: more threads take longer
    for part in (DBT_PROJECT / "slips.sql", HERE / "words.sql"):
        memory.execute(part.read_text("utf-8"))
    return memory


_memory = kept_by_process(_begun)


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pa.Table:
    """Rows as a table with these columns of the log."""
    return pa.Table.from_pylist(list(rows), schema=pa.schema([LOG.field(name) for name in columns]))


def _failures(failures: "Sequence[pd.DataFrame]") -> pa.Table:
    import pandas as pd

    schema = pa.schema([LOG.field(name) for name in OF_A_RESIDUAL])
    kept = [frame for frame in failures if len(frame)]
    if not kept:
        return schema.empty_table()
    together = pd.concat(kept, ignore_index=True).reindex(columns=schema.names).astype(object)
    return pa.Table.from_pandas(together.where(together.notna(), None), schema=schema, preserve_index=False)


def _rules() -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "rule_id": rule.id,
                "runbook": rule.runbook,
                "asset": rule.asset,
                "sentence": rule.sentence,
                "sentence_ar": rule.sentence_ar,
                "finds_en": rule.finds.get("en"),
            }
            for rule in declared_rules()
        ]
    )


def _named(columns: Sequence[str]) -> str:
    return ", ".join(columns)
