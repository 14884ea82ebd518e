"""The columns that no post fills: tokens on pages, nobody at all, and signed links."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from partybuild.accounts import links
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link
from partybuild.calendar import now
from tests.architecture.test_public_pages import PUBLIC
from tests.factories import core
from tests.matrix.engine import FURNITURE, Engine, Probe
from tests.matrix.plan import all_probes
from tests.matrix.world import Thing

pytestmark = pytest.mark.django_db
# Led to the sign-in, or told that nobody is signed in.
NOBODY = frozenset({302, 401, 403, 404})


class Stranger(Client):
    """Nobody, or a program with a token; sends forms as pages do."""

    def act(self, path: str, data: dict[str, Any] | None = None, **extra: Any) -> Any:
        """POST a form."""
        return self.post(path, data or {}, **extra)


def one_of_each(engine: Engine) -> list[Probe]:
    """Return one probe of every address and method that is not public."""
    found: dict[tuple[str, str], Probe] = {}
    for probe in all_probes(engine):
        if probe.deed.route not in PUBLIC and not probe.api:
            found.setdefault((probe.deed.method, probe.deed.route), probe)
    return list(found.values())


def faults_of(engine: Engine, client: Any, probes: list[Probe]) -> list[str]:
    """Return what was answered or changed to somebody who is nobody here."""
    faults = []
    for probe in probes:
        engine.clients[str(probe.who.post.pk)], known = (
            client,
            engine.clients[str(probe.who.post.pk)],
        )
        try:
            code, tables, _content = engine.send(probe)
        finally:
            engine.clients[str(probe.who.post.pk)] = known
        changed = [table for table in tables if not table.startswith(FURNITURE)]
        if code not in NOBODY or changed:
            faults.append(f"{probe.deed}: {code} {changed}")
    return faults


def test_nobody_gets_in_anywhere(engine: Engine) -> None:
    assert faults_of(engine, Stranger(), one_of_each(engine)) == []


@pytest.mark.parametrize("column", ["api_read", "api_write"])
def test_a_token_opens_no_page(engine: Engine, column: str) -> None:
    """A token speaks to the REST interface only; lines that its column lacks stay shut there too."""
    post = engine.world.posts["community_secretary:111"]
    known = engine.clients[f"{column}:{post.pk}"]
    client = Stranger()
    client.defaults.update(known.defaults)
    pages = [each for each in one_of_each(engine) if not each.deed.route.startswith("api:")]
    assert faults_of(engine, client, pages) == []


# -- Links ----------------------------------------------------------------------------------------


def _word(**values: Any) -> dict[str, Any]:
    return values


# The row a link is about, what its button sends, and the table that must then have changed.
LINKS: dict[str, tuple[str, dict[str, Any], str]] = {
    "meeting.answer": (
        "meeting_notified",
        _word(answer="attend", attendee_name="李四", people="1"),
        "meetings.Receipt",
    ),
    "resolution.work": ("resolution_assigned", _word(deed="accept"), "meetings.ResolutionParty"),
    "council.answer": (
        "council_inviting",
        _word(decision="accept", representative_name="李四"),
        "meetings.CouncilMember",
    ),
    "summary.acknowledge": ("summary", {}, "members.ServiceSummary"),
    "activity.evaluate": (
        "activity_running",
        _word(side="resident", grade="mostly", ballot="11111111-1111-4111-8111-111111111111"),
        "activities.Evaluation",
    ),
    "service_post.evaluate": (
        "post_served",
        _word(side="served", grade="mostly", ballot="22222222-2222-4222-8222-222222222222"),
        "members.ClaimEvaluation",
    ),
    "feedback.acknowledge": ("feedback_delivery", {}, "members.Feedback"),
    "report.file": ("debt_of_report", _word(nil="1"), "units.UnitReport"),
    "report_in.submit": (
        "letter_open",
        _word(community="111"),
        "members.ReportIn",
    ),
    "report_in.renew": ("report_in_due", {}, "members.Renewal"),
    "topic.propose": (
        "topic_call",
        _word(title="增设座椅", category="service"),
        "meetings.Topic",
    ),
}


# Links that only show: a calendar's feed, a community's public boards.
READING = frozenset({"notice.inbox", "service_post.board", "wish.board"})


# Links by which a member speaks, and no body.
PERSONAL = frozenset({"report_in.submit", "report_in.renew"})


def _speaker(engine: Engine, thing: Thing, action: str) -> dict[str, Any]:
    if action in PERSONAL:
        return {"person": engine.world.members[min(thing.people)].person}
    return {"organization": engine.world.units[min(thing.units or thing.parties)]}


def _thing(engine: Engine, kind: str, site: str) -> Thing:
    if kind == "debt_of_report":
        return _report_debt(engine, site)
    return next(each for each in engine.world.things[kind] if each.site == site)


def _report_debt(engine: Engine, site: str) -> Thing:
    from tests.factories.obligations import make_debt
    from units.queries import REPORT_DUTY

    unit = engine.world.units[f"{site}b"]
    debt = make_debt(
        unit,
        engine.world.committees[site],
        area=engine.world.areas[site],
        duty=REPORT_DUTY,
        period="2026Q1",
    )
    return Thing("debt_of_report", site, debt, units=frozenset({f"{site}b"}))


def _open(engine: Engine, address: str, data: dict[str, Any] | None) -> tuple[int, set[str]]:
    before = engine.touched()
    client = Client()
    path = "/" + address.split("/", 3)[3]
    answer = client.get(path) if data is None else client.post(path, data)
    tables = {each for each in engine.changed(before) if not each.startswith(FURNITURE)}
    return answer.status_code, {engine.labels[each] for each in tables}


def test_every_line_of_the_link_column_has_its_page_or_is_still_to_be_built(
    engine: Engine,
) -> None:
    allowed = {key for key, cells in engine.law.items() if cells["link"] == "P"}
    assert set(LINKS) == set(links._pages) - READING
    assert set(LINKS) <= allowed


def test_a_link_for_a_line_it_may_not_do_is_not_made(engine: Engine) -> None:
    row = engine.world.things["meeting_notified"][0].row
    made = []
    for key, cells in engine.law.items():
        if cells["link"] != "-":
            continue
        try:
            issue_link(row, action=key, days=3, by=core.SYSTEM)
        except ValueError:
            continue
        made.append(key)
    assert made == []


@pytest.mark.parametrize("action", sorted(LINKS))
def test_a_link_does_its_one_thing_to_its_one_row(engine: Engine, action: str) -> None:
    kind, words, table = LINKS[action]
    with transaction.atomic():
        thing, other = _thing(engine, kind, "111"), _thing(engine, kind, "211")
        if "community" in words:
            words = {**words, "community": str(engine.world.areas[words["community"]].uid)}
        link = issue_link(
            thing.row, action=action, days=3, by=core.SYSTEM, **_speaker(engine, thing, action)
        )
        engine.remember()
        opened = _open(engine, link_url(link), None)
        # Looking, as a mail scanner does, changes nothing.
        assert opened == (200, set())
        untouched = type(other.row).objects.get(pk=other.row.pk).changed_at
        pressed = _open(engine, link_url(link), {**words, "unit": str(other.row.uid)})
        assert pressed[0] in {200, 302}
        assert table in pressed[1]
        assert type(other.row).objects.get(pk=other.row.pk).changed_at == untouched
        transaction.set_rollback(True)
    engine.remember()


@pytest.mark.parametrize("end", ["expired", "taken back", "another number"])
def test_a_link_that_has_ended_changes_nothing(engine: Engine, end: str) -> None:
    thing = _thing(engine, "meeting_notified", "111")
    unit = engine.world.units[min(thing.units)]
    with transaction.atomic():
        link = issue_link(
            thing.row, action="meeting.answer", days=3, organization=unit, by=core.SYSTEM
        )
        address = link_url(link)
        rows = SignedLink.objects.filter(pk=link.pk)
        if end == "expired":
            rows.update(expires_at=now() - timedelta(minutes=1))
        elif end == "taken back":
            rows.update(revoked_at=now())
        else:
            address = address.replace(link.uid.hex[:4], "beef")
        engine.remember()
        assert _open(engine, address, LINKS["meeting.answer"][1]) == (410, set())
        transaction.set_rollback(True)
    engine.remember()
