"""A request to stop is noted, whatever becomes of what its signal's handler does."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from orchestration.build.run_lock import capture_interrupts, raise_if_interrupted


@pytest.fixture
def deaf() -> Iterator[None]:
    """A handler that loses the request."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("deaf")
def test_a_request_is_noted_although_its_handler_lost_it() -> None:
    with capture_interrupts() as noted:
        raise_if_interrupted(noted)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            raise_if_interrupted(noted)


@pytest.mark.usefixtures("deaf")
def test_one_from_before_is_none_of_this_run() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    with capture_interrupts() as noted:
        raise_if_interrupted(noted)


def test_outside_the_main_thread_nothing_is_noted() -> None:
    told = []

    def listen() -> None:
        with capture_interrupts() as noted:
            raise_if_interrupted(noted)
            told.append(noted)

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert told == [None]
