"""`make bench`: how fast a night is, as ratios against something bare in the same run (docs/performance.md).

`python -m tests.bench NAME…` measures only these; `--ten` adds ten million cases, which takes some ten minutes.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from orchestration.sample import write_cases
from orchestration.settings import REPOSITORY
from tests.bench.years import lived
from tests.integration.house import as_csv, deaths

TIMES = 5
DAY = "2025-03-01"
FIRST, LAST = date(2011, 3, 1), date(2025, 2, 1)
MONTHS = 168


@dataclass(frozen=True)
class Took:
    """What a process took: seconds of the wall, and gibibytes at its peak."""

    seconds: float
    memory: float


def process(root: Path, *words: str) -> Took:
    """Run a Python module on a data root in a process of its own; its own clock counts where it prints one."""
    places = {"CASEBOOK_DATA": str(root), "DAGSTER_HOME": str(root / "dagster")}
    environment = os.environ | places | {"CASEBOOK_PAGES": "none"}
    timed = ["/usr/bin/env", sys.executable, "-c", WATCH, sys.executable, "-m", *words]
    done = subprocess.run(timed, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    *said, told = done.stdout.splitlines()
    seconds, memory = map(float, told.split())
    own = said[-1] if said and said[-1].replace(".", "").isdigit() else None
    return Took(float(own or seconds), memory)


WATCH = """
import os, sys, time
begun = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(pid, 0)
print()
print(time.perf_counter() - begun, used.ru_maxrss / 2**20)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def middle(all_of_them: Sequence[Took]) -> Took:
    """The median time of some measurements, and their highest peak of memory."""
    return Took(statistics.median(took.seconds for took in all_of_them), max(took.memory for took in all_of_them))


def in_turns(*measures: Callable[[], Took], times: int = TIMES) -> list[Took]:
    """The median of each of some measurements; in turns, so that a machine that grows slower does so for all."""
    rounds = [[measure() for measure in measures] for _ in range(times)]
    return [middle(of_one) for of_one in zip(*rounds, strict=True)]


def house(folder: Path, months: list[str], cases: int) -> Path:
    """A data root with so many cases a month, worked on once."""
    for month in months:
        path = folder / "raw" / month / "deaths__synthetic.csv"
        path.parent.mkdir(parents=True)
        path.write_text(as_csv(deaths(month, cases)))
    process(folder, "orchestration.cli", "backfill", months[0], months[-1], "--date", DAY, "-q")
    return folder


def tell(name: str, ours: float, base: float, bound: float, memory: str = "", unit: str = "s") -> None:
    """One line of the table."""
    verdict = "" if ours / base <= bound else "over"
    print(
        f"| {name} | {ours:.2f} {unit} | {base:.2f} {unit} | {ours / base:.2f} | {bound} | {memory} | {verdict} |",
        flush=True,
    )


def night(scratch: Path) -> None:
    """A night of one month of 500 cases, against the sum of its parts."""
    root = house(scratch / "night", ["2025-02"], 500)
    again = ("orchestration.cli", "backfill", "2025-02", "--date", DAY, "-q")
    draft = root / "warehouse" / "draft" / "casebook.duckdb"

    def parts(name: str) -> Took:
        shutil.copy(root / "warehouse" / "casebook.duckdb", draft)
        return process(root, "tests.bench.parts", name, str(root))

    each = (partial(process, root, *again), partial(parts, "imports_and_build"), partial(parts, "same_collector"))
    ours, bare, told = in_turns(*each)
    tell("a night of 500 cases / imports and dbt build", ours.seconds, bare.seconds, 1.3)
    tell("the same / these with Casebook's garbage collection", ours.seconds, told.seconds, 1.3)


def history(scratch: Path) -> None:
    """The same month with six months and a week of nights behind it, and with sixty and a year."""
    keys = [f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13)]
    roots = [house(scratch / f"history-{len(months)}", months, 500) for months in (keys[-6:], keys)]
    sizes = [lived(root, nights) / 10**6 for root, nights in zip(roots, (7, 365), strict=True)]
    again = ("orchestration.cli", "backfill", keys[-1], "--date", DAY, "-q")
    few, many = in_turns(*(partial(process, root, *again) for root in roots))
    tell("60 months and a year of nights behind it / 6 and a week", many.seconds, few.seconds, 1.1)
    tell("history/ of that year / 1 MB", sizes[1], 1, 50, unit="MB")


