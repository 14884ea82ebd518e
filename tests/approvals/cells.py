"""One case for each cell of access.csv that is marked 2: who asks for what, and who may decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from members.services.doubles import open_double
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.approvals.models import Approval
from partybuild.approvals.services import request_approval
from partybuild.calendar import Period
from partybuild.people.models import Person
from tests.factories.core import SYSTEM, make_post
from tests.factories.meetings import make_council, make_held, make_part_time
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.obligations import make_debt

# How many attempts were refused, by their kind: printed at the end of a run.
REFUSED: Counter[str] = Counter()
TECHNICAL = ("changed_at", "changed_xid")


@dataclass
class Case:
    """A request that waits, in the post of its requester, and what it would change."""

    requester: Appointment
    ask: Callable[[], Approval]
    # The rows that must not move unless somebody else decides.
    rows: list[Model]
    # Persons whom it is about.
    about: list[Person]

    def fingerprint(self) -> list[dict[str, Any]]:
        """Return what stands in the database in these rows."""
        found = []
        for row in self.rows:
            values = type(row)._base_manager.filter(pk=row.pk).values().get()
            found.append({key: value for key, value in values.items() if key not in TECHNICAL})
        return found


def _asking(key: str, target: Model, payload: dict[str, Any], post: Appointment) -> Any:
    return lambda: request_approval(
        key, target=target, payload=payload, reason="核对后需要办理", by=actor_in(post)
    )


def exemption(cast: Any, post: Appointment) -> Case:
    """A unit asks to be let off a debt."""
    debt = make_debt(cast.unit, cast.committee, area=cast.community, period="2026Q1")
    return Case(post, _asking("obligation.exempt", debt, {}, post), [debt], [cast.liaison.person])


def reopened_period(cast: Any, post: Appointment) -> Case:
    """A closed quarter is to be opened."""
    from partybuild.obligations.services import close_period

    debt = make_debt(
        cast.unit,
        cast.committee,
        area=cast.community,
        period="2025Q4",
        due_on=date(2026, 1, 8),
    )
    closed = close_period(cast.street, period=Period.parse("2025Q4"), reason="核对", by=SYSTEM)
    return Case(post, _asking("period.reopen", closed, {}, post), [closed, debt], [])


def reopened_minutes(cast: Any, post: Appointment) -> Case:
    """Issued minutes are to be corrected."""
    from meetings.services import issue_minutes, save_minutes

    held = make_held(make_council(cast.community, cast.committee, cast.unit))
    draft = save_minutes(held, text="正文", version=0, by=SYSTEM)
    minutes = issue_minutes(draft, signer_name="张三", version=draft.version, by=SYSTEM)
    return Case(post, _asking("minutes.reopen", minutes, {}, post), [minutes, held], [])


def approved_part_time(cast: Any, post: Appointment) -> Case:
    """A candidate for a community's committee is to be approved."""
    council = make_council(cast.community, cast.committee, cast.unit)
    member = make_part_time(council, cast.unit, state="reported")
    asking = _asking("part_time_member.approve", member, {"number": "望江党工委〔2026〕5号"}, post)
    return Case(post, asking, [member], [member.person])


def _member(cast: Any) -> Any:
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    return member


def corrected_service(cast: Any, post: Appointment) -> Case:
    """A certified record is to be withdrawn."""
    member = _member(cast)
    record = make_services(cast.community, [member])[0]
    payload = {"withdraw": True, "changes": {}}
    return Case(post, _asking("service.correct", record, payload, post), [record], [member.person])


def merged_members(cast: Any, post: Appointment) -> Case:
    """Two entries are to become one."""
    first, double = _member(cast), make_member(cast.other_unit)
    case = open_double(first, double=double, by=SYSTEM)
    asking = _asking("member.merge", case, {"stands": "first"}, post)
    return Case(post, asking, [case, first, double], [first.person, double.person])


def erased_member(cast: Any, post: Appointment) -> Case:
    """A member is to be erased."""
    member = _member(cast)
    if post.role == Role.MEMBER:
        post = make_post(Role.MEMBER, person=member.person)
    about = [] if post.role == Role.MEMBER else [member.person]
    rows = [member, member.person]
    return Case(post, _asking("member.erase", member, {}, post), rows, about)


def unmasked_export(cast: Any, post: Appointment) -> Case:
    """A list is to be taken away with its numbers."""
    from partybuild.exchange.lists import list_of
    from partybuild.exchange.services.exporting import request_export

    _member(cast)
    case = Case(post, Approval, [], [])

    def ask() -> Approval:
        job = request_export(
            list_of("members"),
            query=QueryDict(""),
            file_format="xlsx",
            reason="防汛转移",
            by=actor_in(post),
            unmasked=True,
        )
        case.rows = [job]
        return Approval.objects.get(target_uid=job.uid)

    case.ask = ask
    return case


# (line, column): (who asks, the case, who of the cast may decide).
CELLS: dict[tuple[str, str], tuple[str, Any, set[str]]] = {
    ("obligation.exempt", "unit_secretary"): ("unit_secretary", exemption, {"street_staff"}),
    ("period.reopen", "district"): ("district_staff", reopened_period, {"city_staff"}),
    ("period.reopen", "street"): ("street_staff", reopened_period, {"district_staff"}),
    ("minutes.reopen", "district"): ("district_staff", reopened_minutes, {"city_staff"}),
    ("minutes.reopen", "street"): ("street_staff", reopened_minutes, {"district_staff"}),
    ("minutes.reopen", "community_secretary"): (
        "secretary",
        reopened_minutes,
        {"street_staff", "district_staff"},
    ),
    ("part_time_member.approve", "street"): (
        "street_staff",
        approved_part_time,
        {"district_staff"},
    ),
    ("service.correct", "street"): ("street_staff", corrected_service, {"district_staff"}),
    ("service.correct", "community_secretary"): (
        "secretary",
        corrected_service,
        {"street_staff"},
    ),
    ("member.merge", "street"): (
        "street_staff",
        merged_members,
        {"district_staff", "unit_secretary"},
    ),
    ("member.merge", "community_secretary"): (
        "secretary",
        merged_members,
        {"street_staff", "unit_secretary"},
    ),
    ("member.merge", "unit_secretary"): ("unit_secretary", merged_members, {"street_staff"}),
    ("member.erase", "district"): ("district_staff", erased_member, {"city_staff"}),
    ("member.erase", "member"): ("member", erased_member, {"district_staff", "city_staff"}),
    ("export.unmasked", "street"): ("street_staff", unmasked_export, {"district_staff"}),
    ("export.unmasked", "community_secretary"): ("secretary", unmasked_export, {"street_staff"}),
}
POSTS = (
    "city_staff",
    "district_staff",
    "street_staff",
    "other_street_staff",
    "secretary",
    "worker",
    "sibling_secretary",
    "outsider",
    "unit_secretary",
    "liaison",
    "second_liaison",
    "other_liaison",
    "member",
)
