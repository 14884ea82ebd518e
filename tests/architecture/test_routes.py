"""Every route asks for a right, and answers each role as access.csv says."""

from __future__ import annotations

import ast
import inspect
import logging
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import FunctionType
from typing import Any

import pytest
from django.db import connection
from django.urls import get_resolver, reverse

from partybuild.access.rights import Reach, cell
from partybuild.accounts import links
from tests.architecture.source import HOUSE
from tests.architecture.test_public_pages import PUBLIC, patterns

# What asks for rows or a right; a write needs more than sight of the row.
SIGHT = {"visible_to"}
RIGHT = {"require", "may", "reached"}
# Functions are followed into the files that stand at the door, not into queries and services.
DOOR = ("views", "api", "api_pages")
# Who may do what with a batch depends on its sheet: asked there.
ASKERS = ("partybuild.exchange.queries.preview", "partybuild.exchange.sheets")

# Reviewed: these ask nothing of access.csv, each for its reason.
ASKS_NOTHING = {
    # Before there is a post, or about nothing but one's own session.
    "accounts:sign-in": "open to everybody",
    "accounts:factor-ask": "the second step of signing in",
    "accounts:sign-out": "ends one's own session",
    "accounts:security": "one's own account",
    "accounts:password-change": "one's own account",
    "accounts:step-up": "one's own account",
    "accounts:factor-set-up": "one's own account",
    "accounts:factor-codes": "one's own account",
    "accounts:factor-remove": "one's own account",
    "accounts:session-end": "looks only among one's own sign-ins",
    "accounts:sessions-end": "ends one's own sessions",
    "accounts:device-forget": "looks only among one's own devices",
    "accounts:post-switch": "looks only among one's own posts",
    "accounts:way-in": "open to everybody",
    "accounts:one-time-open": "the token in the address is the right",
    "members:letter-open": "takes a letter's code and leads to its link page, which asks",
    "accounts:link-open": "each link page asks for its own line, see below",
    "ui:preference-save": "cookies of one's own browser",
    # Text, or development only.
    "portal:help": "the same words for everybody",
    "portal:health": "whether the server answers, nothing else",
    "portal:privacy": "the same words for everybody",
    "activities:check-in-offline": "the same words for everybody",
    "activities:check-in-worker": "a script, the same for everybody",
    "portal:mailbox": "development only",
    "portal:mail": "development only",
    "ui:gallery": "development only",
}


def _source(thing: Any) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(thing)))


def _function(view: Any) -> Any:
    return inspect.unwrap(view)


def asked(view: Any) -> set[str]:
    """Return which of the asking words a view uses, itself or through helpers at the door."""
    found: set[str] = set()
    seen: set[Any] = set()
    waiting: list[Any] = []
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None:
        waiting += [
            function
            for owner in cls.__mro__
            if owner.__module__.split(".")[0] in HOUSE
            for function in vars(owner).values()
            if isinstance(function, FunctionType)
        ]
    else:
        waiting.append(_function(view))
    while waiting:
        function = _function(waiting.pop())
        if function in seen or not isinstance(function, FunctionType):
            continue
        seen.add(function)
        for node in ast.walk(_source(function)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute):
                found |= {node.func.attr} & (SIGHT | RIGHT)
            elif isinstance(node.func, ast.Name):
                found |= {node.func.id} & RIGHT
                helper = function.__globals__.get(node.func.id)
                module = getattr(helper, "__module__", "") or ""
                at_door = set(module.split(".")) & set(DOOR) and module.split(".")[0] in HOUSE
                if at_door or module in ASKERS:
                    waiting.append(helper)
    return found


def takes_posts(view: Any) -> bool:
    """Tell whether a view takes forms."""
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None:
        return "post" in cls.http_method_names and hasattr(cls, "post")
    tree = _source(_function(view))
    words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return "require_POST" in words or ("require_http_methods" in words and "POST" in texts)


def shows(view: Any) -> bool:
    """Tell whether a view answers a GET."""
    if getattr(view, "view_class", None) or getattr(view, "cls", None):
        return True
    names = {node.id for node in ast.walk(_source(_function(view))) if isinstance(node, ast.Name)}
    return "require_POST" not in names


