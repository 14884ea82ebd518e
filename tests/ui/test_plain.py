"""Plain words: who reads them, that every page of a member is plain, and that nothing is written in them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import resolve, reverse
from django.utils import translation

from activities.models import SignUp
from activities.queries.codes import code_of
from activities.services import check_in, open_evaluation, sign_up
from members.models import PartyMember, PostClaim, ServiceRecord
from members.services import (
    enter_claim_evaluations,
    finish_claim,
    form_team,
    issue_letter,
    join_team,
    say_claim_asked,
    sign_summary,
    start_annual_forms,
)
from members.services.certificates import ask_certificate, issue_certificate, prepare_certificate
from partybuild.access import Role
from partybuild.access.rights import cell
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.reading import plainly
from partybuild.accounts.services import issue_link
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.documents.registry import kind_of
from partybuild.notices.models import Notice
from partybuild.portal.services import answer_suggestion, send_suggestion
from partybuild.ui import plain
from tests.architecture.test_routes import PAGES
from tests.factories.activities import make_activity
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_member,
    make_post_of,
    make_reply,
    make_report_in,
    make_services,
)
from tests.factories.units import make_unit_of
from tests.factories.wishes import make_wish, make_wish_claim
from tests.ui.plainness import BESIDE, DATE, faults_of

pytestmark = pytest.mark.django_db
LARGE = {"text": "large"}


@pytest.fixture
def member(cast, clock):
    """A member with something on every page."""
    clock(2026, 3, 5, 9)
    for body in (cast.unit, cast.second_unit):
        make_unit_of(body)
    found = make_member(cast.unit, "安一", phone="13900001111")
    issue_letter(found, unit=cast.unit, by=SYSTEM)
    make_report_in(found, cast.community)
    make_services(cast.community, [found], date=date(2025, 12, 7))
    make_services(cast.community, [found])
    make_services(cast.community, [found], certified=False, content="义诊", kind="health")
    sign_summary(
        community=cast.community,
        unit=cast.unit,
        period=Period.parse("2025Q4"),
        by=actor_in(cast.secretary),
    )
    start_annual_forms(
        unit=cast.unit,
        members=[found],
        period=Period.parse("2025"),
        due_on=date(2026, 3, 20),
        by=SYSTEM,
    )
    make_reply(found, cast.community, asker=cast.unit)
    until = date(2026, 3, 12)
    make_feedback(found, cast.unit, cast.community, "excellent", object_until=until)
    served = make_claim(make_post_of(cast.community, title="量血压"), found)
    (record,) = make_services(cast.community, [found], content="量血压")
    ServiceRecord.objects.filter(pk=record.pk).update(claim=served)
    enter_claim_evaluations(served, counts={("served", "satisfied"): 3}, by=SYSTEM)
    say_claim_asked(served, asked=5, by=SYSTEM)
    finish_claim(served, by=SYSTEM)
    make_claim(make_post_of(cast.community, title="法律咨询"), found)
    make_claim(make_post_of(cast.community, title="楼道巡查", wanted=3), found, accepted=False)
    make_post_of(cast.community, title="送餐", wanted=2)
    team = form_team(community=cast.community, name="平安队", kind="patrol", by=SYSTEM)
    join_team(team, member=found, by=SYSTEM)
    sign_up(make_activity(cast.community, cast.committee), member=found, by=SYSTEM)
    make_activity(cast.community, cast.committee, title="义诊")
    make_wish(cast.community)
    make_wish_claim(make_wish(cast.community, title="换水龙头"), member=found, accepted=False)
    make_wish_claim(make_wish(cast.community, title="想学用手机"), member=found)
    post = make_post(Role.MEMBER, person=found.person)
    said = send_suggestion(text="楼道灯不亮", area=cast.community, by=actor_in(post))
    answer_suggestion(said, answer="已报修。", outcome="underway", by=actor_in(cast.secretary))
    asked = ask_certificate(
        found,
        community=cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        purpose="评优",
        by=actor_in(post),
    )
    prepare_certificate(
        asked, handler_name="李四", handler_phone="0574-1234567", by=actor_in(cast.worker)
    )
    asked.refresh_from_db()
    issue_certificate(asked, responsible_name="王书记", by=actor_in(cast.secretary))
    return post


@pytest.fixture
def reader(member, client_of):
    """The member, in large type."""
    client = client_of(member)
    client.cookies["text"] = "large"
    return client


# -- Who reads them -----------------------------------------------------------------------------


def test_members_read_plain_words_in_large_type_only(reader, member, client_of):
    assert "社区记下2次" in reader.get("/my/").content.decode()
    assert "已认证2次" in client_of(member).get("/my/").content.decode()


def test_whoever_serves_keeps_the_official_words(cast, client_of):
    client = client_of(cast.secretary)
    client.cookies["text"] = "large"
    page = client.get("/members/services/").content.decode()
    assert "认证" in page
    assert "等社区记上" not in page


def test_strangers_read_plain_words_in_large_type(client):
    client.cookies["text"] = "large"
    assert "记不住密码" in client.get("/sign-in/").content.decode()
    assert "一人多岗" not in client.get("/sign-in/").content.decode()


def test_a_refused_form_comes_back_in_plain_words(reader):
    path = reverse("portal:suggestion-create")
    answer = reader.act(path, {"text": ""})
    assert answer.status_code == 422
    assert "请写下您想说的。" in answer.content.decode()


def test_what_a_press_did_is_told_in_plain_words(reader):
    activity = SignUp.objects.get().activity
    answer = reader.act(reverse("activities:withdraw", args=(activity.uid,)), follow=True)
    assert "知道了，负责人会收到。" in answer.content.decode()


# -- Nothing is written in them -----------------------------------------------------------------


def test_what_a_press_leaves_is_written_in_official_words(member, cast, client_of):
    post = make_post_of(cast.community, title="治安巡逻", wanted=3)
    written = []
    for name, text in (("白二", "large"), ("陈三", "")):
        found = make_member(cast.unit, name)
        make_report_in(found, cast.community)
        client = client_of(make_post(Role.MEMBER, person=found.person))
        client.cookies["text"] = text
        notices, events = set(Notice.objects.all()), set(Event.objects.all())
        client.act(reverse("members:post-claim", args=(post.uid,)), {"note": ""})
        told = sorted(
            f"{each.title} {each.body}".replace(name, "")
            for each in set(Notice.objects.all()) - notices
        )
        done = sorted(each.kind for each in set(Event.objects.all()) - events)
        written.append((told, done))
    assert PostClaim.objects.filter(post=post).count() == 2
    assert written[0] == written[1]
    assert written[0][1]


def test_papers_are_made_in_official_words(reader, monkeypatch):
    kind = kind_of("member.own_basic_facts")
    made, compose = [], kind.compose

    def watched(*args, **values):
        made.append(translation.get_language())
        return compose(*args, **values)

    monkeypatch.setattr(kind, "compose", watched)
    [path] = re.findall(
        r'href="(/documents/member.own_basic_facts/[^"]+\.pdf)"',
        reader.get("/members/me/data/").content.decode(),
    )
    assert reader.get(path).status_code == 200
    assert made == [settings.LANGUAGE_CODE]
    # The control: taken for a page, it would be made in plain words.
    monkeypatch.setattr(plain, "wants_page", lambda request: True)
    reader.get(path)
    assert made == [settings.LANGUAGE_CODE, settings.PLAIN_LANGUAGE_CODE]


# -- Every page is plain ------------------------------------------------------------------------

MEMBERS = {
    name: route
    for name, route in PAGES.items()
    if not name.startswith("api:")
    and "member" not in route.without
    and any(cell(key, "member").allows for key in route.keys)
}
# Pages of members that are no daily business: words of the law, of programs, or of one's password.
NOT_PLAIN = {
    "portal:privacy": "what the law asks for, word for word",
    "portal:privacy-first": "what the law asks for, word for word",
    "portal:my-data": "what the law asks for, kind of data by kind of data",
    "portal:explain": "no link leads there in plain words",
    "ops:event-list": "no link leads there in plain words",
    "portal:search": "no link leads there in plain words",
    "notices:notice-log": "what was sent, word for word",
    "portal:help": "tells everybody's part",
    "obligations:obligation-list": "the ledger; a member's own place shows what waits",
    "indicators:dashboard": "figures are not among a member's words",
    "documents:document-list": "papers stand on the pages they are about",
    "documents:number-list": "papers stand on the pages they are about",
    "organizations:organization-list": "not among a member's words",
    "organizations:organization-detail": "not among a member's words",
    "areas:area-list": "not among a member's words",
    "accounts:appointment-list": "not among a member's words",
    "approvals:approval-list": "not among a member's words",
    "meetings:meeting-list": "a member is there as a guest of the meeting",
}
# One's own place has a button for each card and each thing to do, and the press between both ways to read.
HOME = 13


# Not reached from one's own place.
ELSEWHERE = {
    "portal:home": "leads to one's own place",
    "members:member-list": "leads to one's own page",
    "members:service-sheet": "no link leads there for a member",
    "members:unit-report-in-detail": "no link leads there for a member",
    "meetings:meeting-detail": "a member is there as a guest of the meeting",
    "meetings:meeting-calendar": "a file",
    "meetings:topic-create": "a member is there as a guest of the meeting",
    "meetings:sign-in": "a member is there as a guest of the meeting",
    "activities:activity-calendar": "a file",
    "activities:check-in": "test_checking_in_is_plain",
    "activities:check-in-scan": "test_checking_in_is_plain",
}


def starts():
    """Return one's own place, and every page of a member that is about no row."""
    return ["/my/"] + [
        reverse(name, args=route.args) + route.query
        for name, route in MEMBERS.items()
        if not route.thing
    ]


