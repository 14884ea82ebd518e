"""The words on the left, per role: at most six, and four of them at a phone's lower edge."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Role


@dataclass(frozen=True)
class Word:
    """One word of the navigation: where it leads, and which pages belong to it."""

    label: Any
    icon: str
    # The first of these that exists: a word whose page is not built yet is not shown.
    names: tuple[str, ...]
    # Beginnings of view names ("units:report") that make this the current place.
    places: tuple[str, ...]


def _word(label: Any, icon: str, *names: str, places: tuple[str, ...] = ()) -> Word:
    return Word(label, icon, names, places or tuple(f"{name.split(':')[0]}:" for name in names))


TODO = _word(_("待办"), "todo", "portal:home", places=("portal:home", "obligations:obligation-pay"))
MEETINGS = _word(_("联席会议"), "meeting", "meetings:meeting-list")
ACTIVITIES = _word(_("活动"), "calendar", "activities:activity-list")
UNITS = _word(_("驻区单位"), "building", "units:unit-list")
MEMBERS = _word(_("在职党员"), "people", "members:member-list")
LEDGER = _word(_("台账"), "ledger", "obligations:obligation-list")
DASHBOARD = _word(_("看板"), "chart", "indicators:dashboard")
LEDGER_AND_FIGURES = _word(
    _("台账统计"), "chart", "indicators:dashboard", "obligations:obligation-list"
)

SECRETARY = (TODO, MEETINGS, MEMBERS, UNITS, ACTIVITIES, LEDGER_AND_FIGURES)
COMMITTEE = (TODO, DASHBOARD, MEETINGS, UNITS, MEMBERS, LEDGER)
UNIT = (
    TODO,
    MEETINGS,
    _word(_("填报"), "report", "units:report-list", places=("units:report",)),
    _word(_("本单位党员"), "people", "members:member-list"),
    _word(_("单位信息"), "building", "units:unit-list"),
    DASHBOARD,
)
MEMBER = (
    TODO,
    _word(_("我的报到"), "flag", "members:my-report-in", places=("members:my-report-in",)),
    ACTIVITIES,
    _word(_("反馈"), "feedback", "members:my-feedback", "members:feedback-list"),
    _word(_("提建议"), "list", "meetings:proposal-list", places=("meetings:proposal",)),
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
    TODO,
    _word(_("任职授权"), "shield", "accounts:appointment-list", places=("accounts:appointment",)),
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
    """One word as a page shows it."""

    label: Any
    url: str
    icon: str
    is_current: bool


def address(name: str, *args: Any) -> str:
    """Return the address of a view name, "" while nobody has built it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def navigation_of(role: str | None, request: HttpRequest) -> list[Place]:
    """Return the words of a role; the longest beginning of the page's view name is the current place."""
    match = request.resolver_match
    here = match.view_name if match else ""
    words = WORDS.get(role or "", ())
    fits = [max((len(p) for p in word.places if here.startswith(p)), default=0) for word in words]
    best = max(fits, default=0)
    places = []
    for word, fit in zip(words, fits, strict=True):
        url = next((found for name in word.names if (found := address(name))), "")
        if url:
            places.append(Place(word.label, url, word.icon, is_current=0 < fit == best))
    return places
