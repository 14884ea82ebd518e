"""The quarter behind the demo and the one that is running, told through the services of the pages."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from activities.services import plan_activity, publish_activity, sign_up
from config.demo import words
from config.demo.services.councils import tell_of_council
from config.demo.services.people import Staff
from config.demo.services.places import Places
from meetings.enums import (
    Answer,
    CardColor,
    Closing,
    InvitedAs,
    PresenceState,
    ResolutionState,
    TopicResult,
    TopicState,
)
from meetings.models import Council, Meeting, Resolution, ResolutionParty, Topic
from meetings.queries.committees import committee_above
from meetings.services import (
    AgendaLine,
    PresenceLine,
    ResolutionDraft,
    accept_resolution,
    answer_notice,
    ask_extension,
    assign_resolutions,
    call_for_topics,
    close_resolution,
    create_council,
    decide_extension,
    decide_topic,
    enter_held_meeting,
    invite_besides,
    invite_units,
    issue_minutes,
    plan_meeting,
    propose_topic,
    raise_card,
    record_result,
    report_completion,
    report_progress,
    return_resolution,
    say_nothing_to_propose,
    send_notice,
    sweep_cards,
)
from members.enums import Side
from members.models import MemberPlace
from members.queries.summaries import summary_debt
from members.services import (
    acknowledge_summary,
    certify_records,
    enter_services,
    sign_summary,
)
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI, Period, add_working_days, last_working_day, today
from partybuild.obligations.services import open_duties, owe, pay
from partybuild.organizations.models import Organization
from units.models import ResidentUnit
from units.queries import prefilled, report_form_of
from units.services import file_nil_report, file_report

# How many of the units have filed last quarter's report in time, late, as nil.
IN_TIME, LATE, NIL = 27, 4, 4
# Communities whose meeting of last quarter is still owed.
WITHOUT_A_MEETING = {11}
HELD_ALREADY = {1, 4, 8}
# Councils whose first resolution is late, by working days beyond three: a yellow and two red cards.
OVERDUE = {1: 9, 5: 15, 9: 16}
INVITED = {2, 3}
WITHOUT_SUMMARIES = {9, 12}


def live_through(places: Places, staff: Staff, *, by: Actor) -> None:
    """Let the last quarter happen and this one begin."""
    story = _Story(places, staff, by)
    story.found_councils()
    story.open_ledger()
    for number in range(len(places.communities)):
        if number not in WITHOUT_A_MEETING:
            story.hold_last_meeting(number)
    story.serve()
    story.plan_activities()
    story.file_reports()
    story.send_summaries()
    for number in range(len(places.communities)):
        story.begin_quarter(number)
    tell_of_council(story.councils[0], story.members_of(0), staff, by=story.secretary(0))
    open_duties(on=story.today, by=by)
    sweep_cards(by=by)


class _Story:
    def __init__(self, places: Places, staff: Staff, by: Actor) -> None:
        self.places = places
        self.staff = staff
        self.by = by
        self.dice = random.Random(20)
        self.today = today()
        self.now = Period.of(self.today)
        self.last = self.now.previous()
        self.councils: list[Council] = []
        self.units_of: list[list[ResidentUnit]] = [
            [
                unit
                for unit, word in zip(places.units, words.UNITS, strict=True)
                if word[2] == number
            ]
            for number in range(len(places.communities))
        ]

    # -- who speaks ---------------------------------------------------------------------------
    def secretary(self, number: int) -> Actor:
        return actor_in(self.staff.secretaries[number])

    def liaison(self, unit: ResidentUnit) -> Actor:
        return actor_in(self.staff.liaisons[unit.pk])

    # -- the story ----------------------------------------------------------------------------
    def found_councils(self) -> None:
        founded = self.today - timedelta(days=700)
        assert self.places.street_committee is not None
        street = create_council(
            area=self.places.street,
            kind="joint_meeting",
            name=f"{self.places.street.name}区域化党建联席会",
            convener=self.places.street_committee,
            founded_on=founded,
            by=actor_in(self.staff.street),
        )
        invite_units(
            street,
            organizations=[
                *self.places.committees,
                *(u.organization for u in self.places.units[::5]),
            ],
            joined_on=founded,
            channel="paper",
            by=actor_in(self.staff.street),
        )
        for number, community in enumerate(self.places.communities):
            council = create_council(
                area=community,
                kind="joint_meeting",
                name=f"{community.name}党建联席会",
                convener=self.places.committees[number],
                founded_on=founded,
                charter="平等协商、资源共享、优势互补、共同提高。每季度召开一次会议，遇有重要事项随时召开。",
                by=self.secretary(number),
            )
            # Own units and two neighbors: a unit may sit in several councils.
            units = [
                *self.units_of[number],
                *self.units_of[(number + 1) % 13][:1],
                *self.units_of[number - 1][:1],
            ]
            invite_units(
                council,
                organizations=[unit.organization for unit in units],
                joined_on=founded,
                channel="paper",
                by=self.secretary(number),
            )
            self.councils.append(council)

    def open_ledger(self) -> None:
        open_duties(on=self.last.end, by=self.by)
        open_duties(on=self.today, by=self.by)

    def at(self, day: date, hour: int = 14, minute: int = 30) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)

    def members_of(self, number: int) -> list[ResidentUnit]:
        return [
            *self.units_of[number],
            *self.units_of[(number + 1) % 13][:1],
            *self.units_of[number - 1][:1],
        ]

    def _held(
        self, number: int, day: date, period: Period, drafts: list[ResolutionDraft]
    ) -> Meeting:
        units = self.members_of(number)
        lines = [
            PresenceLine(
                unit.organization,
                PresenceState.LEAVE if place == len(units) - 1 else PresenceState.PRESENT,
                person_name=self.staff.unit_secretaries[unit.pk].person.name,
                post="书记",
                reason="参加区里会议" if place == len(units) - 1 else "",
            )
            for place, unit in enumerate(units)
        ]
        theme = words.THEMES[number % len(words.THEMES)]
        names = "、".join(draft.text for draft in drafts)
        return enter_held_meeting(
            self.councils[number],
            theme=theme,
            starts_at=self.at(day),
            presences=lines,
            period=period,
            agenda=[
                AgendaLine(text=f"通报上季度共建情况，商议{theme}"),
                *(AgendaLine(topic=topic) for topic in self._topics_of_then(number, day, period)),
            ],
            minutes_text=f"会议围绕{theme}进行了协商。会议议定：{names}。各责任单位按期落实，下次会议通报进展。",
            resolutions=drafts,
            place=f"{self.places.communities[number].name}党群服务中心三楼会议室",
            chair_name=self.staff.secretaries[number].person.name,
            by=self.secretary(number),
        )

    def _topics_of_then(self, number: int, day: date, period: Period) -> list[Topic]:
        """What a unit had put forward for last quarter's meeting of some communities."""
        if period == self.now or number % 3:
            return []
        title, category, situation = words.TOPICS[0]
        topic = propose_topic(
            self.councils[number],
            organization=self.members_of(number)[0].organization,
            title=title,
            category=category,
            situation=situation,
            proposal="由单位提供场地，社区组织，物业配合。",
            proposed_on=day - timedelta(days=20),
            channel="paper",
            by=self.secretary(number),
        )
        return [
            decide_topic(
                topic,
                decision=TopicState.ACCEPTED,
                on=day - timedelta(days=12),
                by=self.secretary(number),
            )
        ]

    def hold_last_meeting(self, number: int) -> None:
        units = self.members_of(number)
        day = last_working_day(self.last.end - timedelta(days=8 + number))
        drafts = [
            ResolutionDraft(
                text=text,
                lead=units[place % len(units)].organization,
                helpers=[units[(place + 1) % len(units)].organization],
                due_on=add_working_days(self.today, 10 if place else 3 - OVERDUE.get(number, 0)),
                category=category,
            )
            for place, (text, category) in enumerate(
                words.RESOLUTIONS[: 3 if number == 0 else 1 + number % 2]
            )
        ]
        meeting = self._held(number, day, self.last, drafts)
        by = self.secretary(number)
        for item in meeting.agenda_items.filter(topic__isnull=False).select_related(
            "topic__council__convener", "topic__organization"
        ):
            assert item.topic is not None
            record_result(item.topic, result=TopicResult.CONSENSUS, by=by)
            meeting.resolutions.filter(number=1).update(agenda_item=item)
        minutes = getattr(meeting, "minutes", None)
        if minutes is not None:
            minutes.refresh_from_db()
            # On paper they went out that week; the ledger counts that day.
            pay(
                duty="minutes.issue",
                bearer=self.places.committees[number],
                subject=meeting,
                period=meeting.period,
                on=add_working_days(day, 3),
                by=by,
            )
            issue_minutes(
                minutes,
                signer_name=self.staff.secretaries[number].person.name,
                version=minutes.version,
                by=by,
            )
        resolutions = list(Resolution.objects.filter(meeting=meeting).order_by("number"))
        assign_resolutions(resolutions, by=by)
        self._work_on(resolutions, number)
        self._negotiate(resolutions, number)

    def _work_on(self, resolutions: list[Resolution], number: int) -> None:
        units = {unit.pk: unit for unit in self.places.units}
        for place, resolution in enumerate(resolutions[:2]):
            parties = []
            for party in resolution.parties.select_related("organization"):
                head = self.staff.liaisons[party.organization_id].person.name
                actor = self.liaison(units[party.organization_id])
                parties.append((accept_resolution(party, in_charge_name=head, by=actor), actor))
            # The helpers report before the lead, whose report puts it up for verification.
            for party, actor in reversed(parties):
                if place == 1:
                    report_progress(party, text="已排出值班表，本月开始执行。", by=actor)
                elif number % 3 != 2 and number not in OVERDUE:
                    report_completion(party, text="已按议定内容办结，居民反映良好。", by=actor)
            resolution.refresh_from_db()
            if place == 0 and number % 3 == 0 and resolution.state == ResolutionState.REPORTED:
                is_stage = number == 3
                close_resolution(
                    resolution,
                    closing=Closing.STAGE if is_stage else Closing.SUBSTANTIAL,
                    text="现场核实，已落实。",
                    review_on=add_working_days(self.today, 30) if is_stage else None,
                    by=self.secretary(number),
                )

    def _negotiate(self, resolutions: list[Resolution], number: int) -> None:
        """One resolution comes back for negotiation, two ask for more time, one is carded by hand."""
        units = {unit.pk: unit for unit in self.places.units}

        def lead_of(resolution: Resolution) -> tuple[ResolutionParty, Actor]:
            party = resolution.parties.select_related("organization").get(role="lead")
            return party, self.liaison(units[party.organization_id])

        if number == 0:
            party, actor = lead_of(resolutions[2])
            reason = "周五有教学任务，难以每月保证，建议改为每季度一次，或另请单位主办。"
            return_resolution(party, reason=reason, by=actor)
            party, actor = lead_of(resolutions[1])
            day = add_working_days(self.today, 25)
            ask_extension(party, due_on=day, reason="设备到货推迟，安装需顺延。", by=actor)
        if number == 2:
            party, actor = lead_of(resolutions[0])
            day = add_working_days(self.today, 20)
            extension = ask_extension(
                party, due_on=day, reason="等待消防部门现场核定点位。", by=actor
            )
            by = self.secretary(number)
            decide_extension(extension, grant=True, opinion="同意，请每周报一次进展。", by=by)
            raise_card(
                resolutions[0],
                color=CardColor.YELLOW,
                reason="居民代表两次反映进展慢，请加快。",
                by=actor_in(self.staff.street),
            )

    def serve(self) -> None:
        for number, community in enumerate(self.places.communities):
            by = self.secretary(number)
            members = self.staff.members.get(community.pk, [])
            for turn in range(4):
                content, kind, hours = words.SERVICES[(number + turn) % len(words.SERVICES)]
                # Three lists of last quarter, one of this.
                base = self.last.start if turn < 3 else self.now.start
                day = min(base + timedelta(days=12 + 21 * (turn % 3) + number), self.today)
                records = enter_services(
                    community=community,
                    members=self.dice.sample(members, min(len(members), 14 + number % 5)),
                    date=day,
                    content=content,
                    kind=kind,
                    hours=Decimal(hours),
                    place=f"{community.name}",
                    by=actor_in(self.staff.workers[number]),
                )
                if turn < 3:
                    certify_records(records, by=by)

    def plan_activities(self) -> None:
        """Two activities in each community, open for signing up; the smallest is full already."""
        for number, community in enumerate(self.places.communities):
            by = self.secretary(number)
            for turn in range(2):
                title, kind, themes, place, days, places, content = words.ACTIVITIES[
                    (number + 2 * turn) % len(words.ACTIVITIES)
                ]
                day = datetime.combine(self.today + timedelta(days=days), time(9), tzinfo=SHANGHAI)
                activity = plan_activity(
                    community=community,
                    organizer=self.places.committees[number],
                    title=title,
                    kind=kind,
                    themes=themes,
                    content=content,
                    starts_at=day,
                    ends_at=day + timedelta(hours=2, minutes=30),
                    place=place,
                    places=places or None,
                    leader_name=self.staff.workers[number].person.name,
                    by=by,
                )
                publish_activity(activity, by=by)
                members = self.staff.members.get(community.pk, [])
                for member in self.dice.sample(members, min(len(members), 7 + number % 3)):
                    sign_up(activity, member=member, by=by, channel="wechat")

    def file_reports(self) -> None:
        due = add_working_days(self.last.end, 5)
        for place, unit in enumerate(self.places.units):
            body = unit.organization
            by = self.liaison(unit)
            contact = self.staff.liaisons[unit.pk].person.name
            if place < IN_TIME + LATE:
                day = (
                    due - timedelta(days=place % 4)
                    if place < IN_TIME
                    else due + timedelta(days=2 + place % 5)
                )
                values: dict[str, Any] = dict(prefilled(report_form_of(body.area), body, self.last))
                values |= {
                    "activities": 1 + place % 3,
                    "matters": place % 4,
                    "work": words.WORK[place % len(words.WORK)],
                }
                file_report(
                    body, period=self.last, values=values, contact_name=contact, on=day, by=by
                )
            elif place < IN_TIME + LATE + NIL:
                file_nil_report(body, period=self.last, contact_name=contact, on=due, by=by)

    def send_summaries(self) -> None:
        units = {unit.pk: unit for unit in self.places.units}
        for number, community in enumerate(self.places.communities):
            if number in WITHOUT_SUMMARIES:
                continue
            for place, body in enumerate(self._served_by(community)[: 4 if number == 0 else 2]):
                debt = summary_debt(community, body, self.last)
                if debt is not None:
                    owe([debt], by=self.by)
                    pay(
                        duty=debt.duty,
                        bearer=self.places.committees[number],
                        subject=body,
                        period=str(self.last),
                        on=add_working_days(debt.due_on, -2),
                        by=self.secretary(number),
                    )
                summary = sign_summary(
                    community=community, unit=body, period=self.last, by=self.secretary(number)
                )
                if place % 3:
                    acknowledge_summary(summary, by=self.liaison(units[body.pk]))

    @staticmethod
    def _served_by(community: Area) -> list[Organization]:
        keys = (
            MemberPlace.objects.filter(
                community=community, side=Side.COMMUNITY, member__service_records__isnull=False
            )
            .values_list("unit", flat=True)
            .distinct()
        )
        return list(
            Organization.objects.filter(pk__in=list(keys)).select_related("area").order_by("sort")
        )

    def begin_quarter(self, number: int) -> None:
        council = self.councils[number]
        by = self.secretary(number)
        units = self.members_of(number)
        if number in HELD_ALREADY:
            day = max(last_working_day(self.today - timedelta(days=6 + number)), self.now.start)
            if day <= self.today:
                self._held(number, day, self.now, [])
            return
        call = call_for_topics(
            council,
            period=self.now,
            due_on=add_working_days(self.today, 3),
            meeting_on=add_working_days(self.today, 8 + number),
            note="群众反映集中、需要多家单位一起办的事项",
            by=by,
        )
        if len(units) > 3:
            say_nothing_to_propose(call, organization=units[3].organization, channel="phone", by=by)
        topics = []
        for place, unit in enumerate(units[:3]):
            title, category, situation = words.TOPICS[(number + place) % len(words.TOPICS)]
            topic = propose_topic(
                council,
                organization=unit.organization,
                title=title,
                category=category,
                situation=situation,
                by=self.liaison(unit),
            )
            if place < 2 and number in {0, *INVITED}:
                topics.append(decide_topic(topic, decision=TopicState.ACCEPTED, by=by))
        if number not in {0, *INVITED}:
            return
        meeting = plan_meeting(
            council,
            theme=words.THEMES[(number + 1) % len(words.THEMES)],
            starts_at=self.at(add_working_days(self.today, 8 + number)),
            period=self.now,
            ends_at=self.at(add_working_days(self.today, 8 + number), 16, 0),
            agenda=[
                *(AgendaLine(topic=topic, minutes_planned=20) for topic in topics),
                AgendaLine(text="研究部署下一步重点工作", minutes_planned=15, presenter="社区书记"),
            ],
            place=f"{self.places.communities[number].name}党群服务中心三楼会议室",
            chair_name=self.staff.secretaries[number].person.name,
            by=by,
        )
        if number in INVITED:
            self._invite(meeting, units, by)

    def _invite(self, meeting: Meeting, units: list[ResidentUnit], by: Actor) -> None:
        above = committee_above(meeting.council)
        invite_besides(meeting, invited_as=InvitedAs.SUPERIOR, organizations=[above], by=by)
        invite_besides(
            meeting, invited_as=InvitedAs.GUEST, person_name="居民代表", post="党代表", by=by
        )
        meeting = send_notice(meeting, by=by)
        for place, unit in enumerate(units[:3]):
            answer = Answer.LEAVE if place == 2 else Answer.ATTEND
            answer_notice(
                meeting,
                organization=unit.organization,
                answer=answer,
                attendee_name=self.staff.unit_secretaries[unit.pk].person.name,
                reason="外出学习" if answer == Answer.LEAVE else "",
                channel="phone" if place == 1 else "",
                by=by if place == 1 else self.liaison(unit),
            )
