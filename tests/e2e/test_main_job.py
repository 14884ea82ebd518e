"""A quarter's meeting as its people live it: planned, answered by mail and telephone, seen, summed up."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from meetings.models import Meeting, Receipt, Resolution
from members.models import ServiceSummary
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_own_council
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def street(cast, clock):
    """A community with two units, their council, and members who served in the first quarter."""
    for unit in (cast.unit, cast.second_unit):
        make_unit_of(unit)
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="tushuguan@unit.example")
    Organization.objects.filter(pk=cast.second_unit.pk).update(
        contact_name="何联络", contact_phone="0574-87001234"
    )
    council = make_own_council(cast)
    members = [make_member(cast.unit) for _number in range(2)]
    for member in members:
        make_report_in(member, cast.community)
    make_services(cast.community, members, date=date(2026, 2, 7))
    open_duties(on=date(2026, 3, 5), by=SYSTEM)
    return council


def test_a_quarter_from_the_secretarys_desk_to_the_units_receipt(cast, street, clock, post, visit):
    # The secretary plans from the to-do list.
    desk = visit(cast.secretary)
    page = desk.open("/")
    page.get_by_role("link", name="安排会议").first.click()
    page.get_by_role("link", name="安排会议").first.click()
    page.get_by_label("会议主题").fill("第一季度党建联席会议")
    page.get_by_label("日期", exact=True).fill("2026-03-12")
    page.get_by_label("地点").fill("社区二楼会议室")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="第一季度党建联席会议")).to_be_visible()
    page.get_by_role("button", name="发通知").click()
    expect(page.get_by_role("button", name="撤回通知")).to_be_visible()
    meeting = Meeting.objects.get(council=street)
    meeting_path = f"/meetings/{meeting.uid}/"

    # Five minutes later the mail goes out; the liaison answers from it on a phone.
    post.deliver()
    assert post.count("tushuguan@unit.example") == 0
    clock(2026, 3, 5, 9, 10)
    post.deliver()
    assert post.count("tushuguan@unit.example") == 1
    phone = visit(width=390, height=844)
    small = phone.open(post.newest_link("tushuguan@unit.example", "联席会议"))
    assert phone.overflows() == []
    assert phone.violations() == []
    small.locator("[name=attendee_name]").fill("李联络")
    small.get_by_role("button", name="提交回执").click()
    expect(small.get_by_text(re.compile("回执编号|已收到|已提交")).first).to_be_visible()
    first = Receipt.objects.get(meeting=meeting, organization=cast.unit)
    assert (first.answer, first.attendee_name, first.via) == ("attend", "李联络", "link")

    # The other unit answers by telephone; the secretary enters it in two presses.
    page = desk.open(meeting_path)
    page.locator("tr", has_text="江湾供水公司").get_by_role(
        "link", name=re.compile("^代录")
    ).click()
    page.get_by_label("电话", exact=True).first.check()
    page.get_by_role("button", name="参加", exact=True).click()
    second = Receipt.objects.get(meeting=meeting, organization=cast.second_unit)
    assert (second.answer, second.via, second.channel) == ("attend", "proxy", "phone")
    # Nobody who has answered is reminded.
    clock(2026, 3, 11, 10)
    post.deliver()
    assert post.count("tushuguan@unit.example") == 1
    assert not Notice.objects.filter(is_reminder=True, debt_uid__in=paid()).exists()

    # The meeting is held, its minutes are issued.
    clock(2026, 3, 12, 17)
    page = desk.open(meeting_path)
    page.get_by_role("link", name="登记出席").first.click()
    page.get_by_role("link", name="其余都出席").click()
    page.get_by_role("button", name="保存并登记为已召开").click()
    page.get_by_role("link", name="登记议定事项").first.click()
    page.get_by_label("议定内容").fill("夜间开放内部停车位20个")
    page.locator("[name=lead]").select_option(label="江湾区图书馆")
    page.locator("[name=due_on]").fill("2026-04-10")
    page.get_by_role("button", name="保存").first.click()
    page = desk.open(meeting_path)
    page.get_by_role("link", name="写纪要").first.click()
    page.get_by_label("正文").fill("会议议定：夜间开放内部停车位20个。")
    page.get_by_role("button", name="签发并印发").click()
    expect(page.get_by_text(re.compile("纪要.*已签发")).first).to_be_visible()
    meeting.refresh_from_db()
    assert meeting.state == "issued"

    # The unit accepts from its to-do list on the phone; the next meeting opens with the state.
    hand = visit(cast.liaison, width=390, height=844)
    small = hand.open("/")
    small.get_by_role("link", name="接件").first.click()
    small.get_by_role("button", name="接件").first.click()
    assert hand.overflows() == []
    resolution = Resolution.objects.get(meeting=meeting)
    assert resolution.state == "working"
    page = desk.open(f"/meetings/councils/{street.uid}/plan/")
    expect(page.get_by_text("夜间开放内部停车位20个").first).to_be_visible()

    # The street sees the meeting and both receipts.
    board = visit(cast.street_staff)
    page = board.open("/dashboard/")
    # The first of the tables: meetings and reports.
    row = page.locator("tr", has=page.get_by_role("rowheader", name="和平社区")).first
    expect(row).to_contain_text("1/1 场")
    expect(row).to_contain_text("2/2")
    assert board.violations() == []

    # After the quarter the secretary signs once; the unit acknowledges from its mail.
    clock(2026, 4, 2, 9)
    open_duties(on=date(2026, 4, 2), by=SYSTEM)
    page = desk.open("/")
    page.get_by_role("link", name="签发").first.click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="签发并发送").click()
    expect(page.get_by_text("已签发").first).to_be_visible()
    post.deliver()
    small = phone.open(post.newest_link("tushuguan@unit.example", "服务情况"))
    assert phone.overflows() == []
    small.get_by_role("button", name="签收").click()
    expect(small.get_by_text("已签收").first).to_be_visible()
    summary = ServiceSummary.objects.get(unit=cast.unit)
    assert summary.state == "acknowledged"
    assert (summary.served_count, summary.times) == (2, 2)
    for visitor in (desk, phone, hand, board):
        assert visitor.troubles == []
        assert visitor.elsewhere == []


def paid():
    """Return the debts that are settled."""
    return Obligation.objects.complete().values("uid")
