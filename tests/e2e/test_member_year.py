"""One member's year on a phone, from the letter to moving away; unit, community and street look on.

Everything is done on the pages, by the hands of those whose work it is. After each step the others look: the
unit and the community that it concerns see it, another unit sees nothing of this member, and whoever is to
see figures sees no name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from activities.models import Activity, Attendance
from activities.queries.codes import code_of
from members.models import (
    AnnualForm,
    Feedback,
    Objection,
    PostClaim,
    RecommendationLetter,
    ReportIn,
    ServiceCertificate,
    ServiceSummary,
)
from members.services import compile_due_feedback, form_team
from partybuild.access import Level, Role
from partybuild.areas.models import Parameter
from partybuild.calendar import today
from partybuild.documents.models import OfficialDocument
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from partybuild.people.models import Person
from tests.e2e.conftest import figures
from tests.e2e.keystrokes import Desk
from tests.factories.core import SYSTEM, make_area, make_post
from tests.factories.members import make_member, make_report_in
from tests.factories.units import make_unit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the product promises: reported in on a phone in under a minute.
SECONDS = 60
NAME = "林晓岚"
MAIL, UNIT_MAIL = "linxiaolan@member.example", "tushuguan@unit.example"
# The phone without a network, and the review that is refused: both on purpose.
ON_PURPOSE = re.compile("ERR_INTERNET_DISCONNECTED|status of 422")
PHONE, DESK = (390, 844), (1440, 900)
PHONES = {"own", "liaison", "fellow"}


# Lists on which a member might turn up, for whoever may open them.
LISTS = (
    "/",
    "/members/",
    "/members/unreported/",
    "/members/registers/",
    "/members/letters/",
    "/members/report-ins/",
    "/members/posts/",
    "/members/claims/",
    "/members/teams/",
    "/members/services/",
    "/members/statistics/",
    "/members/certificates/",
    "/members/summaries/",
    "/members/feedback/",
    "/members/feedback/deliveries/",
    "/members/feedback/comments/",
    "/members/annual-forms/",
    "/members/totals/",
    "/members/year/",
    "/activities/",
    "/activities/?state=past",
    "/dashboard/",
    "/obligations/",
    "/notices/",
    f"/search/?q={NAME}",
)


class Life:
    """The member, those who look on, and what each of them holds in the hand."""

    def __init__(self, cast: Any, clock: Any, post: Any, visit: Any) -> None:
        self.cast, self.clock, self.post, self._visit = cast, clock, post, visit
        self._seen: dict[str, Any] = {}
        self._shots = 0
        self.member: Any = None
        # What is about the member and nobody else: addresses that outsiders try.
        self.traces: list[str] = []

    def at(self, who: str) -> Any:
        """Return somebody's browser: members and the unit's liaison hold phones, `own` signs in by itself."""
        if who not in self._seen:
            width, height = PHONE if who in PHONES else DESK
            holder = getattr(self.cast, who, None)
            self._seen[who] = self._visit(holder, width=width, height=height)
        return self._seen[who]

    def come(self, who: str, path: str) -> Page:
        """Open an address as somebody."""
        visitor = self.at(who)
        visitor.page.goto(f"{visitor.address}{path}", wait_until="load")
        return visitor.page

    def look(self, who: str, name: str) -> Page:
        """See that the page as it stands is sound, the member's for everybody's eyes; SHOTS keeps its picture."""
        visitor = self.at(who)
        if folder := os.environ.get("SHOTS"):
            self._shots += 1
            path = Path(folder) / f"year-{self._shots:02}-{who}-{name}.png"
            visitor.page.screenshot(path=path, full_page=True)
        assert visitor.overflows() == [], name
        if who in {"own", "stranger"}:
            assert visitor.violations() == [], name
        return visitor.page

    def day(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let the days go by: duties fall due, mail goes out."""
        self.clock(year, month, day, hour, minute)
        open_duties(on=today(), by=SYSTEM)
        self.post.deliver()

    def answer(self, who: str, path: str) -> Any:
        """Ask for an address with somebody's session, without drawing the page."""
        visitor = self.at(who)
        return visitor.context.request.get(f"{visitor.address}{path}")

    def names_in(self, who: str, paths: tuple[str, ...] = LISTS) -> list[str]:
        """Return the pages on which somebody reads the member's name."""
        answers = {path: self.answer(who, path) for path in paths}
        assert {each.status for each in answers.values()} <= {200, 403, 404}
        opened = [path for path, each in answers.items() if each.status == 200]
        # The looking is worth something: pages do open.
        assert len(opened) > 1, f"{who} opens nothing"
        return [path for path in opened if NAME in _text(answers[path], path)]

    def keeps_out(self, *outsiders: str) -> None:
        """See that others find the member on no list and behind no address."""
        for who in outsiders:
            assert self.names_in(who) == [], who
            for path in self.traces:
                assert self.answer(who, path).status in {403, 404}, (who, path)


