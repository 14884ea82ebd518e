"""What leaves a token's sight stands in the feed as gone; what comes into it, as a row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, Value

from meetings.models import Topic
from meetings.services import end_membership
from members.models import PartyMember
from members.services import end_member, end_report_in, form_team
from partybuild.access.api import views
from partybuild.areas.models import Area
from partybuild.areas.services.register import renew_paths
from partybuild.feeds import queries
from partybuild.feeds.furniture import chains, statements
from partybuild.feeds.models import SightChange
from partybuild.organizations.services import change_organization
from tests.factories.activities import make_activity
from tests.factories.cast import make_cast
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_accepted_topic, make_council, make_own_council
from tests.factories.members import make_member, make_post_of, make_report_in
from tests.factories.units import make_unit
from tests.factories.wishes import make_wish
from units.models import ResidentUnit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(clock: Any) -> Any:
    """The cast, committed."""
    return make_cast()


@pytest.fixture(autouse=True)
def _alone_on_the_server(monkeypatch: Any) -> None:
    """Nobody else writes in this database: transactions of others on the server do not hold us up.

    That the feed waits for a running transaction is tested in test_feed.py.
    """
    newest = Value(2**62, output_field=BigIntegerField())

    def next_one() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT txid_current() + 1")
            return int(cursor.fetchone()[0])

    for module in (views, queries):
        monkeypatch.setattr(module, "OldestRunning", lambda: newest)
    monkeypatch.setattr(views, "oldest_running", next_one)


class Reader:
    """Another system: reads the feed and keeps what it was told."""

    def __init__(self, client: Any, resource: str) -> None:
        self.client, self.path = client, f"/api/v1/{resource}/"
        self.since, self.rows, self.gone = "start", {}, []
        self.read()

    def read(self, **query: str) -> list[str]:
        """Read all that is new; return the uids said to be gone."""
        self.gone = []
        while True:
            answer = self.client.get(self.path, {"changed_since": self.since, **query}).json()
            for row in answer["results"]:
                self.rows[row["uid"]] = row
            for row in answer["gone"]:
                self.rows.pop(row["uid"], None)
                self.gone.append(row["uid"])
            self.since = answer["changes"]
            if answer["next"] is None:
                return self.gone

    def agrees(self) -> bool:
        """Tell whether what it keeps is what the plain list shows."""
        answer = self.client.get(self.path, {"limit": "500"}).json()
        return {row["uid"]: row for row in answer["results"]} == self.rows


def test_unit_that_moves_out_of_the_area_is_gone_there_and_new_elsewhere(committed, token_client):
    units = [make_unit(committed.community, name) for name in ("甲厂", "乙厂")]
    here = Reader(token_client(committed.street_staff), "units")
    there = Reader(token_client(committed.other_street_staff), "units")
    assert len(here.rows) == 2
    assert there.rows == {}
    change_organization(units[0].organization, area=committed.other_community, by=SYSTEM)
    assert here.read() == [str(units[0].uid)]
    assert there.read() == []
    assert set(there.rows) == {str(units[0].uid)}
    # Said once.
    assert here.read() == []
    assert here.agrees()
    assert there.agrees()
    change_organization(units[0].organization, area=committed.community, by=SYSTEM)
    here.read()
    assert here.agrees()
    assert there.read() == [str(units[0].uid)]


def test_area_that_moves_takes_all_that_lies_below_along(committed, token_client):
    """No row of a unit is touched: what moves is two levels above it."""
    unit = make_unit(committed.community, "甲厂")
    make_council(committed.community, committed.committee, committed.unit)
    member = make_member(committed.unit)
    make_report_in(member, committed.community)
    here, there = committed.street_staff, committed.other_street_staff
    names = ("areas", "units", "organizations", "councils", "members", "obligations")
    readers = [Reader(token_client(post), name) for post in (here, there) for name in names]
    before = str(unit.organization.changed_xid)
    with transaction.atomic():
        Area.objects.filter(pk=committed.community.pk).update(parent=committed.other_street)
        renew_paths()
    for reader in readers:
        reader.read()
        assert reader.agrees(), reader.path
    unit.organization.refresh_from_db()
    assert str(unit.organization.changed_xid) == before
    assert str(unit.uid) in readers[1].gone
    assert str(unit.uid) in readers[len(names) + 1].rows


def test_member_who_reports_out_is_gone_for_the_community_not_for_the_unit(committed, token_client):
    member = make_member(committed.unit)
    report_in = make_report_in(member, committed.community)
    community = Reader(token_client(committed.secretary), "members")
    unit = Reader(token_client(committed.liaison), "members")
    assert set(community.rows) == set(unit.rows) == {str(member.uid)}
    end_report_in(report_in, on=date(2026, 3, 5), reason="moved", by=SYSTEM)
    assert community.read() == [str(member.uid)]
    assert unit.read() == []
    end_member(member, on=date(2026, 3, 5), reason="transferred", by=SYSTEM)
    assert unit.read() == [str(member.uid)]


def test_member_who_reports_in_comes_into_sight_without_a_change_of_their_own(
    committed, token_client
):
    member = make_member(committed.unit)
    community = Reader(token_client(committed.secretary), "members")
    xid = PartyMember.objects.get(pk=member.pk).changed_xid
    make_report_in(member, committed.community)
    assert PartyMember.objects.get(pk=member.pk).changed_xid == xid
    community.read()
    assert set(community.rows) == {str(member.uid)}


def test_body_that_leaves_a_council_no_longer_sees_it(committed, token_client):
    council = make_own_council(committed)
    topic = make_accepted_topic(council, committed.unit)
    client = token_client(committed.second_liaison)
    councils, topics = Reader(client, "councils"), Reader(client, "topics")
    assert (len(councils.rows), len(topics.rows)) == (1, 1)
    member = council.members.get(organization=committed.second_unit)
    end_membership(member, reason="迁出", by=SYSTEM)
    assert councils.read() == [str(council.uid)]
    assert topics.read() == [str(topic.uid)]


def test_deleted_row_is_gone(committed, token_client):
    """An import that is taken back deletes what it made."""
    unit = make_unit(committed.community, "甲厂")
    reader = Reader(token_client(committed.street_staff), "units")
    ResidentUnit.objects.filter(pk=unit.pk).delete()
    assert reader.read() == [str(unit.uid)]
    assert reader.agrees()


def test_pages_of_one_tell_everything_once(committed, token_client):
    units = [make_unit(committed.community, f"厂{number}") for number in range(4)]
    reader = Reader(token_client(committed.street_staff), "units")
    for unit in units[:3]:
        change_organization(unit.organization, area=committed.other_community, by=SYSTEM)
    change_organization(units[3].organization, name="厂（新）", by=SYSTEM)
    gone = reader.read(limit="1")
    assert sorted(gone) == sorted(str(unit.uid) for unit in units[:3])
    assert reader.agrees()


def test_gone_names_nothing_that_was_never_in_sight(committed, token_client):
    """What moves elsewhere is no news here, and what came and left below the reader is not named."""
    outsider = Reader(token_client(committed.outsider), "units")
    unit = make_unit(committed.community, "甲厂")
    change_organization(unit.organization, area=committed.sibling, by=SYSTEM)
    assert outsider.read() == []
    assert outsider.rows == {}


def test_city_is_told_of_no_person(committed, token_client):
    member = make_member(committed.unit)
    report_in = make_report_in(member, committed.community)
    city = Reader(token_client(committed.city_staff), "members")
    end_report_in(report_in, on=date(2026, 3, 5), reason="moved", by=SYSTEM)
    assert SightChange.objects.filter(label="members.PartyMember").exists()
    assert (city.read(), city.rows) == ([], {})


def test_token_whose_own_area_moved_begins_anew(committed, token_client):
    reader = Reader(token_client(committed.secretary), "units")
    with transaction.atomic():
        Area.objects.filter(pk=committed.community.pk).update(parent=committed.other_street)
        renew_paths()
    answer = reader.client.get(reader.path, {"changed_since": reader.since})
    assert (answer.status_code, set(answer.json())) == (400, {"changed_since"})


@pytest.mark.parametrize("resource", ["activities", "service-posts", "teams", "wishes"])
def test_what_a_community_holds_leaves_with_it_and_units_read_it_whole(
    committed, token_client, resource
):
    made = {
        "activities": lambda: make_activity(committed.community, committed.committee),
        "service-posts": lambda: make_post_of(committed.community),
        "teams": lambda: form_team(
            community=committed.community, name="法律服务队", kind="patrol", by=SYSTEM
        ),
        "wishes": lambda: make_wish(committed.community),
    }[resource]()
    here = Reader(token_client(committed.street_staff), resource)
    there = Reader(token_client(committed.other_street_staff), resource)
    assert (list(here.rows), list(there.rows)) == ([str(made.uid)], [])
    with transaction.atomic():
        Area.objects.filter(pk=committed.community.pk).update(parent=committed.other_street)
        renew_paths()
    assert here.read() == [str(made.uid)]
    there.read()
    assert list(there.rows) == [str(made.uid)]
    assert here.agrees()
    assert there.agrees()
    path = f"/api/v1/{resource}/"
    unit = token_client(committed.liaison)
    answer = unit.get(path, {"changed_since": "start"})
    assert (answer.status_code, set(answer.json())) == (400, {"changed_since"})
    assert unit.get(path).status_code == 200


def test_bulk_insert_of_new_members_writes_nothing_down(committed):
    """A row as new as its place is in the feed anyhow: an import pays nothing."""
    SightChange.objects.all().delete()
    with transaction.atomic():
        make_member(committed.unit)
    assert not SightChange.objects.filter(label="members.PartyMember").exists()


def test_every_feed_is_watched():
    """A list with changed_since whose model nobody watches would lose rows in silence."""
    from django.urls import get_resolver

    from partybuild.access.api.views import RowsView

    found = set()
    waiting = list(get_resolver().url_patterns)
    while waiting:
        each = waiting.pop()
        waiting += getattr(each, "url_patterns", [])
        cls = getattr(getattr(each, "callback", None), "cls", None)
        if cls is not None and issubclass(cls, RowsView) and cls.changed is not None:
            found.add(cls.serializer_class.Meta.model._meta.label)
    known = {chain.label for chain in chains()}
    # A form is open to everybody who reports: it leaves nobody's sight.
    assert found - known == {"units.ReportForm"}
    assert Topic._meta.label in known
    assert any("sight_of_members_memberplace" in text for text in statements())


def test_the_control_without_triggers_says_nothing(committed, token_client):
    """Planted fault: take the trigger away, and the unit that moved stays with the reader for ever."""
    unit = make_unit(committed.community, "甲厂")
    reader = Reader(token_client(committed.street_staff), "units")
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE organizations_organization DISABLE TRIGGER sight")
    try:
        change_organization(unit.organization, area=committed.other_community, by=SYSTEM)
        assert reader.read() == []
        assert not reader.agrees()
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE organizations_organization ENABLE TRIGGER sight")
