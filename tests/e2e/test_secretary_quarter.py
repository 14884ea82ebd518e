"""A secretary's quarter at the desk: from the call for topics to the next agenda, counted by presses and keys."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from meetings.models import Meeting, Receipt, Resolution, Topic, TopicCall
from meetings.queries.codes import code_of
from meetings.services import assign_resolutions, issue_minutes, save_minutes
from partybuild.calendar import now
from partybuild.documents.models import OfficialDocument
from partybuild.obligations.services import open_duties
from partybuild.organizations.models import Organization
from tests.e2e.conftest import figures
from tests.e2e.keystrokes import Desk
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.meetings import make_council, make_held, make_resolution
from tests.factories.units import make_unit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What issue and product ask for: clerical work of one quarter's meeting.
MINUTES = 15
OTHERS = (
    "江湾实验小学",
    "江湾卫生院",
    "和平派出所",
    "江湾银行支行",
    "江湾环卫公司",
    "江湾物业公司",
)
TOPICS = {
    "江湾区图书馆": "夜间开放图书馆内部停车位",
    "江湾供水公司": "老旧小区供水管改造期间的临时供水",
}
SAID = {
    "夜间": (
        "老旧小区停车难反映集中，图书馆夜间有空余车位，具备开放条件，应当先把进出管理和安全责任讲清楚。",
        "图书馆在每日十八时至次日七时开放内部停车位二十个，由社区做好车辆登记，物业公司安排夜间巡查。",
    ),
    "供水": (
        "管网改造涉及三个小区六百户，停水时间要提前告知，行动不便的老人要有人上门送水。",
        "供水公司提前三天公布停水安排，社区网格员逐户通知，志愿服务队为独居老人送水。",
    ),
}
# Under the items that stand on every agenda.
REPORTED = {
    "通报上季度区域化党建工作情况": "社区党委通报了上季度共驻共建情况：开展联合服务活动六次，在职党员报到服务一百二十人次。",
    "研究部署下一步重点工作": "会议强调，各成员单位要按分工抓好落实，遇到困难及时与社区党委沟通。",
}


@pytest.fixture
def street(cast, clock):
    """A community with eight units, whose last meeting left something that is not done."""
    clock(2025, 12, 18)
    more = [make_unit_organization(name, cast.community) for name in OTHERS]
    bodies = [cast.unit, cast.second_unit, *more]
    for number, body in enumerate(bodies):
        make_unit_of(body)
        Organization.objects.filter(pk=body.pk).update(
            contact_mail=f"unit{number}@unit.example", contact_name="联系人"
        )
    council = make_council(cast.community, cast.committee, *bodies)
    # Last quarter's meeting: one thing of it is still open.
    before = make_held(
        council, theme="党建联席会议", chair_name="王书记", recorder_name="社区工作者甲"
    )
    make_resolution(before, cast.second_unit, text="为小区水表间加装照明", due_on=date(2026, 5, 20))
    minutes = save_minutes(before, text="会议决定，加装照明。", version=0, by=SYSTEM)
    issue_minutes(minutes, version=minutes.version, signer_name="王书记", by=SYSTEM)
    assign_resolutions(before.resolutions.all(), by=SYSTEM)
    clock(2026, 3, 2)
    open_duties(on=date(2026, 3, 2), by=SYSTEM)
    return council


class Shots:
    """Pictures of the pages on the way, where SHOTS names a folder."""

    def __init__(self, page):
        self.page, self.folder = page, os.environ.get("SHOTS", "")
        self.number = 0

    def __call__(self, name):
        """Keep the page as it is now, wide and narrow."""
        if not self.folder:
            return
        self.number += 1
        for width in (1440, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            path = Path(self.folder) / f"{self.number:02}-{name}-{width}.png"
            self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size({"width": 1440, "height": 900})


def _write_minutes(desk):
    """Write behind the words that the outline begins with."""
    text = desk.page.get_by_label("纪要正文")
    for mark, title in (("夜间", TOPICS["江湾区图书馆"]), ("供水", TOPICS["江湾供水公司"])):
        thought, decided = SAID[mark]
        start = text.input_value().index(title)
        for frame, words in (("会议认为，", thought), ("会议决定，", decided)):
            at = text.input_value().index(frame, start) + len(frame)
            desk.insert(text, words, at=at)
    for title, words in REPORTED.items():
        at = text.input_value().index(title) + len(title)
        desk.insert(text, f"\n{words}", at=at)


def test_a_quarters_meeting_takes_a_secretary_under_fifteen_minutes(
    cast, street, clock, post, visit, record_property
):
    own = visit(cast.secretary)
    desk, page, shot = Desk(own.page), own.page, Shots(own.page)
    phone = visit(width=390, height=844)

    def button(name, **options):
        return page.get_by_role("button", name=name, **options)

    def link(name, **options):
        return page.get_by_role("link", name=name, **options)

    # -- Topics ------------------------------------------------------------------------------------
    desk.begin("topics")
    desk.come(own.address)
    shot("home")
    desk.go(link("联席会议").first)
    shot("meetings")
    desk.go(link("征集议题"))
    shot("call")
    desk.write(page.get_by_label("征集截止"), "2026-03-11")
    desk.write(page.get_by_label("拟开会日期"), "2026-03-26")
    desk.go(button("发出"))
    shot("called")
    assert TopicCall.objects.filter(council=street).count() == 1
    # Two units answer from their mail on a phone, one by telephone.
    clock(2026, 3, 2, 9, 10)
    post.deliver()
    for number, title in enumerate(TOPICS.values()):
        small = phone.open(post.newest_link(f"unit{number}@unit.example", "议题"))
        small.get_by_label("议题名称").fill(title)
        small.get_by_role("button", name="提交议题").click()
        expect(small.get_by_text(re.compile("已收到|已提交")).first).to_be_visible()
    clock(2026, 3, 11, 15)
    desk.come(own.address)
    desk.go(link("联席会议").first)
    desk.go(link("看征集答复"))
    shot("call-answers")
    desk.go(page.locator("tr", has_text="江湾卫生院").get_by_role("link", name="代录议题"))
    shot("topic-by-proxy")
    desk.write(page.get_by_label("议题名称"), "秋季流感疫苗集中接种")
    desk.press(page.get_by_label("电话", exact=True))
    desk.go(button("提交"))
    shot("topic-taken")
    desk.go(link("看征集答复"))
    desk.press(page.locator("summary", has_text="结束征集"))
    desk.go(button("确定结束征集"))
    desk.go(link("审核议题"))
    row = page.locator("tr", has_text="疫苗")
    desk.press(row.get_by_label("缓议"))
    desk.write(row.get_by_role("textbox"), "下季度再议")
    desk.press(button("其余都列入"))
    shot("review")
    desk.go(button("提交审核意见"))
    shot("reviewed")
    states = dict(Topic.objects.values_list("title", "state"))
    assert sorted(states.values()) == ["accepted", "accepted", "deferred"]

    # -- The meeting, its agenda, its notice -------------------------------------------------------
    desk.begin("meeting and notice")
    clock(2026, 3, 13, 9)
    desk.go(link("安排会议").first)
    shot("plan")
    expect(page.get_by_text("为小区水表间加装照明").first).to_be_visible()
    expect(page.get_by_label("日期", exact=True)).to_have_value("2026-03-26")
    for title in TOPICS.values():
        box = page.get_by_label(re.compile(title))
        if not box.is_checked():
            desk.press(box)
    desk.go(button("保存"))
    shot("planned")
    meeting = Meeting.objects.get(theme__contains="党建联席会议", state="planned")
    assert meeting.agenda_items.filter(is_current=True).count() == 5
    desk.go(button("发通知"))
    shot("notified")

    # -- Receipts ----------------------------------------------------------------------------------
    clock(2026, 3, 13, 9, 10)
    post.deliver()
    for number in range(6):
        small = phone.open(post.newest_link(f"unit{number}@unit.example", "联席会议"))
        small.locator("[name=attendee_name]").fill(f"代表{number}")
        small.get_by_role("button", name="提交回执").click()
        expect(small.get_by_text(re.compile("回执编号|已收到|已提交")).first).to_be_visible()
    desk.begin("receipts")
    clock(2026, 3, 20, 9)
    desk.come(own.address)
    shot("home-receipts")
    desk.go(link("打开会议").first)
    desk.go(page.locator("tr", has_text="江湾环卫公司").get_by_role("link", name="代录"))
    shot("receipt-by-proxy")
    desk.press(page.get_by_label("电话", exact=True))
    desk.write(page.locator("[name=attendee_name]"), "孙经理")
    desk.go(button("参加", exact=True))
    # The last one is chased in two presses.
    desk.go(link("催办没有回执的"))
    shot("chase")
    desk.go(button("发出催办"))
    shot("chased")
    clock(2026, 3, 20, 9, 10)
    post.deliver()
    small = phone.open(post.newest_link("unit7@unit.example", "联席会议"))
    small.get_by_label("请假", exact=True).check()
    small.get_by_label("请假原因").fill("外出开会")
    small.get_by_role("button", name="提交回执").click()
    expect(small.get_by_text(re.compile("回执编号|已收到|已提交")).first).to_be_visible()
    answers = Receipt.objects.filter(meeting=meeting).values_list("answer", "via")
    assert sorted(answers).count(("attend", "link")) == 6
    assert ("attend", "proxy") in answers
    assert ("leave", "link") in answers

    # -- The meeting is held -----------------------------------------------------------------------
    desk.begin("presence")
    clock(2026, 3, 26, 14, 10)
    desk.come(own.address)
    shot("home-day")
    desk.go(link("打开会议").first)
    shot("meeting-day")
    desk.go(link("大屏签到码"))
    shot("code")
    # One unit reads the code on the screen; the others are put down from the list.
    small = phone.open(post.newest_link("unit0@unit.example", "联席会议"))
    small.locator("[name=code]").fill(code_of(meeting, now()).digits)
    small.get_by_role("button", name="签到").click()
    expect(small.get_by_text("签到成功").first).to_be_visible()
    clock(2026, 3, 26, 16, 40)
    desk.come(own.address)
    desk.go(link("打开会议").first)
    desk.go(link("登记出席").first)
    desk.go(link("其余都出席"))
    shot("presence")
    desk.go(button("保存并登记为已召开"))
    shot("held")
    meeting.refresh_from_db()
    assert meeting.state == "held"
    assert sorted(meeting.presences.values_list("state", flat=True)) == ["leave", *["present"] * 7]

    # -- Minutes beside the agenda -----------------------------------------------------------------
    desk.begin("minutes and resolutions")
    desk.go(link("写纪要").first)
    shot("minutes-empty")
    _write_minutes(desk)
    shot("minutes-written")
    for mark, resolved, lead, due in (
        ("夜间", "夜间开放内部停车位二十个", "江湾区图书馆", "2026-04-30"),
        ("供水", "提前三天公布停水安排并逐户通知", "江湾供水公司", "2026-05-29"),
    ):
        item = page.locator(".minutes-item", has=page.locator("h3", has_text=mark))
        desk.press(item.get_by_role("link", name="议定事项"))
        desk.write(item.get_by_label("议定内容"), resolved)
        desk.choose(item.get_by_label("主办单位"), lead)
        desk.write(item.get_by_label("办理期限"), due)
        shot("resolution")
        desk.press(item.get_by_role("button", name="登记"))
        expect(item.get_by_role("button", name="登记")).to_have_count(0)
    expect(page.get_by_label("同时把登记的议定事项下达给责任单位")).to_be_checked()
    shot("minutes-ready")
    desk.go(button("签发并印发"))
    shot("issued")
    meeting.refresh_from_db()
    assert meeting.state == "issued"
    decided = Resolution.objects.filter(meeting=meeting)
    assert set(decided.values_list("state", flat=True)) == {"assigned"}
    expect(page.get_by_text("纪要").first).to_be_visible()
    assert OfficialDocument.objects.filter(subject_uid=meeting.minutes.uid).exists()

    # -- Units accept and report; the secretary verifies -------------------------------------------
    clock(2026, 3, 26, 17, 30)
    post.deliver()
    for unit in ("unit0", "unit1"):
        address = post.newest_link(f"{unit}@unit.example", "议定事项", last=True)
        small = phone.open(address)
        small.get_by_role("button", name="接件", exact=True).click()
        expect(small.get_by_text(re.compile("已收到|已接件|办理中")).first).to_be_visible()
    clock(2026, 4, 20, 10)
    small = phone.open(post.newest_link("unit0@unit.example", "议定事项待接件", last=True))
    small.locator("textarea[name=text]").first.fill("已开放20个车位，晚间有人值守。")
    small.get_by_role("button", name="申报办结").click()
    expect(small.get_by_text(re.compile("已收到|已提交|已申报|待验收")).first).to_be_visible()
    desk.begin("verification")
    clock(2026, 4, 21, 9)
    open_duties(on=date(2026, 4, 21), by=SYSTEM)
    desk.come(own.address)
    shot("home-verify")
    desk.go(link("验收").first)
    shot("verify")
    desk.go(button("通过并销号"))
    shot("closed")
    assert set(decided.values_list("state", flat=True)) == {"closed", "working"}

    # -- The next meeting opens with what became of it ---------------------------------------------
    desk.begin("next agenda")
    desk.come(own.address)
    shot("home-next")
    desk.go(link("安排会议").first)
    desk.go(link("安排会议").first)
    shot("next-plan")
    expect(page.get_by_text("提前三天公布停水安排并逐户通知").first).to_be_visible()
    expect(page.get_by_text("为小区水表间加装照明").first).to_be_visible()
    expect(page.get_by_text("夜间开放内部停车位二十个")).to_have_count(0)

    figures.extend(desk.lines())
    for name, value in vars(desk.total).items():
        record_property(name, round(value, 2))
    record_property("minutes", round(desk.total.seconds / 60, 2))
    assert desk.total.seconds < MINUTES * 60, desk.lines()
    for visitor in (own, phone):
        assert visitor.troubles == []
        assert visitor.elsewhere == []
