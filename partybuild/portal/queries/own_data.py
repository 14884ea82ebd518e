"""Everything that is held about one person, who keeps it, and who read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.queries import readings_about
from partybuild.audit.queries.history import label_of
from partybuild.calendar import SHANGHAI, now
from partybuild.calendar.words import short_date_cn
from partybuild.organizations.models import Organization
from partybuild.people.models import Consent, Person
from partybuild.people.privacy import CURRENT_NOTICE, USES, Use
from partybuild.people.registry import Row, kinds

READINGS_SHOWN = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+\d{2}:\d{2}")


@dataclass(frozen=True)
class Section:
    """One kind of data with what is held."""

    key: str
    title: str
    purpose: str
    kept: str
    rows: list[Row]

    @property
    def labels(self) -> list[str]:
        """The columns."""
        return list(self.rows[0]) if self.rows else []

    @property
    def readable(self) -> list[Row]:
        """The rows with days and moments as people write them."""
        return [{label: _readable(value) for label, value in row.items()} for row in self.rows]


def _readable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return short_date_cn(date.fromisoformat(value))
    if _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value).astimezone(SHANGHAI)
        return f"{short_date_cn(moment.date())} {moment:%H:%M}"
    return value


@dataclass(frozen=True)
class Holder:
    """A body that keeps some of it right."""

    organization: Organization
    matter: str


@dataclass(frozen=True)
class Choice:
    """One purpose with what the person decided."""

    use: Use
    is_on: bool
    decided_at: datetime | None = None


def sections_of(person: Person) -> list[Section]:
    """Return what every app holds about a person."""
    return [
        Section(kind.key, str(kind.title), str(kind.purpose), str(kind.kept), kind.copy(person))
        for kind in kinds()
    ]


def holders_of(person: Person) -> list[Holder]:
    """Return the bodies that keep a person's data right, each once, in the order they are named."""
    named: dict[int, list[str]] = {}
    for kind in kinds():
        for key, matter in kind.holders(person):
            matters = named.setdefault(key, [])
            if matter not in matters:
                matters.append(matter)
    bodies = Organization.objects.in_bulk(list(named))
    return [Holder(bodies[key], "；".join(words)) for key, words in named.items() if key in bodies]


def erase_url_of(person: Person) -> str:
    """Return the page on which somebody asks to be erased."""
    return next((url for kind in kinds() if (url := kind.erase_url(person))), "")


def choices_of(person: Person) -> list[Choice]:
    """Return every purpose, with the newest decision where one can be made."""
    newest: dict[str, Consent] = {}
    for consent in Consent.objects.filter(person=person).order_by("pk"):
        newest[consent.purpose] = consent
    found = []
    for use in USES:
        decided = newest.get(str(use.purpose)) if use.purpose else None
        found.append(
            Choice(
                use=use,
                is_on=decided.is_given if decided else use.runs_unasked,
                decided_at=decided.decided_at if decided else None,
            )
        )
    return found


def readings_shown(
    person: Person, by: Actor, *, most: int = READINGS_SHOWN
) -> list[dict[str, Any]]:
    """Return who read a person's data: posts; the name only within one's own body."""
    lines = []
    for event in readings_about(person)[:most]:
        same = event.organization_id is not None and event.organization_id == by.organization_id
        who = event.actor_post or _("系统")
        if same and event.actor_name and event.actor_name not in who:
            who = f"{who} {event.actor_name}"
        refused = "" if event.result == "done" else _("（未成功）")
        lines.append(
            {
                "at": event.at,
                "text": f"{label_of(event.kind)}{refused}",
                "who": who,
                "reason": event.reason,
            }
        )
    return lines


def copy_of(person: Person, by: Actor) -> dict[str, Any]:
    """Return a person's whole copy in a form that other programs read."""
    return {
        "format": "partybuild-personal-data/1",
        "made_at": now().isoformat(timespec="seconds"),
        "privacy_notice": CURRENT_NOTICE.version,
        "data": {
            section.key: {
                "title": section.title,
                "purpose": section.purpose,
                "kept": section.kept,
                "rows": section.rows,
            }
            for section in sections_of(person)
        },
        "readings": [
            {**line, "at": line["at"].isoformat(timespec="seconds")}
            for line in readings_shown(person, by)
        ],
    }
