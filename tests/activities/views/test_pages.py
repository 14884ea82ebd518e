"""Activities as each side meets them."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from activities.enums import AttendanceState
from activities.models import Activity, Attendance, SignUp
from activities.services import AttendanceLine, record_attendance, sign_up
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.queries import dictionary
from partybuild.audit.models import Event
from partybuild.exchange.lists import list_of
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
    assert "清洁家园" in phone.get("/my/").content.decode()
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
    desk.act(f"/activities/sign-ups/{row.uid}/withdraw/", {"channel": "phone"})
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
    assert "TRIGGER:-PT1H" in file


@pytest.mark.django_db
def test_the_list_is_narrowed_by_theme(world, client_of):
    theme, other = [key for key, _word in dictionary(world.community, "activity.theme")][:2]
    make_activity(world.community, world.committee, title="甲", themes=[theme, other])
    make_activity(world.community, world.committee, title="乙", themes=[other])
    make_activity(world.community, world.committee, title="丙")
    desk = client_of(world.secretary)

    def shown(query):
        page = desk.get(f"/activities/?{query}").content.decode()
        return [title for title in "甲乙丙" if f">{title}</a>" in page]

    assert shown("") == ["甲", "乙", "丙"]
    assert shown(f"theme={theme}") == ["甲"]
    assert shown(f"theme={other}") == ["甲", "乙"]


@pytest.mark.django_db
def test_come_late_to_say_so_one_is_excused_in_one_press(world, client_of, clock):
    activity = make_activity(world.community, world.committee, places=1)
    phone = client_of(world.first_post)
    phone.act(f"/activities/{activity.uid}/sign-up/")
    clock(2026, 3, 14, 9, 5)
    assert "来不了，请假" in phone.get(f"/activities/{activity.uid}/").content.decode()
    answer = phone.act(f"/activities/{activity.uid}/withdraw/", {"reason": "临时加班"}, follow=True)
    page = answer.content.decode()
    assert "已请假，并告诉了活动负责人" in page
    assert "您已请假" in page
    assert "来不了，请假" not in page
    assert SignUp.objects.get().state == "signed"
    row = Attendance.objects.get()
    assert (row.state, row.reason) == ("excused", "临时加班")


@pytest.mark.django_db
def test_a_unit_excuses_its_own_after_the_start_and_nobody_elses(world, client_of, clock):
    activity = make_activity(world.community, world.committee)
    row = sign_up(activity, member=world.members[0], by=SYSTEM)
    clock(2026, 3, 14, 9, 5)
    outside = client_of(world.other_liaison)
    assert outside.act(f"/activities/sign-ups/{row.uid}/withdraw/").status_code == 404
    assert not Attendance.objects.exists()
    desk = client_of(world.liaison)
    assert "代为请假" in desk.get(f"/activities/{activity.uid}/").content.decode()
    url = f"/activities/sign-ups/{row.uid}/withdraw/"
    assert "代为请假" in desk.get(url).content.decode()
    refused = desk.act(url, {"reason": "孩子发烧"})
    assert refused.status_code == 422
    assert "孩子发烧" in refused.content.decode()
    assert not Attendance.objects.exists()
    desk.act(url, {"reason": "孩子发烧", "channel": "phone"})
    assert Attendance.objects.get().reason == "电话；孩子发烧"
    page = desk.get(f"/activities/{activity.uid}/").content.decode()
    assert "代为请假" not in page


@pytest.mark.django_db
def test_who_is_taken_off_by_proxy_and_how_they_said_so(world, client_of):
    activity = make_activity(world.community, world.committee)
    row = sign_up(activity, member=world.members[0], by=SYSTEM)
    url = f"/activities/sign-ups/{row.uid}/withdraw/"
    desk = client_of(world.liaison)
    assert "代为退出" in desk.get(url).content.decode()
    assert client_of(world.other_liaison).get(url).status_code == 404
    desk.act(url, {"channel": "wechat"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert Event.objects.get(kind="activity.sign_up_withdrawn").reason == "微信"
    assert desk.act(url, {"channel": "wechat"}).status_code == 422


@pytest.mark.django_db
def test_what_people_came_to_is_refused_with_what_to_do(world, client_of, clock):
    activity = make_activity(world.community, world.committee)
    clock(2026, 3, 14, 9, 5)
    lines = [AttendanceLine(world.members[0], AttendanceState.PRESENT)]
    record_attendance(activity, lines=lines, reason="纸质签到表", by=SYSTEM)
    answer = client_of(world.secretary).act(
        f"/activities/{activity.uid}/cancel/", {"reason": "下雨"}
    )
    assert answer.status_code == 422
    activity.refresh_from_db()
    assert activity.state == "published"


@pytest.mark.django_db
def test_a_community_asks_others_of_its_street_to_hold_it_with_it(world, client_of):
    desk = client_of(world.secretary)
    assert "新桥社区" in desk.get("/activities/new/").content.decode()
    desk.act("/activities/new/", {**FORM, "communities": [str(world.sibling.uid)]})
    activity = Activity.objects.get()
    assert set(activity.hosts.values_list("organization", "role")) == {
        (world.committee.pk, "lead"),
        (world.sibling_committee.pk, "helper"),
    }
    elsewhere = desk.act(
        "/activities/new/", {**FORM, "communities": [str(world.other_community.uid)]}
    )
    assert elsewhere.status_code == 422
    assert Activity.objects.count() == 1
    # A unit asks its community, not others.
    assert (
        "协办社区" not in client_of(world.unit_secretary).get("/activities/new/").content.decode()
    )


@pytest.mark.django_db
def test_helpers_are_changed_after_publication(world, client_of):
    activity = make_activity(
        world.community, world.committee, helpers=[world.unit, world.sibling_committee]
    )
    desk = client_of(world.secretary)
    assert (
        f"/activities/{activity.uid}/helpers/"
        in desk.get(activity.get_absolute_url()).content.decode()
    )
    address = f"/activities/{activity.uid}/helpers/"
    form = desk.get(address).context["form"]
    assert set(form["helpers"].value()) == {world.unit.uid}
    assert set(form["communities"].value()) == {world.sibling.uid}
    chosen = {"helpers": [str(world.second_unit.uid)], "communities": [str(world.sibling.uid)]}
    refused = desk.act(address, chosen)
    assert refused.status_code == 422
    assert refused.context["form"].errors["reason"]
    assert desk.act(address, {**chosen, "reason": "图书馆临时抽不出人"}).status_code == 302
    names = set(activity.hosts.filter(role="helper").values_list("organization", flat=True))
    assert names == {world.second_unit.pk, world.sibling_committee.pk}
    page = desk.get(activity.get_absolute_url()).content.decode()
    assert "图书馆临时抽不出人" in page
    # Who helps looks on; who does not see it finds nothing.
    mine = client_of(world.second_liaison)
    assert address not in mine.get(activity.get_absolute_url()).content.decode()
    assert mine.act(address, {"reason": "不想办了"}).status_code == 403
    assert client_of(world.outsider).act(address, {"reason": "更正"}).status_code == 404
    assert activity.hosts.count() == 3


@pytest.mark.django_db
def test_a_workers_draft_waits_in_the_secretarys_list(world, client_of):
    worker = client_of(world.worker)
    answer = worker.act("/activities/new/", FORM, follow=True)
    draft = Activity.objects.get()
    page = answer.content.decode()
    assert "已列入书记的待办" in page
    assert "草稿，等书记发布" in page
    title = f"活动草稿等待发布：{draft.title}"
    assert title in client_of(world.secretary).get("/").content.decode()
    assert title not in worker.get("/").content.decode()
    assert title not in client_of(world.outsider).get("/").content.decode()


# Signed up, came; what the city and the district read of it, and whoever sees the persons.
NUMBERS = [
    (5, 0, False, True),
    (2, 0, False, False),
    (5, 5, False, True),
    # One did not come; one came.
    (5, 4, False, False),
    (5, 1, False, False),
]


@pytest.mark.parametrize(("signed", "came", "city", "district"), NUMBERS)
@pytest.mark.django_db
def test_whoever_reads_no_names_is_not_told_of_one_or_two(
    world, client_of, clock, signed, came, city, district
):
    activity = make_activity(world.community, world.committee, places=8)
    members = [*world.members, *make_reported_in(world.second_unit, world.community, 2)][:signed]
    for member in members:
        sign_up(activity, member=member, by=SYSTEM)
    if came:
        clock(2026, 3, 15)
        lines = [
            AttendanceLine(member=member, state=AttendanceState.PRESENT)
            for member in members[:came]
        ]
        record_attendance(activity, lines=lines, reason="纸质签到表", by=SYSTEM)
    words = f"已报{signed}人，已到{came}人" if came else f"8个名额已报{signed}人"
    told = {
        name: words in client_of(post).get(activity.get_absolute_url()).content.decode()
        for name, post in (
            ("city", world.city_staff),
            ("district", world.district_staff),
            ("street", world.street_staff),
            ("community", world.secretary),
        )
    }
    assert told == {"city": city, "district": district, "street": True, "community": True}
    listed = {
        name: f"{signed}/8人"
        in client_of(post)
        .get("/activities/?state=past" if came else "/activities/")
        .content.decode()
        for name, post in (("city", world.city_staff), ("secretary", world.secretary))
    }
    assert listed == {"city": False, "secretary": True}
    export = list_of("activities")
    for name, post, is_told in (
        ("city", world.city_staff, None),
        ("district", world.district_staff, district),
        ("street", world.street_staff, True),
    ):
        by = actor_in(post)
        query = QueryDict("state=past" if came else "")
        columns = {str(column.label): column for column in export.columns(by, unmasked=False)}
        if is_told is None:
            assert not any("党员" in label or "报名人数" in label for label in columns), name
            assert export.rows(by, query).exists()
            continue
        [row] = export.rows(by, query).values("signed", "present")
        cells = [
            columns[label].read(row["signed"], row["present"])
            for label in ("报名人数（人）", "到场党员（人）")
        ]
        assert cells == ([signed, came] if is_told else ["—", "—"]), name
