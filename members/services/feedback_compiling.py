"""Feedback forms that compile themselves, and what is said on them before they are signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, FeedbackPartKind, Grade
from members.exceptions import (
    DecidesOnOneself,
    FeedbackAlreadySigned,
    GradeNotOfThePlace,
    PartAlreadyGiven,
    PeriodNotOver,
    SaidByThemselves,
    VoicesMissing,
)
from members.models import Feedback, FeedbackPart, ServiceRecord
from members.queries.facts import facts_by_member
from members.queries.feedback import (
    COMMENT_DUTY,
    SEND_DUTY,
    Subject,
    excellent_count,
    last_period,
    proposal,
    rules_of,
    send_debt,
    send_due_on,
    share_places,
    subjects_of,
    times_wanted,
)
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import channel_word, parameter
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.calendar.words import hours_cn, short_date_cn
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, turn_to, void
from partybuild.obligations.services.escalating import committees_above
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from units.queries import committee_of

# How long after its period a form may still compile itself: later, only by hand.
_STILL = timedelta(days=60)
# Where a member finds what is said about them.
OWN_PAGE = "/members/me/feedback/"


@dataclass(frozen=True)
class Compilation:
    """What a run did: forms begun, forms whose facts had changed, members without a unit."""

    begun: int = 0
    renewed: int = 0
    without_unit: int = 0


def compile_due_feedback(*, on: date, by: Actor) -> int:
    """Compile what is due everywhere; a second run the same day changes nothing."""
    done = 0
    for community in _communities_with_service(on):
        period = last_period(community, on)
        if on - period.end > _STILL or not _has_service(community, period):
            continue
        found = compile_feedback(community, period, by=by)
        done += found.begun + found.renewed
    return done


def _communities_with_service(on: date) -> Iterable[Area]:
    since = date(on.year - 1, 1, 1)
    served = ServiceRecord.objects.certified().filter(date__gte=since)
    return Area.objects.filter(
        pk__in=served.order_by().values("community").distinct(), valid_to=None
    ).order_by("pk")


def _has_service(community: Area, period: Period) -> bool:
    rows = ServiceRecord.objects.certified().filter(community=community)
    return rows.filter(date__range=(period.start, period.end)).exists()


@transaction.atomic
def compile_feedback(community: Area, period: Period, *, by: Actor) -> Compilation:
    """Begin the forms of a period that are missing, and bring those not yet signed up to date."""
    if period.end >= today():
        raise PeriodNotOver
    committee = committee_of(community)
    if committee is None:
        return Compilation()
    # One run at a time for a community: the places for excellent are shared among all its forms.
    Area.objects.select_for_update(no_key=True).get(pk=community.pk)
    subjects, without_unit = subjects_of(community, period)
    standing = {
        each.member_id: each
        for each in Feedback.objects.current()
        .filter(community=community, period=str(period))
        .select_related("unit", "member")
        .prefetch_related("parts")
    }
    open_ones = [
        each
        for each in subjects
        if each.member_id not in standing or standing[each.member_id].is_draft
    ]
    moved = _follow_units(community, committee, open_ones, standing, by=by)
    drafts, changed = _brought_up_to_date(community, period, committee, open_ones, standing)
    begun = [each for each in drafts if each.pk is None]
    for form in begun:
        form.freeze_areas(community)
    Feedback.objects.bulk_create(begun)
    if changed:
        Feedback.objects.bulk_update(changed, (*_COMPILED, "compiled_at"))
    if begun:
        _ask(community, period, committee, begun, by=by)
    renewed = len({each.pk for each in (*changed, *moved)})
    if begun or renewed:
        record_event(
            EventKind.FEEDBACK_COMPILED,
            target=community,
            by=by,
            changes={"period": str(period), "begun": len(begun), "renewed": renewed},
        )
    return Compilation(len(begun), renewed, without_unit)


def _follow_units(
    community: Area,
    committee: Organization,
    subjects: Iterable[Subject],
    standing: dict[int, Feedback],
    *,
    by: Actor,
) -> list[Feedback]:
    """Turn drafts to the unit in which the roster meanwhile says the member worked, with what is owed.

    What the old unit's leader has said stays on the form, under the post that said it.
    """
    moved = []
    for subject in subjects:
        form = standing.get(subject.member_id)
        if form is None or form.unit_id == subject.unit.pk:
            continue
        old = form.unit
        form.unit, form.unit_name, form.post = subject.unit, subject.unit.name, subject.post
        form.save(update_fields=["unit", "unit_name", "post"])
        turn_to(
            duty=SEND_DUTY,
            bearer=committee,
            subject=form.member,
            period=form.period,
            owed_to=subject.unit,
            by=by,
        )
        for part in form.parts.all():
            if part.part == FeedbackPartKind.LEADER and not part.is_given:
                void(
                    duty=COMMENT_DUTY,
                    subject=part,
                    bearer=old,
                    period=form.period,
                    reason=_("党员已不在该单位"),
                    by=by,
                )
                owe([_leader_debt(part, form, community, committee)], by=by)
        record_event(
            EventKind.FEEDBACK_COMPILED,
            target=form,
            by=by,
            changes={"unit": [old.name, subject.unit.name]},
        )
        moved.append(form)
    return moved


def _leader_debt(
    part: FeedbackPart, form: Feedback, community: Area, committee: Organization
) -> Debt:
    days = parameter(community, "feedback.parts_due_days")
    due_on = add_working_days(Period.parse(form.period).end, days)
    return Debt(
        duty=COMMENT_DUTY,
        bearer_organization=form.unit,
        owed_to=committee,
        unit=form.unit,
        subject=part,
        # The new unit has its days from when it is asked.
        due_on=max(due_on, add_working_days(today(), days)),
        period=form.period,
        area=community,
    )


_COMPILED = ("facts", "proposed", "exceptions")


def _brought_up_to_date(
    community: Area,
    period: Period,
    committee: Organization,
    subjects: Sequence[Subject],
    standing: dict[int, Feedback],
) -> tuple[list[Feedback], list[Feedback]]:
    """Return every draft as it would be compiled now, and those that stand and differ from it."""
    rules = rules_of(community)
    facts = facts_by_member([each.member_id for each in subjects], community, period)
    moment = now()
    proposals = {}
    drafts = []
    for subject in subjects:
        form = standing.get(subject.member_id) or _begun(community, period, committee, subject)
        has_ended = subject.report_in is not None and _ended_within(subject, period)
        proposals[subject.member_id] = proposal(
            facts[subject.member_id],
            times_wanted(subject, period, rules),
            rules,
            has_ended=has_ended,
            parts=form.parts.all() if form.pk else (),
        )
        drafts.append(form)
    taken, _of = excellent_count(community, str(period))
    forms = len(standing) + sum(1 for each in drafts if each.pk is None)
    undecided = [proposals[each.member_id] for each in drafts if each.evaluated_at is None]
    share_places(undecided, rules.places_among(forms) - taken)
    changed = []
    for form in drafts:
        found = proposals[form.member_id]
        said = facts[form.member_id].as_json()
        if form.evaluated_at is not None and said == form.facts:
            # Somebody has decided on these facts: how places are shared among others changes nothing.
            continue
        compiled = (said, str(found.grade or ""), sorted(found.exceptions))
        if compiled != (form.facts, form.proposed, form.exceptions):
            form.facts, form.proposed, form.exceptions = compiled
            form.compiled_at = moment
            if form.pk is not None:
                changed.append(form)
    return drafts, changed


def _ended_within(subject: Subject, period: Period) -> bool:
    ended = subject.report_in.ended_on if subject.report_in else None
    return ended is not None and ended <= period.end


def _begun(community: Area, period: Period, committee: Organization, subject: Subject) -> Feedback:
    report_in = subject.report_in
    return Feedback(
        community=community,
        committee=committee,
        member_id=subject.member_id,
        unit=subject.unit,
        report_in=report_in,
        period=str(period),
        member_name=subject.name,
        unit_name=subject.unit.name,
        post=subject.post,
        community_name=community.name,
        committee_name=committee.name,
        grid_name=report_in.grid.name if report_in and report_in.grid else "",
        reported_on=report_in.stands_since if report_in else None,
    )


def _ask(
    community: Area,
    period: Period,
    committee: Organization,
    forms: Sequence[Feedback],
    *,
    by: Actor,
) -> None:
    """Write what is now owed: the signature, and the evaluations that the place asks for."""
    asked = parameter(community, "feedback.parts")
    FeedbackPart.objects.bulk_create(
        FeedbackPart(feedback=form, part=part)
        for form in forms
        for part in FeedbackPartKind.values
        if part in asked
    )
    due_on = send_due_on(community, period)
    parts_due = add_working_days(period.end, parameter(community, "feedback.parts_due_days"))
    above = next(iter(committees_above(community)), None)
    bearers: dict[str, dict[str, Any]] = {
        FeedbackPartKind.LEADER: {"duty": COMMENT_DUTY},
        FeedbackPartKind.ORGANIZATION: {"duty": COMMENT_DUTY, "bearer_organization": above},
    }
    debts = [send_debt(form, due_on) for form in forms]
    rows = FeedbackPart.objects.filter(feedback__in=forms, part__in=bearers).select_related(
        "feedback__unit", "feedback__member__person"
    )
    for part in rows:
        form = part.feedback
        owing = dict(bearers[part.part])
        if part.part == FeedbackPartKind.LEADER:
            owing["bearer_organization"] = form.unit
        elif above is None:
            continue
        debts.append(
            Debt(
                owed_to=committee,
                unit=form.unit,
                subject=part,
                due_on=parts_due,
                period=form.period,
                area=community,
                **owing,
            )
        )
    owe(debts, by=by)
    if FeedbackPartKind.SELF in asked:
        _invite(community, period, forms, parts_due, by=by)


def _invite(
    community: Area, period: Period, forms: Sequence[Feedback], until: date, *, by: Actor
) -> None:
    """Ask members once for a word of their own: it is offered, nobody owes it or is chased for it."""
    people = Person.objects.filter(party_member__in=[form.member_id for form in forms])
    values = {
        "community": community.name,
        "period": period.label,
        "until": short_date_cn(until),
    }
    notify(
        kind="feedback.self_asked",
        subject=community,
        recipients=[Recipient(person=person) for person in people.order_by("pk")],
        title=_("%(community)s请您写%(period)s自评，可写可不写") % values,
        body=_(
            "写几句自己参加活动的情况，会附在社区的反馈表上。%(until)s前写好即可，不写也不影响评价。"
        )
        % values,
        by=by,
        period=str(period),
        path=OWN_PAGE,
    )


def how(feedback: Feedback, channel: str) -> str:
    """Return in words how something came that was written down by proxy: 电话, 微信."""
    return channel_word(feedback.community, channel)


def refuse_own(forms: Iterable[Feedback], by: Actor) -> None:
    """Refuse who would evaluate, sign or review what is about themselves."""
    if by.person_id is None:
        return
    if Feedback.objects.filter(
        pk__in=[each.pk for each in forms], member__person=by.person_id
    ).exists():
        raise DecidesOnOneself


def check_grade(grade: str, community: Area) -> None:
    """Refuse a grade that the place does not use."""
    if grade not in rules_of(community).scale:
        raise GradeNotOfThePlace


@transaction.atomic
def evaluate_feedback(
    feedback: Feedback,
    *,
    grade: str,
    by: Actor,
    opinion: str = "",
    conduct: str = "",
    problems: str = "",
) -> Feedback:
    """Say on a form what the community thinks; the signature comes later."""
    refuse_own([feedback], by)
    check_grade(grade, feedback.community)
    if (
        not Feedback.objects.drafts()
        .filter(pk=feedback.pk)
        .update(
            grade=grade,
            opinion=opinion,
            conduct=conduct,
            problems=problems,
            evaluated_at=now(),
            evaluated_by=by.post,
        )
    ):
        raise FeedbackAlreadySigned
    feedback.refresh_from_db()
    _mirror([feedback], by=by)
    record_event(EventKind.FEEDBACK_EVALUATED, target=feedback, by=by)
    return feedback


@transaction.atomic
def grade_feedbacks(feedbacks: Iterable[Feedback], *, grade: str, by: Actor) -> int:
    """Give several forms of one community the same grade in one press; what they say else stays."""
    keys = [each.pk for each in feedbacks]
    forms = list(
        Feedback.objects.drafts()
        .filter(pk__in=keys)
        .select_related("community")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    refuse_own(forms, by)
    for community in {form.community for form in forms}:
        check_grade(grade, community)
    moment = now()
    for form in forms:
        form.grade, form.evaluated_at, form.evaluated_by = grade, moment, by.post
    Feedback.objects.bulk_update(forms, ("grade", "evaluated_at", "evaluated_by"))
    _mirror(forms, by=by)
    for form in forms:
        record_event(EventKind.FEEDBACK_EVALUATED, target=form, by=by)
    return len(forms)


def _mirror(forms: Iterable[Feedback], *, by: Actor) -> None:
    """社区参评 is what the community says on the form itself: nobody types it twice."""
    moment = now()
    for form in forms:
        FeedbackPart.objects.filter(feedback=form, part=FeedbackPartKind.COMMUNITY).update(
            grade=form.grade,
            text=form.opinion or form.conduct,
            given_at=moment,
            given_by=by.post,
        )


@transaction.atomic
def give_part(
    part: FeedbackPart,
    *,
    by: Actor,
    grade: str = "",
    text: str = "",
    satisfied: int | None = None,
    basically: int | None = None,
    dissatisfied: int | None = None,
    unanswered: int | None = None,
    channel: str = "",
    on: date | None = None,
) -> FeedbackPart:
    """Answer one of the evaluations that were asked for; until the signature it may be given anew."""
    feedback = (
        Feedback.objects.select_for_update(of=("self",))
        .select_related("community", "unit", "committee", "member__person")
        .get(pk=part.feedback_id)
    )
    if not feedback.is_draft:
        raise FeedbackAlreadySigned
    if part.part == FeedbackPartKind.COMMUNITY:
        raise PartAlreadyGiven
    if part.part != FeedbackPartKind.SELF or channel:
        refuse_own([feedback], by)
    # Read anew behind the lock: they may have written it since the page was opened.
    if channel and FeedbackPart.objects.get(pk=part.pk).is_in_own_words:
        raise SaidByThemselves
    voices = (satisfied, basically, dissatisfied)
    if part.part == FeedbackPartKind.MASSES:
        if not any(voices):
            raise VoicesMissing
    elif grade:
        check_grade(grade, feedback.community)
    part.grade, part.text, part.channel = grade, text, channel
    part.satisfied, part.basically, part.dissatisfied = voices
    part.unanswered = unanswered
    part.given_at, part.given_by = now(), by.post
    part.full_clean(exclude=("feedback",))
    part.save()
    _pay_part(part, feedback, on=on, by=by)
    record_event(
        EventKind.FEEDBACK_PART_GIVEN,
        target=feedback,
        by=by,
        reason=how(feedback, channel),
        changes={"part": str(part.part)},
    )
    return part


def _pay_part(part: FeedbackPart, feedback: Feedback, *, on: date | None, by: Actor) -> None:
    if part.part == FeedbackPartKind.LEADER:
        pay(
            duty=COMMENT_DUTY,
            bearer=feedback.unit,
            subject=part,
            period=feedback.period,
            paid_with=feedback,
            on=on,
            by=by,
        )
    elif part.part == FeedbackPartKind.ORGANIZATION:
        for above in committees_above(feedback.community)[:1]:
            pay(
                duty=COMMENT_DUTY,
                bearer=above,
                subject=part,
                period=feedback.period,
                paid_with=feedback,
                on=on,
                by=by,
            )


def usual_opinion(feedback: Feedback, grade: str) -> str:
    """Return the sentence of a form that nobody opened: what the record says, and the grade."""
    facts = feedback.facts
    said = [
        _("%(period)s在%(community)s参加服务%(times)d次、共%(hours)s")
        % {
            "period": feedback.period_label,
            "community": feedback.community_name,
            "times": facts.get("times", 0),
            "hours": hours_cn(facts.get("hours", "0")),
        }
    ]
    if facts.get("claims"):
        said.append(
            _("认领事项%(claims)d项、完成%(completed)d项")
            % {"claims": facts["claims"], "completed": facts.get("completed", 0)}
        )
    return _("该同志%(facts)s，评价为%(grade)s。") % {
        "facts": "，".join(said),
        "grade": Grade(grade).label,
    }


def is_written_by_itself(feedback: Feedback) -> bool:
    """Whether nobody wrote the opinion of a form: it says what its facts and grade say."""
    return bool(feedback.grade) and feedback.opinion == usual_opinion(feedback, feedback.grade)


__all__ = (
    "Compilation",
    "check_grade",
    "compile_due_feedback",
    "compile_feedback",
    "evaluate_feedback",
    "give_part",
    "grade_feedbacks",
    "how",
    "is_written_by_itself",
    "refuse_own",
    "usual_opinion",
)
