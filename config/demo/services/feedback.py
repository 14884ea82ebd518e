"""Feedback in the demo: one community gives it each quarter, part of it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from members.models import Feedback, FeedbackDelivery, FeedbackPart
from members.services import (
    acknowledge_delivery,
    compile_feedback,
    evaluate_feedback,
    give_part,
    raise_objection,
    record_use,
    sign_feedback,
)
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.areas.services.settings import set_parameter
from partybuild.calendar import Period, today, working_days_between

if TYPE_CHECKING:
    from config.demo.services.people import Staff
    from config.demo.services.places import Places

_SIGNED_UNITS = 4
# Working days until the forms are due, and the most that the parameter takes.
_DAYS_LEFT, _MOST_DAYS = 6, 90


def give_feedback(places: Places, staff: Staff, *, by: Actor) -> None:
    """Compile last quarter's forms, sign those of four units, let the first unit use them."""
    community = places.communities[0]
    secretary, worker = actor_in(staff.secretaries[0]), actor_in(staff.workers[0])
    set_parameter(community, key="feedback.cycle", value="quarterly", by=by)
    period = Period.of(today()).previous()
    # Wherever in the quarter the demo begins, its forms are this week's work.
    days = min(working_days_between(period.end, today()) + _DAYS_LEFT, _MOST_DAYS)
    set_parameter(community, key="feedback.send_due_days", value=days, by=by)
    compile_feedback(community, period, by=by)
    units = [unit.organization for unit in places.units[:_SIGNED_UNITS]]
    drafts = Feedback.objects.drafts().filter(community=community, period=str(period))
    masses = FeedbackPart.objects.filter(feedback__in=drafts, part="masses")
    for part in masses.order_by("pk")[:12]:
        give_part(part, satisfied=11, basically=3, unanswered=1, text="居民代表评议会", by=worker)
    own = drafts.filter(unit__in=units)
    for form in own.filter(proposed=""):
        evaluate_feedback(
            form,
            grade="qualified",
            opinion="本期因工作原因未能参加，已说明情况。",
            by=worker,
        )
    for form in own.exclude(exceptions=[]).filter(evaluated_at=None):
        evaluate_feedback(form, grade="qualified", by=worker)
    picked = {each.uid: each.mark for each in own.all()}
    if not picked:
        return
    sign_feedback(community=community, period=period, picked=picked, by=secretary)
    _receive(places, staff, by=worker)


def _receive(places: Places, staff: Staff, *, by: Actor) -> None:
    first = places.units[0]
    delivery = FeedbackDelivery.objects.filter(unit=first.organization).first()
    if delivery is None:
        return
    acknowledge_delivery(delivery, by=actor_in(staff.liaisons[first.pk]))
    forms = list(Feedback.objects.filter(delivery=delivery).order_by("pk"))
    record_use(
        forms[:1],
        kind="review",
        used_on=today(),
        note="作为民主评议参考",
        answer="已在支部党员大会上通报，感谢社区。",
        by=actor_in(staff.unit_secretaries[first.pk]),
    )
    if len(forms) > 1:
        raise_objection(forms[-1], text="有一次夜间巡逻没有记上，请核对。", channel="phone", by=by)
