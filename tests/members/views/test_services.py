"""Lists of service: entered with own hours, from claimed posts, certified several at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from members.enums import ClaimState, PostState
from members.models import PostClaim, ServicePost, ServiceRecord
from tests.factories.members import make_services

pytestmark = pytest.mark.django_db
ENTER = {"date": "2026-03-04", "content": "巡楼", "kind": "safety", "hours": "2"}


def test_one_persons_own_hours_differ_from_the_others(world, client_of):
    client = client_of(world.cast.worker)
    data = {
        **ENTER,
        "selected": [str(world.a.uid), str(world.b.uid)],
        f"hours-{world.b.uid}": "0.5",
    }
    client.act(reverse("members:service-create"), data)
    hours = dict(ServiceRecord.objects.filter(content="巡楼").values_list("member", "hours"))
    assert hours == {world.a.pk: Decimal("2.0"), world.b.pk: Decimal("0.5")}


def test_own_hours_off_the_halves_come_back_at_their_row(world, client_of):
    data = {
        **ENTER,
        "selected": [str(world.a.uid), str(world.b.uid)],
        f"hours-{world.b.uid}": "0.7",
    }
    refused = client_of(world.cast.worker).act(reverse("members:service-create"), data)
    assert refused.status_code == 422
    sent = refused.content.decode()
    assert 'value="0.7"' in sent
    assert "时长请按0.5小时填写" in sent
    assert not ServiceRecord.objects.filter(content="巡楼").exists()


def test_everything_that_is_missing_is_said_at_once(world, client_of):
    data = {**ENTER, "content": "", "date": "2026-03-09"}
    refused = client_of(world.cast.worker).act(reverse("members:service-create"), data)
    assert refused.status_code == 422
    errors = refused.context["form"].errors
    assert set(errors) == {"content", "date", "__all__"}
    assert errors["__all__"] == ["请至少勾选一名党员。"]


def _waiting(world, *members, content):
    return make_services(
        world.cast.community,
        list(members),
        certified=False,
        content=content,
        date=date(2026, 3, 3),
    )[0].sheet


def test_several_lists_are_certified_in_one_press_but_not_ones_own(world, client_of):
    first = _waiting(world, world.b, content="一")
    second = _waiting(world, world.a, content="二")
    third = _waiting(world, world.c, content="三")
    # The secretary is on the second list, under a row that was merged with another.
    world.a.person.merged_into = world.cast.secretary.person
    world.a.person.save()
    url = reverse("members:services-certify")
    picked = {"selected": [str(each) for each in (first, second, third)]}
    for nobody in (world.cast.outsider, world.cast.liaison, world.member_post):
        client_of(nobody).act(url, picked)
    assert not ServiceRecord.objects.filter(sheet__in=(first, second, third)).certified().exists()
    client = client_of(world.cast.secretary)
    answer = client.act(url, picked, follow=True)
    assert "已认证2份名单" in answer.content.decode()
    assert "有1份名单上有您本人" in answer.content.decode()
    states = dict(ServiceRecord.objects.values_list("sheet", "state"))
    assert (states[first], states[second], states[third]) == ("certified", "entered", "certified")


@pytest.fixture
def post(world):
    """A post that a has claimed and the community accepted; b only wishes for it."""
    post = ServicePost.objects.create(
        community=world.cast.community,
        category="safety",
        title="夜间巡逻",
        content="巡逻",
        wanted=2,
        place="东门",
        contact="张三",
        contact_phone="13900000000",
        starts_on=date(2026, 1, 1),
        state=PostState.OPEN,
        published_on=date(2026, 1, 1),
    )
    for member, state in ((world.a, ClaimState.ACCEPTED), (world.b, ClaimState.PROPOSED)):
        is_held = state == ClaimState.ACCEPTED
        PostClaim.objects.create(
            post=post,
            member=member,
            state=state,
            proposed_on=date(2026, 1, 5),
            decided_on=date(2026, 1, 6) if is_held else None,
            place_number=1 if is_held else None,
            member_name=member.person.name,
            unit=world.cast.unit,
            unit_name=world.cast.unit.name,
        )
    return post


def test_service_in_a_claimed_post_is_entered_from_the_post(world, client_of, post):
    url = reverse("members:post-service", args=(post.uid,))
    claims = {each.member_id: each for each in PostClaim.objects.all()}
    data = {
        "date": "2026-03-04",
        "content": "夜间巡逻",
        "hours": "1.5",
        "selected": [str(each.uid) for each in claims.values()],
    }
    assert client_of(world.cast.outsider).act(url, data).status_code == 404
    assert client_of(world.cast.liaison).act(url, data).status_code in {403, 404}
    assert not ServiceRecord.objects.filter(source="claim").exists()
    page = client_of(world.cast.worker).get(url)
    # Only whom the community has accepted can be ticked.
    assert "安一" in page.content.decode()
    assert "白二" not in page.content.decode()
    client_of(world.cast.worker).act(url, data)
    record = ServiceRecord.objects.get(source="claim")
    assert (record.member, record.claim) == (world.a, claims[world.a.pk])
    assert (record.kind, record.place, record.hours) == ("safety", "", Decimal("1.5"))
    assert record.state == "entered"
