"""Servers on this machine that take alerts, fail and hang, as those of others do."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


def free_port(together: int = 1) -> int:
    """A port of this machine that nobody uses, nor the next ones, as many as are needed together."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with suppress(OSError):
                for number in range(1, together):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
                return port


@dataclass
class Webhook:
    """What a webhook was sent, and how it answers: a status, or not at all."""

    url: str = ""
    answer: int | None = 200
    taken: list[dict[str, Any]] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def webhook_server() -> Iterator[Webhook]:
    """A webhook on this machine."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if hook.answer is None:
                hook.over.wait()
                return
            if hook.answer == 200:
                hook.taken.append(told | {"header": self.headers["X-Casebook-Message"]})
            self.send_response(hook.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook.url = f"json://somebody:a-password@127.0.0.1:{server.server_port}/a-token"
    yield hook
    hook.over.set()
    server.shutdown()
    server.server_close()


class Mailbox:
    """A mail server that takes everything, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 taken"


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """A mail server on this machine; its port."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
