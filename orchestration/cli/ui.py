"""`casebook ui`: Dagster's page and daemon, started together and ended together."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import out, stop
from orchestration.settings import LOOPBACK, REPOSITORY, dagster_home, read_settings

app = typer.Typer()

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK, GRACE = 0.5, 30.0  # seconds


@app.command(epilog="Example: casebook ui --port 3000")
def ui(port: Annotated[int, typer.Option(help="Port of the web server, on this machine only.")] = 3000) -> None:
    """Dagster's own web server and daemon on the same instance, and the documentation beside it. Stop it with Ctrl-C.

    The documentation is on the next port; both answer to this machine alone. Errors of Dagster are shown here; what
    runs print goes to ui.log beneath DAGSTER_HOME, made anew at every start.
    Exit status: 0 somebody stopped it; 1 it could not start, or ended by itself.
    """
    from orchestration import documentation
    from orchestration.pipeline.instance import instance

    read_settings()
    _refuse_a_port_that_cannot_be(port)
    instance().dispose()
    log, folder = dagster_home() / "ui.log", dagster_home() / "documentation"
    documentation.build(folder)
    with documentation.served(folder, port + 1):
        is_asked = _serve(port, log)
    if not is_asked:
        stop(f"Dagster ended by itself: {log} may say why")


def _refuse_a_port_that_cannot_be(port: int) -> None:
    if not 1 <= port < 65535:
        stop(f"--port {port} is no port: expected a number from 1 to 65534")
    for each in (port, port + 1):
        with socket.socket() as probe:
            # as the web server itself does: one that was in use a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, each))
            except OSError as error:
                stop(f"port {each} cannot be used ({os.strerror(error.errno or 0)}): give another one with --port")


def _serve(port: int, log: Path) -> bool:
    """Start everything, say where the page is once it answers, and end everything; whether somebody asked for it."""
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    place = ["-h", LOOPBACK, "-p", str(port), "--log-level", "error"]
    with _signals() as heard, log.open("w") as errors:
        # Dagster's servers write to standard output, and runs, a line an event, to standard error;
        # a group of its own: Ctrl-C at a terminal reaches us alone, and what is left over can be ended by one call
        dagster = subprocess.Popen([*command, *place], cwd=REPOSITORY, stderr=errors, start_new_session=True)
        try:
            is_asked = False
            with out().status("Casebook's page is starting"):
                while not _answers(port) and not is_asked and dagster.poll() is None:
                    is_asked = _is_asked_to_stop(heard, LOOK)
            if not is_asked and dagster.poll() is None:
                out().print(f"Casebook's page: http://{LOOPBACK}:{port} — stop it with Ctrl-C", markup=False)
                out().print(f"What to read: http://{LOOPBACK}:{port + 1}", markup=False)
            while not is_asked and dagster.poll() is None:
                is_asked = _is_asked_to_stop(heard)
        finally:
            _end(dagster)
    return is_asked


@contextmanager
def _signals() -> Iterator[int]:
    """Hear what asks us to stop, and that a child has ended, one byte each: a handler that raises could raise anywhere.

    A shell starts what runs in the background deaf to SIGINT, and a program that it starts would be deaf as well, to
    SIGTERM too, since Dagster treats both alike. SIGHUP stays ignored where `nohup` asked for it.
    """
    heard, writing = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (*STOPS, signal.SIGCHLD):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    yield heard


def _is_asked_to_stop(heard: int, seconds: float | None = None) -> bool:
    """Wait for a signal, or for so many seconds; whether it asks us to stop."""
    ready, _, _ = select.select([heard], [], [], seconds)
    return bool(ready) and not set(STOPS).isdisjoint(os.read(heard, 4096))


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex((LOOPBACK, port)) == 0


def _end(dagster: "subprocess.Popen[bytes]") -> None:
    """Let Dagster end its servers; what still works after a while, or outlived it, is killed."""
    dagster.terminate()
    with suppress(subprocess.TimeoutExpired):
        dagster.wait(GRACE)
    with suppress(ProcessLookupError):
        os.killpg(dagster.pid, signal.SIGKILL)
    dagster.wait()