def _text(answer: Any, path: str) -> str:
    text = answer.text()
    # The search repeats what was asked: in its field, its title, its sentence.
    return (
        re.sub(r'value="[^"]*"|<title>.*?</title>|<h1.*?</h1>|“[^”]*”', "", text)
        if "q=" in path
        else text
    )


def press(page: Page, name: str | re.Pattern[str], *, role: str = "button", exact: bool = False):
    """Press what leads to another page, and wait for it."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role(role, name=name, exact=exact).first.click()


def says(page: Page, *words: str) -> None:
    """See that a page says something."""
    for each in words:
        expect(page.locator("body")).to_contain_text(each)


@pytest.fixture
def life(cast, clock, post, visit):
    """A community with a grid and a team, two units, a colleague; the member is on the unit's roster."""
    for unit in (cast.unit, cast.second_unit, cast.other_unit):
        make_unit_of(unit)
    clock(2026, 3, 2)
    make_area("和平一网格", Level.GRID, cast.community)
    five = ["self", "leader", "masses", "community", "organization"]
    Parameter.objects.create(area=cast.street, key="feedback.parts", value=five)
    form_team(community=cast.community, name="法律服务队", kind="law", by=SYSTEM)
    Person.objects.filter(pk=cast.liaison.person_id).update(mail=UNIT_MAIL)
    story = Life(cast, clock, post, visit)
    story.member = make_member(
        cast.unit, NAME, mail=MAIL, home_building="望江苑9幢", skills="律师", post="馆员"
    )
    fellow = make_member(cast.unit, "安一")
    make_report_in(fellow, cast.community)
    cast.fellow = make_post(Role.MEMBER, person=fellow.person)
    return story


def test_a_members_year(life, record_property):
    reports_in(life, record_property)
    takes_a_post(life)
    comes_to_an_activity(life)
    is_on_record(life)
    has_a_certificate(life)
    is_in_the_quarters_summary(life)
    finishes_the_post(life)
    is_fed_back(life)
    objects(life)
    fills_in_the_years_form(life)
    others_look_on(life)
    renews_and_moves(life)
    for who, visitor in life._seen.items():
        troubles = [each for each in visitor.troubles if not ON_PURPOSE.search(each)]
        assert (troubles, visitor.elsewhere) == ([], []), who


# -- The letter, the report-in -------------------------------------------------------------------------


