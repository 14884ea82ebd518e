"""Count what a person does at the desk, and turn it into time by the keystroke-level model.

Card, Moran and Newell, 1980: the time of a task that one knows is the sum of its keystrokes (K), of
pointing (P) and pressing (B), of hands going between mouse and keys (H), of deciding (M), and of waiting
for the machine (R, measured here).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import Locator, Page

K, P, B, H, M = 0.28, 1.1, 0.1, 0.4, 1.35
# Pinyin and the choice of the word: two keys a character, as a practiced typist needs.
KEYS_OF_A_CHARACTER = 2
_CHINESE = re.compile(r"[⺀-鿿　-〿＀-￯]")


def keys_of(text: str) -> int:
    """Return how many keys are pressed to write a text."""
    chinese = len(_CHINESE.findall(text))
    return chinese * KEYS_OF_A_CHARACTER + len(text) - chinese


@dataclass
class Work:
    """What was done in one part of the job."""

    presses: int = 0
    keys: int = 0
    pages: int = 0
    decisions: int = 0
    homings: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        """The time that it takes."""
        return (
            self.keys * K
            + self.presses * (P + B)
            + self.homings * H
            + self.decisions * M
            + self.waited
        )

    def __add__(self, other: Work) -> Work:
        return Work(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass
class Desk:
    """The hands of somebody who works on a page: every press and every key is counted.

    One decision is counted for every page that comes and one more for every press and every field,
    which is more than the model asks: somebody unsure, not an expert, is meant.
    """

    page: Page
    parts: dict[str, Work] = field(default_factory=dict)
    _now: Work = field(default_factory=Work)

    def begin(self, part: str) -> None:
        """Count from here on under this part of the job."""
        self._now = self.parts.setdefault(part, Work())

    def come(self, address: str) -> None:
        """Open an address that stands in the bookmarks: one press."""
        self._press()
        started = monotonic()
        self.page.goto(address, wait_until="load")
        self._arrived(started)

    def go(self, locator: Locator) -> None:
        """Press what leads to another page, and wait for it."""
        self._press()
        started = monotonic()
        with self.page.expect_navigation(wait_until="load"):
            locator.click()
        self._arrived(started)

    def press(self, locator: Locator) -> None:
        """Press what stays on the page."""
        self._press()
        locator.click()

    def write(self, locator: Locator, text: str) -> None:
        """Go into a field and write, over what stands there."""
        self._typed(locator, text)
        if locator.input_value():
            # Ctrl+A, so that what stands there goes.
            self._now.keys += 2
        locator.fill(text)

    def insert(self, locator: Locator, text: str, *, at: int) -> None:
        """Press into a text at a place and write there."""
        self._typed(locator, text)
        old = locator.input_value()
        locator.fill(old[:at] + text + old[at:])

    def _typed(self, locator: Locator, text: str) -> None:
        self._press()
        self._now.homings += 2
        # A date's dashes come by themselves.
        is_date = locator.get_attribute("type") == "date"
        self._now.keys += keys_of(text.replace("-", "") if is_date else text)

    def choose(self, locator: Locator, label: str) -> None:
        """Choose from a list that drops down: two presses."""
        self._press()
        self._press()
        locator.select_option(label=label)

    def _press(self) -> None:
        self._now.presses += 1
        self._now.decisions += 1

    def _arrived(self, started: float) -> None:
        self._now.waited += monotonic() - started
        self._now.pages += 1
        self._now.decisions += 1

    @property
    def total(self) -> Work:
        """All parts together."""
        return sum(self.parts.values(), Work())

    def lines(self) -> list[str]:
        """Say the figures, one line for each part and one for all."""
        rows = [*self.parts.items(), ("all", self.total)]
        return [
            f"{name}: {work.presses} presses, {work.keys} keys, {work.pages} pages, "
            f"{work.waited:.1f} s waiting, {work.seconds / 60:.1f} min"
            for name, work in rows
        ]
