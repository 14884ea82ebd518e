"""Signing feedback: one signature for a list of hundreds, sent to each unit in one delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, FeedbackPartKind, FeedbackState, Grade
from members.exceptions import ExcellentOverCap, NothingPicked
from members.models import Feedback, FeedbackDelivery, FeedbackPart
from members.queries.feedback import (
    ACKNOWLEDGE_DUTY,
    COMMENT_DUTY,
    SEND_DUTY,
    excellent_count,
    rules_of,
    send_debt,
    send_due_on,
)
from members.services.feedback_compiling import OWN_PAGE, compile_feedback, usual_opinion
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries.inherited import parameters_of
from partybuild.audit.services import record_event, record_events
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.calendar.words import short_date_cn
from partybuild.documents.composition import number_on_paper
from partybuild.documents.services.numbering import take_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import Payment, owe, pay_many, void_many

PREFIX = "反馈"


@dataclass
class Signed:
    """What one signature did, and what it left for somebody to look at."""

    sent: list[Feedback] = field(default_factory=list)
    deliveries: list[FeedbackDelivery] = field(default_factory=list)
    # Changed since the signer saw them.
    stale: list[Feedback] = field(default_factory=list)
    # Exceptions that nobody has opened.
    unopened: list[Feedback] = field(default_factory=list)
    # About the signer.
    own: list[Feedback] = field(default_factory=list)


@transaction.atomic
def sign_feedback(
    *, community: Area, period: Period, picked: Mapping[UUID, str], conduct: str = "", by: Actor
) -> Signed:
    """Sign and send the forms that were picked, as they were seen.

    `picked` is {uid: its mark when it was shown}: what has changed since, be it by a record
    certified a minute ago, is left and named; nobody signs what they have not seen.
    `conduct` is what the signer says of all on whose form nothing is said about it yet.
    """
    if not picked:
        raise NothingPicked
    # Takes the community's lock: of two signing at once the second finds nothing left.
    compile_feedback(community, period, by=by)
    drafts = list(
        Feedback.objects.drafts()
        .filter(community=community, period=str(period), uid__in=picked)
        .select_related("unit", "committee", "community", "member__person")
        .order_by("unit__sort", "unit_id", "member__person__sort", "member_name", "pk")
        .select_for_update(of=("self",))
    )
    done = Signed()
    for form in drafts:
        if by.person_id is not None and form.member.person_id == by.person_id:
            done.own.append(form)
        elif form.mark != picked[form.uid]:
            done.stale.append(form)
        elif not form.grade and (form.exceptions or not form.proposed):
            done.unopened.append(form)
        else:
            done.sent.append(form)
    _check_cap(community, period, done.sent)
    for form in done.sent:
        form.conduct = form.conduct or conduct.strip()
    _sign(done, community, period, by=by)
    return done


def _check_cap(community: Area, period: Period, forms: Sequence[Feedback]) -> None:
    taken, of = excellent_count(community, str(period))
    # Those that nobody opened are counted by what is proposed, the others stand in the table.
    asked = taken + sum(1 for each in forms if not each.grade and each.proposed == Grade.EXCELLENT)
    places = rules_of(community).places_among(of)
    if asked > places:
        raise ExcellentOverCap(places, asked)


@dataclass(frozen=True)
class Terms:
    """Until when the unit acknowledges and the member may object."""

    acknowledge_by: date
    object_until: date


def terms_of(community: Area) -> Terms:
    """Return the terms of what is sent today."""
    values = parameters_of(community, ("feedback.acknowledge_due_days", "feedback.object_days"))
    day = today()
    return Terms(
        acknowledge_by=add_working_days(day, values["feedback.acknowledge_due_days"]),
        object_until=day + timedelta(days=values["feedback.object_days"]),
    )


def _sign(done: Signed, community: Area, period: Period, *, by: Actor) -> None:
    if not done.sent:
        return
    terms = terms_of(community)
    by_unit: dict[int, list[Feedback]] = {}
    for form in done.sent:
        if not form.grade:
            form.grade = form.proposed
        if not form.opinion:
            form.opinion = usual_opinion(form, form.grade)
        by_unit.setdefault(form.unit_id, []).append(form)
    for forms in by_unit.values():
        done.deliveries.append(deliver(forms, terms=terms, by=by))
    _settle(done.sent, community, period, by=by)


def deliver(
    forms: Sequence[Feedback], *, terms: Terms, by: Actor, is_revision: bool = False
) -> FeedbackDelivery:
    """Send graded forms of one unit as one delivery: signed, owed a receipt, told to unit and members."""
    first = forms[0]
    moment = now()
    delivery = FeedbackDelivery.objects.create(
        community=first.community,
        committee=first.committee,
        unit=first.unit,
        period=first.period,
        count=len(forms),
        community_name=first.community_name,
        committee_name=first.committee_name,
        unit_name=first.unit_name,
        is_revision=is_revision,
        sent_at=moment,
        sent_by=by.post,
        due_on=terms.acknowledge_by,
    )
    _number(forms)
    for form in forms:
        form.state = FeedbackState.SENT
        form.delivery = delivery
        form.signed_at, form.signed_by = moment, by.post
        form.signer_id = by.person_id
        form.object_until = terms.object_until
    Feedback.objects.bulk_update(
        forms,
        (
            "state",
            "number",
            "delivery",
            "grade",
            "conduct",
            "opinion",
            "signed_at",
            "signed_by",
            "signer",
            "object_until",
        ),
    )
    owe([debt_of(ACKNOWLEDGE_DUTY, form, terms.acknowledge_by) for form in forms], by=by)
    record_events(EventKind.FEEDBACK_SENT, targets=[(form, {}) for form in forms], by=by)
    record_event(
        EventKind.FEEDBACK_DELIVERED, target=delivery, by=by, changes={"count": len(forms)}
    )
    _tell(delivery, forms, terms=terms, by=by)
    return delivery


def _number(forms: Sequence[Feedback]) -> None:
    """Give each form that has none its number out of the community's register."""
    fresh = [form for form in forms if not form.number]
    if not fresh:
        return
    year = today().year
    first = take_number(fresh[0].committee, prefix=PREFIX, year=year, count=len(fresh))
    for place, form in enumerate(fresh):
        form.number = number_on_paper(PREFIX, year, first + place)