def reports_in(life, record_property):
    """The unit writes the letter; its code, typed on the phone, is all that reporting in takes."""
    life.day(2026, 3, 5)
    page = life.come("liaison", reverse("members:unreported-list"))
    page.get_by_label(re.compile(NAME)).check()
    life.look("liaison", "unreported")
    press(page, "开具组织推荐信")
    press(page, "组荐〔2026〕1号", role="link")
    life.look("liaison", "letter")
    letter = RecommendationLetter.objects.get(member=life.member)
    says(page, letter.code_shown)
    life.traces += [letter.get_absolute_url(), life.member.get_absolute_url()]
    life.post.deliver()
    assert life.post.count(MAIL) == 1

    # On the phone, without an account: the code, the community, 报到.
    own = life.at("own")
    desk, page = Desk(own.page), own.page
    desk.begin("a member reports in by code")
    desk.come(f"{own.address}{reverse('members:letter-open')}")
    life.look("own", "letter-open")
    desk.write(page.get_by_label("报到码"), letter.code_shown)
    desk.go(page.get_by_role("button", name="下一步"))
    life.look("own", "report-in")
    # A code that was found shows no more than its owner knows.
    assert NAME not in page.content()
    desk.choose(page.get_by_label("报到社区"), "望江街道 和平社区")
    desk.go(page.get_by_role("button", name="报到", exact=True))
    life.look("own", "reported")
    says(page, "已提交报到", "您不用再办")
    figures.append(desk.lines()[0])
    record_property("report_in_seconds", round(desk.total.seconds, 1))
    assert desk.total.seconds < SECONDS, desk.lines()

    # The community takes them in, and knows where they belong.
    life.day(2026, 3, 6)
    page = life.come("worker", "/")
    press(page, "去确认", role="link")
    life.look("worker", "report-in")
    page.get_by_label("编入网格").select_option(label="和平一网格")
    page.get_by_label("编入服务队").select_option(label="法律服务队")
    press(page, "确认报到")
    says(page, f"已确认{NAME}的报到，并通知本人", "所在网格", "和平一网格", "法律服务队")
    report_in = ReportIn.objects.get(member=life.member)
    life.traces.append(report_in.get_absolute_url())

    # The unit sees it, and opens an account; the member comes in by the link, without a password.
    life.day(2026, 3, 6, 9, 10)
    page = life.come("liaison", letter.get_absolute_url())
    says(page, "已到和平社区报到，回执编号")
    says(life.come("liaison", reverse("members:unreported-list")), "在册在职党员都已报到")
    page = life.come("liaison", life.member.get_absolute_url())
    life.look("liaison", "member")
    says(page, "和平社区 和平一网格")
    press(page, "开通并邀请")
    press(page, "发到本人邮箱")
    life.look("liaison", "account")
    says(page, "链接正发到本人邮箱")
    life.post.deliver()
    page = life.come("own", life.post.newest_link(MAIL, "请开通"))
    life.look("own", "invited")
    page.get_by_label("我已阅读个人信息保护说明").check()
    press(page, "进入平台")
    life.look("own", "home")
    says(page, f"{NAME}，您好", "现在没有需要您办理的事", "和平一网格")

    # The street may know who; another unit finds nobody.
    assert life.names_in("street_staff", ("/", "/members/")) == ["/members/"]
    life.keeps_out("second_liaison")


# -- The post, the pledge ------------------------------------------------------------------------------


