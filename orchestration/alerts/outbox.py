"""The outbox: every alert as a file, written before it is sent, and for each channel what became of it.

A message keeps its number however often it is sent: whoever gets it twice can tell.
"""

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from orchestration import files
from orchestration.alerts import text
from orchestration.alerts.channels import Channel, ChannelError, Letter, fault, read_channels, send
from orchestration.settings import Settings

Message = dict[str, Any]
TIMEOUT = 10.0  # seconds for one channel
BUDGET = 30.0  # seconds for all that is sent at once
LONGEST_WAIT = timedelta(hours=6)
HEARTBEAT = "heartbeat"


def put(settings: Settings, message: Message) -> bool:
    """Write a message into the outbox, unless it is there already. It is not sent yet.

    Args:
        settings: Where the outbox is.
        message: What it tells; `message_id` is its file.

    Returns:
        Whether it is new.
    """
    if (settings.outbox / f"{message['message_id']}.json").exists():
        return False
    _write(settings, message | {"channels": None})
    return True


def messages(settings: Settings) -> list[Message]:
    """Every message there ever was, in order of when it was written; without those whose file somebody damaged."""
    readable = [message for _, message in _files(settings) if message]
    return sorted(readable, key=lambda message: message["written_at"])


def deliver(
    settings: Settings,
    now: datetime,
    timeout: float = TIMEOUT,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Send what is due, and note what became of it.

    Args:
        settings: Where the outbox is.
        now: When, in UTC; what was tried in vain waits twice as long each time.
        timeout: Seconds one channel may take.
        clock: What the time all may take together is measured by.

    Returns:
        What went wrong, one sentence each.
    """
    try:
        channels = {channel.key: channel for channel in read_channels(settings)}
    except ChannelError:
        return faults(settings)
    wrong, until = [], clock() + BUDGET
    with _alone(settings) as is_alone:
        for message in messages(settings) if is_alone else []:
            if message["channels"] is None:
                _address(settings, message, channels)
            for key, state in message["channels"].items():
                if state["state"] == "pending" and state["next_try"] <= now.isoformat() and clock() < until:
                    wrong += _try(settings, message, key, channels.get(key), now, timeout)
    return wrong


def undelivered(settings: Settings) -> list[dict[str, Any]]:
    """What is waiting to be sent: message, channel, attempts, when it is tried next, and what went wrong."""
    nobody = {"channel": "every channel", "state": "pending", "attempts": 0, "last_error": None}
    damaged = [
        {"message_id": name, "written_at": "", **nobody, "last_error": "its file cannot be read"}
        for name, message in _files(settings)
        if not message
    ]
    return damaged + [
        {"message_id": message["message_id"], "written_at": message["written_at"], **state}
        for message in messages(settings)
        for state in ({"": nobody} if message["channels"] is None else message["channels"]).values()
        if state["state"] == "pending"
    ]


def faults(settings: Settings) -> list[str]:
    """What keeps alerts from reaching anybody, as far as it is known without sending one: a sentence each."""
    try:
        found = [(channel.label, fault(channel)) for channel in read_channels(settings)]
    except ChannelError as error:
        return [f"{error}; nothing is sent"]
    return [f"channels.yml, {label}: {why}" for label, why in found if why]


def try_out(settings: Settings, day: date, timeout: float = TIMEOUT) -> list[tuple[str, str | None]]:
    """Send a test to every channel.

    Args:
        settings: Where the channels are.
        day: The day it says it was asked for.
        timeout: Seconds one channel may take.

    Returns:
        What each is called, and what went wrong; None where it was taken.

    Raises:
        ChannelError: The channels cannot be understood.
    """
    return [
        (channel.label, send(channel, Letter("test", *text.trial(channel.language, str(day))), timeout))
        for channel in read_channels(settings)
    ]


def beat(settings: Settings, now: datetime) -> None:
    """Note that somebody looked after the outbox (I98)."""
    files.write(settings.outbox / HEARTBEAT, now.isoformat())


def last_beat(settings: Settings) -> datetime | None:
    """When somebody last looked after the outbox; None where nobody did yet, or it cannot be told."""
    try:
        return datetime.fromisoformat((settings.outbox / HEARTBEAT).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _files(settings: Settings) -> Iterator[tuple[str, Message | None]]:
    for path in settings.outbox.glob("*.json"):
        try:
            yield path.stem, json.loads(path.read_text("utf-8"))
        except ValueError:
            yield path.stem, None


def _address(settings: Settings, message: Message, channels: dict[str, Channel]) -> None:
    """Decide where a message goes: to the channels there are when it is first sent."""
    severities = {_told_as(change) for change in message["changes"]}
    message["channels"] = {
        key: {"channel": channel.label, "state": "pending", "attempts": 0, "next_try": "", "last_error": None}
        for key, channel in channels.items()
        if channel.wants(message["owners"], severities)
    }
    _write(settings, message)


def _try(
    settings: Settings, message: Message, key: str, channel: Channel | None, now: datetime, timeout: float
) -> list[str]:
    state = message["channels"][key]
    if channel is None:
        state |= {"state": "dropped", "last_error": "the channel is no longer in channels.yml"}
        _write(settings, message)
        return []
    addressed = message | {
        "changes": [change for change in message["changes"] if _told_as(change) in channel.severities]
    }
    error = send(channel, _letter(addressed, channel.language), timeout)
    state["attempts"] += 1
    if error:
        wait = min(timedelta(minutes=2 ** min(state["attempts"] - 1, 10)), LONGEST_WAIT)
        state |= {"next_try": (now + wait).isoformat(), "last_error": error}
    else:
        state |= {"state": "sent", "sent_at": now.isoformat(), "last_error": None}
    _write(settings, message)
    return [f"message {message['message_id']} to {channel.label}: {error}"] if error else []


def _told_as(change: dict[str, Any]) -> str:
    """How grave a change is reported; a message of an earlier version has only how grave it is."""
    return str(change.get("told_as", change["severity"]))


def _letter(message: Message, language: str) -> Letter:
    return Letter(
        message["message_id"],
        text.title(message, language),
        text.body(message, language),
        text.html(message, language),
        text.data(message),
    )


def _write(settings: Settings, message: Message) -> None:
    written = json.dumps(message, ensure_ascii=False, indent=1, default=str)
    files.write(settings.outbox / f"{message['message_id']}.json", written)


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """One process at a time sends; another leaves it to the one that does."""
    settings.outbox.mkdir(parents=True, exist_ok=True)
    with (settings.outbox / "sending").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
