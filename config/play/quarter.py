"""The quarter, day by day: what each person does, when, and what the clock then makes fall due."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from config.play.city import SYSTEM, PlayCity, PlayCommunity, PlayUnit
from config.play.sink import Sink
from meetings.enums import Answer, Closing, PresenceState, ResolutionState, TopicState
from meetings.models import Council, Meeting, Receipt, Resolution, ResolutionParty, Topic
from meetings.services import (
    AgendaLine,
    PresenceLine,
    ResolutionDraft,
    accept_resolution,
    add_resolution,
    answer_notice,
    assign_resolutions,
    call_for_topics,
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
from members.models import ServiceRecord, ServiceSummary
from members.queries.summaries import SEND_DUTY
from members.services import (
    acknowledge_summary,
    certify_records,
    enter_services,
    sign_summaries,
)
from partybuild import calendar
from partybuild.access import Actor
from partybuild.calendar import SHANGHAI, Period, add_working_days, is_working_day
from partybuild.calendar.clock import set_play_clock
from partybuild.notices.services import plan_reminders, send_notices
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt, open_duties
from partybuild.organizations.models import Organization
from units.models import UnitReport
from units.queries import REPORT_DUTY, prefilled, report_form_of
from units.services import accept_report, file_nil_report, file_report, return_report

# How units behave, so that every state of the ledger occurs: weights out of 100.
PROMPT, REMINDED, BY_PHONE, LATE, NEVER = "prompt", "reminded", "by_phone", "late", "never"
HABITS = {PROMPT: 55, REMINDED: 20, BY_PHONE: 12, LATE: 8, NEVER: 5}
WORKING_DAYS_AFTER = 25


@dataclass
class Player:
    """Holds the simulated calendar: deeds by day, done at nine in the morning in the order written."""

    city: PlayCity
    period: Period
    rng: random.Random
    sink: Sink
    deeds: dict[date, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0
    sent_in_quiet_hours: int = 0
    done: Counter[str] = field(default_factory=Counter)

    # -- The calendar ------------------------------------------------------------------------
    def on(self, day: date, deed: Callable[[], None]) -> None:
        """Do something on a day, or on the next working day after it."""
        while not is_working_day(day):
            day += timedelta(days=1)
        self.deeds[day].append(deed)

    def play(self) -> None:
        """Take the street from the first day of the quarter to the end of its aftermath."""
        self._write_calendar()
        day, last = self.period.start, add_working_days(self.period.end, WORKING_DAYS_AFTER)
        while day <= last:
            self._day(day)
            day += timedelta(days=1)

    def _day(self, day: date) -> None:
        self._at(day, 0, 10)
        open_duties(on=day, by=SYSTEM)
        self._at(day, 7, 0)
        self.sent_in_quiet_hours += self._reminders()
        self._at(day, 9, 0)
        for deed in self.deeds.pop(day, ()):
            deed()
        # The five minutes in which a notice may be taken back.
        self._at(day, 9, 10)
        self.sent += self._mail()
        self._at(day, 15, 0)
        self.sent += self._mail()

    @staticmethod
    def _at(day: date, hour: int, minute: int) -> None:
        set_play_clock(datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI))

    def _mail(self) -> int:
        plan_reminders(by=SYSTEM)
        self.sink.look_at_the_clock()
        return send_notices(by=SYSTEM)

    def _reminders(self) -> int:
        """Plan at seven: what goes out now besides what was urgent is counted against quiet hours."""
        return self._mail()

    def _habit(self) -> str:
        return self.rng.choices(list(HABITS), weights=list(HABITS.values()))[0]

    # -- What will happen --------------------------------------------------------------------
    def _write_calendar(self) -> None:
        for number, community in enumerate(self.city.communities):
            self._council(
                community.council,
                secretary=community.secretary,
                members=[(unit.organization, unit.liaison) for unit in community.units],
                convener=community.committee,
                number=number,
            )
            self._services(community)
        self._council(
            self.city.council,
            secretary=self.city.staff,
            members=[(unit.organization, unit.liaison) for unit in self.city.units[::4]]
            + [(each.committee, each.secretary) for each in self.city.communities],
            convener=self.city.committee,
            number=len(self.city.communities),
        )
        for number, unit in enumerate(self.city.units):
            self._report(unit, number)
        for number, community in enumerate(self.city.communities):
            self._summaries(community, number)

    # -- The joint meeting -------------------------------------------------------------------
    def _council(
        self,
        council: Council,
        *,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        convener: Organization,
        number: int,
    ) -> None:
        start = self.period.start
        held = add_working_days(start, 40 + self.rng.randrange(12))
        if number == 3:
            # One council meets only after the quarter has ended.
            held = add_working_days(self.period.end, 4)
        if number == 7:
            # One never does.
            return
        called = add_working_days(held, -20)
        self.on(called, lambda: self._call(council, secretary, held))
        for organization, actor in members[:3]:
            self.on(
                add_working_days(called, 2),
                lambda organization=organization, actor=actor: self._propose(
                    council, organization, actor
                ),
            )
        self.on(add_working_days(called, 6), lambda: self._decide(council, secretary))
        if number == 5:
            # One secretary writes everything down afterwards.
            self.on(
                add_working_days(held, 2),
                lambda: self._enter_afterwards(council, secretary, members, held, convener),
            )
            return
        self.on(
            add_working_days(held, -8),
            lambda: self._plan(council, secretary, members, held, convener, number),
        )

    def _call(self, council: Council, secretary: Actor, held: date) -> None:
        call_for_topics(
            council, period=self.period, due_on=add_working_days(held, -12), by=secretary
        )
        self.done["calls for topics"] += 1

    def _propose(self, council: Council, organization: Organization, actor: Actor) -> None:
        propose_topic(
            council,
            organization=organization,
            title=f"{organization.called}提议：{self.rng.choice(('错峰共享停车位', '楼道适老改造', '暑期儿童托管', '消防演练', '垃圾分类指导'))}",
            category=self.rng.choice(("party", "service", "environment", "safety")),
            situation="居民反映集中，需要共同办理。",
            by=actor,
        )
        self.done["topics proposed"] += 1

    def _decide(self, council: Council, secretary: Actor) -> None:
        for topic in Topic.objects.filter(council=council, state=TopicState.SUBMITTED):
            accepted = self.rng.random() < 0.75
            decide_topic(
                topic,
                decision=TopicState.ACCEPTED if accepted else TopicState.DEFERRED,
                reason="" if accepted else "需先与物业协调，下季度再议。",
                by=secretary,
            )
            self.done["topics decided"] += 1

    def _plan(
        self,
        council: Council,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        held: date,
        convener: Organization,
        number: int,
    ) -> None:
        topics = list(Topic.objects.filter(council=council).for_an_agenda())
        meeting = plan_meeting(
            council,
            theme=f"{self.period.label}{council.name}",
            starts_at=datetime(held.year, held.month, held.day, 14, 30, tzinfo=SHANGHAI),
            place="社区党群服务中心会议室",
            period=self.period,
            agenda=[AgendaLine(topic=topic, text=topic.title) for topic in topics],
            by=secretary,
        )
        # One secretary is late and has to say why.
        lead = 1 if number == 2 else self.rng.choice((4, 5, 6))
        self.on(
            add_working_days(held, -lead),
            lambda: self._notify(meeting, secretary, members, held, urgent=lead < 3),
        )
        self.on(held, lambda: self._hold(meeting, secretary, members, held, convener, number))

    def _notify(
        self,
        meeting: Meeting,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        held: date,
        *,
        urgent: bool,
    ) -> None:
        send_notice(meeting, by=secretary, urgent_reason="区里临时布置消防排查" if urgent else "")
        self.done["notices of meetings"] += 1
        today = calendar.today()
        due = add_working_days(held, -1)
        for organization, actor in members:
            habit = self._habit()
            if habit == NEVER:
                continue
            day = {
                PROMPT: add_working_days(today, self.rng.choice((0, 1, 1))),
                REMINDED: add_working_days(due, -1),
                BY_PHONE: due,
                LATE: held,
            }[habit]
            self.on(
                min(max(day, today), held),
                lambda organization=organization, actor=actor, habit=habit: self._answer(
                    meeting, organization, actor, secretary, habit
                ),
            )

    def _answer(
        self,
        meeting: Meeting,
        organization: Organization,
        actor: Actor,
        secretary: Actor,
        habit: str,
    ) -> None:
        waits = Receipt.objects.filter(
            meeting=meeting, organization=organization, answer=Answer.WAITING
        ).exists()
        if not waits:
            return
        leave = self.rng.random() < 0.12
        proxy = habit in {BY_PHONE, LATE}
        answer_notice(
            meeting,
            organization=organization,
            answer=Answer.LEAVE if leave else Answer.ATTEND,
            attendee_name="" if leave else "李代表",
            reason="单位年度审计" if leave else "",
            channel="phone" if proxy else "",
            by=secretary if proxy else actor,
        )
        self.done["receipts by telephone" if proxy else "receipts by the unit"] += 1

    def _hold(
        self,
        meeting: Meeting,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        held: date,
        convener: Organization,
        number: int,
    ) -> None:
        set_play_clock(datetime(held.year, held.month, held.day, 17, 0, tzinfo=SHANGHAI))
        record_presence(meeting, lines=self._presence(meeting, members, convener), by=secretary)
        meeting.refresh_from_db()
        hold_meeting(meeting, by=secretary)
        self.done["meetings held"] += 1
        late = number == 1
        self.on(
            add_working_days(held, 7 if late else self.rng.choice((2, 3))),
            lambda: self._minutes(meeting, secretary),
        )
        self._resolutions(meeting, secretary, members, held)

    def _presence(
        self,
        meeting: Meeting | None,
        members: list[tuple[Organization, Actor]],
        convener: Organization,
    ) -> list[PresenceLine]:
        answers = (
            dict(
                Receipt.objects.filter(meeting=meeting, round=meeting.notice_round).values_list(
                    "organization_id", "answer"
                )
            )
            if meeting
            else {}
        )
        lines = [PresenceLine(convener, PresenceState.PRESENT, "主持人")]
        for organization, _actor in members:
            answer = answers.get(organization.pk, Answer.ATTEND)
            if answer == Answer.LEAVE:
                lines.append(PresenceLine(organization, PresenceState.LEAVE, reason="请假"))
            elif answer == Answer.WAITING:
                # Whoever never answered did not come, and nobody wrote down why.
                lines.append(PresenceLine(organization, PresenceState.UNRECORDED))
            else:
                lines.append(PresenceLine(organization, PresenceState.PRESENT, "李代表"))
        return lines

    def _minutes(self, meeting: Meeting, secretary: Actor) -> None:
        minutes = save_minutes(
            meeting,
            text="会议听取了上季度议定事项落实情况，议定以下事项。",
            version=0,
            by=secretary,
        )
        issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=secretary)
        self.done["minutes issued"] += 1

    def _enter_afterwards(
        self,
        council: Council,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        held: date,
        convener: Organization,
    ) -> None:
        meeting = enter_held_meeting(
            council,
            theme=f"{self.period.label}{council.name}",
            starts_at=datetime(held.year, held.month, held.day, 14, 30, tzinfo=SHANGHAI),
            presences=self._presence(None, members, convener),
            period=self.period,
            minutes_text="会议议定以下事项。",
            by=secretary,
        )
        self.done["meetings entered afterwards"] += 1
        meeting.refresh_from_db()
        minutes = meeting.minutes
        issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=secretary)
        self._resolutions(meeting, secretary, members, calendar.today())

    # -- Resolutions -------------------------------------------------------------------------
    def _resolutions(
        self,
        meeting: Meeting,
        secretary: Actor,
        members: list[tuple[Organization, Actor]],
        held: date,
    ) -> None:
        actors = {organization.pk: actor for organization, actor in members}
        drafts = []
        for text in self.rng.sample(
            (
                "夜间开放内部停车位20个",
                "为独居老人安装门磁报警器",
                "组织一次消防疏散演练",
                "清理背街小巷堆积物",
                "开放会议室供居民议事",
            ),
            2,
        ):
            chosen = self.rng.sample(members, min(2, len(members)))
            drafts.append(
                ResolutionDraft(
                    text=text,
                    lead=chosen[0][0],
                    helpers=[organization for organization, _actor in chosen[1:]],
                    due_on=add_working_days(held, self.rng.choice((8, 10, 15))),
                )
            )
        resolutions = [add_resolution(meeting, draft=draft, by=secretary) for draft in drafts]
        assign_resolutions(resolutions, by=secretary)
        self.done["resolutions assigned"] += len(resolutions)
        for resolution in resolutions:
            for party in ResolutionParty.objects.filter(resolution=resolution):
                self._party(party, actors[party.organization_id], secretary, resolution, held)

    def _party(
        self,
        party: ResolutionParty,
        actor: Actor,
        secretary: Actor,
        resolution: Resolution,
        held: date,
    ) -> None:
        habit = self._habit()
        if habit == NEVER:
            return
        wait = {PROMPT: 1, REMINDED: 3, BY_PHONE: 2, LATE: 5}[habit]
        returns = self.rng.random() < 0.06
        self.on(
            add_working_days(held, wait),
            lambda: self._accept(party, actor, secretary, habit, returns=returns),
        )
        assert resolution.due_on is not None
        finish = {PROMPT: -2, REMINDED: 0, BY_PHONE: 0, LATE: 4}[habit]
        self.on(
            add_working_days(resolution.due_on, finish) if finish else resolution.due_on,
            lambda: self._report_done(party, actor, secretary, habit),
        )

    def _accept(
        self, party: ResolutionParty, actor: Actor, secretary: Actor, habit: str, *, returns: bool
    ) -> None:
        by, channel = (secretary, "phone") if habit == BY_PHONE else (actor, "")
        if returns:
            return_resolution(party, reason="车位产权属上级单位，需先请示", by=by, channel=channel)
            self.done["resolutions returned for negotiation"] += 1
            return
        accept_resolution(party, in_charge_name="陈主任", by=by, channel=channel)
        self.done["resolutions accepted"] += 1

    def _report_done(
        self, party: ResolutionParty, actor: Actor, secretary: Actor, habit: str
    ) -> None:
        party.refresh_from_db()
        resolution = Resolution.objects.get(pk=party.resolution_id)
        if party.state != "accepted" or resolution.state not in {
            ResolutionState.WORKING,
            ResolutionState.ASSIGNED,
            ResolutionState.REPORTED,
        }:
            return
        by, channel = (secretary, "phone") if habit == BY_PHONE else (actor, "")
        report_completion(party, text="已按要求办结，附照片留存。", by=by, channel=channel)
        self.done["resolutions reported done"] += 1
        resolution.refresh_from_db()
        if resolution.state == ResolutionState.REPORTED:
            close_resolution(
                resolution,
                closing=self.rng.choice((Closing.SUBSTANTIAL, Closing.STAGE)),
                text="现场核实",
                by=secretary,
            )
            self.done["resolutions closed"] += 1

    # -- Service and its summary ---------------------------------------------------------------
    def _services(self, community: PlayCommunity) -> None:
        for weeks in (3, 6, 9):
            day = self.period.start + timedelta(weeks=weeks, days=self.rng.randrange(5))
            self.on(day, lambda: self._serve(community))

    def _serve(self, community: PlayCommunity) -> None:
        served = [
            member
            for unit in self.city.units
            for member in unit.members
            if member.report_ins.filter(community=community.area, state="confirmed").exists()
        ]
        if not served:
            return
        chosen = self.rng.sample(served, max(1, len(served) // 2))
        records = enter_services(
            community=community.area,
            members=chosen,
            date=calendar.today(),
            content=self.rng.choice(("楼道清洁", "防诈骗宣传", "义诊引导", "交通文明劝导")),
            kind=self.rng.choice(("governance", "safety", "health")),
            hours=Decimal(self.rng.choice(("1.5", "2", "3"))),
            by=community.worker,
        )
        certify_records(records, by=community.secretary)
        self.done["person-times of service certified"] += len(records)

    def _summaries(self, community: PlayCommunity, number: int) -> None:
        if number == 6:
            # One community forgets.
            return
        wait = 14 if number == 4 else self.rng.choice((3, 5, 8))
        self.on(add_working_days(self.period.end, wait), lambda: self._sign(community))

    def _sign(self, community: PlayCommunity) -> None:
        owed = Obligation.objects.filter(
            duty=SEND_DUTY, bearer_organization=community.committee, period=str(self.period)
        ).unpaid()
        units = [each.owed_to for each in owed.select_related("owed_to")]
        for summary in sign_summaries(
            community=community.area, units=units, period=self.period, by=community.secretary
        ):
            self.done["summaries signed"] += 1
            unit = next(each for each in self.city.units if each.organization.pk == summary.unit_id)
            habit = self._habit()
            if habit == NEVER:
                continue
            wait = {PROMPT: 1, REMINDED: 8, BY_PHONE: 9, LATE: 12}[habit]
            self.on(
                add_working_days(calendar.today(), wait),
                lambda summary=summary, unit=unit, habit=habit: self._acknowledge(
                    summary, unit, community, habit
                ),
            )

    def _acknowledge(
        self, summary: ServiceSummary, unit: PlayUnit, community: PlayCommunity, habit: str
    ) -> None:
        proxy = habit == BY_PHONE
        acknowledge_summary(
            summary,
            by=community.secretary if proxy else unit.liaison,
            channel="phone" if proxy else "",
        )
        self.done["summaries acknowledged"] += 1

    # -- The quarterly report --------------------------------------------------------------------
    def _report(self, unit: PlayUnit, number: int) -> None:
        end = self.period.end
        if number == 11:
            self.on(add_working_days(end, 1), lambda: self._exempt(unit))
            return
        habit = self._habit()
        if habit == NEVER:
            return
        wait = {PROMPT: 2, REMINDED: 4, BY_PHONE: 5, LATE: 9}[habit]
        self.on(add_working_days(end, wait), lambda: self._file(unit, habit, number))

    def _exempt(self, unit: PlayUnit) -> None:
        debt = Obligation.objects.get(
            duty=REPORT_DUTY, bearer_organization=unit.organization, period=str(self.period)
        )
        exempt(debt, reason="单位本季度整体搬迁", by=self.city.staff)
        self.done["reports exempted"] += 1

    def _file(self, unit: PlayUnit, habit: str, number: int) -> None:
        community = next(each for each in self.city.communities if each.area == unit.community)
        proxy = habit == BY_PHONE
        by, channel = (community.secretary, "phone") if proxy else (unit.liaison, "")
        if number % 6 == 5:
            file_nil_report(unit.organization, period=self.period, by=by, channel=channel)
            self.done["reports filed nil"] += 1
            return
        self._file_filled(unit, by, channel)
        self.done["reports filed"] += 1
        report = UnitReport.objects.get(unit=unit.organization, period=str(self.period))
        if number % 13 == 4:
            return_report(report, reason="活动次数与台账不符，请核对", by=community.secretary)
            self.done["reports returned"] += 1
            self.on(
                add_working_days(calendar.today(), 1),
                lambda: self._file_filled(unit, by, channel),
            )
            return
        accept_report(report, by=community.secretary)

    def _file_filled(self, unit: PlayUnit, by: Actor, channel: str) -> None:
        form = report_form_of(unit.organization.area)
        known = prefilled(form, unit.organization, self.period)
        values = {
            each["key"]: known.get(each["key"], 1 if each["kind"] != "text" else "按计划开展")
            for each in form.fields
        }
        file_report(unit.organization, period=self.period, values=values, by=by, channel=channel)


def records_certified(period: Period) -> int:
    """Count what was certified in the quarter."""
    return ServiceRecord.objects.certified().filter(date__range=(period.start, period.end)).count()
