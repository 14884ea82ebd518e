"""What a page says about itself: whose it is, what happened, what is next, and no code in the history."""

from __future__ import annotations

from datetime import date

import pytest

from members.models import Feedback, ReportIn
from members.queries.summaries import summary_debts
from members.services import (
    compile_feedback,
    leave_post,
    propose_claim,
    raise_objection,
    sign_feedback,
    sign_pledge,
    sign_summaries,
    submit_report_in,
)
from members.services.annual_forms import sign_annual_form, start_annual_forms
from members.services.certificates import ask_certificate
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Parameter
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.obligations.services import owe
from tests.factories.core import make_post
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
)

pytestmark = pytest.mark.django_db


def test_the_history_says_how_a_proxy_heard_it_in_words(world, system):
    post = make_post_of(world.cast.community, wanted=3)
    claim = propose_claim(post, member=world.a, channel="wechat", by=system)
    left = propose_claim(post, member=world.b, channel="wechat", by=system)
    leave_post(left, reason="出差", channel="phone", by=system)
    promised = make_claim(post, world.c)
    sign_pledge(promised, text="到岗", due_on=date(2026, 12, 31), channel="paper", by=system)
    ask_certificate(
        world.a,
        community=world.cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        channel="phone",
        by=system,
    )
    told = Event.objects.exclude(reason="").values_list("kind", "reason")
    assert dict(told.filter(object_uid=claim.uid)) == {"claim.proposed": "微信"}
    assert dict(told.filter(object_uid=left.uid))["claim.withdrawn"] == "电话；出差"
    assert told.get(kind="pledge.signed")[1] == "纸质"
    assert told.get(kind="certificate.asked")[1] == "电话"


def test_a_claims_page_shows_no_code_and_one_line_per_act(world, client_of, system):
    claim = propose_claim(
        make_post_of(world.cast.community), member=world.a, channel="wechat", by=system
    )
    page = client_of(world.cast.secretary).get(claim.get_absolute_url())
    assert [line["reason"] for line in page.context["history"]] == ["微信"]


def test_a_list_of_the_retired_is_not_called_in_service(world, client_of):
    retired = make_member(None, "贺老", category="retired")
    make_report_in(retired, world.cast.community)
    client = client_of(world.cast.secretary)
    page = client.get("/members/?register=retired").content.decode()
    assert "<h1>离退休党员</h1>" in page
    assert '<td data-label="单位及职务">离退休党员</td>' in page
    assert "<h1>在职党员</h1>" in client.get("/members/").content.decode()


def test_confirming_says_who_and_leads_to_the_next(world, client_of, system):
    waiting = submit_report_in(
        world.d, community=world.cast.community, on=date(2026, 3, 4), by=system
    )
    other = make_member(world.cast.unit, "魏五")
    submit_report_in(other, community=world.cast.community, on=date(2026, 3, 4), by=system)
    client = client_of(world.cast.secretary)
    before = client.get(waiting.get_absolute_url()).content.decode()
    assert 'href="/members/report-ins/"' in before
    after = client.post(f"{waiting.get_absolute_url()}confirm/", follow=True).content.decode()
    assert "已确认戴四的报到，并通知本人。" in after
    assert "还有1人等确认" in after
    assert ReportIn.objects.waiting().count() == 1


def test_the_way_back_has_the_name_of_the_page(world, client_of):
    for post, path, back in (
        (world.cast.liaison, "/members/services/", "本单位党员"),
        (world.cast.secretary, "/members/services/", "在职党员"),
        (world.member_post, "/members/services/", "我的"),
        (world.member_post, "/members/me/feedback/", "我的"),
        (world.cast.liaison, "/members/summaries/", "本单位党员"),
        (world.cast.unit_secretary, "/members/feedback/", "本单位党员"),
        (world.cast.unit_secretary, world.a.get_absolute_url(), "本单位党员"),
        (world.cast.secretary, world.a.get_absolute_url(), "在职党员"),
        (world.cast.secretary, world.report_in.get_absolute_url(), "在职党员"),
        (world.member_post, world.report_in.get_absolute_url(), "我的报到"),
        (world.cast.secretary, "/members/summaries/", "在职党员"),
    ):
        page = client_of(post).get(path).content.decode()
        head = page[page.index('<header class="page-header">') : page.index("<h1>")]
        assert f"{back}</a>" in head, (path, back)


@pytest.fixture
def drafts(world, clock, system):
    Parameter.objects.create(area=world.cast.street, key="feedback.cycle", value="quarterly")
    idle = make_member(world.cast.unit, "伊六")
    make_report_in(idle, world.cast.community)
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Period.parse("2026Q1"), by=system)
    return world


def test_who_signs_jumps_over_what_must_be_looked_at(drafts, client_of):
    page = client_of(drafts.cast.secretary).get("/members/feedback/sign/2026Q1/")
    ready = len(page.context["ready"])
    assert ready
    assert page.context["exceptions"]
    text = page.content.decode()
    assert f'href="#ready">去签发可以签发的{ready}份</a>' in text.replace("\n", "")
    # The browser asks for the grade before the ticks are lost; signing asks for none.
    [group] = page.context["groups"]
    assert "required" in str(group["form"]["grade"])
    assert "required" not in str(page.context["grade_form"]["grade"])


def test_a_refused_evaluation_says_once_what_is_missing(drafts, client_of):
    form = Feedback.objects.get(member__person__name="伊六")
    answer = client_of(drafts.cast.secretary).post(
        f"{form.get_absolute_url()}evaluate/", {"next": "1"}
    )
    assert answer.status_code == 422
    assert answer.content.decode().count("还有1处需要补正") == 1


