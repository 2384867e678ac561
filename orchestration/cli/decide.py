"""The commands by which a person decides of a finding: seen it, accept it, or let its month out in spite of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from orchestration.cli.releases import By, Why, release, words
from orchestration.cli.terminal import AsJson, day_of, out, stop
from orchestration.publish import queries
from orchestration.settings import Settings, read_settings

app = typer.Typer()

Finding = Annotated[str, typer.Argument(metavar="ID", help="The finding's number, or how it begins.")]
Until = Annotated[str, typer.Option("--until", help="The last day it is valid on, YYYY-MM-DD.")]


@app.command(epilog='Example: casebook acknowledge 1f0c9e2ab34d --by "Lina" --why "the press release itself says so"')
def acknowledge(finding_id: Finding, who: By, why: Why, as_json: AsJson = False) -> None:
    """Say that somebody has seen a finding. It stays open; it is told again only if it grows worse."""
    from orchestration import findings

    settings = read_settings()
    found = _open_finding(settings, finding_id)
    findings.acknowledge(settings, found["finding_id"], *words(who, why), datetime.now(UTC))
    _tell(settings, [found], "acknowledged", as_json)


@app.command(epilog='Example: casebook accept 1f0c9e2ab34d --by "Lina" --why "printed so in 2023" --until 2026-12-31')
def accept(finding_id: Finding, who: By, why: Why, until: Until, as_json: AsJson = False) -> None:
    """Accept a finding as it is: nobody is told of it until it changes, or that day has passed.

    It is one line of `accepted_exceptions.csv` in the data root, and ends where the line is taken out.
    """
    from orchestration import findings

    settings = read_settings()
    found = _open_finding(settings, finding_id)
    if found["severity"] in ("B", "Q"):
        stop(f"{found['finding_id']} holds a month back: `casebook release allow` lets the month out in spite of it")
    try:
        findings.accept(settings, found["finding_id"], *words(who, why), _day(until))
    except ValueError as error:
        stop(str(error))
    _tell(settings, [found], "accepted", as_json)


@release.command(
    epilog='Example: casebook release allow 2024-12 --finding 1f0c9e2ab34d --by "Lina" --why "a siege: it is so"'
)
def allow(
    month: Annotated[str, typer.Argument(help="The month, YYYY-MM.")],
    finding_id: Annotated[str, typer.Option("--finding", help="The finding that holds it, or how it begins.")],
    who: By,
    why: Why,
    last: Annotated[str, typer.Argument(help="The last month, where the same rule holds several.")] = "",
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """Let a month out with the next night in spite of a finding that holds it, until the finding changes.

    With a second month, every month from the one to the other that the same rule holds, as where a sheet of several
    months is gone. Never where the finding speaks of the build as a whole.
    """
    from orchestration.publish import holds

    settings = read_settings()
    found = _open_finding(settings, finding_id)
    _require_permitted(found, month, last or month)
    until_day = _day(until) if until else None
    who, why = words(who, why)
    alike = _of_the_same_rule(settings, found, month, last) if last else [found]
    for row in alike:
        permission = {
            "finding_id": row["finding_id"], "month": row["period_start"].replace(day=1), "observed": row["observed"],
            "until_day": until_day, "who": who, "why": why, "is_taken_back": False,
        }  # fmt: skip
        holds.permit(settings, permission, datetime.now(UTC))
    _tell(settings, alike, "{period_start:%Y-%m} is released with the next night, and marked so, in spite of", as_json)


def _require_permitted(found: dict[str, Any], month: str, last: str) -> None:
    """Stop where nobody can let these months out in spite of a finding."""
    from orchestration.judge.rules import declared_rules
    from orchestration.publish import holds

    rule = next((rule for rule in declared_rules() if rule.id == found["rule_id"]), None)
    if not rule or not rule.is_blocking:
        stop(f"{found['finding_id']} holds nothing back: `casebook accept` silences it")
    elif not holds.may_be_permitted(rule, found):
        stop(f"{found['rule_id']} speaks of the build as a whole: nobody can let a month out in spite of it")
    elif not month <= f"{found['period_start']:%Y-%m}" <= last:
        asked = month if last == month else f"{month} to {last}"
        stop(f"{found['finding_id']} is of {found['period_start']:%Y-%m}, not of {asked}")


def _of_the_same_rule(settings: Settings, found: dict[str, Any], month: str, last: str) -> list[dict[str, Any]]:
    """The open findings of the rule of one, in the months from one to another."""
    from orchestration import findings

    return [
        row
        for row in findings.findings(settings, is_open=True)
        if row["rule_id"] == found["rule_id"]
        and row["period_start"]
        and month <= f"{row['period_start']:%Y-%m}" <= last
    ]


@release.command(epilog='Example: casebook release revoke 1f0c9e2ab34d --by "Lina" --why "it was a slip after all"')
def revoke(finding_id: Finding, who: By, why: Why, as_json: AsJson = False) -> None:
    """Take back that a month may be released in spite of a finding: from the next night on it is held again."""
    from orchestration.publish import holds

    settings = read_settings()
    given = [row for row in holds.permissions(settings).to_pylist() if row["finding_id"].startswith(finding_id)]
    if len(given) != 1 or not finding_id:
        stop(f"{len(given) or 'no'} permissions are of a finding called {finding_id}")
    who, why = words(who, why)
    holds.permit(settings, given[0] | {"who": who, "why": why, "is_taken_back": True}, datetime.now(UTC))
    if as_json:
        return print(queries.as_json(given))
    return out().print(
        f"{given[0]['finding_id']}  taken back: {given[0]['month']:%Y-%m} is held again with the next night"
    )


def _open_finding(settings: Settings, finding_id: str) -> dict[str, Any]:
    from orchestration import findings

    found = [row for row in findings.findings(settings, is_open=True) if row["finding_id"].startswith(finding_id)]
    if len(found) != 1 or not finding_id:
        stop(f"{len(found) or 'no'} open findings are called {finding_id}: `casebook findings --open` lists them")
    return found[0]


def _day(until: str) -> date:
    return day_of("--until", until)


def _tell(settings: Settings, decided: Sequence[dict[str, Any]], what: str, as_json: bool) -> None:
    from orchestration import findings

    if as_json:
        numbers = [row["finding_id"] for row in decided]
        return print(queries.as_json([row for row in findings.findings(settings) if row["finding_id"] in numbers]))
    for row in decided:
        out().print(f"{row['finding_id']}  {what.format(**row)}: {row['message']}", markup=False)
    return None