def takes_a_post(life):
    """The community opens a post; the member sees why it suits, proposes, is taken on, signs."""
    life.day(2026, 3, 9)
    page = life.come("own", reverse("members:my-data"))
    page.get_by_label("周末").check()
    life.look("own", "own-data")
    press(page, "保存")
    says(page, "已保存")
    page = life.come("secretary", reverse("members:post-create"))
    press(page, "法律咨询岗", role="link")
    page.get_by_label("所在网格").select_option(label="和平一网格")
    page.get_by_label("联系人").fill("王书记")
    page.get_by_label("联系电话").fill("0574-88880001")
    press(page, "保存草稿")
    press(page, "发布")
    life.look("secretary", "post")
    says(page, "律师、周末、本网格")

    page = life.come("own", "/my/")
    says(page, "社区有1个岗位在招募")
    press(page, "岗位", role="link")
    life.look("own", "posts")
    says(page, "因为：律师、周末、本网格")
    press(page, "法律咨询岗", role="link")
    life.look("own", "post")
    says(page, "可能适合您，因为：律师、周末、本网格")
    page.get_by_label("想说的话").fill("周六上午都可以")
    press(page, "认领", exact=True)
    life.look("own", "claimed")
    says(page, "已认领，等社区确定")
    life.traces.append(PostClaim.objects.get().get_absolute_url())

    life.day(2026, 3, 10)
    page = life.come("worker", "/")
    press(page, "确定", role="link")
    says(page, NAME, "周六上午都可以")
    press(page, "确定认领")
    page = life.come("own", "/my/")
    life.look("own", "home-pledge")
    press(page, "签订", role="link")
    life.look("own", "pledge")
    press(page, "签订", exact=True)
    life.look("own", "pledged")
    says(page, "承诺书已签订", "姓名只显示姓")

    # On the public board stands the family name; the unit and the street see the claim.
    page = life.come("secretary", reverse("members:post-board", args=(life.cast.community.uid,)))
    press(page, "生成公开地址")
    address = page.get_by_text(re.compile("/l/")).first
    text = address.input_value() if address.evaluate("e => 'value' in e") else address.inner_text()
    path = "/" + re.search(r"https?://[^/]+/(\S+)", text)[1]
    page = life.come("stranger", path)
    life.look("stranger", "board")
    says(page, "法律咨询岗", "林")
    assert NAME not in page.content()
    claims = reverse("members:claim-list")
    assert life.names_in("liaison", (claims, "/")) == [claims]


# -- The activity: a place, the code, the network ------------------------------------------------------


def comes_to_an_activity(life):
    """One place, taken by a colleague who cannot come; then the code, typed where no network is."""
    life.day(2026, 3, 12)
    page = life.come("secretary", reverse("activities:activity-create"))
    page.get_by_label("活动名称").fill("社区法律服务日")
    page.get_by_label("志愿服务", exact=True).check()
    page.get_by_label("日期", exact=True).fill("2026-03-21")
    page.get_by_label("结束时间").fill("11:30")
    page.get_by_label("地点").fill("社区服务中心")
    page.get_by_label("名额").fill("1")
    press(page, "保存草稿")
    press(page, "发布")
    says(page, "已发布，在本社区报到的党员可以报名", "1个名额已报0人")
    activity = Activity.objects.get()
    here = activity.get_absolute_url()

    life.day(2026, 3, 13)
    page = life.come("fellow", here)
    press(page, "报名", exact=True)
    says(page, "报名成功")
    page = life.come("own", reverse("activities:activity-list"))
    life.look("own", "activities")
    press(page, "社区法律服务日", role="link")
    press(page, "排候补")
    life.look("own", "waiting")
    says(page, "您在候补第1位")
    life.day(2026, 3, 16)
    page = life.come("fellow", here)
    press(page, "来不了，退出报名")
    life.day(2026, 3, 16, 9, 10)
    page = life.come("own", life.post.newest_link(MAIL, "补上名额"))
    life.look("own", "moved-up")
    says(life.come("own", here), "您已报名")

    # The code on the wall; the phone loses its network between reading it and handing it in.
    life.day(2026, 3, 21, 8, 50)
    page = life.come("worker", here)
    press(page, "大屏显示签到码", role="link")
    code = code_of(activity)
    says(page, code.spelled)
    own = life.at("own")
    page = life.come("own", "/my/")
    press(page, "社区法律服务日", role="link")
    press(page, "签到", role="link")
    life.look("own", "check-in")
    own.context.set_offline(True)
    page.get_by_label("签到码").fill(code.digits)
    page.get_by_role("button", name="签到", exact=True).click()
    says(page, "签到码已在08:50记下", "有网络后自动补传")
    life.look("own", "kept")
    assert not Attendance.objects.exists()
    life.clock(2026, 3, 21, 8, 56)
    own.context.set_offline(False)
    says(page, "08:50签到", "已补传")
    life.clock(2026, 3, 21, 11, 30)
    page = life.come(
        "own", reverse("activities:check-in-scan", args=(activity.uid, code_of(activity).token))
    )
    press(page, "签退", exact=True)
    life.look("own", "out")
    says(page, "11:30签退")