def test_who_may_not_record_a_use_is_told_who_does(world, client_of, clock):
    clock(2026, 12, 1)
    make_feedback(world.a, world.cast.unit, world.cast.community, "qualified", state="acknowledged")
    liaison = client_of(world.cast.liaison).get("/members/year/").content.decode()
    assert "运用情况由单位党组织书记登记。" in liaison
    assert "到待办里办理" not in liaison
    assert (
        "到待办里办理"
        in client_of(world.cast.unit_secretary).get("/members/year/").content.decode()
    )


def test_whoever_could_sign_a_certificate_is_warned_before_checking_it(world, client_of, system):
    asked = ask_certificate(
        world.a,
        community=world.cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        by=system,
    )
    warning = "核对和签发不能是同一人"
    url = asked.get_absolute_url()
    assert warning in client_of(world.cast.secretary).get(url).content.decode()
    assert warning not in client_of(world.cast.worker).get(url).content.decode()


def test_a_to_do_that_the_street_only_watches_is_not_handed_to_it(world, client_of, system):
    propose_claim(make_post_of(world.cast.community), member=world.a, by=system)
    page = client_of(world.cast.secretary).get("/").content.decode()
    assert "答复“法律咨询岗”的岗位认领" in page
    assert f"交{world.cast.street_committee.called}" not in page


def test_home_names_what_waits_for_a_press(world, client_of, system):
    make_services(world.cast.community, [world.a, world.b], certified=False, content="送温暖")
    page = client_of(world.cast.secretary).get("/").content.decode()
    assert "认证1份服务记录名单" in page
    assert "认证1份服务记录名单" not in client_of(world.cast.outsider).get("/").content.decode()
    assert "认证1份服务记录名单" not in client_of(world.cast.street_staff).get("/").content.decode()


def test_home_leaves_out_the_list_that_one_is_on(world, client_of, system):
    post = make_post(
        Role.COMMUNITY_SECRETARY, organization=world.cast.committee, person=world.a.person
    )
    make_services(world.cast.community, [world.a, world.b], certified=False, content="送温暖")
    assert "服务记录名单" not in client_of(post).get("/").content.decode()
    assert "认证1份服务记录名单" in client_of(world.cast.worker).get("/").content.decode()


def test_a_units_home_names_annual_forms_to_file(world, client_of, system):
    [form] = start_annual_forms(
        unit=world.cast.unit,
        members=[world.a],
        period=Period.parse("2025"),
        due_on=date(2026, 3, 31),
        by=system,
    )
    client = client_of(world.cast.liaison)
    assert "年度情况表" not in client.get("/").content.decode()
    sign_annual_form(form, account="走访", conduct="良好", explanation="年初刚调入", by=system)
    assert "归档1份年度情况表" in client.get("/").content.decode()
    assert "归档1份" not in client_of(world.cast.other_liaison).get("/").content.decode()


def test_no_link_leads_to_a_closed_door(world, client_of, system):
    submit_report_in(world.d, community=world.cast.community, on=date(2026, 3, 4), by=system)
    assert client_of(world.cast.secretary).get("/members/").context["waiting_count"] == 1
    for post in (world.cast.street_staff, world.cast.district_staff):
        client = client_of(post)
        assert client.get("/members/").context["waiting_count"] == 0
        assert 'href="/activities/"' in client.get("/members/").content.decode()


def test_who_signed_is_not_offered_the_review(drafts, client_of, system, clock):
    forms = list(Feedback.objects.drafts().filter(member=drafts.a))
    sign_feedback(
        community=drafts.cast.community,
        period=Period.parse("2026Q1"),
        picked={form.uid: form.mark for form in forms},
        by=actor_in(drafts.cast.secretary),
    )
    form = Feedback.objects.get(member=drafts.a)
    raise_objection(form, text="漏记一次", channel="phone", by=system)
    signer = client_of(drafts.cast.secretary).get(form.get_absolute_url())
    assert signer.context["may_review"] is False
    assert client_of(drafts.cast.street_staff).get(form.get_absolute_url()).context["may_review"]


def test_the_list_of_summaries_leads_to_what_waits_and_to_nothing_else(
    world, client_of, clock, system
):
    clock(2026, 4, 3)
    assert Period.of(date(2026, 4, 3)).previous() == Period.parse("2026Q1")
    owe(summary_debts(Period.parse("2026Q1")), by=system)
    sign = "/members/summaries/sign/2026Q1/"
    secretary, street = client_of(world.cast.secretary), client_of(world.cast.street_staff)
    assert "签发2026年第一季度（2份）" in secretary.get("/members/summaries/").content.decode()
    assert "查看2026年第一季度待签发（2份）" in street.get("/members/summaries/").content.decode()
    assert sign not in client_of(world.cast.liaison).get("/members/summaries/").content.decode()
    sign_summaries(
        community=world.cast.community,
        units=[world.cast.unit, world.cast.second_unit],
        period=Period.parse("2026Q1"),
        by=actor_in(world.cast.secretary),
    )
    for client in (secretary, street):
        page = client.get("/members/summaries/").content.decode()
        assert "待签发" not in page
        assert sign not in page


def test_a_quarter_left_unsigned_is_not_forgotten(world, client_of, clock, system):
    clock(2026, 7, 3)
    owe(summary_debts(Period.parse("2026Q1")), by=system)
    client = client_of(world.cast.secretary)
    page = client.get("/members/summaries/")
    assert page.context["late"] == [("2026Q1", 2)]
    assert "2026年第一季度还有2份没有签发，已经逾期。" in page.content.decode()
    for post in (world.cast.worker, world.cast.outsider, world.cast.liaison):
        assert client_of(post).get("/members/summaries/").context["late"] == []