def reading(scratch: Path) -> None:
    """What reading commands take after three years of nights, and after a week."""
    roots = [house(scratch / f"nights-{nights}", ["2025-02"], 500) for nights in (7, 1100)]
    for root, nights in zip(roots, (7, 1100), strict=True):
        lived(root, nights)
        process(root, "orchestration.cli", "findings")  # the first reading of all keeps what it read
    for words in (("status",), ("findings",), ("figures", "--period", "2025-02")):
        few, many = in_turns(*(partial(process, root, "orchestration.cli", *words) for root in roots))
        tell(f"{words[0]} after 1,100 nights / after 7", many.seconds, few.seconds, 1.3)


def million(scratch: Path, cases: int = 1_000_000, times: int = TIMES) -> Took:
    """So many cases over 168 months in one backfill, against the bare scripts; beyond a first night of five cases."""
    root, few = scratch / f"cases-{cases}", scratch / f"beside-{cases}"
    write_cases(root, cases, FIRST, LAST)
    house(few, [f"{LAST:%Y-%m}"], 5)
    all_months = ("orchestration.cli", "backfill", f"{FIRST:%Y-%m}", f"{LAST:%Y-%m}", "--date", DAY, "-q")
    one_month = ("orchestration.cli", "backfill", f"{LAST:%Y-%m}", "--date", DAY, "-q")

    def anew(place: Path, *words: str) -> Took:
        for made in ("lake", "warehouse", "published", "dagster", "evaluations", "editions", "history"):
            shutil.rmtree(place / made, ignore_errors=True)
        return process(place, *words)

    shutil.copytree(few / "dbt", root / "dbt")  # the first run in a data root parses the dbt project
    start, ours, deaths_alone, same_facts = in_turns(
        partial(anew, few, *one_month),
        partial(anew, root, *all_months),
        partial(process, root, "tests.bench.parts", "bare_deaths", str(root)),
        partial(process, root, "tests.bench.parts", "bare_facts", str(root)),
        times=times,
    )
    beyond = Took(ours.seconds - start.seconds, ours.memory)
    for bare, of_it, bound in ((deaths_alone, "bare script", 3), (same_facts, "bare script of the same facts", 2.5)):
        name = f"{cases:,} cases over {MONTHS} months / {of_it}"
        tell(name, beyond.seconds, bare.seconds, bound, f"{ours.memory:.1f} GiB")
    shutil.rmtree(root)
    return beyond


def csv(scratch: Path) -> None:
    """Reading and storing a million CSV rows, against the reader alone."""
    root = scratch / "csv"
    write_cases(root, 1_000_000, FIRST, LAST)
    for other in ("incidents", "detentions"):
        (root / "raw" / "any" / f"{other}__synthetic.csv").unlink()
    parts = ("intake", "csv_reader")
    ours, reader = in_turns(*(partial(process, root, "tests.bench.parts", part, str(root)) for part in parts))
    tell("1,000,000 CSV rows read and stored / reader", ours.seconds, reader.seconds, 3, f"{ours.memory:.1f} GiB")
    shutil.rmtree(root)


def xlsx(scratch: Path) -> None:
    """Reading and storing a workbook of 100,000 rows, against the reader alone."""
    import duckdb
    import xlsxwriter

    root = scratch / "xlsx"
    sheet, *others = write_cases(root, 100_000, FIRST, LAST)
    rows = duckdb.sql(f"from read_csv('{sheet}', all_varchar = true, header = false)").fetchall()
    with xlsxwriter.Workbook(sheet.with_suffix(".xlsx"), {"constant_memory": True}) as book:
        tab = book.add_worksheet("deaths")
        for number, row in enumerate(rows):
            tab.write_row(number, 0, [cell or "" for cell in row])
    for path in (sheet, *others):
        path.unlink()
    parts = ("intake", "xlsx_reader")
    ours, reader = in_turns(*(partial(process, root, "tests.bench.parts", part, str(root)) for part in parts))
    tell("100,000 XLSX rows read and stored / reader", ours.seconds, reader.seconds, 1.5, f"{ours.memory:.1f} GiB")


