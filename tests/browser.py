"""A real browser, driven by Chrome's own protocol: what it shows, what it asks for, and what it complains of."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--hide-scrollbars",
    "--no-first-run", "--disable-extensions", "--disable-background-networking", "--force-color-profile=srgb",
)  # fmt: skip
# axe-core 4.12.1 by Deque (MPL-2.0), as the npm package has it
AXE = Path(__file__).with_name("axe.min.js")
SECONDS = 60


# until what the part of the address after # asks for is on the screen
SHOWN = """new Promise((done) => {
    const look = () => document.body.dataset.shown === location.hash && done();
    new MutationObserver(look).observe(document.body, {attributes: true});
    look();
})"""


class Page:
    """A tab of the browser.

    Attributes:
        requests: Every address it has asked for.
        complaints: What stood in its console but plain messages, and errors nobody caught.
    """

    def __init__(self, connection: ClientConnection, session: str) -> None:
        self._connection, self._session, self._number = connection, session, 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = self._downloaded = False
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser for something, by the name its protocol has for it."""
        self._number += 1
        number = self._number
        asked = {"id": number, "method": method, "params": parameters, "sessionId": self._session}
        self._connection.send(json.dumps(asked))
        while True:
            told = self._hear()
            if told.get("id") == number and told.get("sessionId") == self._session:
                assert "error" not in told, (method, told["error"])
                return told["result"]

    def open(self, address: str, shown: str = SHOWN) -> None:
        """Open an address, and wait until it is loaded; what follows # alone is taken as a click on a link would be.

        Args:
            address: The address.
            shown: A script that ends when what is asked for is on the screen; by default of a page of the site.
        """
        self._loaded = False
        loader = self.ask("Page.navigate", url=address).get("loaderId")
        while loader and not self._loaded:
            self._hear()
        self.run(shown)

    def settle(self) -> None:
        """Wait until what is chosen is on the screen of a page of the site."""
        self.run(SHOWN)

    def run(self, script: str) -> Any:
        """What a script in the page comes to; it may be a promise."""
        done = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def looks(self, width: int, is_dark: bool = False, media: str = "screen") -> None:
        """Be so wide, light or dark, on a screen or on paper; below 600 a telephone."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def press(self, key: str, code: int) -> None:
        """Press a key, as its name and number are told to pages."""
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def download(self, folder: Path, selector: str) -> None:
        """Click on what downloads a file, and wait until it lies in a folder."""
        self.ask("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        self._downloaded = False
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        while not self._downloaded:
            self._hear()

    def picture(self, width: int, height: int, scale: float) -> bytes:
        """What it looks like from its top on, so wide and so high, as WebP of another scale."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}
        asked = {"format": "webp", "quality": 60, "captureBeyondViewport": True, "clip": clip}
        return base64.b64decode(self.ask("Page.captureScreenshot", **asked)["data"])

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2, levels A and AA, and against good practice: a sentence each."""
        self.run(AXE.read_text("utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"], "preload": False}
        found = self.run(f"axe.run(document, {json.dumps(options)}).then((told) => told.violations)")
        return [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]
        ]

    def _hear(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = json.loads(self._connection.recv(timeout=SECONDS))
        method, what = told.get("method"), told.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Page.downloadProgress":
            self._downloaded = what["state"] == "completed"
        elif method == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif method == "Log.entryAdded":
            self.complaints.append(f"{what['entry']['level']}: {what['entry']['text']}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(what["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and what["type"] not in ("log", "info"):
            self.complaints.append(json.dumps(what["args"]))
        return told


@contextmanager
def opened() -> Iterator[Page]:
    """A tab of a browser of its own."""
    assert CHROMIUM
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
            assert browser.stderr
            address = next(line.split(" on ")[1].strip() for line in browser.stderr if "DevTools listening on" in line)
            try:
                with connect(address, max_size=None) as connection:
                    yield Page(connection, _session(connection))
            finally:
                browser.terminate()


def _session(connection: ClientConnection) -> str:
    """Attach to a new tab."""

    def ask(number: int, method: str, **parameters: Any) -> dict[str, Any]:
        connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (told := json.loads(connection.recv(timeout=SECONDS))).get("id") != number:
            pass
        return told["result"]

    target = ask(-1, "Target.createTarget", url="about:blank")["targetId"]
    return ask(-2, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
