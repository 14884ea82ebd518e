"""What a unit does with feedback: receipt, use, answer; and what its member says to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, FeedbackPartKind, FeedbackState, ObjectionState
from members.exceptions import (
    AlreadyObjected,
    ExcellentOverCap,
    FeedbackAlreadyAcknowledged,
    FeedbackNotAcknowledged,
    FeedbackReplaced,
    NothingPicked,
    ObjectionAlreadyReviewed,
    ObjectionStillOpen,
    ReviewerSigned,
    SameUseRecorded,
    TooLateToObject,
    UsedInFuture,
)
from members.models import Feedback, FeedbackDelivery, FeedbackUse, Objection
from members.queries.facts import facts_of
from members.queries.feedback import (
    ACKNOWLEDGE_DUTY,
    REVIEW_DUTY,
    USE_DUTY,
    excellent_count,
    rules_of,
)
from members.services.feedback_compiling import (
    check_grade,
    how,
    is_written_by_itself,
    refuse_own,
    usual_opinion,
)
from members.services.feedback_signing import debt_of, deliver, terms_of
from partybuild.access import Actor, Role
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event, record_events
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.calendar.words import short_date_cn
from partybuild.documents.services.numbering import receipt_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import Payment, change_due, owe, pay, pay_many, void
from partybuild.obligations.services.escalating import committees_above
from partybuild.organizations.models import Organization


@transaction.atomic
def acknowledge_feedback(
    feedbacks: Iterable[Feedback],
    *,
    by: Actor,
    channel: str = "",
    on: date | None = None,
) -> str:
    """The unit has received these forms; returns the receipt's number, one for each committee.

    `channel` says how the community heard so where it enters it by proxy.
    """
    forms = list(
        Feedback.objects.unacknowledged()
        .filter(pk__in=[each.pk for each in feedbacks])
        .select_related("unit", "committee", "community")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    if not forms:
        raise FeedbackAlreadyAcknowledged
    moment = now()
    numbers = _receipts(forms, today().year)
    for form in forms:
        form.state = FeedbackState.ACKNOWLEDGED
        form.acknowledged_at, form.acknowledged_by = moment, by.post
        form.acknowledge_channel, form.receipt_number = channel, numbers[form.committee_id]
    Feedback.objects.bulk_update(
        forms,
        ("state", "acknowledged_at", "acknowledged_by", "acknowledge_channel", "receipt_number"),
    )
    due_on = {area.pk: _use_due_on(area) for area in {form.community for form in forms}}
    owe([debt_of(USE_DUTY, form, due_on[form.community_id]) for form in forms], by=by)
    _pay(forms, ACKNOWLEDGE_DUTY, on=on, by=by)
    _note(EventKind.FEEDBACK_ACKNOWLEDGED, forms, channel, changes={}, by=by)
    return "、".join(numbers.values())


def _receipts(forms: Sequence[Feedback], year: int) -> dict[int, str]:
    """Return one receipt for each committee; its registers are locked in the order of their keys."""
    committees = {form.committee_id: form.committee for form in forms}
    return {key: receipt_number(committees[key], year) for key in sorted(committees)}


@transaction.atomic
def acknowledge_delivery(
    delivery: FeedbackDelivery, *, by: Actor, channel: str = "", on: date | None = None
) -> str:
    """The unit has received everything of one delivery that it has not acknowledged yet."""
    forms = Feedback.objects.unacknowledged().filter(delivery=delivery)
    return acknowledge_feedback(forms, by=by, channel=channel, on=on)


def _pay(forms: Sequence[Feedback], duty: str, *, by: Actor, on: date | None = None) -> None:
    for period in sorted({form.period for form in forms}):
        pay_many(
            [Payment(form.unit, form, form) for form in forms if form.period == period],
            duty=duty,
            period=period,
            on=on,
            by=by,
        )


def _note(
    kind: str, forms: Sequence[Feedback], channel: str, *, changes: dict[str, Any], by: Actor
) -> None:
    # How a thing came is said in the words of its place: one of each community asks for them.
    for one in {form.community_id: form for form in forms}.values():
        own = [(form, changes) for form in forms if form.community_id == one.community_id]
        record_events(kind, targets=own, by=by, reason=how(one, channel))


def _use_due_on(community: Area) -> date:
    return add_working_days(today(), parameter(community, "feedback.use_due_days"))


@transaction.atomic
def record_use(
    feedbacks: Iterable[Feedback],
    *,
    kind: str,
    used_on: date,
    by: Actor,
    note: str = "",
    answer: str = "",
    channel: str = "",
) -> int:
    """The unit records what it used these forms for, and what it answers the community.

    `channel` says how the community heard of it where it enters it by proxy.
    """
    forms = list(
        Feedback.objects.filter(pk__in=[each.pk for each in feedbacks])
        .select_related("unit", "committee", "community")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    if not forms:
        raise NothingPicked
    refuse_own(forms, by)
    if used_on > today():
        raise UsedInFuture
    states = {form.state for form in forms}
    if FeedbackState.REPLACED in states:
        raise FeedbackReplaced
    if states - {FeedbackState.ACKNOWLEDGED, FeedbackState.USED}:
        raise FeedbackNotAcknowledged
    if Objection.objects.open().filter(feedback__in=forms).exists():
        raise ObjectionStillOpen
    try:
        with transaction.atomic():
            FeedbackUse.objects.bulk_create(
                FeedbackUse(
                    feedback=form,
                    kind=kind,
                    note=note,
                    used_on=used_on,
                    post=by.post,
                    channel=channel,
                )
                for form in forms
            )
    except IntegrityError as clash:
        raise SameUseRecorded from clash
    moment = now()
    for form in forms:
        form.state = FeedbackState.USED
        if answer:
            form.answer, form.answered_at, form.answered_by = answer, moment, by.post
    Feedback.objects.bulk_update(forms, ("state", "answer", "answered_at", "answered_by"))
    _pay(forms, USE_DUTY, by=by)
    _note(EventKind.FEEDBACK_USED, forms, channel, changes={"use": kind}, by=by)
    if answer and not channel:
        _tell_answer(forms, by=by)
    return len(forms)


def _tell_answer(forms: Sequence[Feedback], *, by: Actor) -> None:
    """Tell each committee once that a unit has answered, however many forms it answered at once."""
    by_committee: dict[int, list[Feedback]] = {}
    for form in forms:
        by_committee.setdefault(form.committee_id, []).append(form)
    for each in by_committee.values():
        first = each[0]
        notify(
            kind="feedback.answered",
            subject=first,
            recipients=[Recipient(organization=first.committee)],
            title=_("%(unit)s答复了%(period)s党员活动情况反馈表%(count)d份")
            % {"unit": first.unit_name, "period": first.period_label, "count": len(each)},
            body=_("%(unit)s已登记结果运用并填写阅处意见，请登录查看。")
            % {"unit": first.unit_name},
            by=by,
            round=first.uses.count(),
            period=first.period,
            path=first.get_absolute_url(),
        )


@transaction.atomic
def raise_objection(
    feedback: Feedback, *, text: str, by: Actor, channel: str = "", on: date | None = None
) -> Objection:
    """A member objects to what a form says; somebody who did not sign it reviews it by a date."""
    form = (
        Feedback.objects.select_for_update(of=("self",))
        .select_related("community", "committee", "unit", "member__person")
        .get(pk=feedback.pk)
    )
    if form.state == FeedbackState.REPLACED:
        raise FeedbackReplaced
    if form.object_until is None or (on or today()) > form.object_until:
        raise TooLateToObject
    due_on = add_working_days(today(), parameter(form.community, "feedback.review_due_days"))
    objection = Objection(feedback=form, text=text, channel=channel, due_on=due_on)
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as clash:
        raise AlreadyObjected from clash
    # Whoever signed does not review: the committee above is always somebody else.
    above = next(iter(committees_above(form.community)), form.committee)
    owe(
        [
            Debt(
                duty=REVIEW_DUTY,
                bearer_organization=above,
                owed_to=form.unit,
                unit=form.unit,
                subject=objection,
                due_on=due_on,
                period=form.period,
                area=form.community,
            )
        ],
        by=by,
    )
    record_event(EventKind.FEEDBACK_OBJECTED, target=form, by=by, reason=how(form, channel))
    _tell_of_objection(objection, form, above, by=by)
    return objection


def _tell_of_objection(
    objection: Objection, form: Feedback, above: Organization, *, by: Actor
) -> None:
    """Ask those who may review it; whoever signed, and who may only look, learns of it."""
    posts = list(
        Appointment.objects.filter(organization=form.committee)
        .current(today())
        .select_related("person")
        .order_by("pk")
    )
    concerned = {form.signer_id, form.member.person_id}
    here = {post.person_id: post.person for post in posts}
    may_review = {
        post.person_id
        for post in posts
        if post.role == Role.COMMUNITY_SECRETARY and post.person_id not in concerned
    }
    asked = [Recipient(form.committee, here[pk]) for pk in here if pk in may_review]
    if above.pk != form.committee_id or not asked:
        asked.insert(0, Recipient(above))
    words = {"community": form.community_name, "period": form.period_label}
    due = {"due": short_date_cn(objection.due_on)}
    common: dict[str, Any] = {
        "subject": objection,
        "by": by,
        "period": form.period,
        "path": objection.get_absolute_url(),
    }
    notify(
        kind="feedback.objected",
        recipients=asked,
        title=_("有党员对%(community)s%(period)s反馈表提出异议，请复核") % words,
        body=_("请签发人以外的书记或街道党组织在%(due)s前复核。") % due,
        **common,
    )
    if above.pk == form.committee_id:
        return
    notify(
        kind="feedback.objection_noted",
        recipients=[
            Recipient(form.committee, person)
            for pk, person in here.items()
            if pk not in may_review and pk != form.member.person_id
        ],
        title=_("有党员对%(community)s%(period)s反馈表提出异议") % words,
        body=_(
            "由签发人以外的书记或街道党组织在%(due)s前复核，签发人不参加。请备好服务记录，供复核时核对。"
        )
        % due,
        **common,
    )


def _decide(objection: Objection, state: ObjectionState, review: str, *, by: Actor) -> Feedback:
    """Claim an objection for one reviewer, who neither signed the form nor is spoken of on it."""
    form = (
        Feedback.objects.select_for_update(of=("self",))
        .select_related("community", "committee", "unit", "member__person", "report_in")
        .get(pk=objection.feedback_id)
    )
    refuse_own([form], by)
    if by.person_id is not None and form.signer_id == by.person_id:
        raise ReviewerSigned
    if (
        not Objection.objects.open()
        .filter(pk=objection.pk)
        .update(state=state, review=review, reviewed_at=now(), reviewed_by=by.post)
    ):
        raise ObjectionAlreadyReviewed
    objection.refresh_from_db()
    above = next(iter(committees_above(form.community)), form.committee)
    pay(duty=REVIEW_DUTY, bearer=above, subject=objection, paid_with=form, by=by)
    record_event(
        EventKind.FEEDBACK_REVIEWED, target=form, by=by, changes={"state": str(objection.state)}
    )
    return form


@transaction.atomic
def reject_objection(objection: Objection, *, review: str, by: Actor) -> Objection:
    """What the form says stands, with the reviewer's reasons beside it."""
    form = _decide(objection, ObjectionState.REJECTED, review, by=by)
    # The unit could not use it meanwhile.
    if form.state == FeedbackState.ACKNOWLEDGED:
        change_due(duty=USE_DUTY, subject=form, due_on=_use_due_on(form.community), by=by)
    _tell_member(form, objection, by=by)
    return objection


