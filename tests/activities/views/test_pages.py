"""Activities as each side meets them."""

from __future__ import annotations

import pytest

from activities.models import Activity, SignUp
from activities.services import sign_up
from partybuild.access import Role
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member
from tests.factories.units import make_unit_of


@pytest.fixture
def world(cast, clock):
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    cast.members = make_reported_in(cast.unit, cast.community, 3)
    cast.first_post = make_post(Role.MEMBER, person=cast.members[0].person)
    return cast


FORM = {
    "title": "清洁家园",
    "kind": "service",
    "day": "2026-03-14",
    "starts": "09:00",
    "ends": "11:30",
    "place": "和平社区广场",
    "places": "2",
    "audience": "community",
    "themes": ["environment"],
}


@pytest.mark.django_db
def test_the_community_plans_and_publishes_and_a_member_signs_up(world, client_of):
    desk = client_of(world.secretary)
    answer = desk.act("/activities/new/", FORM)
    activity = Activity.objects.get()
    assert answer["Location"] == activity.get_absolute_url()
    phone = client_of(world.first_post)
    assert phone.get(activity.get_absolute_url()).status_code == 404
    desk.act(f"/activities/{activity.uid}/publish/")
    assert "清洁家园" in phone.get("/activities/").content.decode()
    answer = phone.act(f"/activities/{activity.uid}/sign-up/", follow=True).content.decode()
    assert "报名成功" in answer
    assert "来不了，退出报名" in answer
    assert "我已报名" in phone.get("/activities/").content.decode()
    assert "清洁家园" in phone.get("/").content.decode()
    answer = phone.act(f"/activities/{activity.uid}/withdraw/", follow=True).content.decode()
    assert "已退出，并告诉了活动负责人" in answer
    assert SignUp.objects.get().state == "withdrawn"
    page = desk.get(activity.get_absolute_url()).content.decode()
    assert "2个名额已报0人" in page


@pytest.mark.django_db
def test_who_waits_reads_at_which_place(world, client_of):
    activity = make_activity(world.community, world.committee, places=1)
    sign_up(activity, member=world.members[1], by=SYSTEM)
    phone = client_of(world.first_post)
    page = phone.get(activity.get_absolute_url()).content.decode()
    assert "排候补" in page
    # Who else comes is nobody's to read among members.
    assert world.members[1].person.name not in page
    phone.act(f"/activities/{activity.uid}/sign-up/")
    assert "您在候补第1位" in phone.get(activity.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_refused_form_comes_back_filled_in(world, client_of):
    desk = client_of(world.secretary)
    answer = desk.act("/activities/new/", {**FORM, "day": "2026-03-01", "ends": "08:00"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "日期不能早于今天" in page
    assert "结束时间要晚于开始时间" in page or "日期不能早于今天" in page
    assert 'value="清洁家园"' in page
    assert not Activity.objects.exists()


@pytest.mark.django_db
def test_a_unit_drafts_its_own_and_the_community_publishes(world, client_of):
    unit = client_of(world.liaison)
    unit.act("/activities/new/", {**FORM, "audience": "units"})
    activity = Activity.objects.get()
    assert activity.organizer == world.unit
    assert unit.act(f"/activities/{activity.uid}/publish/").status_code == 403
    assert client_of(world.other_liaison).get(activity.get_absolute_url()).status_code == 404
    client_of(world.secretary).act(f"/activities/{activity.uid}/publish/")
    activity.refresh_from_db()
    assert activity.state == "published"
    assert unit.act(f"/activities/{activity.uid}/change/", FORM).status_code == 403


@pytest.mark.django_db
def test_others_are_signed_up_by_proxy_from_among_those_in_sight(world, client_of):
    activity = make_activity(world.community, world.committee)
    desk = client_of(world.secretary)
    stranger = make_member(world.other_unit)
    path = f"/activities/{activity.uid}/proxy/"
    answer = desk.act(path, {"members": [str(stranger.uid)], "channel": "phone"})
    assert answer.status_code == 422
    chosen = [str(each.uid) for each in world.members[:2]]
    answer = desk.act(path, {"members": chosen, "channel": "wechat"}, follow=True)
    assert "已替2人报名" in answer.content.decode()
    row = SignUp.objects.order_by("pk").first()
    assert (row.via, row.channel) == ("proxy", "wechat")
    desk.act(f"/activities/sign-ups/{row.uid}/withdraw/")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert client_of(world.second_liaison).get(path).status_code in {200, 404}
    outside = client_of(world.outsider)
    assert outside.get(activity.get_absolute_url()).status_code == 404
    assert outside.act(f"/activities/sign-ups/{row.uid}/withdraw/").status_code == 404


@pytest.mark.django_db
def test_it_stands_in_the_calendar_of_who_signed_up(world, client_of):
    activity = make_activity(world.community, world.committee)
    phone = client_of(world.first_post)
    file = phone.get(f"/activities/{activity.uid}/activity.ics").content.decode()
    assert "SUMMARY:清洁家园" in file
    assert "LOCATION:和平社区广场" in file