def debt_of(duty: str, form: Feedback, due_on: date) -> Debt:
    """What a form's unit owes the committee that signed it."""
    return Debt(
        duty=duty,
        bearer_organization=form.unit,
        owed_to=form.committee,
        unit=form.unit,
        subject=form,
        due_on=due_on,
        period=form.period,
        area=form.community,
    )


def _tell(
    delivery: FeedbackDelivery, forms: Sequence[Feedback], *, terms: Terms, by: Actor
) -> None:
    values = {
        "committee": delivery.committee_name,
        "period": delivery.period_label,
        "count": delivery.count,
        "due": short_date_cn(terms.acknowledge_by),
        "until": short_date_cn(terms.object_until),
    }
    notify(
        kind="feedback.sent",
        subject=delivery,
        recipients=[Recipient(organization=delivery.unit)],
        title=(
            _("%(committee)s%(period)s党员活动情况反馈表（修订版），请签收") % values
            if delivery.is_revision
            else _("%(committee)s%(period)s党员活动情况反馈表%(count)d份，请签收") % values
        ),
        # How many, and nothing of what they say: the liaison and a mail's link read no form.
        body=_(
            "%(committee)s已签发贵单位党员%(period)s活动情况反馈表，共%(count)d份。"
            "请在%(due)s前签收。内容由单位党组织书记登录查看。"
        )
        % values,
        by=by,
        period=delivery.period,
        path=delivery.get_absolute_url(),
        link_action="feedback.acknowledge",
    )
    notify(
        kind="feedback.told",
        subject=delivery,
        recipients=[Recipient(person=form.member.person) for form in forms],
        title=_("%(committee)s已反馈您%(period)s参加活动的情况") % values,
        body=_(
            "%(committee)s已向您所在单位反馈您%(period)s参加社区活动的情况，您可以登录查看全文。"
            "如有不同意见，请在%(until)s前提出，由签发人以外的人复核。"
        )
        % values,
        by=by,
        period=delivery.period,
        path=OWN_PAGE,
    )


def _settle(forms: Sequence[Feedback], community: Area, period: Period, *, by: Actor) -> None:
    """Pay what the signature paid, and ask nobody any more what can no longer be said."""
    due_on = send_due_on(community, period)
    owe([send_debt(form, due_on) for form in forms], by=by)
    pay_many(
        [Payment(form.committee, form.member, form) for form in forms],
        duty=SEND_DUTY,
        period=str(period),
        by=by,
    )
    unsaid = FeedbackPart.objects.filter(
        feedback__in=forms,
        given_at=None,
        part__in=(FeedbackPartKind.LEADER, FeedbackPartKind.ORGANIZATION),
    ).select_related("feedback")
    void_many(duty=COMMENT_DUTY, subjects=list(unsaid), by=by, reason=_("反馈表已签发"))
    own_words = FeedbackPart.objects.filter(
        feedback__in=forms, part=FeedbackPartKind.COMMUNITY, given_at=None
    ).select_related("feedback")
    moment = now()
    for part in own_words:
        part.grade, part.text = part.feedback.grade, part.feedback.opinion
        part.given_at, part.given_by = moment, by.post
    FeedbackPart.objects.bulk_update(own_words, ("grade", "text", "given_at", "given_by"))