@transaction.atomic
def uphold_objection(
    objection: Objection,
    *,
    review: str,
    grade: str,
    by: Actor,
    opinion: str = "",
    conduct: str = "",
    problems: str = "",
) -> Feedback:
    """The reviewer agrees: a revised version with today's facts goes out, the old one stays as it was.

    A sentence that was written out of the old facts is written anew out of these.
    """
    old = _decide(objection, ObjectionState.UPHELD, review, by=by)
    check_grade(grade, old.community)
    Area.objects.select_for_update(no_key=True).get(pk=old.community_id)
    was = old.state
    Feedback.objects.filter(pk=old.pk).update(state=FeedbackState.REPLACED)
    why = _("已出修订版")
    if was == FeedbackState.SENT:
        void(duty=ACKNOWLEDGE_DUTY, subject=old, by=by, reason=why)
    elif was == FeedbackState.ACKNOWLEDGED:
        void(duty=USE_DUTY, subject=old, by=by, reason=why)
    facts = facts_of(old.member, old.community, Period.parse(old.period))
    revised = Feedback(
        **{name: getattr(old, name) for name in _KEPT},
        version=old.version + 1,
        replaces=old,
        facts=facts.as_json(),
        compiled_at=now(),
        grade=grade,
        conduct=conduct,
        problems=problems,
        evaluated_at=now(),
        evaluated_by=by.post,
    )
    is_kept = opinion == old.opinion and is_written_by_itself(old)
    revised.opinion = usual_opinion(revised, grade) if is_kept or not opinion else opinion
    revised.freeze_areas(old.community)
    revised.save()
    _check_places(revised)
    for part in old.parts.all():
        if part.part == FeedbackPartKind.COMMUNITY and part.text == old.opinion:
            part.grade, part.text = revised.grade, revised.opinion
        part.pk, part.feedback = None, revised
        part._state.adding = True
        part.uid = type(part)._meta.get_field("uid").get_default()
        part.save()
    record_event(
        EventKind.FEEDBACK_REVISED,
        target=revised,
        by=by,
        changes={"version": [old.version, revised.version]},
    )
    deliver([revised], terms=terms_of(old.community), is_revision=True, by=by)
    _tell_member(revised, objection, by=by)
    return revised


_KEPT = (
    "community",
    "committee",
    "member",
    "unit",
    "report_in",
    "period",
    "number",
    "member_name",
    "unit_name",
    "post",
    "community_name",
    "committee_name",
    "grid_name",
    "reported_on",
)


def _check_places(revised: Feedback) -> None:
    taken, of = excellent_count(revised.community, revised.period)
    places = rules_of(revised.community).places_among(of)
    if revised.grade == "excellent" and taken > places:
        raise ExcellentOverCap(places, taken)


def _tell_member(form: Feedback, objection: Objection, *, by: Actor) -> None:
    notify(
        kind="feedback.reviewed",
        subject=objection,
        recipients=[Recipient(person=form.member.person)],
        title=_("您对%(period)s反馈表的异议已复核：%(result)s")
        % {"period": form.period_label, "result": objection.get_state_display()},
        body=_("复核意见：%(review)s") % {"review": objection.review},
        by=by,
        period=form.period,
        path=form.get_absolute_url(),
    )
