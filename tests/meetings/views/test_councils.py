"""Pages of councils: charter, members, rotation, ending."""

import pytest
from django.urls import reverse

from meetings.models import Council, CouncilTurn
from meetings.queries.rotation import on_turn
from meetings.services import (
    assign_resolution,
    change_charter,
    change_representative,
    set_rotation,
)
from partybuild.calendar import today
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_council, make_held, make_resolution

pytestmark = pytest.mark.django_db
PAGES = ("council-charter", "council-members", "council-rotation", "part-time-list")


def _url(name, target):
    return reverse(f"meetings:{name}", args=(target.uid,))


@pytest.fixture
def rotating(cast, council):
    change_charter(council, rules={"rotation": "meeting"}, version=council.version, by=SYSTEM)
    set_rotation(council, organizations=[cast.unit, cast.second_unit], by=SYSTEM)
    return council


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_those_who_see_the_council(cast, rotating, client_of, name):
    for who, status in (
        ("secretary", 200),
        ("worker", 200),
        ("street_staff", 200),
        ("liaison", 200),
        ("outsider", 404),
        ("other_liaison", 404),
    ):
        assert client_of(getattr(cast, who)).get(_url(name, rotating)).status_code == status, who


def test_charter_says_who_settled_what(cast, council, client_of):
    client = client_of(cast.secretary)
    data = {"version": council.version, "notice_lead_days": "5", "minutes_countersign": "true"}
    for who, status in (("outsider", 404), ("liaison", 403), ("worker", 403), ("secretary", 302)):
        assert Council.objects.get(pk=council.pk).rules == {}
        assert (
            client_of(getattr(cast, who)).act(_url("charter-change", council), data).status_code
            == status
        )
    council.refresh_from_db()
    assert council.rules == {"notice.lead_days": 5, "minutes.countersign": True}
    page = client.get(_url("council-charter", council)).content.decode()
    assert "本联席会另定" in page
    assert "本地默认：3个工作日" in page
    form = client.get(_url("charter-change", council)).content.decode()
    assert "按本地规定：每季度一次" in form


def test_charter_refuses_nonsense_at_its_field(cast, council, client_of):
    data = {"version": council.version, "notice_lead_days": "99", "meeting_months": "13"}
    response = client_of(cast.secretary).act(_url("charter-change", council), data)
    assert response.status_code == 422
    assert "请填写1到30之间的整数" in response.content.decode()
    council.refresh_from_db()
    assert council.rules == {}


def test_phones_are_for_those_who_call(cast, council, client_of):
    member = council.members.get(organization=cast.unit)
    change_representative(
        member,
        representative_name="李四",
        liaison_name="周联",
        liaison_phone="13900001111",
        by=SYSTEM,
    )
    url = _url("council-members", council)
    assert "13900001111" in client_of(cast.secretary).get(url).content.decode()
    assert "13900001111" not in client_of(cast.second_liaison).get(url).content.decode()
    detail = council.members.members().get(organization=cast.unit).get_absolute_url()
    assert "13900001111" in client_of(cast.liaison).get(detail).content.decode()
    assert "13900001111" not in client_of(cast.second_liaison).get(detail).content.decode()


