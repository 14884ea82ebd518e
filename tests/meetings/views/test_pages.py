"""Every page draws for those who may see it, and the list's cost does not grow with its rows."""

import pytest
from django.urls import reverse

from meetings.enums import Answer
from meetings.forms.councils import InviteForm
from meetings.models import Receipt
from meetings.services import (
    AgendaLine,
    accept_resolution,
    answer_notice,
    assign_resolution,
    invite_units,
    issue_minutes,
    save_minutes,
)
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.meetings import (
    make_accepted_topic,
    make_council,
    make_held,
    make_meeting,
    make_notified,
    make_resolution,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast, council, secretary, liaison):
    """A council with something in every state."""
    held = make_held(council)
    minutes = save_minutes(held, text="一、会议听取了情况。", version=0, by=secretary)
    issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)
    resolution = make_resolution(held, cast.unit, cast.second_unit)
    assign_resolution(resolution, by=secretary)
    accept_resolution(
        resolution.parties.get(organization=cast.unit), by=liaison, in_charge_name="李四"
    )
    pending = make_resolution(held, cast.unit, text="修路灯")
    topic = make_accepted_topic(council, cast.unit)
    waiting = make_topic(council, cast.second_unit)
    notified = make_notified(council, agenda=[AgendaLine(topic=topic), AgendaLine(text="其他")])
    answer_notice(
        notified, organization=cast.unit, answer=Answer.ATTEND, attendee_name="李四", by=liaison
    )
    planned = make_meeting(council)
    minuted = make_held(council, theme="加开的会议")
    save_minutes(minuted, text="二、讨论。", version=0, by=secretary)
    other = make_council(cast.community, cast.committee, name="物业联席会")
    (member,) = invite_units(other, organizations=[cast.unit], by=secretary)
    return {
        "council": council,
        "held": held,
        "minuted": minuted,
        "notified": notified,
        "planned": planned,
        "resolution": resolution,
        "pending": pending,
        "topic": topic,
        "waiting": waiting,
        "party": resolution.parties.get(organization=cast.second_unit),
        "receipt": Receipt.objects.get(meeting=notified, organization=cast.second_unit),
        "member": council.members.get(organization=cast.unit),
        "invited": member,
    }


PAGES = [
    ("meeting-list", None),
    ("council-list", None),
    ("topic-list", None),
    ("resolution-list", None),
    ("council-create", None),
    ("council-detail", "council"),
    ("council-change", "council"),
    ("council-invite", "council"),
    ("meeting-plan", "council"),
    ("meeting-enter", "council"),
    ("topic-create", "council"),
    ("topic-call", "council"),
    ("member-answer", "invited"),
    ("member-change", "member"),
    ("member-end", "member"),
    ("topic-detail", "topic"),
    ("topic-detail", "waiting"),
    ("meeting-detail", "held"),
    ("meeting-detail", "minuted"),
    ("meeting-detail", "notified"),
    ("meeting-detail", "planned"),
    ("meeting-change", "planned"),
    ("meeting-change", "notified"),
    ("meeting-notify", "planned"),
    ("meeting-postpone", "notified"),
    ("meeting-cancel", "notified"),
    ("receipt-proxy", "receipt"),
    ("presence-edit", "notified"),
    ("presence-edit", "minuted"),
    ("attendance-sheet", "notified"),
    ("minutes-edit", "minuted"),
    ("minutes-detail", "held"),
    ("minutes-detail", "minuted"),
    ("resolution-create", "held"),
    ("resolution-detail", "resolution"),
    ("resolution-detail", "pending"),
    ("resolution-change", "pending"),
    ("resolution-proxy", "party"),
]
UNIT_PAGES = {
    "meeting-list",
    "council-list",
    "topic-list",
    "resolution-list",
    "council-detail",
    "topic-create",
    "member-answer",
    "member-change",
    "member-end",
}


def _url(name, target, world):
    return reverse(f"meetings:{name}", args=(world[target].uid,) if target else ())


def test_every_page_draws_for_the_secretary(world, client_of, cast):
    client = client_of(cast.secretary)
    for name, target in PAGES:
        response = client.get(_url(name, target, world))
        assert (name, target, response.status_code) == (name, target, 200)


def test_worker_and_street_see_the_same_records(world, client_of, cast):
    for post in (cast.worker, cast.street_staff, cast.district_staff):
        client = client_of(post)
        for name, target in PAGES:
            if name.endswith(("-list", "-detail")):
                response = client.get(_url(name, target, world))
                assert (name, target, response.status_code) == (name, target, 200)


