"""One council's quarter: topics, notice, receipts, meeting, minutes, resolutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from config.play.days import BY_PHONE, LATE, MORNING, NEVER, PROMPT, REMINDED, Days
from meetings.enums import (
    Answer,
    Closing,
    PartyRole,
    PartyState,
    PresenceState,
    ResolutionState,
    TopicState,
)
from meetings.models import Council, Meeting, Minutes, Receipt, Resolution, ResolutionParty, Topic
from meetings.services import (
    AgendaLine,
    PresenceLine,
    ResolutionDraft,
    accept_resolution,
    add_resolution,
    answer_notice,
    assign_resolutions,
    call_for_topics,
    change_resolution,
    close_resolution,
    decide_topic,
    enter_held_meeting,
    hold_meeting,
    issue_minutes,
    plan_meeting,
    propose_topic,
    record_presence,
    report_completion,
    return_resolution,
    save_minutes,
    send_notice,
)
from partybuild import calendar
from partybuild.access import Actor
from partybuild.calendar import SHANGHAI
from partybuild.documents.models import Delivery
from partybuild.documents.services import sign_for_document
from partybuild.documents.services.receiving import SIGN
from partybuild.organizations.models import Organization

_TOPICS = ("错峰共享停车位", "楼道适老改造", "暑期儿童托管", "消防演练", "垃圾分类指导")
_RESOLUTIONS = (
    "夜间开放内部停车位20个",
    "为独居老人安装门磁报警器",
    "组织一次消防疏散演练",
    "清理背街小巷堆积物",
    "开放会议室供居民议事",
)

MEETING_ENDS, AFTER_MEETING = (17, 0), (17, 5)
# What goes wrong, by the council's place in the street.
MINUTES_LATE, NOTICE_LATE, MEETS_LATE, ENTERS_AFTERWARDS, NEVER_MEETS = 1, 2, 3, 5, 7


@dataclass
class CouncilPlay:
    """Who sits around one table, and what they do."""

    days: Days
    council: Council
    secretary: Actor
    convener: Organization
    members: list[tuple[Organization, Actor]]
    number: int

    def write(self) -> None:
        """Put the quarter of this council on the calendar."""
        if self.number == NEVER_MEETS:
            self.days.leave("meeting.hold", self.convener, "does not meet")
            return
        held = self.days.after(self.days.period.start, 40 + self.days.rng.randrange(12))
        if self.number == MEETS_LATE:
            held = self.days.after(self.days.period.end, 4)
        called = self.days.after(held, -20)
        self.days.on(called, lambda: self._call(held))
        for organization, actor in self.members[:3]:
            self.days.on(
                self.days.after(called, 2),
                lambda organization=organization, actor=actor: self._propose(organization, actor),  # type: ignore[misc]
            )
        self.days.on(self.days.after(called, 6), self._decide)
        if self.number == ENTERS_AFTERWARDS:
            self.days.on(self.days.after(held, 2), lambda: self._enter_afterwards(held))
        else:
            self.days.on(self.days.after(held, -8), lambda: self._plan(held))

    @property
    def actors(self) -> dict[int, Actor]:
        """Who speaks for each organization."""
        return {organization.pk: actor for organization, actor in self.members}

    # -- Topics and notice ---------------------------------------------------------------------
    def _call(self, held: date) -> None:
        call_for_topics(
            self.council,
            period=self.days.period,
            due_on=self.days.after(held, -12),
            by=self.secretary,
        )
        self.days.done["calls for topics"] += 1

    def _propose(self, organization: Organization, actor: Actor) -> None:
        propose_topic(
            self.council,
            organization=organization,
            title=f"{organization.called}提议：{self.days.rng.choice(_TOPICS)}",
            category=self.days.rng.choice(("party", "service", "environment", "safety")),
            situation="居民反映集中，需要共同办理。",
            by=actor,
        )
        self.days.done["topics proposed"] += 1

    def _decide(self) -> None:
        for topic in Topic.objects.filter(council=self.council, state=TopicState.SUBMITTED):
            accepted = self.days.rng.random() < 0.75
            decide_topic(
                topic,
                decision=TopicState.ACCEPTED if accepted else TopicState.DEFERRED,
                reason="" if accepted else "需先与物业协调，下季度再议。",
                by=self.secretary,
            )
            self.days.done["topics decided"] += 1

    def _plan(self, held: date) -> None:
        topics = list(Topic.objects.filter(council=self.council).for_an_agenda())
        meeting = plan_meeting(
            self.council,
            theme=f"{self.days.period.label}{self.council.name}",
            starts_at=datetime(held.year, held.month, held.day, 14, 30, tzinfo=SHANGHAI),
            place="党群服务中心会议室",
            period=self.days.period,
            agenda=[AgendaLine(topic=topic, text=topic.title) for topic in topics],
            by=self.secretary,
        )
        lead = 1 if self.number == NOTICE_LATE else self.days.rng.choice((4, 5, 6))
        self.days.on(self.days.after(held, -lead), lambda: self._notify(meeting, held, lead))
        self.days.on(held, lambda: self._hold(meeting, held), at=MEETING_ENDS)

    def _notify(self, meeting: Meeting, held: date, lead: int) -> None:
        send_notice(
            meeting, by=self.secretary, urgent_reason="区里临时布置消防排查" if lead < 3 else ""
        )
        self.days.done["notices of meetings"] += 1
        today, due = calendar.today(), self.days.after(held, -1)
        for organization, _actor in self.members:
            habit = self.days.habit()
            if habit == NEVER:
                self.days.leave("meeting.answer", organization, "does not answer", subject=meeting)
                continue
            day = {
                PROMPT: self.days.after(today, self.days.rng.choice((0, 1, 1))),
                REMINDED: self.days.after(due, -1),
                BY_PHONE: due,
                LATE: held,
            }[habit]
            self.days.on(
                min(max(day, today), held),
                lambda organization=organization, habit=habit: self._answer(  # type: ignore[misc]
                    meeting, organization, habit
                ),
                at=AFTER_MEETING if habit == LATE else MORNING,
            )

    def _answer(self, meeting: Meeting, organization: Organization, habit: str) -> None:
        meeting.refresh_from_db()
        waits = Receipt.objects.filter(
            meeting=meeting, organization=organization, answer=Answer.WAITING
        ).exists()
        proxy = habit in {BY_PHONE, LATE}
        if not waits or not (meeting.is_open or proxy):
            return
        leave = self.days.rng.random() < 0.12
        answer_notice(
            meeting,
            organization=organization,
            answer=Answer.LEAVE if leave else Answer.ATTEND,
            attendee_name="" if leave else "李代表",
            reason="单位年度审计" if leave else "",
            channel="phone" if proxy else "",
            by=self.secretary if proxy else self.actors[organization.pk],
        )
        self.days.done["receipts by telephone" if proxy else "receipts by the unit"] += 1

    # -- The meeting ---------------------------------------------------------------------------
    def _hold(self, meeting: Meeting, held: date) -> None:
        record_presence(meeting, lines=self._presence(meeting), by=self.secretary)
        meeting.refresh_from_db()
        hold_meeting(meeting, by=self.secretary)
        self.days.done["meetings held"] += 1
        wait = 7 if self.number == MINUTES_LATE else self.days.rng.choice((2, 3))
        self.days.on(self.days.after(held, wait), lambda: self._minutes(meeting))
        self._resolve(meeting, held)

    def _presence(self, meeting: Meeting | None) -> list[PresenceLine]:
        answers: dict[int, str] = {}
        if meeting is not None:
            receipts = Receipt.objects.filter(meeting=meeting, round=meeting.notice_round)
            answers = dict(receipts.values_list("organization_id", "answer"))
        lines = [PresenceLine(self.convener, PresenceState.PRESENT, "主持人")]
        for organization, _actor in self.members:
            match answers.get(organization.pk, Answer.ATTEND):
                case Answer.LEAVE:
                    line = PresenceLine(organization, PresenceState.LEAVE, reason="请假")
                case Answer.WAITING:
                    # Whoever never answered did not come, and nobody wrote down why.
                    line = PresenceLine(organization, PresenceState.UNRECORDED)
                case _:
                    line = PresenceLine(organization, PresenceState.PRESENT, "李代表")
            lines.append(line)
        return lines

    def _minutes(self, meeting: Meeting) -> None:
        text = "会议听取了上季度议定事项落实情况，议定以下事项。"
        minutes = save_minutes(meeting, text=text, version=0, by=self.secretary)
        issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=self.secretary)
        self.days.done["minutes issued"] += 1
        self._expect_signatures(minutes)

    def _expect_signatures(self, minutes: Minutes) -> None:
        """Each unit signs for the paper in its own time, or says on the telephone that it has it."""
        for delivery in Delivery.objects.filter(document__subject_uid=minutes.uid).order_by("pk"):
            habit = self.days.habit()
            if habit == NEVER or delivery.organization_id not in self.actors:
                self.days.leave(
                    SIGN, delivery.organization, "does not sign for it", subject=delivery.document
                )
                continue
            wait = {PROMPT: 1, REMINDED: 4, BY_PHONE: 3, LATE: 7}[habit]
            self.days.on(
                self.days.after(calendar.today(), wait),
                lambda delivery=delivery, habit=habit: self._sign(delivery, habit),  # type: ignore[misc]
            )

    def _sign(self, delivery: Delivery, habit: str) -> None:
        by_phone = habit == BY_PHONE
        by = self.secretary if by_phone else self.actors[delivery.organization_id]
        sign_for_document(delivery, by=by, channel="phone" if by_phone else "")
        self.days.done["papers signed for"] += 1

    def _enter_afterwards(self, held: date) -> None:
        meeting = enter_held_meeting(
            self.council,
            theme=f"{self.days.period.label}{self.council.name}",
            starts_at=datetime(held.year, held.month, held.day, 14, 30, tzinfo=SHANGHAI),
            presences=self._presence(None),
            period=self.days.period,
            minutes_text="会议议定以下事项。",
            by=self.secretary,
        )
        self.days.done["meetings entered afterwards"] += 1
        minutes = meeting.minutes
        issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=self.secretary)
        self._expect_signatures(minutes)
        self._resolve(meeting, calendar.today())

    # -- Resolutions ---------------------------------------------------------------------------
    def _resolve(self, meeting: Meeting, held: date) -> None:
        resolutions = []
        for text in self.days.rng.sample(_RESOLUTIONS, 2):
            chosen = self.days.rng.sample(self.members, min(2, len(self.members)))
            draft = ResolutionDraft(
                text=text,
                lead=chosen[0][0],
                helpers=[organization for organization, _actor in chosen[1:]],
                due_on=self.days.after(held, self.days.rng.choice((8, 10, 15))),
            )
            resolutions.append(add_resolution(meeting, draft=draft, by=self.secretary))
        assign_resolutions(resolutions, by=self.secretary)
        self.days.done["resolutions assigned"] += len(resolutions)
        for resolution in resolutions:
            self._expect_parties(resolution)

    def _expect_parties(self, resolution: Resolution) -> None:
        waiting = ResolutionParty.objects.filter(resolution=resolution, state=PartyState.WAITING)
        for party in waiting:
            habit = self.days.habit()
            if habit == NEVER:
                for duty in ("resolution.accept", "resolution.report"):
                    self.days.leave(duty, party.organization, "does nothing", subject=resolution)
                continue
            wait = {PROMPT: 1, REMINDED: 3, BY_PHONE: 2, LATE: 5}[habit]
            deed = self._give_back if self.days.rng.random() < 0.06 else self._accept
            self.days.on(
                self.days.after(calendar.today(), wait),
                lambda party=party, habit=habit, deed=deed: deed(party, habit),  # type: ignore[misc]
            )
            assert resolution.due_on is not None
            finish = {PROMPT: -2, REMINDED: 0, BY_PHONE: 0, LATE: 4}[habit]
            self.days.on(
                self.days.after(resolution.due_on, finish),
                lambda party=party, habit=habit: self._report_done(party, habit),  # type: ignore[misc]
            )

    def _accept(self, party: ResolutionParty, habit: str) -> None:
        if not _still_asked(party):
            return
        by, channel = self._door(party, habit)
        accept_resolution(party, in_charge_name="陈主任", by=by, channel=channel)
        self.days.done["resolutions accepted"] += 1

    def _give_back(self, party: ResolutionParty, habit: str) -> None:
        if not _still_asked(party):
            return
        by, channel = self._door(party, habit)
        return_resolution(party, reason="车位产权属上级单位，需先请示", by=by, channel=channel)
        self.days.done["resolutions returned for negotiation"] += 1
        if party.role == PartyRole.LEAD:
            again = self.days.after(calendar.today(), 2)
            self.days.on(again, lambda: self._negotiate(party))

    def _negotiate(self, party: ResolutionParty) -> None:
        """Another unit takes the lead, with more time."""
        others = [pk for pk in self.actors if pk != party.organization_id]
        if not others:
            return
        resolution = Resolution.objects.get(pk=party.resolution_id)
        change_resolution(
            resolution,
            draft=ResolutionDraft(
                text=resolution.text,
                lead=Organization.objects.get(pk=self.days.rng.choice(others)),
                due_on=self.days.after(calendar.today(), 12),
            ),
            version=resolution.version,
            by=self.secretary,
        )
        assign_resolutions([resolution], by=self.secretary)
        self.days.done["resolutions assigned anew"] += 1
        resolution.refresh_from_db()
        self._expect_parties(resolution)

    def _report_done(self, party: ResolutionParty, habit: str) -> None:
        party.refresh_from_db()
        resolution = Resolution.objects.get(pk=party.resolution_id)
        under_way = {ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED}
        if party.state != PartyState.ACCEPTED or resolution.state not in under_way:
            return
        by, channel = self._door(party, habit)
        report_completion(party, text="已按要求办结，附照片留存。", by=by, channel=channel)
        self.days.done["resolutions reported done"] += 1
        resolution.refresh_from_db()
        if resolution.state == ResolutionState.REPORTED:
            closing = self.days.rng.choice((Closing.SUBSTANTIAL, Closing.STAGE))
            again = self.days.after(calendar.today(), 60) if closing == Closing.STAGE else None
            close_resolution(
                resolution, closing=closing, text="现场核实", review_on=again, by=self.secretary
            )
            self.days.done["resolutions closed"] += 1

    def _door(self, party: ResolutionParty, habit: str) -> tuple[Actor, str]:
        if habit == BY_PHONE:
            return self.secretary, "phone"
        return self.actors[party.organization_id], ""


def _still_asked(party: ResolutionParty) -> bool:
    """Whether the unit's answer is awaited: its lead may have returned the whole matter."""
    return ResolutionParty.objects.filter(
        pk=party.pk,
        state=PartyState.WAITING,
        resolution__state__in=(ResolutionState.ASSIGNED, ResolutionState.WORKING),
    ).exists()
