"""Feedback: compiled by itself, evaluated in five parts, signed at once, received, used, objected to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from config.play.city import PlayCity, PlayCommunity
from config.play.days import BY_PHONE, LATE, NEVER, PROMPT, REMINDED, Days
from members.enums import FeedbackPartKind, FeedbackState, Grade
from members.models import Feedback, FeedbackDelivery, FeedbackPart, Objection
from members.queries.feedback import ACKNOWLEDGE_DUTY, SEND_DUTY, last_period
from members.services import (
    acknowledge_delivery,
    evaluate_feedback,
    give_part,
    grade_feedbacks,
    raise_objection,
    record_use,
    reject_objection,
    sign_feedback,
    uphold_objection,
)
from partybuild import calendar
from partybuild.access import Actor, require
from partybuild.areas.services.settings import set_parameter
from partybuild.calendar import Period

# What goes differently, by the community's place in the street.
EVERY_QUARTER = 0
SIGNS_LATE, NEVER_SIGNS, ASKS_RESIDENTS = 4, 6, 3
# How many members of a community object, and of how many the reviewer says that they are right.
OBJECTIONS = 2


@dataclass
class FeedbackPlay:
    """Every community whose period of feedback ends with the quarter."""

    city: PlayCity
    days: Days
    cycle: str = ""
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("feedback")

    def write(self) -> None:
        """Put the days after the quarter on the calendar where a period ends with it."""
        first = self.city.communities[EVERY_QUARTER]
        if self.cycle:
            set_parameter(
                self.city.street, key="feedback.cycle", value=self.cycle, by=self.city.staff
            )
        # One community wants to know every quarter, and asks for all five evaluations.
        set_parameter(first.area, key="feedback.cycle", value="quarterly", by=first.secretary)
        set_parameter(
            first.area,
            key="feedback.parts",
            value=list(FeedbackPartKind.values),
            by=first.secretary,
        )
        end = self.days.period.end
        for number, community in enumerate(self.city.communities):
            period = last_period(community.area, self.days.after(end, 1))
            if period.end == end:
                self._write(community, number, period)

    def _write(self, community: PlayCommunity, number: int, period: Period) -> None:
        end = self.days.period.end
        self.days.on(self.days.after(end, 1), lambda: self._ask_around(community, number, period))
        self.days.on(self.days.after(end, 8), lambda: self._exceptions(community, period))
        if number == NEVER_SIGNS:
            self.days.leave(SEND_DUTY, community.committee, "does not sign")
            return
        wait = 18 if number == SIGNS_LATE else 9 + self.dice.randrange(3)
        self.days.on(self.days.after(end, wait), lambda: self._sign(community, period))

    # -- Before the signature --------------------------------------------------------------------------
    def _drafts(self, community: PlayCommunity, period: Period) -> list[Feedback]:
        rows = Feedback.objects.drafts().filter(community=community.area, period=str(period))
        return list(rows.select_related("member__person", "unit", "community").order_by("pk"))

    def _ask_around(self, community: PlayCommunity, number: int, period: Period) -> None:
        drafts = self._drafts(community, period)
        self.days.done["feedback forms compiled"] += len(drafts)
        parts = FeedbackPart.objects.filter(feedback__in=drafts).select_related(
            "feedback__member", "feedback__unit"
        )
        for part in parts.order_by("pk"):
            if part.part == FeedbackPartKind.SELF:
                self._expect_self(part, community)
        self._expect_comments(list(parts.order_by("pk")))
        if number < ASKS_RESIDENTS:
            voices = [part for part in parts if part.part == FeedbackPartKind.MASSES]
            self.days.on(
                self.days.after(calendar.today(), 4),
                lambda: self._residents(voices, community),
            )

    def _expect_self(self, part: FeedbackPart, community: PlayCommunity) -> None:
        habit = self.days.habit(self.dice)
        voice = self.city.voice(part.feedback.member_id)
        # Who says nothing is asked no more once the form is signed: unanswered is no answer.
        if habit in {NEVER, LATE} or (voice is None and habit != BY_PHONE):
            return
        wait = {PROMPT: 1, REMINDED: 4, BY_PHONE: 3}[habit]
        self.days.on(
            self.days.after(calendar.today(), wait),
            lambda: self._say_self(part, community, habit == BY_PHONE),
        )

    def _say_self(self, part: FeedbackPart, community: PlayCommunity, by_phone: bool) -> None:
        voice = None if by_phone else self.city.voice(part.feedback.member_id)
        by = voice or community.worker
        require(by, "feedback.self_evaluate" if voice else "feedback.self_evaluate_proxy")
        give_part(
            part,
            grade=Grade.QUALIFIED,
            text="按时参加活动，今后继续努力。",
            channel="" if voice else "phone",
            by=by,
        )
        self.days.done["evaluations by oneself"] += 1

    def _expect_comments(self, parts: list[FeedbackPart]) -> None:
        """A unit comments on all its people in one sitting, the committee above on everybody."""
        by_unit: dict[int, list[FeedbackPart]] = {}
        above = [part for part in parts if part.part == FeedbackPartKind.ORGANIZATION]
        for part in parts:
            if part.part == FeedbackPartKind.LEADER:
                by_unit.setdefault(part.feedback.unit_id, []).append(part)
        for unit, own in by_unit.items():
            habit = self.days.habit(self.dice)
            if habit in {NEVER, LATE}:
                continue
            speaker = self.city.unit(unit).secretary
            self.days.on(
                self.days.after(calendar.today(), 3),
                lambda own=own, speaker=speaker: self._comment(own, speaker),  # type: ignore[misc]
            )
        if above:
            self.days.on(
                self.days.after(calendar.today(), 5),
                lambda: self._comment(above, self.city.staff),
            )

    def _comment(self, parts: Iterable[FeedbackPart], speaker: Actor) -> None:
        require(speaker, "feedback.comment")
        for part in parts:
            give_part(part, grade=Grade.QUALIFIED, text="表现良好", by=speaker)
            self.days.done["comments of units and the committee above"] += 1

    def _residents(self, parts: list[FeedbackPart], community: PlayCommunity) -> None:
        for turn, part in enumerate(parts):
            give_part(
                part,
                satisfied=8 + turn % 4,
                basically=2,
                dissatisfied=1 if turn % 11 == 10 else 0,
                unanswered=1,
                text="居民代表评议会",
                by=community.worker,
            )
        self.days.done["evaluations by residents"] += len(parts)

    def _exceptions(self, community: PlayCommunity, period: Period) -> None:
        """Only what the facts leave open is looked at: one by one where somebody complained."""
        require(community.worker, "feedback.draft")
        drafts = [each for each in self._drafts(community, period) if _waits_for_a_look(each)]
        single = [each for each in drafts if "dissatisfied" in each.exceptions]
        for form in single:
            evaluate_feedback(
                form,
                grade=Grade.QUALIFIED,
                opinion="已与本人谈话，今后改进服务态度。",
                by=community.worker,
            )
        grade_feedbacks(
            [each for each in drafts if each not in single],
            grade=Grade.QUALIFIED,
            by=community.worker,
        )
        self.days.done["feedback forms looked at"] += len(drafts)

    # -- The signature ---------------------------------------------------------------------------------
    def _sign(self, community: PlayCommunity, period: Period, *, again: bool = False) -> None:
        require(community.secretary, "feedback.sign")
        picked = {each.uid: each.mark for each in self._drafts(community, period)}
        if not picked:
            return
        done = sign_feedback(
            community=community.area, period=period, picked=picked, by=community.secretary
        )
        self.days.done["feedback forms signed"] += len(done.sent)
        self.days.done["signatures under feedback"] += 1
        for delivery in done.deliveries:
            self._expect_receipt(delivery, community)
        for form in done.sent[3::7][:OBJECTIONS]:
            self.days.on(
                self.days.after(calendar.today(), 2),
                lambda form=form: self._object(form, community),  # type: ignore[misc]
            )
        if (done.stale or done.unopened) and not again:
            # Something was certified since: it is looked at and signed with the next press.
            self._exceptions(community, period)
            self._sign(community, period, again=True)

    # -- The unit ----------------------------------------------------------------------------------------
    def _expect_receipt(self, delivery: FeedbackDelivery, community: PlayCommunity) -> None:
        habit = self.days.habit(self.dice)
        if habit == NEVER:
            self._leave_receipts(delivery, "does not acknowledge")
            return
        wait = {PROMPT: 1, REMINDED: 6, BY_PHONE: 4, LATE: 12}[habit]
        day = self.days.after(calendar.today(), wait)
        if day > self.days.last:
            self._leave_receipts(delivery, "the play ends")
            return
        self.days.on(day, lambda: self._acknowledge(delivery, community, habit == BY_PHONE))

    def _leave_receipts(self, delivery: FeedbackDelivery, why: str) -> None:
        for form in delivery.feedbacks.order_by("pk"):
            self.days.leave(ACKNOWLEDGE_DUTY, delivery.unit, why, subject=form)

    def _acknowledge(
        self, delivery: FeedbackDelivery, community: PlayCommunity, by_phone: bool
    ) -> None:
        unit = self.city.unit(delivery.unit_id)
        by = community.secretary if by_phone else unit.liaison
        waiting = list(Feedback.objects.unacknowledged().filter(delivery=delivery))
        if not waiting:
            # Replaced by a revised version meanwhile.
            return
        require(by, "feedback.acknowledge_proxy" if by_phone else "feedback.acknowledge")
        acknowledge_delivery(delivery, channel="phone" if by_phone else "", by=by)
        self.days.done["feedback forms acknowledged"] += len(waiting)
        if self.dice.random() < 0.7:
            day = self.days.after(calendar.today(), 2 + self.dice.randrange(4))
            self.days.on(day, lambda: self._use(delivery))

    def _use(self, delivery: FeedbackDelivery) -> None:
        unit = self.city.unit(delivery.unit_id)
        forms = list(
            Feedback.objects.unused()
            .filter(delivery=delivery)
            .exclude(objections__in=Objection.objects.open())
            .order_by("pk")
        )
        if not forms:
            return
        require(unit.secretary, "feedback.use")
        used = record_use(
            forms,
            kind=self.dice.choice(("review", "award", "annual", "noted")),
            used_on=calendar.today(),
            note="已在支部组织生活会上通报",
            answer="已阅，感谢社区。" if self.dice.random() < 0.5 else "",
            by=unit.secretary,
        )
        self.days.done["feedback forms used"] += used

    # -- The member objects --------------------------------------------------------------------------------
    def _object(self, form: Feedback, community: PlayCommunity) -> None:
        form.refresh_from_db()
        if form.state == FeedbackState.REPLACED:
            return
        voice = self.city.voice(form.member_id)
        by = voice or community.worker
        require(by, "feedback.object" if voice else "feedback.object_proxy")
        objection = raise_objection(
            form,
            text="有一次夜间巡逻没有记上，请核对。",
            channel="" if voice else "phone",
            by=by,
        )
        self.days.done["objections"] += 1
        is_right = self.days.done["objections"] % 2 == 1
        self.days.on(
            self.days.after(calendar.today(), 4),
            lambda: self._review(objection, community, is_right),
        )

    def _review(self, objection: Objection, community: PlayCommunity, is_right: bool) -> None:
        staff = self.city.staff
        require(staff, "feedback.review")
        if not is_right:
            reject_objection(objection, review="经核对签到表，记录无误。", by=staff)
            self.days.done["objections rejected"] += 1
            return
        old = objection.feedback
        revised = uphold_objection(
            objection,
            review="情况属实，已补充。",
            grade=old.grade,
            opinion="经复核，该同志积极参加活动，表现合格。",
            by=staff,
        )
        self.days.done["feedback forms revised"] += 1
        assert revised.delivery is not None
        self._expect_receipt(revised.delivery, community)


def _waits_for_a_look(form: Feedback) -> bool:
    return not form.grade and bool(form.exceptions or not form.proposed)
