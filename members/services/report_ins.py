"""Reporting in: submitted by the member or at the desk, confirmed or returned, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import (
    ACTIVE_REPORT_IN,
    EmploymentState,
    EventKind,
    MemberCategory,
    MemberState,
    ReportInState,
)
from members.exceptions import (
    AlreadyReportedIn,
    DecidesOnOneself,
    LetterNotUsable,
    MemberHasEnded,
    MoveAlreadyWaits,
    ReportInAlreadyDecided,
    SameCommunity,
    TooManyCommunities,
)
from members.models import Employment, PartyMember, RecommendationLetter, ReportIn, Team
from members.queries.letters import letter_to_use
from members.queries.report_ins import (
    DECIDE_REPORT_IN_DUTY,
    FIRST_DUTY,
    RENEW_DUTY,
    decide_debt,
    moving_from,
)
from members.registry import end_elsewhere
from members.services.claims import end_claims
from members.services.endings import (
    tell_community_of_end,
    tell_member_of_end,
    tell_unit_of_end,
)
from members.services.letters import claim_letter, free_letter, give_receipt, hand_on_letter
from members.services.members import add_member, change_member, employ, person_with_id_number
from members.services.places import refresh_places
from members.services.teams import join_team_many, leave_teams
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter, word
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.fields.codes import normalize_id_number, validate_id_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import owe, pay, reopen, void
from partybuild.organizations.models import Organization


def _locked(member: PartyMember) -> PartyMember:
    # One member's report-ins are counted one at a time, whichever communities they are for.
    return PartyMember.objects.select_for_update().get(pk=member.pk)


def _check_number_of_communities(
    member: PartyMember,
    community: Area,
    states: tuple[ReportInState, ...],
    *,
    replaces: ReportIn | None = None,
) -> None:
    """Refuse one community too many; the one that a move leaves does not count."""
    most = parameter(community, "report_in.max_communities")
    others = ReportIn.objects.filter(member=member, state__in=states).exclude(community=community)
    if replaces is not None:
        others = others.exclude(pk=replaces.pk)
    # A move takes one place, not two: what waits to replace another does not count beside it.
    if others.exclude(replaces__in=others.order_by().values("pk")).count() >= most:
        raise TooManyCommunities(most)


def _create(member: PartyMember, *, community: Area, by: Actor, **values: Any) -> ReportIn:
    report_in = ReportIn(member=member, community=community, **values)
    report_in.full_clean(
        exclude=(
            "member",
            "community",
            "unit",
            "decided_on",
            "ended_on",
            "replaces",
            "passed_from",
        )
    )
    try:
        with transaction.atomic():
            report_in.save()
    except IntegrityError as clash:
        raise AlreadyReportedIn from clash
    record_event(
        EventKind.REPORT_IN_SUBMITTED,
        target=report_in,
        by=by,
        reason=word(community, "proxy.channel", report_in.channel) if report_in.channel else "",
    )
    # Who has done their part is reminded no more, however long the community takes.
    for job in Employment.objects.current().filter(member=member):
        pay(
            duty=FIRST_DUTY,
            bearer=member.person,
            subject=job,
            paid_with=report_in,
            on=report_in.submitted_on,
            by=by,
        )
    debt = decide_debt(report_in)
    if debt is not None:
        owe([debt], by=by)
    return report_in


@dataclass(frozen=True)
class Kept:
    """What a member says about themselves when reporting in, and need not say again."""

    building: str = ""
    address: str = ""
    skills: str = ""
    phone: str = ""
    availability: tuple[str, ...] | None = None


def _remember(
    member: PartyMember, kept: Kept, *, community: Area, lives_elsewhere: bool, by: Actor
) -> None:
    """Keep on the member what was said here: nobody types it twice.

    The community where they live is the first one: a second one, where they work, does not replace it,
    and the one they move to does so when it has confirmed.
    """
    said: dict[str, Any] = {"skills": kept.skills}
    if not lives_elsewhere:
        said |= {"home_building": kept.building, "home_address": kept.address}
    values = {
        name: value for name, value in said.items() if value and value != getattr(member, name)
    }
    if member.home_area_id != community.pk and not lives_elsewhere:
        values["home_area"] = community
    if kept.availability is not None and list(kept.availability) != member.availability:
        values["availability"] = list(kept.availability)
    if kept.phone and kept.phone != member.person.phone:
        values["phone"] = kept.phone
    if values:
        change_member(member, by=by, **values)


@transaction.atomic
def submit_report_in(
    member: PartyMember,
    *,
    community: Area,
    by: Actor,
    building: str = "",
    address: str = "",
    skills: str = "",
    note: str = "",
    phone: str = "",
    availability: tuple[str, ...] | None = None,
    grid: Area | None = None,
    channel: str = "",
    letter: RecommendationLetter | None = None,
    replaces: ReportIn | None = None,
    on: date | None = None,
) -> ReportIn:
    """A member reports in at a community; unit, post and branch are copied as they are now.

    With `replaces` they move: the former report-in stands until the new community has confirmed.
    An open letter of the unit is used with it, whether it is named or not.
    """
    member = _locked(member)
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    if ReportIn.objects.active().filter(member=member, community=community).exists():
        raise AlreadyReportedIn
    if replaces is not None:
        _check_move(replaces, member)
    _check_number_of_communities(member, community, ACTIVE_REPORT_IN, replaces=replaces)
    employment = (
        Employment.objects.current()
        .filter(member=member)
        .select_related("unit", "branch__organization")
        .first()
    )
    if by.person_id is not None and by.person_id == member.person_id:
        kept = Kept(building, address, skills, phone, availability)
        stands = ReportIn.objects.active().filter(member=member).exists()
        _remember(member, kept, community=community, lives_elsewhere=stands, by=by)
    report_in = _create(
        member,
        community=community,
        by=by,
        submitted_on=on or today(),
        channel=channel,
        grid=grid,
        replaces=replaces,
        unit=employment.unit if employment else None,
        stated_name=member.person.name,
        unit_name=employment.unit.name if employment else "",
        post=employment.post if employment else "",
        branch_name=str(employment.branch) if employment and employment.branch else "",
        # Whoever moves leaves the old house: only what was said anew is true there.
        building=building or ("" if replaces else member.home_building),
        address=address or ("" if replaces else member.home_address),
        skills=skills or member.skills,
        note=note,
    )
    letter = letter or letter_to_use(member.pk, today())
    if letter is not None:
        claim_letter(letter, report_in=report_in, by=by)
    return report_in


def _check_move(former: ReportIn, member: PartyMember) -> None:
    if former.member_id != member.pk or former.state != ReportInState.CONFIRMED:
        raise ReportInAlreadyDecided
    if moving_from(former) is not None:
        raise MoveAlreadyWaits


@transaction.atomic
def move_report_in(
    report_in: ReportIn,
    *,
    community: Area,
    by: Actor,
    building: str = "",
    note: str = "",
    channel: str = "",
) -> ReportIn:
    """A member has moved house: the new community is asked, the former one stands until it agrees."""
    if community.pk == report_in.community_id:
        raise SameCommunity
    moved = submit_report_in(
        report_in.member,
        community=community,
        replaces=report_in,
        building=building,
        skills=report_in.skills,
        note=note,
        channel=channel,
        by=by,
    )
    record_event(EventKind.REPORT_IN_MOVING, target=report_in, by=by, reason=note)
    return moved


@transaction.atomic
def submit_with_letter(
    letter: RecommendationLetter,
    *,
    community: Area,
    channel: str,
    by: Actor,
    building: str = "",
    skills: str = "",
    note: str = "",
) -> ReportIn:
    """The desk takes a report-in from the paper letter: everything else is known."""
    if not letter.is_usable(today()):
        raise LetterNotUsable
    return submit_report_in(
        letter.member,
        community=community,
        letter=letter,
        building=building,
        skills=skills,
        note=note,
        channel=channel,
        by=by,
    )


@transaction.atomic
def submit_at_desk(
    *,
    community: Area,
    id_number: str,
    name: str,
    channel: str,
    by: Actor,
    phone: str = "",
    unit: Organization | None = None,
    unit_name: str = "",
    post: str = "",
    building: str = "",
    address: str = "",
    skills: str = "",
    note: str = "",
    category: str = MemberCategory.IN_SERVICE,
    on: date | None = None,
) -> None:
    """Take a report-in at the desk by proxy; a full valid ID number is enough to begin.

    Returns nothing, whoever the number belongs to: the desk learns nothing about people who are
    not here yet. Whether it is one community too many is told when it is decided.
    """
    number = normalize_id_number(id_number)
    validate_id_number(number)
    person = person_with_id_number(number)
    known = PartyMember.objects.filter(person=person).first() if person else None
    if known is None:
        known = add_member(
            name=name,
            id_number=number,
            phone=phone,
            category=category,
            home_area=community,
            home_building=building,
            skills=skills,
            state=MemberState.PENDING,
            by=by,
        )
    member = _locked(known)
    if ReportIn.objects.active().filter(member=member, community=community).exists():
        return
    if unit is not None and not Employment.objects.current().filter(member=member).exists():
        # The unit settles who is one of its people, and doubles.
        employ(
            member,
            unit=unit,
            post=post,
            valid_from=on or today(),
            state=EmploymentState.STATED,
            by=by,
        )
    _create(
        member,
        community=community,
        by=by,
        submitted_on=on or today(),
        channel=channel,
        unit=unit,
        stated_name=name,
        unit_name=unit.name if unit else unit_name,
        post=post,
        building=building,
        address=address,
        skills=skills,
        note=note,
    )


def _refuse_own(report_in: ReportIn, by: Actor) -> None:
    if by.person_id is not None and by.person_id == report_in.member.person_id:
        raise DecidesOnOneself


@transaction.atomic
def confirm_report_in(
    report_in: ReportIn,
    *,
    by: Actor,
    grid: Area | None = None,
    team: Team | None = None,
    on: date | None = None,
) -> ReportIn:
    """The community takes a member in, and places them in a grid and a team if it likes.

    Where the member has moved, the former report-in ends in the same moment; the unit gets the
    receipt of its letter.
    """
    _refuse_own(report_in, by)
    member = _locked(report_in.member)
    former = report_in.replaces
    _check_number_of_communities(
        member, report_in.community, (ReportInState.CONFIRMED,), replaces=former
    )
    day = max(on or today(), report_in.submitted_on)
    report_in.freeze_areas(report_in.community)
    # The filter is the lock: of two deciding at once, one updates a row and one updates none.
    if (
        not ReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=ReportInState.CONFIRMED,
            grid=grid or report_in.grid,
            team=team or report_in.team,
            decided_on=day,
            decided_by=by.post,
            frozen_community=report_in.frozen_community_id,
            frozen_street=report_in.frozen_street_id,
            frozen_district=report_in.frozen_district_id,
            frozen_city=report_in.frozen_city_id,
        )
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_CONFIRMED, target=report_in, by=by)
    if former is not None and former.state == ReportInState.CONFIRMED:
        end_report_in(
            former,
            reason="moved",
            note=_("已转到%(to)s") % {"to": report_in.community},
            by=by,
            on=day,
        )
        _move_home(report_in, former, by=by)
    if member.state == MemberState.PENDING and member.category != MemberCategory.IN_SERVICE:
        # Nobody's roster has to say so: the community itself keeps these members.
        PartyMember.objects.filter(pk=member.pk).update(state=MemberState.ACTIVE)
        member.state = MemberState.ACTIVE
    _settle(report_in, by=by)
    refresh_places(member)
    if report_in.team is not None:
        join_team_many(report_in.team, members=[member], by=by)
    give_receipt(report_in, by=by)
    _tell_member(
        report_in,
        kind="report_in.confirmed",
        title=_("%(community)s已确认您的报到"),
        body=_("%(community)s已确认您的报到%(where)s。组织关系仍在单位，不用转接。"),
        by=by,
    )
    return report_in


def _move_home(report_in: ReportIn, former: ReportIn, *, by: Actor) -> None:
    """Whoever lived in the community that they left lives in the new one now."""
    member = report_in.member
    if member.home_area_id is None or member.home_area_id == former.community_id:
        change_member(
            member,
            home_area=report_in.community,
            home_building=report_in.building,
            home_address=report_in.address,
            by=by,
        )


def _settle(report_in: ReportIn, *, by: Actor) -> None:
    """The community has answered: its debt is paid."""
    committee_debt = decide_debt(report_in)
    if committee_debt is not None and committee_debt.bearer_organization is not None:
        pay(
            duty=DECIDE_REPORT_IN_DUTY,
            bearer=committee_debt.bearer_organization,
            subject=report_in,
            paid_with=report_in,
            by=by,
        )


def _reopen_first(report_in: ReportIn, *, reason: str, by: Actor) -> None:
    """Who was sent back and stands nowhere owes the first report-in again, as before."""
    if ReportIn.objects.active().filter(member=report_in.member_id).exists():
        return
    if ReportIn.objects.filter(member=report_in.member_id, state=ReportInState.ENDED).exists():
        return
    for job in Employment.objects.current().filter(member=report_in.member_id):
        keys = {"duty": FIRST_DUTY, "bearer": report_in.member.person, "subject": job}
        reopen(keys, reason=reason, by=by)


def _tell_member(
    report_in: ReportIn, *, kind: str, title: str, body: str, by: Actor, step: str = ""
) -> None:
    where = "、".join(
        str(part.name) for part in (report_in.grid, report_in.team) if part is not None
    )
    words = {
        "community": report_in.community.name,
        "where": _("，编入%(places)s") % {"places": where} if where else "",
        "reason": report_in.return_reason,
    }
    notify(
        kind=kind,
        subject=report_in,
        recipients=[Recipient(person=report_in.member.person)],
        title=title % words,
        body=body % words,
        by=by,
        step=step,
        path="/members/me/",
    )


@transaction.atomic
def return_report_in(report_in: ReportIn, *, reason: str, by: Actor) -> ReportIn:
    """The community sends a report-in back; the letter can be used again, a former place stands."""
    _refuse_own(report_in, by)
    if (
        not ReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=ReportInState.RETURNED,
            decided_on=max(today(), report_in.submitted_on),
            decided_by=by.post,
            return_reason=reason,
        )
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_RETURNED, target=report_in, by=by, reason=reason)
    _settle(report_in, by=by)
    free_letter(report_in, by=by)
    _reopen_first(report_in, reason=reason, by=by)
    _tell_member(
        report_in,
        kind="report_in.returned",
        title=_("%(community)s退回了您的报到"),
        body=_(
            "退回原因：%(reason)s。请核对后重新报到；不清楚向哪个社区报到的，可以问单位联络员。"
        ),
        by=by,
    )
    return report_in


@transaction.atomic
def pass_on_report_in(report_in: ReportIn, *, community: Area, note: str, by: Actor) -> ReportIn:
    """Pass a report-in on to the community where the member lives; they need not do it again."""
    _refuse_own(report_in, by)
    if community.pk == report_in.community_id:
        raise SameCommunity
    member = _locked(report_in.member)
    if (
        not ReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=ReportInState.PASSED_ON,
            decided_on=max(today(), report_in.submitted_on),
            decided_by=by.post,
            return_reason=note,
        )
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    if ReportIn.objects.active().filter(member=member, community=community).exists():
        raise AlreadyReportedIn
    passed = _create(
        member,
        community=community,
        by=by,
        submitted_on=report_in.submitted_on,
        channel=report_in.channel,
        replaces=report_in.replaces,
        passed_from=report_in,
        unit=report_in.unit,
        stated_name=report_in.stated_name,
        unit_name=report_in.unit_name,
        post=report_in.post,
        branch_name=report_in.branch_name,
        building=report_in.building,
        address=report_in.address,
        skills=report_in.skills,
        note=report_in.note,
    )
    hand_on_letter(report_in, to=passed)
    if member.home_area_id == report_in.community_id:
        # They named that community as where they live: the papers would repeat it.
        change_member(member, home_area=community, by=by)
    record_event(EventKind.REPORT_IN_PASSED_ON, target=report_in, by=by, reason=note)
    _settle(report_in, by=by)
    _tell_member(
        passed,
        kind="report_in.passed_on",
        title=_("您的报到已转交%(community)s"),
        body=_("您的居住地属于%(community)s，报到已转交过去，等那里确认，您不用重新填写。"),
        by=by,
    )
    return passed


@transaction.atomic
def withdraw_report_in(report_in: ReportIn, *, by: Actor) -> ReportIn:
    """The member takes a report-in back before the community has decided."""
    if not ReportIn.objects.waiting().filter(pk=report_in.pk).update(state=ReportInState.WITHDRAWN):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_WITHDRAWN, target=report_in, by=by)
    void(duty=DECIDE_REPORT_IN_DUTY, subject=report_in, reason=_("本人已撤回"), by=by)
    free_letter(report_in, by=by)
    _reopen_first(report_in, reason=_("本人已撤回"), by=by)
    return report_in


@transaction.atomic
def end_report_in(
    report_in: ReportIn, *, reason: str, by: Actor, note: str = "", on: date | None = None
) -> ReportIn:
    """End a standing report-in with a word of report_in.end_reason; records made here stay."""
    day = max(on or today(), report_in.submitted_on)
    if (
        not ReportIn.objects.standing()
        .filter(pk=report_in.pk)
        .update(state=ReportInState.ENDED, ended_on=day, end_reason=reason, end_note=note)
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    why = note or word(report_in.community, "report_in.end_reason", reason)
    record_event(EventKind.REPORT_IN_ENDED, target=report_in, by=by, reason=why)
    end_claims(report_in.member, community=report_in.community, reason=why, by=by)
    end_elsewhere(report_in.member, community=report_in.community, reason=why, by=by)
    leave_teams(report_in.member, community=report_in.community, reason=why, by=by)
    void(duty=RENEW_DUTY, subject=report_in, reason=_("报到已注销"), by=by)
    refresh_places(report_in.member)
    tell_unit_of_end(report_in, by=by)
    tell_community_of_end(report_in, why=why, by=by)
    tell_member_of_end(report_in, why=why, by=by)
    return report_in


@transaction.atomic
def place_report_in(
    report_in: ReportIn, *, grid: Area | None, team: Team | None = None, by: Actor
) -> ReportIn:
    """Place a member in a grid and a team of the community."""
    if not ReportIn.objects.standing().filter(pk=report_in.pk).update(grid=grid, team=team):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_PLACED, target=report_in, by=by)
    refresh_places(report_in.member)
    if team is not None:
        join_team_many(team, members=[report_in.member], by=by)
    return report_in


def place_in_grid(report_in: ReportIn, *, grid: Area | None, by: Actor) -> ReportIn:
    """Place a member in a grid of the community; the team stays."""
    return place_report_in(report_in, grid=grid, team=report_in.team, by=by)
