"""Two rows of one human become one: everything moves to the winner, nothing is deleted."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from members.enums import (
    ACTIVE_REPORT_IN,
    FINISHED,
    STANDING_CLAIM,
    AnnualFormState,
    CertificateState,
    ClaimState,
    DoubleState,
    EmploymentState,
    EventKind,
    LetterState,
    MemberEndReason,
    MemberState,
    ReportInState,
    RequestState,
    ServiceState,
)
from members.exceptions import CannotMerge
from members.models import (
    AnnualForm,
    DoubleCase,
    Employment,
    Feedback,
    FeedbackRequest,
    PartyMember,
    PostClaim,
    RecommendationLetter,
    ReportIn,
    ServiceCertificate,
    ServiceRecord,
    TeamMember,
)
from members.queries.year_records import FORM_DUTY
from members.registry import move_elsewhere
from members.services.doubles import dissolve_double
from members.services.places import refresh_places
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import void
from partybuild.people.models import Person

_WHY = "重复登记合并"


@transaction.atomic
def merge_members(
    winner: PartyMember, loser: PartyMember, *, reason: str, by: Actor
) -> PartyMember:
    """Move what hangs on the loser to the winner; the loser ends as a duplicate and points there."""
    rows = {
        row.pk: row
        for row in PartyMember.objects.select_for_update(of=("self",))
        .filter(pk__in=(winner.pk, loser.pk))
        .order_by("pk")
    }
    if len(rows) != 2:
        raise CannotMerge
    winner, loser = rows[winner.pk], rows[loser.pk]
    if winner.merged_into_id or loser.merged_into_id or winner.state == MemberState.ENDED:
        raise CannotMerge
    moved = {
        "employments": _move_employments(winner, loser),
        "report_ins": _move_report_ins(winner, loser),
        "letters": _move_letters(winner, loser),
        "services": _move_services(winner, loser),
        "claims": _move_claims(winner, loser),
        "teams": _move_teams(winner, loser),
        "certificates": _move_certificates(winner, loser),
        "feedback": _move_feedback(winner, loser),
        "annual_forms": _move_annual_forms(winner, loser, by=by),
        "requests": _move_requests(winner, loser),
        **move_elsewhere(winner, loser),
        "obligations": _move_obligations(winner, loser),
    }
    _fill_blanks(winner, loser)
    on = loser.ended_on or today()
    PartyMember.objects.filter(pk=loser.pk).update(
        state=MemberState.ENDED,
        ended_on=on,
        end_reason=MemberEndReason.DUPLICATE,
        end_note=_WHY,
        merged_into=winner,
    )
    # Separation of duties is by person: both rows are one human from now on.
    Person.objects.filter(pk=loser.person_id).update(merged_into=winner.person_id)
    if Employment.objects.current().confirmed().filter(member=winner).exists():
        PartyMember.objects.filter(pk=winner.pk, state=MemberState.PENDING).update(
            state=MemberState.ACTIVE
        )
    for case in DoubleCase.objects.open().filter(
        member__in=(winner, loser), double__in=(winner, loser)
    ):
        dissolve_double(case, keep_number_on=winner, by=by)
    DoubleCase.objects.open().filter(member=loser).exclude(double=winner).update(member=winner)
    for member in (loser, winner):
        member.refresh_from_db()
        refresh_places(member)
    for member in (loser, winner):
        record_event(
            EventKind.MEMBER_MERGED,
            target=member,
            by=by,
            reason=reason,
            changes={**moved, "into": str(winner.uid)},
        )
    return winner


# What one row may know and the other not; the ID number is the case's own matter.
_OF_THE_MEMBER = (
    "joined_on",
    "home_area",
    "home_building",
    "home_address",
    "skills",
    "availability",
)
_OF_THE_PERSON = ("phone", "mail", "gender", "birth_date")


def _fill_blanks(winner: PartyMember, loser: PartyMember) -> None:
    """Give the winner what only the loser's row says; what both say stays the winner's."""
    for kept, gone, names in (
        (winner, loser, _OF_THE_MEMBER),
        (winner.person, loser.person, _OF_THE_PERSON),
    ):
        missing = [name for name in names if getattr(gone, name) and not getattr(kept, name)]
        for name in missing:
            setattr(kept, name, getattr(gone, name))
        if missing:
            kept.save(update_fields=missing)


def _move_employments(winner: PartyMember, loser: PartyMember) -> int:
    rows = Employment.objects.filter(member=loser)
    standing = Employment.objects.current().filter(member=winner).first()
    other = rows.current().first()
    if standing is not None and other is not None:
        # One is open at a time: what the unit has confirmed stands before what was only said.
        confirmed = EmploymentState.CONFIRMED
        weaker = standing if standing.state != confirmed and other.state == confirmed else other
        Employment.objects.filter(pk=weaker.pk).update(
            valid_to=max(today(), weaker.valid_from), end_reason=_WHY
        )
    return rows.update(member=winner)


def _move_report_ins(winner: PartyMember, loser: PartyMember) -> int:
    rows = ReportIn.objects.filter(member=loser)
    kept = {
        row.community_id: row
        for row in ReportIn.objects.filter(member=winner, state__in=ACTIVE_REPORT_IN)
    }
    for row in rows.filter(community__in=kept, state__in=ACTIVE_REPORT_IN):
        other = kept[row.community_id]
        # One stands per community: a confirmed one before one that waits.
        weaker = (
            other
            if row.state == ReportInState.CONFIRMED and other.state != ReportInState.CONFIRMED
            else row
        )
        ReportIn.objects.filter(pk=weaker.pk).update(
            state=ReportInState.ENDED,
            ended_on=max(today(), weaker.submitted_on),
            end_reason="other",
            end_note=_WHY,
        )
    return rows.update(member=winner)


def _move_letters(winner: PartyMember, loser: PartyMember) -> int:
    rows = RecommendationLetter.objects.filter(member=loser)
    if RecommendationLetter.objects.issued().filter(member=winner).exists():
        # One is open at a time: that of the row which stands.
        rows.issued().update(state=LetterState.REVOKED, ended_on=today(), end_reason=_WHY)
    return rows.update(member=winner)


def _move_services(winner: PartyMember, loser: PartyMember) -> int:
    sheets = ServiceRecord.objects.filter(member=winner).values("sheet")
    rows = ServiceRecord.objects.filter(member=loser)
    # Entered twice on one list: counted once, the second stays where it was, withdrawn.
    rows.filter(sheet__in=list(sheets.values_list("sheet", flat=True))).exclude(
        state=ServiceState.WITHDRAWN
    ).update(state=ServiceState.WITHDRAWN, summary=None, withdrawn_reason=_WHY)
    return rows.exclude(sheet__in=list(sheets.values_list("sheet", flat=True))).update(
        member=winner
    )


def _move_feedback(winner: PartyMember, loser: PartyMember) -> int:
    moved = 0
    for form in Feedback.objects.filter(member=loser).order_by("version", "pk"):
        same = Feedback.objects.filter(
            member=winner, community=form.community_id, period=form.period
        )
        # The winner has a form of the same period there: what was said on the other stays where it is.
        if not same.exclude(replaced_by=form).exists():
            moved += Feedback.objects.filter(pk=form.pk).update(member=winner)
    return moved


def _move_certificates(winner: PartyMember, loser: PartyMember) -> int:
    asked = ServiceCertificate.objects.open().filter(member=winner).values("community")
    rows = ServiceCertificate.objects.filter(member=loser)
    # One is asked for at a time: the second wish is taken back.
    rows.open().filter(community__in=asked).update(state=CertificateState.CANCELLED, reason=_WHY)
    return rows.update(member=winner)


def _move_annual_forms(winner: PartyMember, loser: PartyMember, *, by: Actor) -> int:
    rows = AnnualForm.objects.filter(member=loser)
    years = AnnualForm.objects.standing().filter(member=winner).values("period")
    # One stands per year: the second is not asked for any more.
    for form in rows.standing().filter(period__in=years):
        AnnualForm.objects.filter(pk=form.pk).update(
            state=AnnualFormState.WITHDRAWN, withdrawn_reason=_WHY
        )
        void(duty=FORM_DUTY, subject=form, by=by)
    return rows.update(member=winner)


def _move_requests(winner: PartyMember, loser: PartyMember) -> int:
    waiting = FeedbackRequest.objects.waiting()
    rows = FeedbackRequest.objects.filter(member=loser)
    for row in rows.filter(state=RequestState.ASKED):
        if waiting.filter(member=winner, community=row.community_id, asker=row.asker_id).exists():
            FeedbackRequest.objects.filter(pk=row.pk).update(
                state=RequestState.WITHDRAWN, withdrawn_reason=_WHY
            )
    return rows.update(member=winner)


def _move_claims(winner: PartyMember, loser: PartyMember) -> int:
    kept = (*STANDING_CLAIM, *FINISHED)
    posts = PostClaim.objects.filter(member=winner, state__in=kept).values_list("post", flat=True)
    rows = PostClaim.objects.filter(member=loser)
    # Claimed twice: one stands per post, the loser's is ended where it was.
    for row in rows.filter(post__in=list(posts), state__in=kept):
        PostClaim.objects.filter(pk=row.pk).update(
            state=ClaimState.WITHDRAWN,
            ended_on=max(today(), row.proposed_on),
            end_reason=_WHY,
        )
    return rows.update(member=winner)


def _move_teams(winner: PartyMember, loser: PartyMember) -> int:
    teams = TeamMember.objects.current().filter(member=winner).values_list("team", flat=True)
    rows = TeamMember.objects.filter(member=loser)
    for row in rows.current().filter(team__in=list(teams)):
        TeamMember.objects.filter(pk=row.pk).update(
            valid_to=max(today(), row.valid_from), end_reason=_WHY
        )
    return rows.update(member=winner)


def _move_obligations(winner: PartyMember, loser: PartyMember) -> int:
    count = 0
    for debt in Obligation.objects.filter(bearer_person=loser.person_id):
        try:
            with transaction.atomic():
                Obligation.objects.filter(pk=debt.pk).update(bearer_person=winner.person_id)
        except IntegrityError:
            # The winner owes or has paid the same: that one stands.
            continue
        count += 1
    return count


@transaction.atomic
def settle_double(case: DoubleCase, *, stands: str, reason: str, by: Actor) -> None:
    """Settle a case as decided: the first or the double stands, or they are two people.

    `stands`: "first", "double" or "both".
    """
    if case.state != DoubleState.OPEN:
        raise CannotMerge
    if stands == "both":
        dissolve_double(case, keep_number_on=case.member, by=by, is_same_person=False)
        return
    first, double = case.member, case.double
    winner, loser = (first, double) if stands == "first" else (double, first)
    merge_members(winner, loser, reason=reason, by=by)


__all__ = ("merge_members", "settle_double")