# -- The record, the certificate, the quarter ----------------------------------------------------------


def is_on_record(life):
    """What was done goes on record by a list, from the activity and later from the post."""
    life.clock(2026, 3, 21, 14)
    page = life.come("worker", Activity.objects.get().get_absolute_url())
    says(page, NAME, "08:50—11:30", "断网补传")
    press(page, "登记已举办", role="link")
    page.get_by_label("服务群众").fill("12")
    press(page, "登记已举办")
    press(page, "生成服务记录")
    says(page, "服务记录已生成", "1人，2.5小时", "已登记，等认证")
    life.traces.append(page.url.removeprefix(life.at("worker").address))
    says(life.come("own", "/my/"), "2026年已认证0次，共0小时", "待认证")
    certifies(life, "社区法律服务日")
    page = life.come("own", "/my/")
    life.look("own", "home-served")
    says(page, "2026年已认证1次，共2.5小时")


def certifies(life, what):
    """The secretary certifies the list that waits."""
    page = life.come("secretary", reverse("members:service-list"))
    press(page, "去认证", role="link")
    page.get_by_role("checkbox", name=re.compile(what)).check()
    press(page, "认证勾选的名单")
    says(page, "已认证1份名单")


def has_a_certificate(life):
    """Asked for on the phone, looked at by two, verified by whoever is handed the paper."""
    life.day(2026, 3, 23)
    page = life.come("own", "/my/")
    press(page, "申请证明", role="link")
    life.look("own", "ask-certificate")
    press(page, "提交申请")
    life.look("own", "certificate-asked")
    page = life.come("worker", "/")
    press(page, "办理", role="link")
    page.get_by_label("经办人").fill("社区工作者甲")
    page.get_by_label("联系电话").fill("0574-88880002")
    press(page, "核对无误，报负责人")
    page = life.come("secretary", "/")
    press(page, "办理", role="link")
    press(page, "签发", exact=True)
    says(page, "已签发，编号志服〔2026〕1号")
    life.post.deliver()
    page = life.come("own", life.post.newest_link(MAIL, "已出具志愿服务记录证明"))
    life.look("own", "certificate")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明").click()
    assert download.value.suggested_filename == "志愿服务记录证明志服〔2026〕1号.pdf"
    certificate = ServiceCertificate.objects.get()
    life.traces.append(certificate.get_absolute_url())
    # The code stands on the paper, beside its address.
    code = OfficialDocument.objects.get(subject_uid=certificate.uid).code
    page = life.come("stranger", reverse("documents:verify"))
    life.look("stranger", "verify")
    page.get_by_label("核验码").fill(code)
    press(page, "核验", exact=True)
    life.look("stranger", "verified")
    says(page, "核验一致：文书有效", "志服〔2026〕1号", "林**", "2.5小时")
    assert NAME not in page.content()


def is_in_the_quarters_summary(life):
    """One signature; the unit acknowledges from its mail and says something back."""
    life.day(2026, 4, 2)
    page = life.come("secretary", "/")
    press(page, "签发", role="link")
    page.get_by_role("checkbox", name="选择江湾区图书馆").check()
    press(page, "签发并发送")
    life.post.deliver()
    page = life.come("liaison", life.post.newest_link(UNIT_MAIL, "服务情况"))
    life.look("liaison", "summary-link")
    says(page, "1人，1人次", "2.5小时")
    # A link may be passed on: it carries numbers only.
    assert NAME not in page.content()
    page.get_by_label("单位答复").fill("已收到，支部大会上通报表扬。")
    press(page, "签收", exact=True)
    says(page, "已签收", "回执编号")
    summary = ServiceSummary.objects.get()
    assert (summary.state, summary.answer) == ("acknowledged", "已收到，支部大会上通报表扬。")
    page = life.come("own", "/my/")
    says(page, "社区告诉单位的服务情况")
    press(page, "和平社区 2026年第一季度", role="link")
    life.look("own", "summary")
    says(page, NAME)
    assert life.names_in("unit_secretary", ("/", summary.get_absolute_url())) == [
        summary.get_absolute_url()
    ]
    life.traces.append(summary.get_absolute_url())