def small(scratch: Path) -> None:
    """Reading and storing 3,000 sheets of five rows, against the reader and writer of each alone."""
    root = scratch / "small"
    months = [f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13)]
    for month in months:
        folder = root / "raw" / month
        folder.mkdir(parents=True)
        for number in range(3000 // len(months)):
            rows = [row | {"case_id": f"SYN-{month}-{number}-{i}"} for i, row in enumerate(deaths(month, 5))]
            (folder / f"deaths__{month}_{number}.csv").write_text(as_csv(rows))
    parts = ("intake", "copier")
    ours, bare = in_turns(*(partial(process, root, "tests.bench.parts", part, str(root)) for part in parts), times=3)
    tell(
        "3,000 CSV sheets of five rows / each read and written", ours.seconds, bare.seconds, 4, f"{ours.memory:.1f} GiB"
    )


def nested(scratch: Path) -> None:
    """Reading ten megabytes of submissions with lists inside, in seconds; the bound is ten."""
    root = scratch / "nested"
    (root / "raw" / "any").mkdir(parents=True)
    lists = {f"list_{i}": [{f"key_{j}": "x" * 40 for j in range(8)} for _ in range(6)] for i in range(20)}
    incident = {"incident_id": "SYN-1", "documented_on": "2024-05-01", "date_from": "2024-05-01", "governorate": "Homs"}
    submission = incident | {f"value_{i}": "x" * 40 for i in range(100)} | lists
    submissions = [submission | {"incident_id": f"SYN-{i}"} for i in range(10_000_000 // len(json.dumps(submission)))]
    (root / "raw" / "any" / "incidents.json").write_text(json.dumps(submissions))
    ours = in_turns(partial(process, root, "tests.bench.parts", "intake", str(root)), times=3)[0]
    tell("10 MB of nested JSON / 1 s", ours.seconds, 1, 10, f"{ours.memory:.2f} GiB")


def exports(scratch: Path) -> None:
    """A night with thirty daily exports of one list of 10,000 lying there, against one with the last of them."""
    roots = []
    for count in (30, 1):
        root = scratch / f"exports-{count}"
        (root / "raw" / "any").mkdir(parents=True)
        for day in range(31 - count, 31):
            rows = deaths("2025-01", 10_000, notes=f"export {day}", revision="")
            (root / "raw" / "any" / f"deaths__list_2025-01-{day:02}.csv").write_text(as_csv(rows))
        process(root, "orchestration.cli", "backfill", "2025-01", "--date", DAY, "-q")
        roots.append(root)
    again = ("orchestration.cli", "backfill", "2025-01", "--date", DAY, "-q")
    many, one = in_turns(*(partial(process, root, *again) for root in roots), times=3)
    tell("a night with 30 daily exports of 10,000 / with the last", many.seconds, one.seconds, 1.5)


BENCHES = {bench.__name__: bench for bench in (night, history, reading, small, nested, exports, csv, xlsx, million)}


def main(words: list[str]) -> None:
    """Measure and print a table."""
    print(f"medians of {TIMES}; ratio = first / second, bound = what it may be at most\n")
    print("| what | Casebook | against | ratio | bound | memory | |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="casebook-bench-") as scratch:
        for name in [word for word in words if word in BENCHES] or BENCHES:
            BENCHES[name](Path(scratch))
        if "--ten" in words:
            one, ten = million(Path(scratch), times=1), million(Path(scratch), 10_000_000, times=1)
            tell("10,000,000 cases / 1,000,000", ten.seconds, one.seconds, 12, f"{ten.memory:.1f} GiB")


if __name__ == "__main__":
    main(sys.argv[1:])