def walk(client, most=3):
    """Follow every link from a page, of each kind of address the first few; yield (name, path, html)."""
    seen: set[str] = set()
    waiting = starts()
    opened: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        name = resolve(path.partition("?")[0]).view_name
        opened[name] = opened.get(name, 0) + 1
        if opened[name] > most:
            continue
        answer = client.get(path)
        if answer.status_code == 302:
            waiting.append(answer["Location"])
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        html = answer.content.decode()
        yield name, path, html
        found = re.findall(r'href="(/[^"#]*)', html)
        waiting += [
            each.replace("&amp;", "&") for each in found if each.partition("?")[0].endswith("/")
        ]


def test_every_page_that_a_member_reaches_is_plain(reader):
    faults = {}
    reached = set()
    # What was sent names its days as it was written.
    days = [
        day for body in Notice.objects.values_list("body", flat=True) for day in DATE.findall(body)
    ]
    for name, path, html in walk(reader):
        reached.add(name)
        beside = HOME if name == "my:home" else BESIDE
        if name not in NOT_PLAIN and (found := faults_of(html, written=days, beside=beside)):
            faults[f"{name} {path}"] = found
    assert faults == {}
    # The walk is no walk if it stops at the door.
    assert {
        "members:my-report-in",
        "members:post-detail",
        "members:claim-detail",
        "members:feedback-detail",
        "members:annual-form-detail",
        "members:certificate-detail",
        "members:summary-detail",
        "members:request-detail",
        "activities:activity-detail",
        "wishes:wish-detail",
        "wishes:claim-list",
        "notices:notice-detail",
    } <= reached