def finishes_the_post(life):
    """Served on the post, certified, done."""
    life.day(2026, 12, 7)
    page = life.come("worker", reverse("members:post-list"))
    press(page, "法律咨询岗", role="link")
    press(page, "登记服务", role="link")
    page.get_by_label("服务日期").fill("2026-12-05")
    page.get_by_role("checkbox", name=re.compile(NAME)).check()
    press(page, "登记", exact=True)
    certifies(life, "法律咨询岗")
    claim = PostClaim.objects.get()
    page = life.come("secretary", claim.get_absolute_url())
    press(page, "办结")
    page = life.come("own", claim.get_absolute_url())
    life.look("own", "claim-done")
    says(page, "2026年12月7日完成")


# -- The year's feedback -------------------------------------------------------------------------------


def is_fed_back(life):
    """The form compiles itself; five say something; one signature; the unit uses it."""
    life.day(2027, 1, 4)
    compile_due_feedback(on=today(), by=SYSTEM)
    page = life.come("own", "/my/")
    life.look("own", "home-january")
    press(page, re.compile("请您写.*自评"), role="link")
    says(page, "2次，共4.5小时", "认领1项，完成1项，承诺书1份")
    page.get_by_label("自我评价").fill("参加社区法律服务日，全年在法律咨询岗值守。")
    life.look("own", "self")
    press(page, "保存", exact=True)
    says(page, "已填写，社区签发前可以再改")
    for who, words in (("unit_secretary", "工作认真，带头服务社区。"), ("street_staff", "同意。")):
        page = life.come(who, "/")
        press(page, re.compile("^评议"), role="link")
        press(page, re.compile(f"^评议.*{NAME}"), role="link")
        page.get_by_label("评语").fill(words)
        press(page, "保存", exact=True)

    page = life.come("secretary", "/")
    press(page, re.compile("签发.*反馈"), role="link")
    says(page, "0份可以签发，2份需要先看")
    press(page, re.compile(f"评价.*{NAME}"), role="link")
    says(page, "参加次数少于要求", "全年在法律咨询岗值守", "工作认真，带头服务社区。", "同意。")
    # What others wrote themselves is not the community's to change.
    expect(
        page.get_by_role("link", name=re.compile("改.*(党员自评|领导点评|组织考评)"))
    ).to_have_count(0)
    press(page, re.compile("填写票数"), role="link")
    for label, count in (("满意", 9), ("基本满意", 2), ("不满意", 0), ("未作答", 3)):
        page.get_by_label(label, exact=True).fill(str(count))
    press(page, "保存", exact=True)
    page.get_by_label("合格", exact=True).check()
    page.get_by_label("遵守公德公约情况").fill("遵守居民公约，邻里和睦。")
    press(page, "保存，看下一份")
    page.get_by_label("合格", exact=True).check()
    press(page, "保存")
    says(page, "2份可以签发，0份需要先看")
    press(page, "签发并送达")
    says(page, "已签发2份，送达1家单位")
    form = Feedback.objects.get(member=life.member)
    life.traces.append(form.get_absolute_url())

    life.post.deliver()
    page = life.come("liaison", life.post.newest_link(UNIT_MAIL, "反馈表2份"))
    life.look("liaison", "feedback-link")
    assert NAME not in page.content()
    press(page, "签收", exact=True)
    says(page, "已签收", "回执编号")
    # The liaison hands on, the unit's secretary reads.
    assert life.answer("liaison", form.get_absolute_url()).status in {403, 404}
    life.day(2027, 1, 5)
    page = life.come("unit_secretary", "/")
    press(page, re.compile("登记.*反馈"), role="link")
    page.get_by_role("checkbox", name=re.compile(NAME)).check()
    page.get_by_label("民主评议党员").check()
    page.get_by_label("单位阅处意见").fill("已在支部民主评议会上通报。")
    press(page, "为所选反馈表登记")
    says(page, "已为1份反馈表登记结果运用")


