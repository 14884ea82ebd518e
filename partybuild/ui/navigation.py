"""The words on the left, per role: at most six, and four of them at a phone's lower edge.

A word with many pages says below it which: grouped, and only those that the reader may open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Role, Scope


@dataclass(frozen=True)
class Page:
    """One page below a word: who may open it by its line of access.csv, and which pages belong to it."""

    label: Any
    name: str
    line: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Pages below a word that are about one thing."""

    title: Any
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Word:
    """One word of the navigation: where it leads, and which pages belong to it."""

    label: Any
    icon: str
    # The first of these that exists: a word whose page is not built yet is not shown.
    names: tuple[str, ...]
    # Beginnings of view names ("units:report") that make this the current place.
    places: tuple[str, ...]
    groups: tuple[Group, ...] = ()


def _word(
    label: Any,
    icon: str,
    *names: str,
    places: tuple[str, ...] = (),
    groups: tuple[Group, ...] = (),
) -> Word:
    own = places or tuple(f"{name.split(':')[0]}:" for name in names)
    return Word(label, icon, names, own, groups)


def _page(label: Any, name: str, line: str, *places: str) -> Page:
    """Return a page of members: its places are beginnings of names in that app."""
    return Page(label, name, line, tuple(f"members:{place}" for place in places) or (name,))


TODO = _word(_("待办"), "todo", "portal:home", places=("portal:home", "obligations:obligation-pay"))
MEETINGS = _word(_("联席会议"), "meeting", "meetings:meeting-list")
ACTIVITIES = _word(_("活动"), "calendar", "activities:activity-list")
UNITS = _word(
    _("驻区单位"), "building", "units:unit-list", places=("units:", "members:unit-report-in")
)
ROSTER = (
    _page(_("党员名单"), "members:member-list", "member.list", "member", "employment"),
    _page(_("五类信息库"), "members:register-list", "member.view", "register"),
)
WISHES = Page(_("微心愿"), "wishes:wish-list", "wish.view", ("wishes:",))
POSTS = (
    _page(_("服务岗位"), "members:post-list", "service_post.view", "post"),
    _page(_("岗位认领"), "members:claim-list", "service_post.view", "claim", "pledge"),
    _page(_("志愿服务队"), "members:team-list", "team.view", "team"),
    WISHES,
)
SERVICE = (
    _page(_("服务记录"), "members:service-list", "service.view", "service", "post-service"),
    _page(_("活动情况统计"), "members:statistics", "service.view", "statistics", "member-card"),
    _page(_("服务记录证明"), "members:certificate-list", "certificate.view", "certificate"),
)
SUMMARIES = _page(_("服务情况汇总"), "members:summary-list", "summary.view", "summar")
FEEDBACK = _page(_("党员反馈"), "members:feedback-list", "feedback.view", "feedback")
REQUESTS = _page(_("征求意见"), "members:request-list", "feedback.view", "request")
# Where 活动 is no word of its own.
ACTIVITY_LIST = Page(_("活动"), "activities:activity-list", "activity.view", ("activities:",))
DESK = Group(
    _("报到"),
    (
        *ROSTER,
        _page(_("报到确认"), "members:report-in-list", "report_in.decide", "report-in", "desk"),
        _page(_("续报"), "members:renewal-list", "report_in.decide", "renewal"),
        _page(_("重复登记"), "members:double-list", "member.merge", "double"),
    ),
)
MEMBERS = _word(
    _("在职党员"),
    "people",
    "members:member-list",
    places=("members:", "wishes:"),
    groups=(
        DESK,
        Group(_("岗位和服务"), (*POSTS, *SERVICE)),
        Group(_("反馈"), (SUMMARIES, FEEDBACK, REQUESTS)),
    ),
)
MEMBERS_ABOVE = _word(
    _("在职党员"),
    "people",
    "members:member-list",
    places=("members:", "activities:", "wishes:"),
    groups=(
        DESK,
        Group(_("岗位和服务"), (*POSTS, ACTIVITY_LIST, *SERVICE)),
        Group(
            _("反馈"),
            (
                SUMMARIES,
                FEEDBACK,
                REQUESTS,
                _page(
                    _("反馈合计"),
                    "members:feedback-total-list",
                    "feedback.totals",
                    "feedback-total",
                ),
            ),
        ),
    ),
)
OWN_MEMBERS = _word(
    _("本单位党员"),
    "people",
    "members:member-list",
    places=("members:", "activities:", "wishes:"),
    groups=(
        Group(
            _("报到"),
            (
                *ROSTER,
                _page(_("还没报到的"), "members:unreported-list", "report_in.letter", "unreported"),
                _page(_("组织推荐信"), "members:letter-list", "report_in.letter", "letter"),
                _page(_("重复登记"), "members:double-list", "member.merge", "double"),
            ),
        ),
        Group(
            _("岗位和服务"),
            (
                *POSTS,
                ACTIVITY_LIST,
                *SERVICE,
            ),
        ),
        Group(
            _("反馈"),
            (
                SUMMARIES,
                _page(
                    _("反馈表签收"),
                    "members:feedback-deliveries",
                    "feedback.acknowledge",
                    "feedback-deliver",
                ),
                FEEDBACK,
                REQUESTS,
                _page(_("年度情况表"), "members:annual-form-list", "annual_form.view", "annual"),
                _page(_("反馈与运用"), "members:unit-year", "feedback.totals", "unit-year"),
            ),
        ),
    ),
)
LEDGER = _word(_("台账"), "ledger", "obligations:obligation-list")
DASHBOARD = _word(_("看板"), "chart", "indicators:dashboard")
LEDGER_AND_FIGURES = _word(
    _("台账统计"), "chart", "indicators:dashboard", "obligations:obligation-list"
)

