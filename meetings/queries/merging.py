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


def merge_texts(base: str, mine: str, theirs: str) -> Merge:
    """Put two changed texts together against their common base (three-way, by paragraphs)."""
    old, own, other = _lines(base), _lines(mine), _lines(theirs)
    at = at_own = at_other = 0
    pieces: list[Piece] = []
    for start, start_own, start_other, size in _unchanged_by_both(old, own, other):
        changed = Piece(old[at:start], own[at_own:start_own], other[at_other:start_other])
        if changed.base or changed.mine or changed.theirs:
            pieces.append(changed)
        kept = old[start : start + size]
        if kept:
            pieces.append(Piece(kept, kept, kept))
        at, at_own, at_other = start + size, start_own + size, start_other + size
    return Merge(tuple(pieces))


def _unchanged_by_both(old: Lines, own: Lines, other: Lines) -> Iterable[tuple[int, int, int, int]]:
    """Yield (place in each of the three, length) of what both left as it was; at last the ends."""
    left, right = _matches(old, own), _matches(old, other)
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][0] + left[i][2], right[j][0] + right[j][2])
        if start < end:
            yield (
                start,
                left[i][1] + start - left[i][0],
                right[j][1] + start - right[j][0],
                end - start,
            )
        if left[i][0] + left[i][2] < right[j][0] + right[j][2]:
            i += 1
        else:
            j += 1
    yield len(old), len(own), len(other), 0


def _matches(old: Lines, new: Lines) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(m.a, m.b, m.size) for m in matcher.get_matching_blocks() if m.size]


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