def objects(life):
    """The member reads it, and misses a day; the street looks, and a revised version goes out."""
    life.day(2027, 1, 6)
    page = life.come("own", life.post.newest_link(MAIL, "已反馈您"))
    life.look("own", "my-feedback")
    press(page, "查看全文、提出异议", role="link")
    life.look("own", "feedback")
    says(page, "参加服务2次、共4.5小时", "民主评议党员", "已在支部民主评议会上通报。")
    page.locator("summary", has_text="提出异议").click()
    page.get_by_label("异议内容").fill("4月18日也到过法律咨询岗，记录里没有。")
    press(page, "提出异议")
    life.look("own", "objected")
    says(page, "本人提出异议，正在复核")

    # The community puts the day on record; whoever signed does not review.
    life.day(2027, 1, 7)
    page = life.come("worker", reverse("members:service-create"))
    page.get_by_label("服务日期").fill("2026-04-18")
    page.get_by_label("服务内容").fill("法律咨询岗值守")
    page.get_by_label("服务类别").select_option(label="法律咨询与援助")
    page.get_by_role("checkbox", name=re.compile(NAME)).check()
    press(page, "登记", exact=True)
    certifies(life, "值守")
    old = Feedback.objects.get(member=life.member)
    review = reverse("members:feedback-review", args=(old.uid,))
    page = life.come("secretary", old.get_absolute_url())
    says(page, "4月18日也到过法律咨询岗")
    expect(page.get_by_role("link", name="复核异议")).to_have_count(0)
    page = life.come("secretary", review)
    page.get_by_label("维持原评价").check()
    page.get_by_label("复核意见").fill("记录属实。")
    press(page, "提交复核")
    says(page, "这份反馈表由您签发")
    assert Objection.objects.get().is_open
    page = life.come("street_staff", "/")
    press(page, "复核", role="link")
    press(page, "复核异议", role="link")
    page.get_by_label("采纳异议").check()
    page.get_by_label("复核意见").fill("4月18日值守属实，已补登。")
    press(page, "提交复核")
    says(page, "已采纳，修订版已送达单位和党员本人，原表保留")

    life.post.deliver()
    page = life.come("own", life.post.newest_link(MAIL, "异议已复核"))
    life.look("own", "revised")
    says(page, "参加服务3次、共6.5小时", "这是复核后的修订版")
    press(page, "查看原表", role="link")
    life.look("own", "replaced")
    says(page, "已有修订版，本表保留备查", "参加服务2次、共4.5小时", "4月18日值守属实，已补登。")
    page = life.come("liaison", life.post.newest_link(UNIT_MAIL, "修订版"))
    press(page, "签收", exact=True)
    revised = Feedback.objects.get(replaces=old)
    assert (revised.state, revised.facts["times"]) == ("acknowledged", 3)
    life.traces.append(revised.get_absolute_url())


def fills_in_the_years_form(life):
    """F11: compiled from the record, completed on the phone, filed by the unit."""
    life.day(2027, 1, 8)
    page = life.come("unit_secretary", reverse("members:annual-form-start"))
    page.get_by_role("checkbox", name=re.compile("安一")).uncheck()
    press(page, "请他们填写")
    says(page, "已请1名党员填写")
    life.post.deliver()
    page = life.come("own", life.post.newest_link(MAIL, "情况表"))
    life.look("own", "annual-form")
    says(page, "3次，6.5小时", "法律咨询岗（已完成）", "2026年3月6日报到")
    page.get_by_label("联系服务群众情况").fill("在法律咨询岗解答居民问题，参加社区法律服务日。")
    page.get_by_label("作风情况").fill("遵守居民公约，邻里和睦。")
    press(page, "提交给单位")
    life.look("own", "annual-form-signed")
    says(page, "本人2027年1月8日已提交")
    form = AnnualForm.objects.get()
    life.traces.append(form.get_absolute_url())
    page = life.come("unit_secretary", form.get_absolute_url())
    press(page, "归档", exact=True)
    says(page, "已归档1份")


