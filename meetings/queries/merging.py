"""Two people's changes to one text, put together paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

Lines = tuple[str, ...]


class Choice(StrEnum):
    """What is kept of a place that both have changed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    EDITED = "edited"


@dataclass(frozen=True)
class Piece:
    """Some paragraphs in a row as they stood before, and as each of the two has them."""

    base: Lines
    mine: Lines
    theirs: Lines

    @property
    def is_conflict(self) -> bool:
        """Whether both have changed it, and not to the same."""
        return self.mine != self.base and self.theirs not in (self.base, self.mine)

    @property
    def is_same(self) -> bool:
        """Whether nobody has changed it."""
        return self.base == self.mine == self.theirs

    @property
    def settled(self) -> Lines:
        """The changed one of the two; where both changed it, nothing is thrown away."""
        if self.is_conflict:
            return self.kept(Choice.BOTH)
        return self.theirs if self.mine == self.base else self.mine

    def kept(self, choice: Choice, edited: str = "") -> Lines:
        """Return the paragraphs that a choice leaves."""
        match choice:
            case Choice.MINE:
                return self.mine
            case Choice.THEIRS:
                return self.theirs
            case Choice.EDITED:
                return _lines(edited)
            case _:
                # What stands in both the same way stands once.
                return self.mine + tuple(line for line in self.theirs if line not in self.mine)


@dataclass(frozen=True)
class Merge:
    """A text that two have changed from a common base."""

    pieces: tuple[Piece, ...]

    @property
    def conflicts(self) -> list[Piece]:
        """The places that somebody must look at."""
        return [piece for piece in self.pieces if piece.is_conflict]

    @property
    def is_clean(self) -> bool:
        """Whether no place was changed by both."""
        return not self.conflicts

    @property
    def text(self) -> str:
        """The text with the changes of both."""
        return _text(piece.settled for piece in self.pieces)

    def decided(self, choices: Sequence[tuple[Choice, str]]) -> str:
        """Return the text after the conflicts, in their order, were decided; the rest is settled."""
        decisions = iter(choices)
        parts: list[Lines] = []
        for piece in self.pieces:
            if piece.is_conflict:
                choice, edited = next(decisions, (Choice.BOTH, ""))
                parts.append(piece.kept(choice, edited))
            else:
                parts.append(piece.settled)
        return _text(parts)


@dataclass(frozen=True)
class _Change:
    """Paragraphs start to end of the base, and by how many more somebody has replaced them."""

    start: int
    end: int
    growth: int
    is_mine: bool


def merge_texts(base: str, mine: str, theirs: str) -> Merge:
    """Put two changed texts together against their common base (three-way, by paragraphs)."""
    old, own, other = _lines(base), _lines(mine), _lines(theirs)
    at = moved_own = moved_other = 0
    pieces: list[Piece] = []
    for group in _groups([*_changes(old, own, is_mine=True), *_changes(old, other, is_mine=False)]):
        start, end = group[0].start, max(change.end for change in group)
        if at < start:
            pieces.append(Piece(old[at:start], old[at:start], old[at:start]))
        grown_own = sum(change.growth for change in group if change.is_mine)
        grown_other = sum(change.growth for change in group if not change.is_mine)
        pieces.append(
            Piece(
                old[start:end],
                own[start + moved_own : end + moved_own + grown_own],
                other[start + moved_other : end + moved_other + grown_other],
            )
        )
        at, moved_own, moved_other = end, moved_own + grown_own, moved_other + grown_other
    if at < len(old):
        pieces.append(Piece(old[at:], old[at:], old[at:]))
    return Merge(tuple(pieces))


def _changes(old: Lines, new: Lines, *, is_mine: bool) -> list[_Change]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Change(a1, a2, (b2 - b1) - (a2 - a1), is_mine)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _groups(changes: Iterable[_Change]) -> list[list[_Change]]:
    """Gather the changes that meet: of one paragraph, or inserted where another begins or ends."""
    groups: list[list[_Change]] = []
    for change in sorted(changes, key=lambda each: (each.start, each.end)):
        if groups and any(_meet(change, earlier) for earlier in groups[-1]):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _meet(change: _Change, earlier: _Change) -> bool:
    if change.start < earlier.end:
        return True
    is_insertion = change.start == change.end or earlier.start == earlier.end
    return is_insertion and change.start == earlier.end


def _lines(text: str) -> Lines:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(line.rstrip() for line in plain.split("\n")) if plain else ()


def _text(parts: Iterable[Lines]) -> str:
    return "\n".join(line for part in parts for line in part)


@dataclass(frozen=True)
class Mark:
    """A stretch of a text: the same as before, added or taken out."""

    kind: str  # same, added, removed
    text: str


def marked(before: str, after: str) -> list[Mark]:
    """Return what changed from one text to another, letter by letter."""
    marks: list[Mark] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    # Single letters that happen to be alike would tear a rewritten sentence to shreds.
    if matcher.ratio() < 0.4:
        return [Mark(kind, text) for kind, text in (("removed", before), ("added", after)) if text]
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            marks.append(Mark("same", before[a1:a2]))
            continue
        if a2 > a1:
            marks.append(Mark("removed", before[a1:a2]))
        if b2 > b1:
            marks.append(Mark("added", after[b1:b2]))
    return marks


def changed_paragraphs(before: str, after: str) -> list[tuple[str, str]]:
    """Return (before, after) of the places where a text was changed; "" where nothing stood."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        was, now = "\n".join(filter(None, old[a1:a2])), "\n".join(filter(None, new[b1:b2]))
        if tag != "equal" and was != now:
            found.append((was, now))
    return found
