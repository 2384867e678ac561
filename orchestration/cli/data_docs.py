"""`casebook data-docs`: the rules as Great Expectations shows them, of the current release."""

import typer

from orchestration.cli.terminal import AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings

app = typer.Typer()


@app.command(epilog="Example: casebook data-docs --json")
def data_docs(as_json: AsJson = False) -> None:
    """Make Great Expectations' own pages of the current release: a suite for each subject, and what each rule came to.

    They need no network, and hold counts only: which figures failed is shown by `casebook findings`.
    """
    from orchestration.judge import data_docs as docs

    try:
        built = docs.build(read_settings())
    except (FileNotFoundError, RuntimeError) as error:
        return stop(str(error))
    if as_json:
        return print(queries.as_json([built]))
    return out().print(f"{built['rules']} rules, {len(built['failed'])} failed: {built['page']}", markup=False)
