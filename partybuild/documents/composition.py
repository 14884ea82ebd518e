"""What a document says, apart from how it looks: plain values that a file or a table can keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

# Levels of headings: 一、 黑体; （一） 楷体; 1. and （1） as the text.
HEADING_MARKS = 4


@dataclass(frozen=True)
class Text:
    """A paragraph; `level` 1 to 4 makes it a heading, `lead` stands before it in bold-faced type."""

    text: str
    level: int = 0
    lead: str = ""
    indent: bool = True
    align: str = ""  # "", center or right
    kind: str = "text"


@dataclass(frozen=True)
class Roll:
    """出席, 请假 or 列席: a word, then names with their units, hanging after the colon."""

    label: str
    names: tuple[str, ...]
    kind: str = "roll"


@dataclass(frozen=True)
class Table:
    """A table; `widths` are shares of the type area's width, `heights` in millimetres per row.

    A line of a cell that begins with a tab stands at the right: where one signs and seals.
    """

    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    # The first column of a form names what stands beside it.
    is_form: bool = False
    row_height_mm: float = 0
    # Where rows differ: millimetres for each, 0 for the height that all have.
    heights_mm: tuple[float, ...] = ()
    # Columns (from 0) whose cells stand in the middle: numbers, states.
    centered: tuple[int, ...] = ()
    # {"row,column": columns}: cells that reach over their neighbours.
    spans: dict[str, int] = field(default_factory=dict)
    # The size of its letters where it is not that of tables: smaller in long lists, larger on a wall.
    text_pt: float = 0
    kind: str = "table"


@dataclass(frozen=True)
class Break:
    """A new page, beginning with the word 附件 and its title where given."""

    label: str = ""
    title: str = ""
    kind: str = "break"


@dataclass(frozen=True)
class Cut:
    """A line along which a sheet is cut into its parts (存根, 正联, 回执), and the title of the next."""

    title: str
    # What both halves of a seal across the line carry: the number.
    label: str = ""
    kind: str = "cut"


@dataclass(frozen=True)
class Code:
    """A QR picture of an address with lines beside it: what a phone scans off the paper."""

    address: str
    lines: tuple[str, ...]
    size_mm: float = 24
    kind: str = "code"


def lines_of(cell: str) -> list[tuple[str, bool]]:
    """Return the lines of a cell and whether each stands at the right."""
    lines = cell.splitlines() or [""]
    return [(line.removeprefix("\t"), line.startswith("\t")) for line in lines]


def height_of(table: Table, row: int) -> float:
    """Return how high a row of the body is at least, in millimetres; the head is row -1."""
    own = table.heights_mm[row] if 0 <= row < len(table.heights_mm) else 0
    return own or table.row_height_mm


# A list of many columns and lines: 五号.
LIST_PT = 10.5

Block = Text | Roll | Table | Break | Cut | Code
_KINDS: dict[str, type[Any]] = {
    "text": Text,
    "roll": Roll,
    "table": Table,
    "break": Break,
    "cut": Cut,
    "code": Code,
}


@dataclass(frozen=True)
class Composition:
    """One document: the three parts of GB/T 9704-2012 (版头, 主体, 版记) as values."""

    title: str
    # 发文机关标志, in red; "" for a paper without a head.
    mark: str = ""
    number: str = ""
    # 签发人, only on what goes upwards.
    signer: str = ""
    addressee: str = ""
    blocks: tuple[Block, ...] = ()
    # 附件说明: the names of what is attached.
    attached: tuple[str, ...] = ()
    issuer: str = ""
    issued_on: date | None = None
    # A seal goes over issuer and date: they stand centred to each other, with room above.
    sealed: bool = False
    # 附注, in round brackets.
    note: str = ""
    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None
    # 附件: what follows the signature, each beginning with a Break.
    annexes: tuple[Block, ...] = ()
    # Lying paper, as for sign-in sheets and lists.
    landscape: bool = False
    # A form (表单) has a smaller title, no grid and no colophon.
    is_form: bool = False
    # A letter to hand over (聘书): framed, lying, in large type, without a page number.
    is_letter: bool = False
    # A sheet of parts that are cut from one another: smaller text, so that all stand on one page, and no page number.
    is_dense: bool = False
    is_draft: bool = False

    def plain(self) -> dict[str, Any]:
        """Return the composition as values that JSON can keep."""
        found = asdict(self)
        for name in ("issued_on", "printed_on"):
            found[name] = found[name].isoformat() if found[name] else None
        return found

    @classmethod
    def of_plain(cls, values: dict[str, Any]) -> Self:
        """Return the composition that `plain` wrote down."""
        given = dict(values)
        for name in ("issued_on", "printed_on"):
            given[name] = date.fromisoformat(given[name]) if given.get(name) else None
        for name in ("blocks", "annexes"):
            given[name] = tuple(_block(each) for each in given.get(name, ()))
        given["attached"] = tuple(given.get("attached", ()))
        return cls(**given)


def _block(values: dict[str, Any]) -> Block:
    given = dict(values)
    made = _KINDS[given.pop("kind")]
    for name in ("names", "head", "widths", "heights_mm", "centered", "lines"):
        if name in given:
            given[name] = tuple(given[name])
    if "rows" in given:
        given["rows"] = tuple(tuple(row) for row in given["rows"])
    block: Block = made(**given)
    return block


def paragraphs(text: str) -> Iterable[Text]:
    """Split a typed text into paragraphs; 一、 and （一） at its beginning make a heading's level."""
    for line in text.splitlines():
        stripped = line.strip().strip("　")
        if stripped:
            yield Text(stripped, level=_level(stripped))


_NUMERALS = "一二三四五六七八九十"


def _level(line: str) -> int:
    """Tell the level of a heading; what ends like a sentence is one only up to its first full stop."""
    if len(line) > 40 or line.endswith(("。", "；", "：")):
        return 0
    head = line.lstrip(_NUMERALS)
    if head is not line and head != line and head.startswith("、"):
        return 1
    if line.startswith("（") and line[1:2] and line[1] in _NUMERALS and "）" in line[:6]:
        return 2
    return 0


def date_on_paper(day: date) -> str:
    """Return a date as documents write it: 2026年3月5日, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def number_on_paper(prefix: str, year: int, number: int) -> str:
    """Return a document number: 望江党工委〔2026〕3号, not filled with zeros."""
    return f"{prefix}〔{year}〕{number}号"