def routes() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield (qualified name, view) of every address."""
    for name, pattern in patterns(get_resolver()):
        yield name, pattern.callback


def fault_of(view: Any) -> str:
    """Return what a view fails to ask, "" for nothing."""
    words = asked(view)
    if not words:
        return "asks for nothing"
    if takes_posts(view) and not words & RIGHT:
        return "writes what it only sees"
    return ""


def test_every_route_asks_for_a_right():
    faults = {name: fault_of(view) for name, view in routes() if name not in ASKS_NOTHING}
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_the_reviewed_list_names_only_what_exists():
    # The gallery and the mailbox have no address in production, nor in tests.
    assert set(ASKS_NOTHING) - {name for name, _view in routes()} <= {
        "portal:mailbox",
        "portal:mail",
        "ui:gallery",
    }


def test_every_link_page_asks_for_its_own_line():
    assert links._pages
    for action, page in links._pages.items():
        assert asked(page) & (SIGHT | RIGHT), action
        assert f'"{action}"' in inspect.getsource(page), action


def bare(request):
    return None


def looks(request):
    return bare.objects.visible_to(request)


def writes(request):
    require_POST = None
    return require_POST or bare.objects.visible_to(request)


@pytest.mark.parametrize(
    ("view", "fault"),
    [(bare, "asks for nothing"), (looks, ""), (writes, "writes what it only sees")],
)
def test_the_walk_sees_a_planted_fault(view, fault):
    assert fault_of(view) == fault


# -- Role by route ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """A row: the line on which it is seen, in which address, and who stands how to it."""

    view: str
    args: tuple[Any, ...]
    # Organizations of the unit whose row it is, and of those who take part.
    units: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Route:
    """A page: its lines of access.csv (any of them opens it) and the row it is about."""

    keys: tuple[str, ...]
    thing: str = ""
    args: tuple[Any, ...] = ()
    # Extra words of the address, and columns that hold the line but have nothing there.
    query: str = ""
    without: frozenset[str] = field(default_factory=frozenset)


ADMINISTRATORS = frozenset({"system_admin", "security_admin", "auditor"})
AREAS = frozenset({"city", "district", "street", "community_secretary", "community_worker"})
UNITS = frozenset({"unit_secretary", "unit_liaison"})
MEMBER = frozenset({"member"})


def page(*keys: str, thing: str = "", **more: Any) -> Route:
    """Return a route."""
    return Route(keys=keys, thing=thing, **more)


PAGES: dict[str, Route] = {
    "portal:home": page("session.own"),
    "my:home": page("session.own"),
    "portal:search": page("search.use"),
    "portal:suggestion-list": page("suggestion.answer"),
    "portal:suggestion-detail": page("suggestion.answer", thing="suggestion"),
    "portal:suggestion-note": page("suggestion.answer"),
    "portal:my-suggestion-list": page("suggestion.own"),
    "portal:my-data": page("privacy.own"),
    "portal:privacy-first": page("privacy.own"),
    "portal:correction-create": page("privacy.own"),
    "ops:system-home": page("notice.reconcile"),
    "ops:health": page("system.health"),
    "ops:parked-list": page("notice.reconcile"),
    "ops:channel-list": page("channel.edit"),
    "ops:security-home": page("policy.edit"),
    "ops:audit-home": page("audit.verify"),
    "ops:event-list": page("audit.view"),
    "ops:event-export": page("audit.export"),
    "accounts:policy-detail": page("policy.view"),
    "accounts:policy-edit": page("policy.edit"),
    "accounts:token-list": page("token.revoke"),
    "accounts:token-issue": page("token.issue"),
    "accounts:user-list": page("account.create", "account.disable"),
    # Everybody else opens accounts by appointing.
    "accounts:user-create": page(
        "account.create", without=AREAS | UNITS | MEMBER | {"security_admin", "auditor"}
    ),
    "accounts:appointment-list": page("appointment.view"),
    "accounts:appointment-create": page("appointment.grant"),
    "areas:area-list": page("area.view"),
    "areas:parameter-list": page("parameter.view"),
    "areas:working-day-list": page("parameter.view"),
    "areas:parameter-change": page("parameter.edit", args=("link.days",)),
    "areas:dictionary-change": page("parameter.edit", args=("council.kind",)),
    "organizations:organization-list": page("organization.view"),
    # A unit changes its own body; a new one would stand in the area.
    "organizations:organization-create": page("organization.change", without=UNITS),
    "organizations:organization-detail": page("organization.view", thing="committee"),
    "organizations:organization-change": page("organization.change", thing="committee"),
    "notices:notice-list": page("notice.inbox"),
    "notices:notice-log": page("notice.log"),
    "notices:outbox": page("notice.reconcile"),
    "notices:calendar": page("notice.inbox"),
    "notices:robot-list": page("robot.edit"),
    "notices:robot-create": page("robot.edit"),
    "notices:preferences": page("session.own"),
    "notices:delegation-create": page("notice.delegate"),
    "documents:document-list": page("document.make"),
    "documents:number-list": page("document.make"),
    "documents:style-list": page("document.template"),
    "documents:style-change": page("document.template", args=("meeting.notice",)),
    "obligations:obligation-list": page("obligation.view", "obligation.view_person"),
    "obligations:obligation-detail": page("obligation.view", thing="debt"),
    # A cell marked 2 asks: its street decides.
    "obligations:obligation-exempt": page("obligation.exempt", thing="debt"),
    "obligations:chase-preview": page("obligation.chase"),
    "obligations:chase-list": page("notice.log"),
    "obligations:reminder-rules": page("parameter.view"),
    "obligations:period-list": page("period.close"),
    "approvals:approval-list": page("approval.view"),
    "indicators:dashboard": page("figures.view"),
    "indicators:figure-list": page(
        "figures.view", thing="figure", without=UNITS | MEMBER | ADMINISTRATORS
    ),
    "exports:export-list": page("export.masked"),
    "exports:export-new": page("export.masked", args=("units",)),
    "exchange:import-list": page("import.rows", "import.areas"),
    "exchange:import-new": page("import.rows", "import.areas"),
    "exchange:import-upload": page("unit.change", args=("units",)),
    "exchange:import-template": page("unit.change", args=("units",)),
    "units:unit-list": page("unit.view"),
    "units:unit-create": page("unit.change"),
    "units:report-list": page("report.view"),
    "units:report-form": page("report.file", args=("2026Q1",)),
    "units:report-detail": page("report.view", thing="report"),
    "units:report-receipt": page("report.view", thing="report"),
    "units:unit-detail": page("unit.view", thing="unit"),
    "units:unit-change": page("unit.change", thing="unit"),
    "units:unit-contacts": page("unit.contacts", thing="unit"),
    "units:unit-end": page("unit.change", thing="unit"),
    "units:branch-tie": page("unit.change", thing="unit"),
    "units:report-proxy": page("report.file_proxy", thing="unit", args=("2025Q4",)),
    "members:member-list": page("member.list"),
    "members:member-create": page("member.change"),
    "members:my-report-in": page("report_in.submit"),
    "members:my-data": page("member.change_own"),
    "members:letter-list": page("report_in.letter"),
    "members:letter-detail": page("member.view", thing="letter"),
    "members:letter-issue": page("report_in.letter", thing="member"),
    "members:unreported-list": page("report_in.letter"),
    "members:report-in-move": page("report_in.end", thing="report_in"),
    # The city sees totals, a member their own page.
    "members:register-list": page("member.list", without=MEMBER | {"city"}),
    "members:unit-report-in-list": page("unit.view"),
    "members:unit-report-in-create": page("unit_report_in.submit"),
    "members:unit-report-in-detail": page("unit.view", thing="unit_report_in"),
    "members:report-in-desk": page("report_in.submit_proxy"),
    "members:report-in-list": page("report_in.decide"),
    "members:renewal-list": page("report_in.decide"),
    "members:report-in-detail": page("member.view", thing="report_in"),
    "members:service-list": page("service.view"),
    "members:service-create": page("service.enter"),
    "members:service-sheet": page("service.view", thing="sheet"),
    "members:certificate-list": page("certificate.view"),
    "members:certificate-ask": page("certificate.ask"),
    "members:statistics": page("service.view", without=MEMBER),
    "members:member-card": page("service.view", thing="member", without=frozenset({"city"})),
    "members:double-list": page("member.merge"),
    "members:member-erase": page("member.erase", thing="member"),
    "members:summary-list": page("summary.view"),
    "members:summary-sign": page(
        "summary.view", args=("2026Q1",), without=UNITS | MEMBER | {"city"}
    ),
    "members:summary-preview": page(
        "summary.view",
        thing="due",
        query="?community={community}",
        without=UNITS | MEMBER | {"city"},
    ),
    "members:summary-detail": page("summary.view", thing="summary"),
    "members:feedback-total-list": page("feedback.totals", without=UNITS),
    "members:unit-year": page("feedback.totals", without=AREAS),
    "members:request-list": page("feedback.view"),
    "members:request-who": page("feedback.request"),
    "members:request-ask": page("feedback.request", thing="member"),
    "members:request-detail": page("feedback.view", thing="request"),
    "members:annual-form-list": page("annual_form.view"),
    "members:annual-form-start": page("annual_form.file", without=MEMBER),
    "members:annual-form-detail": page("annual_form.view", thing="annual_form"),
    "members:feedback-list": page("feedback.view"),
    "members:feedback-sign": page("feedback.draft", args=("2025",)),
    "members:feedback-comments": page("feedback.comment"),
    "members:feedback-deliveries": page("feedback.acknowledge"),
    "members:my-feedback": page("feedback.self_evaluate"),
    "members:member-detail": page("member.view", thing="member"),
    "members:member-change": page("member.change", thing="member"),
    "members:member-end": page("member.end", thing="member"),
    "members:post-list": page("service_post.view"),
    "members:post-create": page("service_post.change"),
    "members:post-detail": page("service_post.view", thing="service_post"),
    "members:post-change": page("service_post.change", thing="service_post"),
    "members:post-claim-proxy": page("service_post.claim_proxy", thing="service_post"),
    "members:post-evaluation": page("service_post.decide", thing="service_post"),
    "members:claim-evaluation": page("service_post.decide", thing="post_claim"),
    "wishes:wish-list": page("wish.view"),
    "wishes:wish-create": page("wish.change"),
    "wishes:wish-detail": page("wish.view", thing="wish"),
    "wishes:wish-change": page("wish.change", thing="wish"),
    "wishes:wish-claim-proxy": page("wish.claim_proxy", thing="wish"),
    "wishes:claim-list": page("wish.view"),
    "members:claim-list": page("service_post.view"),
    "members:claim-detail": page("member.view", thing="post_claim"),
    "members:team-list": page("team.view"),
    "members:team-create": page("team.change"),
    "members:team-detail": page("team.view", thing="team"),
    "members:team-change": page("team.change", thing="team"),
    "activities:activity-list": page("activity.view"),
    "activities:activity-create": page("activity.change", "activity.draft_unit"),
    "activities:activity-detail": page("activity.view", thing="activity"),
    "activities:activity-change": page("activity.change", thing="activity"),
    "activities:activity-helpers": page("activity.change", thing="activity"),
    "activities:activity-calendar": page("activity.view", thing="activity"),
    "activities:sign-up-proxy": page("activity.sign_up_proxy", thing="activity"),
    "activities:code-screen": page("activity.code", thing="activity"),
    "activities:code-now": page("activity.code", thing="activity"),
    "activities:check-in": page("activity.check_in", thing="activity"),
    "activities:check-in-scan": page("activity.check_in", thing="activity", args=("0" * 24,)),
    "activities:attendance-edit": page("activity.attendance", thing="activity"),
    "activities:activity-hold": page("activity.change", thing="activity"),
    "activities:evaluation": page("activity.change", thing="activity"),
    "meetings:meeting-list": page("meeting.view"),
    "meetings:council-list": page("council.view"),
    "meetings:council-create": page("council.change"),
    "meetings:council-detail": page("council.view", thing="council"),
    "meetings:council-change": page("council.change", thing="council"),
    "meetings:council-charter": page("council.view", thing="council"),
    "meetings:charter-change": page("council.change", thing="council"),
    "meetings:council-end": page("council.change", thing="council"),
    "meetings:council-members": page("council.view", thing="council"),
    "meetings:member-order": page("council.invite", thing="council"),
    "meetings:member-detail": page("council.view", thing="membership"),
    "meetings:council-rotation": page("council.view", thing="council"),
    "meetings:rotation-change": page("council.change", thing="council"),
    "meetings:turn-move": page("council.change", thing="council"),
    "meetings:part-time-list": page("council.view", thing="council"),
    "meetings:part-time-create": page("part_time_member.propose", thing="council"),
    "meetings:council-invite": page("council.invite", thing="council"),
    "meetings:meeting-plan": page("meeting.plan", thing="council"),
    "meetings:year-plan": page("meeting.plan", thing="council"),
    "meetings:meeting-invite": page("meeting.notify", thing="meeting"),
    "meetings:receipts-proxy": page("meeting.answer_proxy", thing="meeting"),
    "meetings:code-screen": page("meeting.code", thing="meeting"),
    "meetings:code-now": page("meeting.code", thing="meeting"),
    "meetings:presence-now": page("meeting.presence", thing="meeting"),
    "meetings:sign-in": page("meeting.sign_in", thing="meeting_of"),
    "meetings:meeting-enter": page("meeting.plan", thing="council"),
    "meetings:topic-create": page("topic.propose", thing="council_of"),
    "meetings:topic-call": page("topic.call", thing="council"),
    "meetings:topic-review": page("topic.decide", thing="council"),
    "meetings:topic-results": page("minutes.draft", thing="meeting"),
    "meetings:agenda-edit": page("meeting.plan", thing="meeting"),
    "meetings:call-detail": page("topic.view", thing="call"),
    "meetings:call-change": page("topic.call", thing="call"),
    "meetings:proposal-list": page("topic.propose"),
    "meetings:proposal-create": page("topic.propose", without=AREAS | UNITS),
    "meetings:member-answer": page("council.answer", "council.answer_proxy", thing="membership"),
    "meetings:member-change": page("council.answer", "council.answer_proxy", thing="membership"),
    "meetings:member-end": page("council.answer", "council.answer_proxy", thing="membership"),
    "meetings:topic-list": page("topic.view"),
    "meetings:topic-detail": page("topic.view", thing="topic"),
    "meetings:resolution-list": page("resolution.view"),
    "meetings:resolution-detail": page("resolution.view", thing="resolution"),
    "meetings:resolution-change": page("resolution.assign", thing="resolution"),
    "meetings:resolution-helpers": page("resolution.assign", thing="resolution"),
    "meetings:resolution-print": page("resolution.view"),
    "meetings:supervision-list": page("resolution.work_proxy"),
    "meetings:card-list": page("resolution.view"),
    "meetings:own-list": page("resolution.work"),
    "meetings:receipt-proxy": page("meeting.answer_proxy", thing="receipt"),
    "meetings:meeting-detail": page("meeting.view", thing="meeting"),
    "meetings:meeting-change": page("meeting.plan", thing="meeting"),
    "meetings:meeting-notify": page("meeting.notify", thing="meeting"),
    "meetings:meeting-postpone": page("meeting.cancel", thing="meeting"),
    "meetings:meeting-cancel": page("meeting.cancel", thing="meeting"),
    "meetings:receipt-answer": page("meeting.answer", thing="meeting_of"),
    "meetings:presence-edit": page("meeting.presence", thing="meeting"),
    "meetings:meeting-calendar": page("meeting.view", thing="meeting"),
    "meetings:attendance-sheet": page("meeting.presence", thing="meeting"),
    "meetings:minutes-detail": page("minutes.view", thing="minutes"),
    "meetings:minutes-edit": page("minutes.draft", thing="meeting"),
    "meetings:minutes-open": page("minutes.draft", thing="meeting"),
    "meetings:minutes-resolve": page("minutes.draft", thing="meeting"),
    "meetings:minutes-countersign": page("minutes.view", thing="circulation"),
    "meetings:minutes-recall": page("minutes.draft", thing="circulation"),
    "meetings:minutes-countersign-proxy": page(
        "minutes.countersign_proxy", thing="countersignature"
    ),
    "meetings:minutes-reopen": page("minutes.reopen", thing="minutes"),
    "meetings:resolution-create": page("minutes.draft", thing="meeting"),
    "api:area-list": page("area.view"),
    "api:unit-list": page("unit.view"),
    "api:unit-detail": page("unit.view", thing="unit"),
    "api:organization-list": page("organization.view"),
    "api:report-list": page("report.view"),
    "api:report-form-list": page("report.view"),
    "api:member-list": page("member.list"),
    "api:service-record-list": page("service.view"),
    "api:service-statistics": page("service.view"),
    "api:service-post-list": page("service_post.view"),
    "api:wish-list": page("wish.view"),
    "api:wish-detail": page("wish.view", thing="wish"),
    "api:team-list": page("team.view"),
    "api:service-certificate-list": page("certificate.view"),
    "api:service-post-detail": page("service_post.view", thing="service_post"),
    "api:activity-list": page("activity.view"),
    "api:activity-detail": page("activity.view", thing="activity"),
    "api:summary-list": page("summary.view"),
    "api:feedback-totals": page("feedback.totals"),
    "api:topic-list": page("topic.view"),
    "api:council-list": page("council.view"),
    "api:council-detail": page("council.view", thing="council"),
    "api:meeting-list": page("meeting.view"),
    "api:meeting-detail": page("meeting.view", thing="meeting"),
    "api:resolution-list": page("resolution.view"),
    "api:resolution-detail": page("resolution.view", thing="resolution"),
    "api:obligation-list": page("obligation.view"),
    "api:obligation-detail": page("obligation.view", thing="debt"),
    "api:indicator-list": page("figures.view"),
    "api:schema": page("schema.view"),
    "api:docs": page("schema.view"),
}
# Pages that need more than a row: their own tests try them role by role.
ELSEWHERE = {
    "portal:explain": "tests/matrix",
    "portal:correction-answer": "tests/personal/test_own_data.py",
    "accounts:user-detail": "tests/accounts/views/test_users.py",
    "accounts:user-disable": "tests/accounts/views/test_users.py",
    "accounts:user-change": "tests/accounts/views/test_users.py",
    "accounts:appointment-detail": "tests/accounts/views/test_appointments.py",
    "accounts:appointment-end": "tests/accounts/views/test_appointments.py",
    "accounts:appointment-renew": "tests/accounts/views/test_appointments.py",
    "accounts:appointment-hand-over": "tests/accounts/views/test_appointments.py",
    "accounts:factor-reset": "tests/accounts/test_factors.py",
    "ops:event-detail": "tests/audit/test_pages.py",
    "ops:health-table": "tests/ops/test_system.py",
    "api:area-detail": "tests/api/test_areas.py",
    "api:organization-detail": "tests/api/test_organizations.py",
    "api:report-detail": "tests/api/test_reports.py",
    "api:report-form-detail": "tests/api/test_reports.py",
    "api:member-detail": "tests/api/test_members.py",
    "api:service-record-detail": "tests/api/test_members.py",
    "api:team-detail": "tests/api/test_members.py",
    "api:service-certificate-detail": "tests/api/test_members.py",
    "api:summary-detail": "tests/api/test_members.py",
    "api:topic-detail": "tests/api/test_topics.py",
    "exports:export-detail": "tests/exchange/test_exports.py",
    "exports:export-progress": "tests/exchange/test_exports.py",
    "exports:export-download": "tests/exchange/test_exports.py",
    "api:figure-list": "tests/api/test_figures.py",
    "obligations:chase-detail": "tests/obligations/views/test_chases.py",
    "obligations:delivery": "tests/obligations/views/test_chases.py",
    "obligations:period-detail": "tests/approvals/test_periods.py",
    "members:service-correct": "tests/approvals/test_members.py",
    "members:post-service": "tests/members/views/test_services.py",
    "members:certificate-detail": "tests/members/views/test_certificates.py",
    "members:certificate-ask-proxy": "tests/members/views/test_certificates.py",
    "members:certificate-copy": "tests/members/views/test_certificates.py",
    "members:statistics-file": "tests/members/views/test_statistics.py",
    "members:cards-file": "tests/members/views/test_statistics.py",
    "members:letters-print": "tests/members/test_forms.py",
    "members:feedbacks-print": "tests/members/test_forms.py",
    "members:certificates-print": "tests/members/views/test_certificates.py",
    "members:member-card-file": "tests/members/views/test_statistics.py",
    "members:double-detail": "tests/approvals/test_members.py",
    "members:post-board": "tests/members/views/test_posts.py",
    "wishes:board": "tests/wishes/views/test_board.py",
    "members:feedback-detail": "tests/members/views/test_feedback.py",
    "members:feedback-evaluate": "tests/members/views/test_feedback.py",
    "members:feedback-part": "tests/members/views/test_feedback.py",
    "activities:withdraw-proxy": "tests/activities/views/test_pages.py",
    "members:feedback-self": "tests/members/views/test_feedback.py",
    "members:feedback-self-proxy": "tests/members/views/test_feedback.py",
    "members:feedback-delivery": "tests/members/views/test_feedback.py",
    "members:feedback-review": "tests/members/views/test_feedback.py",
    "approvals:approval-detail": "tests/approvals/test_exemption.py",
    "documents:attachment-add": "tests/documents/test_attachment_pages.py",
    "documents:attachment-end": "tests/documents/test_attachment_pages.py",
    "documents:attachment-file": "tests/documents/test_attachment_pages.py",
    "documents:bundle-file": "tests/documents/test_bundles.py",
    "documents:document-detail": "tests/documents/test_pages.py",
    "documents:document-draft": "tests/documents/test_pages.py",
    "documents:document-file": "tests/documents/test_pages.py",
    "documents:document-sign-proxy": "tests/documents/test_deliveries.py",
    "documents:document-withdraw": "tests/documents/test_pages.py",
    "exchange:import-preview": "tests/exchange/test_pages.py",
    "exchange:import-progress": "tests/exchange/test_pages.py",
    "exchange:import-result": "tests/exchange/test_pages.py",
    "exchange:import-rows": "tests/exchange/test_pages.py",
    "meetings:part-time-detail": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-change": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-select": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-approve": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-return": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-publish": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-object": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-appoint": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-drop": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-account": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-renew": "tests/meetings/views/test_part_time.py",
    "meetings:part-time-end": "tests/meetings/views/test_part_time.py",
    "meetings:objection-settle": "tests/meetings/views/test_part_time.py",
    "meetings:report-evaluate": "tests/meetings/views/test_part_time.py",
    "meetings:resolution-proxy": "tests/meetings/views/test_actions.py",
    "meetings:proposal-detail": "tests/meetings/views/test_proposals.py",
    "meetings:sign-in-scan": "tests/meetings/views/test_signing.py",
    "meetings:topic-submit": "tests/meetings/views/test_actions.py",
    "notices:notice-detail": "tests/accounts/test_one_form.py",
}


def test_every_page_stands_in_the_table():
    pages = {name for name, view in routes() if shows(view)}
    assert pages - set(PAGES) - set(ELSEWHERE) - set(ASKS_NOTHING) - PUBLIC == set()
    assert (set(PAGES) | set(ELSEWHERE)) - pages == set()


@dataclass(frozen=True)
class Who:
    """A post, its column, and at which places its area lies above."""

    post: Any
    column: str
    above: frozenset[str] = frozenset()
    # Beside another of the same column: only the rows of the first place tell them apart.
    is_second: bool = False

    def holds(self, key: str, thing: Thing | None, place: str) -> bool:
        """Tell what access.csv says."""
        right = cell(key, self.column)
        if thing is None or not right.allows:
            return right.allows
        if right.totals_only:
            return False
        match right.reach:
            case Reach.EVERYWHERE:
                return True
            case Reach.AREA:
                return place in self.above
            case Reach.UNIT:
                return self.post.organization_id in thing.units
            case Reach.PARTICIPANT:
                takes_part = self.post.organization_id in thing.units | thing.parties
                return takes_part or self.post.person_id in thing.people
            case _:
                return self.post.person_id in thing.people


def _things(cast: Any, area: Any, committee: Any, unit: Any, second: Any) -> dict[str, Thing]:
    """Build one of each row at a place."""
    from meetings.enums import Audience
    from meetings.services import (
        assign_resolution,
        circulate_minutes,
        issue_minutes,
        save_minutes,
    )
    from members.services import form_team, issue_letter, sign_summary, start_annual_forms
    from partybuild.accounts.actors import actor_in
    from partybuild.calendar import Period, now
    from partybuild.portal.services import send_suggestion
    from tests.factories.activities import make_activity
    from tests.factories.core import SYSTEM
    from tests.factories.meetings import (
        make_accepted_topic,
        make_call,
        make_council,
        make_held,
        make_notified,
        make_resolution,
    )
    from tests.factories.members import (
        make_claim,
        make_member,
        make_post_of,
        make_reply,
        make_report_in,
        make_services,
        make_unit_report_in,
    )
    from tests.factories.obligations import make_debt
    from tests.factories.units import make_unit_of
    from tests.factories.wishes import make_wish
    from units.services import file_nil_report

    bodies = (unit,) if second is None else (unit, second)
    for body in bodies:
        make_unit_of(body)
    member = make_member(unit)
    letter = issue_letter(member, unit=unit, by=SYSTEM)
    report_in = make_report_in(member, area)
    unit_report_in = make_unit_report_in(unit, area)
    past = date(2025, 12, 7)
    record = make_services(area, [member], date=past)[0]
    secretary = cast.secretary if area == cast.community else cast.outsider
    summary = sign_summary(
        community=area, unit=unit, period=Period.parse("2025Q4"), by=actor_in(secretary)
    )
    make_services(area, [member])
    [annual] = start_annual_forms(
        unit=unit, members=[member], period=Period.parse("2025"), due_on=past, by=SYSTEM
    )
    request = make_reply(member, area, asker=unit)
    post = make_post_of(area, wanted=3)
    claim = make_claim(post, member)
    wish = make_wish(area)
    team = form_team(community=area, name="平安队", kind="patrol", by=SYSTEM)
    report = file_nil_report(unit, period=Period.parse("2026Q1"), by=SYSTEM)
    debt = make_debt(unit, committee, area=area, duty="test.report", period="2025Q4")
    council = make_council(area, committee, *bodies)
    topic = make_accepted_topic(council, unit)
    call = make_call(council)
    held = make_held(council)
    resolution = make_resolution(held, unit)
    minutes = save_minutes(held, text="议定一项。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="张三", version=minutes.version, by=SYSTEM)
    resolution.refresh_from_db()
    assign_resolution(resolution, by=SYSTEM)
    asked = make_held(council)
    sent = save_minutes(asked, text="议定一项。", version=0, by=SYSTEM)
    circulation = circulate_minutes(sent, audience=Audience.PRESENT, version=1, by=SYSTEM)
    meeting = make_notified(council)
    starts_at = now() + timedelta(days=7)
    activity = make_activity(
        area, committee, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    suggestion = send_suggestion(text="字再大一点", area=area, by=SYSTEM)
    own, both = frozenset({unit.pk}), frozenset(body.pk for body in bodies)
    people = frozenset({member.person_id})
    of_council = {"view": "council.view", "args": (council.uid,)}
    of_meeting = {"view": "meeting.view", "args": (meeting.uid,)}
    receipt = meeting.receipts.get(organization=unit)
    membership = council.members.get(organization=unit)
    mine = {"units": own, "people": people}
    return {
        "activity": Thing("activity.view", (activity.uid,), **mine, parties=own),
        "committee": Thing("organization.view", (committee.uid,)),
        "debt": Thing("obligation.view", (debt.uid,), units=own),
        "figure": Thing("figures.view", ("duty.done", area.uid, "2026Q1")),
        "report": Thing("report.view", (report.uid,), units=own),
        "suggestion": Thing("suggestion.answer", (suggestion.uid,)),
        "unit": Thing("unit.view", (unit.uid,), **mine),
        "report_in": Thing("member.view", (report_in.uid,), **mine),
        "letter": Thing("member.view", (letter.uid,), **mine),
        "unit_report_in": Thing("unit.view", (unit_report_in.uid,), units=own),
        "sheet": Thing("service.view", (record.sheet,), **mine),
        "due": Thing("summary.view", ("2026Q1", unit.uid)),
        "summary": Thing("summary.view", (summary.uid,), **mine),
        "member": Thing("member.view", (member.uid,), **mine),
        "request": Thing("feedback.view", (request.uid,), **mine),
        "annual_form": Thing("annual_form.view", (annual.uid,), **mine),
        "service_post": Thing("service_post.view", (post.uid,), parties=own, people=people),
        "post_claim": Thing("member.view", (claim.uid,), **mine),
        "wish": Thing("wish.view", (wish.uid,), parties=both, people=people),
        "team": Thing("team.view", (team.uid,), parties=own, people=people),
        "council": Thing(**of_council, parties=both),
        "council_of": Thing(**of_council, units=both, parties=both),
        "membership": Thing("council.view", (membership.uid,), units=own, parties=both),
        "topic": Thing("topic.view", (topic.uid,), parties=both),
        "call": Thing("topic.view", (call.uid,), parties=both),
        "resolution": Thing("resolution.view", (resolution.uid,), parties=both),
        "receipt": Thing("meeting.view", (receipt.uid,), parties=own),
        "meeting": Thing(**of_meeting, parties=both),
        "meeting_of": Thing(**of_meeting, units=both, parties=both),
        "minutes": Thing("minutes.view", (held.uid,), parties=both),
        "circulation": Thing("minutes.view", (circulation.uid,), parties=both),
        "countersignature": Thing(
            "minutes.view",
            (circulation.signatures.get(organization=unit).uid,),
            units=own,
            parties=own,
        ),
    }


def _whos(cast: Any, member_post: Any) -> list[Who]:
    from partybuild.access import Role
    from tests.factories.core import make_post

    here, both = frozenset({"own"}), frozenset({"own", "elsewhere"})
    return [
        Who(make_post(Role.SYSTEM_ADMIN, name="管理员一"), "system_admin"),
        Who(make_post(Role.SECURITY_ADMIN, name="管理员二"), "security_admin"),
        Who(make_post(Role.AUDITOR, name="管理员三"), "auditor"),
        Who(cast.city_staff, "city", both),
        Who(cast.district_staff, "district", both),
        Who(cast.street_staff, "street", here),
        Who(cast.secretary, "community_secretary", here),
        Who(cast.worker, "community_worker", here),
        Who(cast.sibling_secretary, "community_secretary", is_second=True),
        Who(cast.unit_secretary, "unit_secretary"),
        Who(cast.liaison, "unit_liaison"),
        Who(cast.second_liaison, "unit_liaison", is_second=True),
        Who(member_post, "member"),
    ]


def _expected(who: Who, route: Route, thing: Thing | None, place: str) -> set[int]:
    opens = who.column not in route.without and any(
        who.holds(key, thing, place) for key in route.keys
    )
    if opens:
        return {200, 302}
    if thing is None:
        # A page about oneself, one's unit or area is not there for those who have none.
        return {403, 404}
    sees = who.holds(thing.view, thing, place)
    never = not any(cell(key, who.column).allows for key in route.keys)
    if who.column in route.without:
        return {403, 404}
    return {403} if sees else {403, 404} if never else {404}


def _hidden_from(who: Who, person: Any, cast: Any) -> dict[str, str]:
    """Return the words that no page may send to a post without being asked to reveal them."""
    from tests.factories.wishes import WISHER

    # Even the community reads who made a wish by a press alone.
    hidden = {f"{what} of a wisher": word for what, word in WISHER.items()}
    if who.column != "member":
        hidden |= {"ID number": person.id_number, "phone": person.phone}
        if who.column != "unit_secretary":
            hidden["birth date"] = person.birth_date.isoformat()
    # Names of what lies elsewhere; the security administrator chooses posts by them.
    if "elsewhere" not in who.above and who.column not in ADMINISTRATORS:
        hidden["a unit from elsewhere"] = cast.other_unit.name
        hidden["a person from elsewhere"] = cast.other_liaison.person.name
    return hidden


@pytest.mark.django_db
def test_each_role_opens_what_the_law_says_and_no_more(cast, client_of, caplog):
    from members.models import PartyMember
    from partybuild.access import Role
    from partybuild.areas.models import Area
    from tests.factories.core import make_post

    caplog.set_level(logging.CRITICAL)
    places = {
        "own": (cast.community, cast.committee, cast.unit, cast.second_unit),
        "elsewhere": (cast.other_community, cast.other_committee, cast.other_unit, None),
    }
    things = {place: _things(cast, *bodies) for place, bodies in places.items()}
    uids: dict[str, Area] = {place: bodies[0].uid for place, bodies in places.items()}
    member = PartyMember.objects.get(uid=things["own"]["member"].args[0])
    faults: list[str] = []

    def watch(execute: Any, sql: str, *more: Any) -> Any:
        # Reading never writes; that somebody was refused is written down.
        is_write = sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}
        if is_write and not sql.startswith('INSERT INTO "audit_event"'):
            faults.append(f"a GET wrote: {sql[:80]}")
        return execute(sql, *more)

    for who in _whos(cast, make_post(Role.MEMBER, person=member.person)):
        client = client_of(who.post)
        hidden = _hidden_from(who, member.person, cast)
        for name, route in PAGES.items():
            if not route.thing and who.is_second:
                continue
            both = route.thing and not who.is_second and who.column not in ADMINISTRATORS
            # Administrators see no row of business anywhere: one place is as good as two.
            for place in ("own", "elsewhere") if both else ("own",):
                thing = things[place][route.thing] if route.thing else None
                args = (thing.args if thing else ()) + route.args
                address = reverse(name, args=args) + route.query.format(community=uids[place])
                with connection.execute_wrapper(watch):
                    answer = client.get(address)
                status, expected = answer.status_code, _expected(who, route, thing, place)
                sent = answer.content.decode(errors="replace")
                faults += [
                    f"{who.post} {name} {place}: {what} is sent"
                    for what, word in hidden.items()
                    if word in sent
                ]
                if status not in expected:
                    faults.append(f"{who.post} {name} {place}: {status}, not {sorted(expected)}")
    assert not faults, "\n".join(faults)
