"""A joint activity as the second community and the units that hold it meet it."""

from __future__ import annotations

import pytest

from activities.models import Activity, Attendance, Contribution, SignUp
from activities.services import AttendanceLine, record_attendance, sign_up
from members.models import ServiceRecord
from partybuild.access import Role
from partybuild.areas.queries import dictionary
from partybuild.notices.models import Notice
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM, make_post
from tests.factories.units import make_unit_of


@pytest.fixture
def world(cast, clock):
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    [cast.here] = make_reported_in(cast.unit, cast.community, 1)
    [cast.there] = make_reported_in(cast.second_unit, cast.sibling, 1)
    cast.joint = make_activity(
        cast.community, cast.committee, helpers=[cast.sibling_committee, cast.unit]
    )
    for each in (cast.here, cast.there):
        sign_up(cast.joint, member=each, by=SYSTEM)
    return cast


@pytest.mark.django_db
def test_the_second_community_sees_its_own_people_and_nobody_elses(world, client_of):
    page = client_of(world.sibling_secretary).get(world.joint.get_absolute_url()).content.decode()
    assert world.there.person.name in page
    assert world.here.person.name not in page
    # Both stand on the list of who holds it.
    page = client_of(world.secretary).get(world.joint.get_absolute_url()).content.decode()
    assert world.there.person.name in page
    assert world.here.person.name in page
    assert "在和平社区、新桥社区报到的党员" in page


@pytest.mark.django_db
def test_the_second_community_takes_its_own_off_by_proxy(world, client_of):
    desk = client_of(world.sibling_secretary)
    own, other = (SignUp.objects.get(member=each) for each in (world.there, world.here))
    said = {"channel": "phone", "reason": "出差"}
    assert desk.act(f"/activities/sign-ups/{other.uid}/withdraw/", said).status_code == 404
    assert desk.act(f"/activities/sign-ups/{own.uid}/withdraw/", said).status_code == 302
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state) == ("withdrawn", "signed")


@pytest.mark.django_db
def test_every_host_writes_down_what_it_gave_itself(world, client_of):
    [measure, *_others] = [key for key, _label in dictionary(world.community, "contribution.unit")]
    address = f"/activities/{world.joint.uid}/contributions/"
    given = {"item": "融雪剂", "amount": "3", "measure": measure}
    unsaid = client_of(world.liaison).act(
        address, given | {"organization": str(world.unit.uid), "measure": ""}
    )
    assert unsaid.status_code == 422
    for post, body, other in (
        (world.sibling_secretary, world.sibling_committee, world.committee),
        (world.liaison, world.unit, world.committee),
    ):
        desk = client_of(post)
        assert "登记投入" in desk.get(world.joint.get_absolute_url()).content.decode()
        answer = desk.act(address, given | {"organization": str(other.uid)})
        assert answer.status_code == 422
        assert desk.act(address, given | {"organization": str(body.uid)}).status_code == 302
    assert set(Contribution.objects.values_list("organization", flat=True)) == {
        world.sibling_committee.pk,
        world.unit.pk,
    }
    # Who has nothing to do with it gives nothing.
    outsider = client_of(world.other_liaison)
    assert outsider.act(address, given).status_code == 404


@pytest.mark.django_db
def test_the_second_community_certifies_its_part_of_the_list(world, client_of, clock):
    clock(2026, 3, 14, 12)
    lines = [AttendanceLine(member=each, state="present") for each in (world.here, world.there)]
    record_attendance(world.joint, lines=lines, reason="纸质签到表", by=SYSTEM)
    desk, other = client_of(world.secretary), client_of(world.sibling_secretary)
    desk.act(f"/activities/{world.joint.uid}/hold/", {"others_count": "3"})
    page = desk.act(f"/activities/{world.joint.uid}/services/", follow=True).content.decode()
    assert "由各自社区认证，已列入其待办：新桥社区1人" in page
    sheet = ServiceRecord.objects.values_list("sheet", flat=True).first()
    assert "认证1份服务记录名单" in other.get("/").content.decode()
    assert "清洁家园" in other.get("/members/services/?state=entered").content.decode()
    other.act(f"/members/services/{sheet}/certify/")
    assert ServiceRecord.objects.get(member=world.there).state == "certified"
    assert ServiceRecord.objects.get(member=world.here).state == "entered"
    # The street has both parts on one page and certifies what waits.
    street = client_of(world.street_staff)
    page = street.get(f"/members/services/{sheet}/").content.decode()
    assert "其中1人等认证" in page
    street.act(f"/members/services/{sheet}/certify/")
    assert set(ServiceRecord.objects.values_list("state", flat=True)) == {"certified"}


