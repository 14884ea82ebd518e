"""access.csv as a value: one line per action, one column per role."""

import csv
import enum
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("access.csv")


class Reach(enum.Enum):
    """How far a right reaches."""

    NONE = "-"
    EVERYWHERE = "*"
    AREA = "S"
    UNIT = "U"
    PARTICIPANT = "P"
    OWN = "O"


@dataclass(frozen=True)
class Cell:
    """One cell of access.csv: a reach and the conditions on it."""

    reach: Reach
    masked: bool = False
    totals_only: bool = False
    needs_reason: bool = False
    needs_second_person: bool = False

    @property
    def allows(self) -> bool:
        """Whether the role holds the right at all."""
        return self.reach is not Reach.NONE


REFUSED = Cell(Reach.NONE)


def parse_cell(text: str) -> Cell:
    """Read a cell such as "Sr2"; ValueError on anything the law does not know."""
    head, flags = text[:1], text[1:]
    if set(flags) - set("mar2") or len(set(flags)) != len(flags):
        raise ValueError(f"unknown cell {text!r} in access.csv")
    return Cell(
        reach=Reach(head),
        masked="m" in flags,
        totals_only="a" in flags,
        needs_reason="r" in flags,
        needs_second_person="2" in flags,
    )


@cache
def table() -> dict[str, dict[str, Cell]]:
    """Return the whole law: {key: {column: cell}}."""
    with PATH.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    law = {
        row["key"]: {
            column: parse_cell(text)
            for column, text in row.items()
            if column not in {"key", "object", "action"}
        }
        for row in rows
    }
    if len(law) != len(rows):
        raise ValueError("a key stands twice in access.csv")
    return law


def cell(key: str, column: str) -> Cell:
    """Return the right of a column on a line; KeyError on a line the law does not have."""
    return table()[key].get(column, REFUSED)


def column_keys(column: str) -> frozenset[str]:
    """Return the keys of every line on which a column holds a right."""
    return frozenset(key for key, cells in table().items() if cells.get(column, REFUSED).allows)
