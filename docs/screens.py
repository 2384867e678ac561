"""Takes the pictures of these pages from the sample, so that they show what there is: `make screens`.

The sample is put into a data root of its own and a night is run; then a browser looks at what the commands print, at
Dagster's pages, the site and a report.
"""

import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg

from orchestration import files
from orchestration.language import LANGUAGES
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.pages import PAGES
from tests import browser
from tests.servers import free_port

DOCS = Path(__file__).parent
SAMPLE = ("raw", "layouts", "documents.csv", "expected_months.csv")
# the name of a picture, and what is typed; the first makes all that the others look at
TERMINAL = {
    "nightly": "casebook nightly --date 2025-02-01",
    "figures": "casebook figures --period 2025-01",
    "quarantine": "casebook quarantine --month 2024-12",
}
# so wide, and so high that each shows headline, filters and charts; the pictures are half as wide as a desk's screen
SIZES = {1440: (1900, 0.6), 390: (1700, 1)}
REPORT = (800, 1130)
PRINTED = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #1d2430; color: #e6e9ee; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace }}
pre {{ margin: 0; padding: 16px 20px; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }}
b {{ color: #8fbbe6 }}
</style><pre><b>$ {typed}</b>
{printed}</pre>"""
# a promise that comes true when a text stands on the page, and everything has been drawn for a moment
STANDS = """new Promise((done) => {{
    const look = () => document.body.innerText.includes({text}) ? setTimeout(done, 1500) : setTimeout(look, 100);
    look();
}})"""


@dataclass(frozen=True)
class Screen:
    """A page of Dagster: its address, and a text that stands there once it is drawn."""

    address: str
    text: str


def main() -> None:
    """Take the pictures."""
    with TemporaryDirectory() as place:
        house, folder = Settings(Path(place) / "data"), Path(place)
        files.copy_given(REPOSITORY / "data", SAMPLE, house.root)
        environment = {
            **os.environ,
            "CASEBOOK_DATA": str(house.root),
            "DAGSTER_HOME": str(house.root / "dagster"),
            "PYTHONPATH": str(REPOSITORY),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        with browser.opened() as page:
            for name, typed in TERMINAL.items():
                _terminal(page, name, typed, folder, environment)
            _site(page, house)
            _report(page, house)
            _dagster(page, folder, environment)


def _terminal(page: browser.Page, name: str, typed: str, folder: Path, environment: dict[str, str]) -> None:
    """What a command prints, as on a terminal 150 characters wide."""
    done = subprocess.run(typed.split(), cwd=folder, env=environment, capture_output=True, text=True, check=True)
    # it lies in a folder of this moment
    printed = done.stdout.rstrip().replace(str(folder), "/srv/casebook")
    shown = folder / f"{name}.html"
    shown.write_text(PRINTED.format(typed=typed, printed=html.escape(printed)), "utf-8")
    page.looks(1240)
    page.open(f"file://{shown}", "1")
    _keep(page, f"terminal-{name}", 1240, page.run("document.querySelector('pre').offsetHeight"), 0.8)


def _site(page: browser.Page, house: Settings) -> None:
    for language in LANGUAGES:
        for width, (height, scale) in SIZES.items():
            page.looks(width)
            page.open(f"file://{house.site}/{PAGES[language]}")
            _keep(page, f"site-{language}-{width}", width, height, scale)


def _report(page: browser.Page, house: Settings) -> None:
    for language in LANGUAGES:
        page.looks(REPORT[0])
        page.open(f"file://{house.reports}/2025-01-{language}.html", "1")
        _keep(page, f"report-{language}", *REPORT, 0.7)


def _dagster(page: browser.Page, folder: Path, environment: dict[str, str]) -> None:
    with _served(folder, environment) as address:
        with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as instance:
            (run,) = instance.get_runs(limit=1)
        screens = {
            "lineage": Screen("asset-groups", "release"),
            "figures": Screen("assets/fct_figures", "One row"),
            "run": Screen(f"runs/{run.run_id}", "RUN_"),
        }
        page.looks(1440)
        for name, screen in screens.items():
            page.open(f"{address}/{screen.address}", STANDS.format(text=json.dumps(screen.text)))
            _keep(page, f"dagster-{name}", 1440, 900, 0.7)


@contextmanager
def _served(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Dagster's page and the documentation, as long as the block lasts."""
    port = free_port(2)
    command = ["casebook", "ui", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as ui:
        assert ui.stdout
        try:
            # it says where the page is once it answers
            next(line for line in ui.stdout if "Casebook's page" in line)
            yield f"http://127.0.0.1:{port}"
        finally:
            ui.terminate()


def _keep(page: browser.Page, name: str, width: int, height: int, scale: float) -> None:
    (DOCS / f"{name}.webp").write_bytes(page.picture(width, height, scale))


if __name__ == "__main__":
    main()