def test_liaison_sees_what_the_unit_takes_part_in(world, client_of, cast):
    client = client_of(cast.liaison)
    seen = {
        (name, target): client.get(_url(name, target, world)).status_code for name, target in PAGES
    }
    assert {key for key, status in seen.items() if status == 200} == {
        *((name, target) for name, target in PAGES if name in UNIT_PAGES),
        ("topic-detail", "topic"),
        ("meeting-detail", "held"),
        ("meeting-detail", "minuted"),
        ("meeting-detail", "notified"),
        ("minutes-detail", "held"),
        ("resolution-detail", "resolution"),
        ("resolution-detail", "pending"),
    }
    # In sight, but not theirs to do.
    assert {key for key, status in seen.items() if status == 403} == {
        ("council-create", None),
        ("council-change", "council"),
        ("council-invite", "council"),
        ("meeting-plan", "council"),
        ("meeting-enter", "council"),
        ("topic-call", "council"),
        ("meeting-change", "notified"),
        ("meeting-postpone", "notified"),
        ("meeting-cancel", "notified"),
        ("presence-edit", "notified"),
        ("presence-edit", "minuted"),
        ("attendance-sheet", "notified"),
        ("minutes-edit", "minuted"),
        ("resolution-create", "held"),
        ("resolution-change", "pending"),
        ("resolution-proxy", "party"),
    }
    assert set(seen.values()) == {200, 403, 404}


def test_outsider_sees_none_of_it(world, client_of, cast):
    for post in (cast.outsider, cast.other_liaison, cast.sibling_secretary):
        client = client_of(post)
        for name, target in PAGES:
            if target is not None:
                response = client.get(_url(name, target, world))
                assert (name, target, response.status_code) == (name, target, 404)
        for name in ("meeting-list", "council-list", "topic-list", "resolution-list"):
            page = client.get(_url(name, None, world)).content.decode()
            assert world["held"].theme not in page
            assert "充电桩" not in page
            assert world["council"].name not in page


def test_unit_sees_neither_the_others_answers_nor_drafts_of_minutes(world, client_of, cast):
    page = client_of(cast.second_liaison).get(world["notified"].get_absolute_url())
    assert "李四" not in page.content.decode()
    assert "回执：" + cast.unit.name not in page.content.decode()
    page = client_of(cast.liaison).get(world["minuted"].get_absolute_url())
    assert "二、讨论" not in page.content.decode()


@pytest.fixture
def counted(client_of, cast, django_assert_num_queries):
    """Open a page as the secretary under a literal count of queries."""

    def open_page(url, count):
        client = client_of(cast.secretary)
        with django_assert_num_queries(count):
            assert client.get(url).status_code == 200

    return open_page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "count"),
    [("meeting-list", 10), ("council-list", 11), ("topic-list", 16), ("resolution-list", 24)],
)
def test_lists_cost_the_same_with_one_row_and_three(rows, name, count, council, cast, counted):
    meeting = make_held(council)
    make_resolution(meeting, cast.unit, cast.second_unit)
    make_topic(council, cast.unit)
    # Who has but one council is led to its call.
    make_council(cast.community, cast.committee, cast.unit, name="议事会")
    for number in range(rows - 1):
        make_meeting(council, theme=f"会议{number}")
        make_resolution(meeting, cast.second_unit, text=f"事项{number}")
        make_topic(council, cast.second_unit, title=f"议题{number}")
        make_council(cast.community, cast.committee, cast.unit, name=f"联席会{number}")
    counted(reverse(f"meetings:{name}"), count)


@pytest.mark.parametrize("units", [1, 3])
def test_meeting_page_costs_the_same_with_one_unit_and_three(units, cast, counted):
    bodies = [make_unit_organization(f"单位{n}", cast.community) for n in range(units)]
    council = make_council(cast.community, cast.committee, *bodies)
    earlier = make_held(council)
    for body in bodies:
        make_resolution(earlier, body, text=f"{body.name}的事")
    meeting = make_notified(council, agenda=[AgendaLine(text=body.name) for body in bodies])
    counted(meeting.get_absolute_url(), 48)


def test_the_page_stands_after_a_notice_was_taken_back(council, cast, client_of):
    meeting = make_notified(council)
    client = client_of(cast.secretary)
    address = reverse("meetings:meeting-take-back", args=(meeting.uid,))
    page = client.act(address, follow=True)
    assert page.status_code == 200
    assert "撤回" in page.content.decode().split('class="timeline"')[-1]


def test_a_unit_is_not_told_a_number_that_it_cannot_see(council, cast, client_of):
    """It sees its own line of the sheet only: how many came is the office's to say."""
    held = make_held(council)
    assert "家单位出席" in client_of(cast.secretary).get(held.get_absolute_url()).content.decode()
    said = client_of(cast.liaison).get(held.get_absolute_url()).content.decode()
    assert "家单位出席" not in said
    assert "已召开。纪要还没有印发。" in said
    minutes = save_minutes(held, text="一、会议听取了情况。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="王五", version=minutes.version, by=SYSTEM)
    said = client_of(cast.liaison).get(held.get_absolute_url()).content.decode()
    assert "已召开。纪要已印发。" in said


def test_who_has_nobody_left_to_invite_is_told_what_to_do(council, cast, client_of, secretary):
    page = reverse("meetings:council-invite", args=(council.uid,))
    client = client_of(cast.secretary)
    others = list(InviteForm(by=secretary, council=council).fields["organizations"].queryset)
    if others:
        assert 'name="organizations"' in client.get(page).content.decode()
        invite_units(council, organizations=others, by=secretary)
    said = client.get(page).content.decode()
    assert "没有可以再邀请的单位" in said
    assert 'name="organizations"' not in said
