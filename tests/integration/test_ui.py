"""`casebook ui` says where its page is, and ends with everything it started, however it is asked to."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orchestration.settings import REPOSITORY
from tests.integration.house import ON_THAT_DAY, House, until
from tests.servers import free_port


def processes(house: House) -> list[int]:
    """Every process that works in this data root, by what its environment says."""
    found, told = [], f"CASEBOOK_DATA={house.root}\0".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended meanwhile
            if told in environ.read_bytes():
                found.append(int(environ.parent.name))
    return found


@contextmanager
def page(house: House, port: int, ignored: Sequence[signal.Signals] = ()) -> Iterator["subprocess.Popen[str]"]:
    """`casebook ui`, deaf to some signals as a background shell or `nohup` starts it; nothing is left of it after."""

    def deafen() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    command = [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=house.environment(**ON_THAT_DAY), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=deafen,
    )  # fmt: skip
    try:
        yield process
    finally:
        for pid in processes(house):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def has_started_dagster(house: House) -> bool:
    return len(processes(house)) > 1


def test_started_in_the_background_it_says_its_address_alone_and_ends_when_it_is_killed(tmp_path: Path) -> None:
    house, port = House(tmp_path), free_port(2)
    (tmp_path / "raw").mkdir()
    with page(house, port, ignored=[signal.SIGINT, signal.SIGHUP]) as process:
        assert process.stdout
        address = f"http://127.0.0.1:{port}"
        assert process.stdout.readline() == f"Casebook's page: {address} — stop it with Ctrl-C\n"
        beside = f"http://127.0.0.1:{port + 1}"
        assert process.stdout.readline() == f"What to read: {beside}\n"
        for served in (f"{address}/server_info", f"{beside}/rules.html"):
            with urllib.request.urlopen(served) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGHUP)  # its terminal was closed, and `nohup` told it not to mind
        process.terminate()
        assert process.wait() == 0
        assert process.stdout.read() == ""
        until(lambda: not processes(house), "what it started to be gone")


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGHUP])
def test_it_ends_while_it_is_still_starting(tmp_path: Path, blow: signal.Signals) -> None:
    house = House(tmp_path)
    (tmp_path / "raw").mkdir()
    with page(house, free_port(2)) as process:
        until(lambda: has_started_dagster(house), "Dagster to be started")
        process.send_signal(blow)
        assert process.wait() == 0
        assert process.stdout
        assert process.stdout.read() == ""
        until(lambda: not processes(house), "what it started to be gone")


def test_a_port_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    house = House(tmp_path)
    (tmp_path / "raw").mkdir()
    for port in ("0", "65535", "99999"):
        done = house.cli("ui", "--port", port)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"casebook: --port {port} is no port: expected a number from 1 to 65534\n"
    port = free_port(2)
    for taken in (port, port + 1):  # the documentation is on the next one
        with socket.create_server(("127.0.0.1", taken)):
            done = house.cli("ui", "--port", str(port))
        assert (done.returncode, done.stdout) == (1, "")
        said = f"port {taken} cannot be used (Address already in use): give another one with --port"
        assert done.stderr == f"casebook: {said}\n"
