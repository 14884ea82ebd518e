"""access.csv read by the test itself, and what follows from it: never asks the product."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from tests.matrix.world import Thing, Who

PATH = Path(__file__).resolve().parents[2] / "partybuild" / "access" / "access.csv"
NOT_COLUMNS = ("key", "object", "action")
PEOPLE_COLUMNS = (
    "system_admin",
    "security_admin",
    "auditor",
    "city",
    "district",
    "street",
    "community_secretary",
    "community_worker",
    "unit_secretary",
    "unit_liaison",
    "member",
)
DOORS = ("api_read", "api_write", "link", "anonymous")
AREA_COLUMNS = PEOPLE_COLUMNS[3:8]
UNIT_COLUMNS = ("unit_secretary", "unit_liaison")
ADMINISTRATORS = PEOPLE_COLUMNS[:3]

Law = Mapping[str, Mapping[str, str]]


def read_law() -> dict[str, dict[str, str]]:
    """Return {key: {column: the cell's letters}}."""
    with PATH.open(encoding="utf-8", newline="") as lines:
        return {
            row["key"]: {name: text for name, text in row.items() if name not in NOT_COLUMNS}
            for row in csv.DictReader(lines)
        }


def flipped(law: Law, key: str, column: str) -> str:
    """Return the opposite of a cell: nothing, or as far as the column looks at such things."""
    if law[key][column] != "-":
        return "-"
    if column in ADMINISTRATORS or column == "anonymous":
        return "*"
    seen = law.get(f"{key.split('.', maxsplit=1)[0]}.view", {}).get(column, "-")[0]
    if column not in AREA_COLUMNS and seen in "UPO":
        return seen
    if column in UNIT_COLUMNS:
        return "U"
    if column == "link":
        return "P"
    return "O" if column == "member" else "S"


def holds(law: Law, key: str, who: Who, thing: Thing | None, *, reading: bool = False) -> bool:
    """Tell what a cell and the place in the tree say; `reading` adds what one takes part in."""
    text = law[key].get(who.column, "-")
    if thing is None or text == "-":
        return text != "-"
    if "a" in text[1:]:
        # Totals: no single row.
        return False
    takes_part = bool(thing.parties | thing.units) and who.body in thing.parties | thing.units
    takes_part = takes_part or who.person in thing.people
    match text[0]:
        case "*":
            return who.column not in ADMINISTRATORS or thing.view in {
                "token.revoke",
                "notice.reconcile",
                "area.view",
            }
        case "S":
            assert who.node is not None
            above = any(place.startswith(who.node) for place in thing.nodes)
            guest = any(place.startswith(who.node) for place in thing.guests)
            return above or (reading and (guest or who.body in thing.parties))
        case "U":
            return who.body in thing.units or (reading and takes_part)
        case "P":
            return takes_part
        case "O":
            return who.person in thing.people
    raise AssertionError(text)