# -- Those who look on ---------------------------------------------------------------------------------


def others_look_on(life):
    """At the year's end: figures above, names where work needs them, nothing elsewhere."""
    figures_only = (
        "/dashboard/",
        "/members/totals/?period=2026",
        "/members/statistics/?period=2026",
    )
    page = life.come("street_staff", "/members/statistics/?period=2026")
    life.look("street_staff", "statistics")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="和平社区"))
    for words in ("2人", "3人次", "3场", "6.5小时"):
        expect(row).to_contain_text(words)
    assert life.names_in("street_staff", figures_only) == []
    assert "/members/" in life.names_in("street_staff", ("/", "/members/"))
    # The unit reads the same numbers of its own people, with their names.
    page = life.come("unit_secretary", "/members/statistics/?period=2026")
    says(page, NAME, "3人次", "6.5小时")
    # The city counts; one or two persons it does not even count.
    assert life.names_in("city_staff") == []
    page = life.come("city_staff", "/members/statistics/?period=2026")
    says(page, "不足3人")
    assert "6.5小时" not in page.content()
    for path in life.traces:
        assert life.answer("city_staff", path).status in {403, 404}, path
    life.keeps_out("second_liaison", "other_liaison", "outsider", "other_street_staff", "fellow")


# -- Renewal, moving away, the end ---------------------------------------------------------------------


def renews_and_moves(life):
    """A press a year; then a new home, whose community takes over; then another town."""
    life.day(2027, 1, 12)
    page = life.come("own", "/my/")
    press(page, "2027年续报", role="link")
    life.look("own", "renew")
    press(page, "2027年续报")
    says(page, "2027年已续报")
    renewal = Obligation.objects.get(duty="report_in.renew", bearer_person=life.member.person)
    assert renewal.state == "filed"

    life.day(2027, 2, 1)
    press(page, "搬家了", role="link")
    life.look("own", "move")
    page.get_by_label("迁往社区").select_option(label="望江街道 新桥社区")
    page.get_by_label("新居住小区、楼栋").fill("新桥花园3幢")
    press(page, "提出转出")
    life.look("own", "moving")
    says(page, "确认前，您在和平社区的报到不变")
    page = life.come("sibling_secretary", "/")
    press(page, "去确认", role="link")
    says(page, "从和平社区迁来")
    press(page, "确认报到")
    page = life.come("own", reverse("members:my-report-in"))
    life.look("own", "moved")
    says(page, "2027年2月1日（星期一）已报到")
    # The old community has let go of the person, and keeps what was done there.
    assert life.answer("secretary", life.member.get_absolute_url()).status == 404
    says(life.come("secretary", "/members/statistics/?period=2026"), "6.5小时")

    life.day(2027, 6, 1)
    page = life.come("own", reverse("members:my-report-in"))
    press(page, "查看报到内容", role="link")
    life.look("own", "end")
    expect(page.get_by_role("option", name="死亡")).to_have_count(0)
    page.get_by_label("注销原因").select_option(label="调离")
    press(page, "注销", exact=True)
    life.look("own", "ended")
    says(page, "已注销报到，服务记录保留")
    # The new year's list is empty; what was done the year before stands behind one press.
    page = life.come("own", "/my/")
    press(page, "全部服务记录", role="link")
    says(page, "法律咨询岗值守")
    life.post.deliver()
    page = life.come("liaison", life.post.newest_link(UNIT_MAIL, "新桥社区的报到已注销"))
    page = life.come("liaison", life.member.get_absolute_url())
    says(page, "2027年2月1日—2027年6月1日", "2026年3月6日—2027年2月1日")
    ends = ReportIn.objects.filter(member=life.member).values_list("state", "end_reason")
    assert set(ends) == {("ended", "moved"), ("ended", "transferred")}
