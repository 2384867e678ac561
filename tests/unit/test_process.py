"""A process that hears requests to stop ends in a sentence, however it was started and is asked."""

import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

from orchestration.settings import REPOSITORY

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
# a command that waits, in place of one that works
WAITS = """
import signal
from orchestration.cli import app
def wait():
    print("ready", flush=True)
    signal.pause()
app.app = wait
app.main()
"""


def stopped(blows: Sequence[signal.Signals], ignored: Sequence[signal.Signals]) -> tuple[int, str]:
    """The exit status and the last words of a command that was started deaf to some signals, and sent some."""

    def deafen() -> None:
        for number in (INT, TERM, HUP):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    command = [sys.executable, "-c", WAITS]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=deafen
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for blow in blows:
            process.send_signal(blow)
        return process.wait(), process.stdout.read()


@pytest.mark.parametrize(
    ("blows", "ignored"),
    [([INT], []), ([TERM], []), ([HUP], []), ([TERM], [INT]), ([INT], [INT]), ([HUP, TERM], [INT, HUP])],
)
def test_whoever_is_asked_to_stop_says_so_in_a_sentence(
    blows: Sequence[signal.Signals], ignored: Sequence[signal.Signals]
) -> None:
    assert stopped(blows, ignored) == (1, "casebook: somebody interrupted it: ask for it again\n")
