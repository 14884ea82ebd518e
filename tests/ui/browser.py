"""A real browser: import `chromium` and `visit` into the conftest of a folder that needs one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# As long as a press may take on a busy machine: what does not come at all fails all the same, only later.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for all browser tests; its absence is an error where CI demands it."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"no Chromium at {CHROMIUM}")
        pytest.skip(f"no Chromium at {CHROMIUM}: browser tests are skipped")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright runs a loop of its own in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visitor:
    """A page of a signed-in browser that keeps what went wrong and where it asked."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._watch)

    def _note(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, path: str) -> Page:
        """Go to a page and wait until it rests."""
        self.page.goto(f"{self.address}{path}", wait_until="networkidle")
        return self.page

    def violations(self, *, but: tuple[str, ...] = ()) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA and its best practices, but some rules."""
        # Evaluated, not added as a script element: the page's own policy would refuse that.
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            """([tags, but]) => axe.run(document, {
                runOnly: {type: 'tag', values: tags},
                rules: Object.fromEntries(but.map((rule) => [rule, {enabled: false}])),
            })""",
            [WCAG, list(but)],
        )
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def overflows(self) -> list[str]:
        """Return what sticks out to the right of the page."""
        return self.page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return [];
                return [...document.querySelectorAll('body *')]
                    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > width + 1)
                    .map((each) => `${each.tagName}.${each.className}`.slice(0, 80));
            }"""
        )


@pytest.fixture
def visit(chromium, live_server, client_of):
    """Return a browser signed in to a post, at a width: visit(appointment, width=390)."""
    contexts: list[BrowserContext] = []

    def enter(appointment=None, *, width: int = 1440, height: int = 900, **options) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if appointment is not None:
            cookie = client_of(appointment).cookies["sessionid"]
            context.add_cookies(
                [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
            )
        return Visitor(context, live_server.url)

    yield enter
    for context in contexts:
        context.close()
