"""What makes a page plain, measured on its HTML: one main button, few others, short sentences, no officialese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

# Words of the office for which a member has a plainer one. What people have written is theirs.
OFFICIALESE = (
    "认证",
    "签发",
    "签收",
    "注销",
    "公民身份号码",
    "认领",
    "招募",
    "阅处",
    "异议",
    "归档",
    "候补",
    "征求",
    "时限",
    "提交",
    "出具",
    "群众测评",
    "参评",
    "考评",
    "续报",
    "迁往",
    "代录",
    "文书",
    "办理记录",
    "更正",
    "查询码",
    "联席会",
)
# Buttons and links that look like buttons, beside the one that matters.
BESIDE = 4
# Characters between two full stops: what is read in one breath.
BREATH = 45
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "path"}
# Of days long ago nobody asks what weekday it was.
DATE = re.compile(r"20[2-9]\d年\d{1,2}月\d{1,2}日(?!（星期)")


class Seen(HTMLParser):
    """What of a page's main part is seen before anything is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.primary: list[str] = []
        self.beside: list[str] = []
        # (tag, whether it hides what is in it)
        self._open: list[tuple[str, bool]] = []
        self._in_main = False

    @property
    def _is_seen(self) -> bool:
        return self._in_main and not any(hides for _tag, hides in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        css = (said.get("class") or "").split()
        if tag == "main":
            self._in_main = True
        if tag == "summary" and self._open and self._open[-1] == ("details", True):
            self._open[-1] = ("details", False)
        if self._is_seen and {"btn", "btn-primary"} <= set(css):
            self.primary.append("")
        elif self._is_seen and "btn" in css and tag in {"a", "button"}:
            self.beside.append("")
        if tag in VOID:
            return
        if tag in {
            "p",
            "li",
            "div",
            "dt",
            "dd",
            "td",
            "th",
            "tr",
            "h1",
            "h2",
            "h3",
            "label",
            "section",
        }:
            self.text += "\n"
        hides = (
            (tag == "details" and "open" not in said)
            or tag in {"script", "svg", "textarea", "select"}
            or "visually-hidden" in css
            or "hidden" in said
        )
        self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        while self._open:
            closed, _hides = self._open.pop()
            if closed == tag:
                break
        if tag == "summary" and self._open and self._open[-1][0] == "details":
            # Only what says that it opens is seen of a closed one.
            self._open[-1] = ("details", True)

    def handle_data(self, data: str) -> None:
        if self._is_seen:
            self.text += data


def seen_of(html: str) -> Seen:
    """Return what is seen of a page."""
    seen = Seen()
    # An open one hides nothing: its summary must not close it.
    seen.feed(re.sub(r"<details([^>]*) open>", r"<div\1>", html))
    return seen


def sentences(text: str) -> list[str]:
    """Split into what is read in one breath."""
    return [part.strip() for part in re.split(r"[。；！？·\n]", text) if part.strip()]


def faults_of(html: str, *, written: Iterable[str] = (), beside: int = BESIDE) -> list[str]:
    """Return what keeps a page from being plain; `written` are words of people, not of the page."""
    seen = seen_of(html)
    # A number to read out on the telephone is no sentence.
    text = re.sub(r"[0-9a-f]{32}", "", seen.text)
    for words in written:
        text = text.replace(words, "")
    faults = [f"says {word}" for word in OFFICIALESE if word in text]
    if len(seen.primary) > 1:
        faults.append(f"{len(seen.primary)} main buttons")
    if len(seen.beside) > beside:
        faults.append(f"{len(seen.beside)} buttons beside it")
    faults += [f"long: {each}" for each in sentences(text) if len(each) > BREATH]
    faults += [f"no weekday: {each}" for each in DATE.findall(text)]
    return faults