SECRETARY = (TODO, MEETINGS, MEMBERS, UNITS, ACTIVITIES, LEDGER_AND_FIGURES)
COMMITTEE = (TODO, DASHBOARD, MEETINGS, UNITS, MEMBERS_ABOVE, LEDGER)
UNIT = (
    TODO,
    MEETINGS,
    _word(_("填报"), "report", "units:report-list", places=("units:report",)),
    OWN_MEMBERS,
    _word(
        _("单位信息"), "building", "units:unit-list", places=("units:", "members:unit-report-in")
    ),
    DASHBOARD,
)
MEMBER = (
    _word(
        _("我的"), "person", "my:home", places=("my:", "portal:my-", "obligations:obligation-pay")
    ),
    _word(_("我的报到"), "flag", "members:my-report-in", places=("members:my-report-in",)),
    _word(
        _("岗位"),
        "check",
        "members:post-list",
        places=("members:post", "members:claim", "wishes:"),
        groups=(
            Group(
                _("岗位和服务"),
                (
                    _page(_("服务岗位"), "members:post-list", "service_post.view", "post", "claim"),
                    WISHES,
                ),
            ),
        ),
    ),
    ACTIVITIES,
    _word(_("反馈"), "feedback", "members:my-feedback", "members:feedback-list"),
    _word(_("议题建议"), "list", "meetings:proposal-list", places=("meetings:proposal",)),
)
SYSTEM_ADMIN = (
    _word(_("首页"), "shield", "ops:system-home", places=("ops:system",)),
    _word(_("区域"), "map", "areas:area-list", "exchange:import-list"),
    _word(_("账号"), "people", "accounts:user-list", places=("accounts:user",)),
    _word(_("参数"), "gear", "areas:parameter-list", places=("areas:parameter",)),
    _word(
        _("运行状况"), "chart", "ops:health", "notices:outbox", places=("ops:", "notices:outbox")
    ),
)
SECURITY_ADMIN = (
    _word(_("首页"), "shield", "ops:security-home", places=("ops:security",)),
    _word(_("任职授权"), "flag", "accounts:appointment-list", places=("accounts:appointment",)),
    _word(_("账号"), "people", "accounts:user-list", places=("accounts:user",)),
    _word(_("接口令牌"), "lock", "accounts:token-list", places=("accounts:token",)),
    _word(_("审批"), "check", "approvals:approval-list"),
    _word(_("安全策略"), "gear", "accounts:policy-detail", places=("accounts:policy",)),
)
AUDITOR = (
    _word(_("审计首页"), "shield", "ops:audit-home", places=("ops:audit",)),
    _word(_("操作记录"), "list", "ops:event-list", places=("ops:event",)),
)

WORDS: dict[str, tuple[Word, ...]] = {
    Role.COMMUNITY_SECRETARY: SECRETARY,
    Role.COMMUNITY_WORKER: SECRETARY,
    Role.COMMITTEE: COMMITTEE,
    Role.UNIT_SECRETARY: UNIT,
    Role.UNIT_LIAISON: UNIT,
    Role.MEMBER: MEMBER,
    Role.SYSTEM_ADMIN: SYSTEM_ADMIN,
    Role.SECURITY_ADMIN: SECURITY_ADMIN,
    Role.AUDITOR: AUDITOR,
}
# At a phone's lower edge: all of them if four do, else three and 更多.
BOTTOM = 4


@dataclass(frozen=True)
class Place:
    """One word, or a page below it, as a page shows it."""

    label: Any
    url: str
    icon: str
    is_current: bool
    groups: list[Below] = field(default_factory=list)

    @property
    def page(self) -> Place | None:
        """The page below it that is shown."""
        below = (place for group in self.groups for place in group.places)
        return next((place for place in below if place.is_current), None)


@dataclass(frozen=True)
class Below:
    """A group of pages below the current word."""

    title: Any
    places: list[Place]


def address(name: str, *args: Any) -> str:
    """Return the address of a view name, "" while nobody has built it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, entries: Sequence[Word | Page]) -> list[bool]:
    """Tell which entries a page belongs to: the longest beginning of its view name decides."""
    match = request.resolver_match
    here = match.view_name if match else ""
    fits = [max((len(p) for p in each.places if here.startswith(p)), default=0) for each in entries]
    best = max(fits, default=0)
    return [0 < fit == best for fit in fits]


def navigation_of(scope: Scope, request: HttpRequest) -> list[Place]:
    """Return the words of a role, and below the current one its pages."""
    words = WORDS.get(scope.role or "", ())
    places = []
    for word, is_current in zip(words, _current(request, words), strict=True):
        url = next((found for name in word.names if (found := address(name))), "")
        if url:
            groups = _groups_of(word, scope, request) if is_current else []
            places.append(Place(word.label, url, word.icon, is_current, groups))
    return places


def _groups_of(word: Word, scope: Scope, request: HttpRequest) -> list[Below]:
    pages = [page for group in word.groups for page in group.pages]
    current = dict(zip(pages, _current(request, pages), strict=True))
    groups = [
        Below(
            group.title,
            [
                Place(page.label, address(page.name), "", current[page])
                for page in group.pages
                if scope.cell(page.line).allows and address(page.name)
            ],
        )
        for group in word.groups
    ]
    return [group for group in groups if group.places]
