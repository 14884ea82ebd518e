"""Who crawls, from where they begin, and what all of them found; one crawl serves several tests."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from meetings.models import CouncilMember, Meeting, ResolutionParty
from members.models import FeedbackDelivery, ServiceSummary
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import issue_link, issue_token
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.probes.crawling import crawl
from tests.probes.reading import Form
from tests.probes.watching import Reader, Tally, column_of
from tests.probes.world import World

# One of each column; the others only in the long form.
FAST = {
    ("", "staff"),
    ("1", "staff"),
    ("11", "staff"),
    ("111", "secretary"),
    ("112", "worker"),
    ("1111", "secretary"),
    ("1112", "liaison"),
    ("1121", "member"),
    ("", "system"),
    ("", "security"),
    ("", "auditor"),
}
TOKENS = (("", "staff"), ("1", "staff"), ("11", "staff"), ("111", "secretary"), ("1111", "liaison"))


@dataclass
class Visitor:
    """Somebody with a browser, a token or a link."""

    reader: Reader
    client: Any
    person_id: int | None
    begin: list[str] | None = None
    visited: list[str] = field(default_factory=list)
    forms: dict[tuple[str, str, frozenset[str]], Form] = field(default_factory=dict)
    post: Appointment | None = None


class TokenClient(Client):
    """A program with a token."""

    def __init__(self, text: str) -> None:
        super().__init__(headers={"Authorization": f"Token {text}"})


def browser_of(client_of: Any, post: Appointment) -> Any:
    """Return a browser signed in as somebody who has just shown the password once more."""
    client = client_of(post)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(client.appointment.person.user.pk)
    session.save()
    client.raise_request_exception = False
    return client


def signed_in(world: World, client_of: Any, *, fast: bool) -> Iterator[Visitor]:
    """Yield everybody who signs in."""
    for key, role, post in world.posts():
        if not fast or (key, role) in FAST:
            reader = Reader(key, role, column_of(key, role))
            yield Visitor(reader, browser_of(client_of, post), post.person_id, post=post)


def programs(world: World, *, fast: bool) -> Iterator[Visitor]:
    """Yield a token of each kind of post; tokens are never sent what is personal in full."""
    by = actor_in(world.administrators["security"])
    for key, role in TOKENS:
        post = world.post(key, role)
        for column in ("api_read",) if fast else ("api_read", "api_write"):
            _token, text = issue_token(post, **_token_values(column), by=by)
            reader = Reader(key, role, column_of(key, role))
            yield Visitor(reader, TokenClient(text), None, begin=_api_lists())


def _token_values(column: str) -> dict[str, Any]:
    return {"name": "probe", "column": column, "operations": [], "days": 30, "reason": "probe"}


def _api_lists() -> list[str]:
    from tests.probes.crawling import starts

    return [path for path in starts() if path.startswith("/api/v1/")]


def holders_of_links(world: World) -> Iterator[Visitor]:
    """Yield who opens a link of each kind out of a mail."""
    unit = world.spots["1111"].units[0]
    meeting = Meeting.objects.filter(council__area=unit.area).order_by("-starts_at").first()
    targets = (
        ("meeting.answer", meeting),
        ("council.answer", CouncilMember.objects.filter(organization=unit).first()),
        ("resolution.work", ResolutionParty.objects.filter(organization=unit).first()),
        ("summary.acknowledge", ServiceSummary.objects.filter(unit=unit).first()),
        ("feedback.acknowledge", FeedbackDelivery.objects.filter(unit=unit).first()),
        (
            "report.file",
            Obligation.objects.filter(bearer_organization=unit, duty="report.file").first(),
        ),
    )
    for action, target in targets:
        if target is None:
            continue
        link = issue_link(target, action=action, days=30, organization=unit, by=SYSTEM)
        path = re.sub(r"^https?://[^/]+", "", link_url(link))
        yield Visitor(Reader("1111", "liaison", "unit_liaison"), Client(), None, begin=[path])


def roam(
    visitors: list[Visitor], look_of: Any, *, per_shape: int, most: int, routes_only: bool = False
) -> Tally:
    """Let everybody follow every link; `look_of(visitor, tally)` gives what looks at the answers."""
    tally = Tally()
    for visitor in visitors:
        _count, visitor.visited, visitor.forms = crawl(
            visitor.client,
            look_of(visitor, tally),
            per_shape=per_shape,
            most=most,
            begin=visitor.begin,
            routes_only=routes_only,
        )
    return tally