def test_every_page_that_a_member_may_open_is_reached_or_reviewed(reader):
    reached = {name for name, _path, _html in walk(reader)}
    assert sorted(set(MEMBERS) - reached - set(NOT_PLAIN) - set(ELSEWHERE)) == []
    assert sorted((set(NOT_PLAIN) | set(ELSEWHERE)) & set(PAGES) - set(MEMBERS)) == []


def test_checking_in_is_plain(reader, clock):
    activity = SignUp.objects.get().activity
    clock(2026, 3, 14, 8, 55)
    for minute in ("before", "after"):
        if minute == "after":
            found = PartyMember.objects.get(person__name="安一")
            check_in(activity, member=found, code=code_of(activity).token, by=SYSTEM)
        for path in (
            reverse("activities:check-in", args=(activity.uid,)),
            reverse("activities:check-in-scan", args=(activity.uid, "0" * 24)),
            activity.get_absolute_url(),
        ):
            answer = reader.get(path)
            assert (path, answer.status_code) == (path, 200)
            assert (path, faults_of(answer.content.decode())) == (path, [])


@pytest.mark.parametrize(
    "name",
    [
        "accounts:sign-in",
        "accounts:way-in",
        "members:letter-open",
        "portal:suggestion-create",
        "portal:suggestion-track",
    ],
)
def test_pages_before_signing_in_are_plain(client, db, name):
    client.cookies["text"] = "large"
    assert faults_of(client.get(reverse(name)).content.decode()) == []