def test_member_list_costs_the_same_for_one_and_three(cast, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(cast.secretary)
    counts = []
    for name, units in (
        ("一家", [cast.unit]),
        ("三家", [cast.unit, cast.second_unit, cast.other_unit]),
    ):
        council = make_council(cast.community, cast.committee, *units, name=name)
        client.get(_url("council-members", council))
        with CaptureQueriesContext(connection) as queries:
            client.get(_url("council-members", council))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_leaving_is_refused_with_the_tasks_that_are_open(cast, council, client_of):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    member = council.members.get(organization=cast.unit)
    url = _url("member-end", member)
    page = client_of(cast.liaison).get(url).content.decode()
    assert resolution.get_absolute_url() in page
    assert client_of(cast.liaison).act(url, {"reason": "迁出"}).status_code == 422
    member.refresh_from_db()
    assert member.state == "member"


def test_order_and_rotation_are_numbered(cast, council, client_of):
    data = {
        f"place-{cast.unit.uid.hex}": "2",
        f"place-{cast.second_unit.uid.hex}": "1",
    }
    for name in ("member-order", "rotation-change"):
        for who, status in (("outsider", 404), ("liaison", 403), ("secretary", 302)):
            assert (
                client_of(getattr(cast, who)).act(_url(name, council), data).status_code == status
            )
    assert [m.organization for m in council.members.members()] == [cast.second_unit, cast.unit]
    assert [row.organization for row in council.rotation.all()] == [cast.second_unit, cast.unit]


def test_turn_is_moved_by_those_who_may(cast, rotating, client_of):
    data = {"organization": str(cast.second_unit.uid), "reason": "图书馆搬迁"}
    for who, status in (("outsider", 404), ("liaison", 403), ("worker", 403), ("secretary", 302)):
        assert not CouncilTurn.objects.exists()
        client = client_of(getattr(cast, who))
        assert client.act(_url("turn-move", rotating), data).status_code == status
    assert CouncilTurn.objects.get().organization == cast.second_unit
    page = client_of(cast.liaison).get(_url("council-rotation", rotating)).content.decode()
    assert "图书馆搬迁" in page


def test_council_ends_by_those_who_may(cast, council, client_of):
    data = {"reason": "区划调整", "version": council.version}
    for who, status in (("outsider", 404), ("liaison", 403), ("worker", 403), ("secretary", 302)):
        council.refresh_from_db()
        assert council.ended_on is None
        client = client_of(getattr(cast, who))
        assert client.act(_url("council-end", council), data).status_code == status
    council.refresh_from_db()
    assert council.ended_on == today()
    page = client_of(cast.secretary).get(council.get_absolute_url())
    assert "区划调整" in page.content.decode()
    lists = client_of(cast.secretary).get(reverse("meetings:council-list") + "?ended=1")
    assert council.name in lists.content.decode()


def test_unit_on_turn_is_proposed_for_the_next_meeting(cast, rotating, client_of):
    member = rotating.members.get(organization=cast.unit)
    change_representative(member, representative_name="李轮值", by=SYSTEM)
    client = client_of(cast.secretary)
    page = client.get(_url("meeting-plan", rotating)).content.decode()
    assert 'value="李轮值"' in page
    assert f"这次轮到{cast.unit.name}轮值" in page
    data = {
        "theme": "轮值会议",
        "day": "2026-03-20",
        "starts": "14:30",
        "place": "二楼",
        "items": "通报",
    }
    assert client.act(_url("meeting-plan", rotating), data).status_code == 302
    meeting = rotating.meetings.get()
    assert meeting.turn_unit == cast.unit
    assert cast.unit.name in client.get(meeting.get_absolute_url()).content.decode()


def test_another_unit_takes_the_chair_by_agreement(cast, rotating, client_of):
    """The order stays as it is, and moving the turn leaves the swap alone."""
    client = client_of(cast.secretary)
    data = {"theme": "轮值会议", "day": "2026-03-20", "starts": "14:30", "place": "二楼"}
    other = {**data, "turn_unit": str(cast.second_unit.uid)}
    assert client.act(_url("meeting-plan", rotating), other).status_code == 302
    meeting = rotating.meetings.get()
    assert (meeting.turn_unit, on_turn(rotating, today())) == (cast.second_unit, cast.unit)
    # A stranger to the order is no choice.
    strange = {**data, "day": "2026-03-27", "turn_unit": str(cast.other_unit.uid)}
    assert client.act(_url("meeting-plan", rotating), strange).status_code == 422
    change = reverse("meetings:meeting-change", args=(meeting.uid,))
    back = {**data, "version": meeting.version, "turn_unit": str(cast.unit.uid)}
    assert client.act(change, back).status_code == 302
    meeting.refresh_from_db()
    assert meeting.turn_unit == cast.unit


def test_sealed_receipts_are_the_conveners(cast, council, client_of):
    member = council.members.get(organization=cast.unit)
    page = client_of(cast.secretary).get(member.get_absolute_url()).content.decode()
    assert "盖章回执" in page
    for who in ("liaison", "second_liaison"):
        other = client_of(getattr(cast, who)).get(member.get_absolute_url())
        assert other.status_code == 200
        assert "盖章回执" not in other.content.decode()