@pytest.mark.django_db
def test_a_list_with_nobody_of_ones_own_leads_back_to_the_activity(world, client_of, clock):
    clock(2026, 3, 14, 12)
    lines = [AttendanceLine(member=world.there, state="present")]
    record_attendance(world.joint, lines=lines, reason="纸质签到表", by=SYSTEM)
    desk = client_of(world.secretary)
    desk.act(f"/activities/{world.joint.uid}/hold/", {})
    answer = desk.act(f"/activities/{world.joint.uid}/services/")
    assert answer["Location"] == world.joint.get_absolute_url()


@pytest.mark.django_db
def test_a_draft_given_back_waits_in_the_units_list(world, client_of):
    draft = make_activity(world.community, world.unit, published=False, title="雪天清路")
    unit = client_of(world.liaison)
    assert "活动草稿还没有提请发布：雪天清路" in unit.get("/").content.decode()
    unit.act(f"/activities/{draft.uid}/submit/")
    assert "雪天清路" not in unit.get("/").content.decode()
    client_of(world.secretary).act(f"/activities/{draft.uid}/return/", {"reason": "写明工具"})
    page = unit.get("/").content.decode()
    assert "社区退回修改活动：雪天清路" in page
    assert "写明工具" in page
    assert "雪天清路" not in client_of(world.second_liaison).get("/").content.decode()


@pytest.mark.django_db
def test_a_member_is_not_told_how_it_was_drafted(world, client_of):
    post = make_post(Role.MEMBER, person=world.here.person)
    page = client_of(post).get(world.joint.get_absolute_url()).content.decode()
    assert "清洁家园" in page
    assert "办理记录" not in page
    assert Activity.objects.get() == world.joint


@pytest.mark.django_db
def test_the_host_has_everybody_on_its_sheet_and_the_second_community_its_own(
    world, client_of, clock
):
    # Came without signing up: seen, and written down, where they are reported in.
    [late] = make_reported_in(world.second_unit, world.sibling, 1)
    clock(2026, 3, 14, 9, 30)
    address = f"/activities/{world.joint.uid}/attendance/"
    desk, other = client_of(world.secretary), client_of(world.sibling_secretary)
    page = desk.get(address).context["form"]
    assert set(page.members) == {world.here, world.there}
    form = {
        f"state-{world.here.uid.hex}": "present",
        f"state-{world.there.uid.hex}": "late",
        "reason": "纸质签到表",
    }
    assert desk.act(address, form).status_code == 302
    assert dict(Attendance.objects.values_list("member", "state")) == {
        world.here.pk: "present",
        world.there.pk: "late",
    }
    page = other.get(address).context["form"]
    assert page.members == [world.there]
    form = {
        f"state-{world.here.uid.hex}": "unrecorded",
        f"state-{world.there.uid.hex}": "present",
        f"seen-{world.there.uid.hex}": "late",
        "others": [str(late.uid)],
        "reason": "纸质签到表",
    }
    assert other.act(address, form).status_code == 302
    assert dict(Attendance.objects.values_list("member", "state")) == {
        world.here.pk: "present",
        world.there.pk: "present",
        late.pk: "present",
    }
    assert other.get(f"/activities/{world.joint.uid}/code/").status_code == 200
    assert client_of(world.other_liaison).get(address).status_code == 404
    # Of an activity that it does not help to hold it reads nothing more.
    own = make_activity(world.community, world.committee, title="和平社区自己的")
    assert other.get(f"/activities/{own.uid}/attendance/").status_code == 404


@pytest.mark.django_db
def test_whoever_leads_it_reads_why_somebody_cannot_come(world, client_of):
    row = SignUp.objects.get(member=world.there)
    client_of(world.sibling_secretary).act(
        f"/activities/sign-ups/{row.uid}/withdraw/", {"channel": "phone", "reason": "出差"}
    )
    told = Notice.objects.filter(kind="activity.withdrawn", organization=world.committee)
    assert "原因：电话；出差。" in told.values_list("body", flat=True)[0]