def link_to(target, action, **values):
    """Return the path of a signed link."""
    link = issue_link(target, action=action, days=7, by=SYSTEM, **values)
    return link_url(link).removeprefix(settings.BASE_URL)


def test_pages_behind_links_are_plain(member, client, clock, cast):
    client.cookies["text"] = "large"
    found = make_member(cast.unit, "白二")
    letter = issue_letter(found, unit=cast.unit, by=SYSTEM)
    clock(2026, 3, 14, 13)
    activity = SignUp.objects.get().activity
    open_evaluation(activity, by=SYSTEM)
    for path in (
        link_to(letter, "report_in.submit", person=found.person),
        *[link_url(each).removeprefix(settings.BASE_URL) for each in SignedLink.objects.all()],
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert (path, faults_of(answer.content.decode())) == (path, [])


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/", 404), ("/my/suggestions/1/", 404), ("/members/new/", 403)]
)
def test_refusals_are_plain(reader, path, status):
    answer = reader.get(path)
    assert answer.status_code == status
    assert faults_of(answer.content.decode()) == []


# -- The measure itself -------------------------------------------------------------------------

MAIN = "<main>%s</main>"
PRIMARY = '<button class="btn btn-primary">好</button>'
QUIET = '<a class="btn btn-quiet" href="/">别的</a>'


@pytest.mark.parametrize(
    ("html", "is_caught"),
    [
        (PRIMARY, False),
        (PRIMARY * 2, True),
        (PRIMARY + f"<details><summary>更多</summary>{PRIMARY}</details>", False),
        (PRIMARY + f"<details open><summary>更多</summary>{PRIMARY}</details>", True),
        (f"<details><summary>更多</summary><p>{QUIET}</p></details>{PRIMARY}{PRIMARY}", True),
        (QUIET * (BESIDE + 1), True),
        ("<p>社区已认证。</p>", True),
        ("<details><summary>更多</summary><p>社区已认证。</p></details>", False),
        ("<details><summary>已认证</summary></details>", True),
        ("<p>" + "字" * 46 + "</p>", True),
        ("<p>" + "字" * 30 + "。" + "字" * 30 + "</p>", False),
        ("<p>2026年3月5日</p>", True),
        ("<p>2026年3月5日（星期四）</p>", False),
    ],
)
def test_the_measure_sees_planted_faults(html, is_caught):
    assert bool(faults_of(MAIN % html)) is is_caught


# -- What was put together in official words ----------------------------------------------------


@pytest.mark.parametrize(
    ("official", "said"),
    [
        (
            "报名成功。不能参加时，在这一页按“来不了”。",
            "报上名了。到时来不了，在这一页点“来不了”。",
        ),
        ("已提交，等和平社区确认。", "交好了，等和平社区同意。"),
        (
            "名额已满，您排在候补第3位；有人退出时自动补上，并通知您。",
            "名额满了，您排在第3位。轮到您会告诉您。",
        ),
        # Several sentences, one of them in somebody's own words.
        ("已撤回申请。请看附件。", "已收回。请看附件。"),
        ("谁也没有说过的话。", "谁也没有说过的话。"),
        ("", ""),
    ],
)
def test_what_stands_in_official_words_is_said_plainly(official, said):
    assert plain.in_plain_words(official) == official
    with plainly():
        assert plain.in_plain_words(official) == said
