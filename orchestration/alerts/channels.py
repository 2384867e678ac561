"""Where alerts go: `channels.yml` in the data root, one entry a channel, and sending over one of them.

Nothing of a channel's URL reaches a log or the outbox: it may hold a password.
"""

import hashlib
import logging
import re
import threading
from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from orchestration.declared import problems
from orchestration.judge.rules import SEVERITIES, Severity
from orchestration.settings import Settings, with_secrets

HIDDEN = "…"


class ChannelError(Exception):
    """`channels.yml` cannot be understood; the message says where."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid", defer_build=True))
class Channel:
    """One place alerts are sent to.

    Attributes:
        url: Where, as Apprise writes it; `${NAME}` in it is taken from the environment.
        severities: What is sent there.
        owners: Whose alerts are sent there; everybody's where empty.
        language: `en` or `ar`.
        name: What people call it.
    """

    url: str
    severities: tuple[Severity, ...] = SEVERITIES
    owners: tuple[str, ...] = ()
    language: Literal["en", "ar"] = "en"
    name: str = ""

    @property
    def key(self) -> str:
        """A short name that stays the same as long as the URL is written the same."""
        return hashlib.sha256(f"{self.url} {self.language}".encode()).hexdigest()[:8]

    @property
    def label(self) -> str:
        """What it is called where people read, without anything secret."""
        return self.name or self.url.split(":", 1)[0]

    def wants(self, owners: Collection[str], severities: Collection[str]) -> bool:
        """Whether a message of these owners and severities goes here; one of no severity goes everywhere."""
        return bool((not self.owners or set(self.owners) & set(owners)) and (
            not severities or set(self.severities) & set(severities)
        ))  # fmt: skip


def read_channels(settings: Settings) -> list[Channel]:
    """The channels of this data root; none where it has no `channels.yml`.

    Raises:
        ChannelError: The file cannot be understood.
    """
    path = settings.channels
    if not path.exists():
        return []
    try:
        entries = yaml.safe_load(path.read_text("utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ChannelError(f"{path.name} is no YAML in UTF-8") from None
    if not isinstance(entries, list):
        raise ChannelError(f"{path.name}: a list of channels was expected")
    return [_channel(number, entry, path.name) for number, entry in enumerate(entries, 1)]


def _channel(number: int, entry: Any, name: str) -> Channel:
    where = f"{name}, channel {number}"
    if not isinstance(entry, Mapping):
        raise ChannelError(f"{where}: a mapping with a url was expected")
    try:
        return Channel(**{str(key): value for key, value in entry.items()})
    except ValidationError as error:
        raise ChannelError(f"{where}: {problems(error)}") from None


@dataclass(frozen=True)
class Letter:
    """What is sent over a channel.

    Attributes:
        message_id: Stands in a header of a mail and of a webhook, and in the webhook's payload.
        title: One line.
        body: Plain text.
        html: The same for mail.
        data: The same for a program, in a webhook's payload.
    """

    message_id: str
    title: str
    body: str
    html: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def send(channel: Channel, letter: Letter, timeout: float) -> str | None:
    """Send one message, and wait for it so many seconds.

    Returns:
        What went wrong, without secrets; None where it was delivered.
    """
    errors: list[str | None] = []
    sender = threading.Thread(target=lambda: errors.append(_sent(channel, letter, timeout)), daemon=True, name="alert")
    sender.start()
    sender.join(timeout * 1.5)
    return errors[0] if errors else f"no answer within {timeout:g} s"


def fault(channel: Channel) -> str | None:
    """What keeps a channel from being used, without asking it; None where nothing is known."""
    plugin = _plugin(channel)
    return plugin if isinstance(plugin, str) else None


def _plugin(channel: Channel) -> Any:
    """Apprise's plugin for a channel; a sentence where there is none."""
    import apprise  # imported here: it takes half a second, and most nights tell nothing

    try:
        plugin = apprise.Apprise.instantiate(with_secrets(channel.url), suppress_exceptions=True)
    except KeyError as error:
        return f"the environment holds no {error.args[0]}"
    return plugin or "its url is none that Apprise knows"


def _sent(channel: Channel, letter: Letter, timeout: float) -> str | None:
    import apprise

    plugin = _plugin(channel)
    if isinstance(plugin, str):
        return plugin
    url = with_secrets(channel.url)
    try:
        plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout / 2
        for attribute, extra in (
            ("headers", {"X-Casebook-Message": letter.message_id}),
            ("payload_extras", {"message_id": letter.message_id, **({"alert": letter.data} if letter.data else {})}),
        ):
            if isinstance(getattr(plugin, attribute, None), dict):
                getattr(plugin, attribute).update(extra)
        is_html = bool(letter.html) and channel.url.startswith("mailto")  # beside which Apprise puts it as plain text
        body_format = apprise.NotifyFormat.HTML if is_html else apprise.NotifyFormat.TEXT
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
            if plugin.notify(body=letter.html if is_html else letter.body, title=letter.title, body_format=body_format):
                return None
            return without_secrets(log.getvalue(), url) or "it was not taken"
    except Exception as error:  # whatever a plugin raises: a channel that is broken stops nothing
        return without_secrets(f"{type(error).__name__}: {error}", url)


def without_secrets(text: str, url: str) -> str:
    """A text in one line with nothing of a URL in it."""
    for part in sorted({url, *re.split(r"[/:@?&=+,]+", url.split("://", 1)[-1])}, key=len, reverse=True):
        text = text.replace(part, HIDDEN) if len(part) > 3 else text
    return " ".join(text.split())[:200]
