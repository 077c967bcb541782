"""A real browser on the real pages. Nothing may leave the machine, nothing may break the CSP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "var" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
             "--disable-background-networking"]  # fmt: skip
LOCAL = ("127.0.0.1", "localhost", "")

PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}


@dataclass
class Visit:
    """A tab, what it asked of the network, and what it complained of."""

    page: Page
    base: str
    name: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        answer = self.page.goto(f"{self.base}{path}", wait_until="load")
        assert answer is not None
        return answer.status

    def watch_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL:
            self.outside.append(request.url)

    def watch_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def accessibility(self) -> list[str]:
        """Serious and critical violations, one line each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes']]}"
            for rule in found
            if rule["impact"] in {"serious", "critical"}
        ]

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def clipped(self) -> list[str]:
        """Tables wider than their room: part of them would be out of sight."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.table')].filter(e => e.scrollWidth > e.clientWidth)"
            ".map(e => e.textContent.trim().slice(0, 60))"
        )

    def picture(self, name: str) -> None:
        """For people to look at: var/screenshots/<name>.png."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server, request) -> Iterator[Callable[..., Visit]]:
    """`visit(viewport, dark=False, cookies=[])` opens a tab; at the end of the test, whatever it
    did, it must have asked nothing of another host and broken no security policy."""
    visits: list[Visit] = []

    def start(
        viewport: dict[str, int] = DESKTOP, *, dark: bool = False, cookies: tuple = ()
    ) -> Visit:
        context = chromium.new_context(
            viewport=viewport, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        context.add_cookies(list(cookies))
        tab = Visit(context.new_page(), live_server.url, request.node.name)
        tab.page.on("request", tab.watch_request)
        tab.page.on("console", tab.watch_console)
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        visits.append(tab)
        return tab

    yield start
    for tab in visits:
        tab.page.context.close()
    assert [url for tab in visits for url in tab.outside] == []
    assert [text for tab in visits for text in tab.complaints if "404" not in text] == []
