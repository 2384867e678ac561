"""Every `casebook` command that a page shows in a block is run as it stands there, on the sample months.

Those that only look share one house, and print what the page shows below them. Of those that make months anew one of
each kind is run, since each is a whole night; that the others can be typed is shown by `test_docs`.
"""

import pytest

from tests.integration.house import BUSINESS_DATE, House
from tests.test_docs import COMMANDS, Command

LOOK = ("status", "findings", "figures", "quarantine", "explain", "attributions", "doctor", "read")
NIGHTS = ("nightly", "backfill")
NOT_RUN = {
    "ui": "it starts servers, and ends only when it is stopped",
    "restore": "it wants a store and an empty data root, which `test_replica` has",
    "compare": "it builds everything six times, which `test_engine` does",
}
OTHER_OUTPUT = {
    "doctor": "it speaks of another machine",
    "drop-a-sheet.md": "it shows a sheet that is not among the sample",
}


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.words[0] in LOOK], ids=str)
def test_a_command_that_looks_prints_what_the_page_shows(sample_house: House, command: Command) -> None:
    done = sample_house.cli(*command.words)
    assert done.returncode == 0, done.stderr
    if not {command.words[0], command.page} & set(OTHER_OUTPUT):
        printed = [" ".join(line.split()) for line in done.stdout.splitlines()]
        for line in command.output:
            begun = " ".join(line.split()).removesuffix("…").strip()
            assert any(other.startswith(begun) for other in printed), line


@pytest.mark.parametrize(("day", "nights"), [(BUSINESS_DATE, ("backfill",)), ("2026-11-28", NIGHTS)])
def test_every_command_can_be_typed_on_any_day(
    sample_copy: House, monkeypatch: pytest.MonkeyPatch, day: str, nights: tuple[str, ...]
) -> None:
    """That of the sample, whose house is one after `casebook nightly`, and one years after it: its months are final."""
    monkeypatch.setenv("CASEBOOK_BUSINESS_DATE", day)
    writing = [each for each in COMMANDS if each.words[0] not in (*LOOK, *NOT_RUN)]
    asked = {each.words[0]: each for each in reversed(writing) if each.words[0] in nights}
    assert set(asked) == set(nights)
    for command in [each for each in writing if each.words[0] not in NIGHTS] + list(asked.values()):
        done = sample_copy.cli(*command.words)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    for command in [each for each in COMMANDS if each.words[0] in LOOK]:
        assert sample_copy.cli(*command.words).returncode == 0, command
    assert "I96" not in {row["rule_id"] for row in sample_copy.json("findings", "--open")}  # no night was missed
