"""The quarter behind the demo and the one that is running, told through the services of the pages."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from activities.enums import AttendanceState
from activities.services import (
    AttendanceLine,
    enter_contribution,
    enter_evaluations,
    hold_activity,
    plan_activity,
    publish_activity,
    record_attendance,
    say_asked,
    sign_up,
)
from config.demo import words
from config.demo.services.certificates import tell_of_certificates
from config.demo.services.councils import tell_of_council
from config.demo.services.opinions import tell_of_opinions
from config.demo.services.people import Staff
from config.demo.services.places import Places
from config.demo.services.posts import set_posts
from config.demo.services.reporting import report_in_more
from config.demo.services.wishes import make_wishes
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
from meetings.models import Council, Meeting, Minutes, Resolution, ResolutionParty, Topic
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
from members.models import ServiceRecord
from members.queries.summaries import SEND_DUTY, summary_due_on
from members.services import (
    acknowledge_summary,
    certify_records,
    enter_services,
    sign_summary,
)
from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI, Period, add_working_days, last_working_day, today
from partybuild.documents.models import Delivery
from partybuild.documents.services import sign_for_document
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import duties
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
# Communities that have still to certify their third list, and so owe the summaries of some of the units on it.
UNCERTIFIED = {9: 2, 12: 3}
# Of a community's lists: the last of last quarter, the large one of this, the one that waits.
_LAST_OF_THEN, _LARGE, _WAITS = 2, 3, 4
# Summaries sent after their day, and those that their unit has still to sign for, of each so many.
_ONE_LATE_IN, _ONE_WAITS_IN = 9, 6
# Whoever looks at the demo as the first community's secretary has so many to sign.
_LEFT_TO_SIGN = 2
# What a unit says to its summary.
_ANSWER = "已在支部大会上通报，下季度拟组织一次义诊。"


def live_through(places: Places, staff: Staff, *, by: Actor) -> None:
    """Let the last quarter happen and this one begin."""
    story = _Story(places, staff, by)
    story.found_councils()
    story.open_ledger()
    story.hold_street_meeting()
    for number in range(len(places.communities)):
        if number not in WITHOUT_A_MEETING:
            story.hold_last_meeting(number)
    report_in_more(places, staff, story.units_of)
    story.serve()
    story.plan_activities()
    set_posts(places, staff)
    make_wishes(places, staff)
    story.file_reports()
    story.send_summaries()
    tell_of_certificates(places, staff, by=by)
    story.hold_activities()
    for number in range(len(places.communities)):
        story.begin_quarter(number)
    tell_of_opinions(places, staff, by=by)
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
        self.street_council = Council()
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
        self.street_council = street
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
        # The street began with last quarter: nobody owes anything for the one before.
        owe(
            (
                debt
                for duty in duties()
                for period in duty.periods(self.last.end)
                if period.end >= self.last.start
                for debt in duty.debts(period)
            ),
            by=self.by,
        )
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

    def hold_street_meeting(self) -> None:
        """The street's own council met last quarter, and everybody has its minutes."""
        by = actor_in(self.staff.street)
        chair = self.staff.street.person.name
        day = last_working_day(self.last.end - timedelta(days=22))
        speakers = {
            body.pk: self.staff.secretaries[number]
            for number, body in enumerate(self.places.committees)
        } | {unit.pk: self.staff.liaisons[unit.pk] for unit in self.places.units}
        members = self.street_council.members.members().select_related("organization")
        meeting = enter_held_meeting(
            self.street_council,
            theme=words.STREET_THEME,
            starts_at=self.at(day, 9, 0),
            presences=[
                PresenceLine(
                    member.organization,
                    PresenceState.PRESENT,
                    person_name=speakers[member.organization_id].person.name,
                    post=speakers[member.organization_id].title,
                )
                for member in members.order_by("pk")
            ],
            period=self.last,
            agenda=[AgendaLine(text=text) for text in words.STREET_AGENDA],
            minutes_text=words.STREET_MINUTES,
            resolutions=[],
            place=f"{self.places.street.name}办事处二楼会议室",
            chair_name=chair,
            by=by,
        )
        minutes = Minutes.objects.get(meeting=meeting)
        self._issue(minutes, self.places.street_committee, chair, day, by=by)
        waiting = Delivery.objects.filter(document__subject_uid=minutes.uid).order_by("pk")
        for delivery in waiting.select_related("document__area", "organization"):
            sign_for_document(delivery, by=actor_in(speakers[delivery.organization_id]))

    def _issue(
        self, minutes: Minutes, body: Organization | None, signer: str, held_on: date, *, by: Actor
    ) -> None:
        assert body is not None
        # On paper they went out that week; the ledger counts that day.
        pay(
            duty="minutes.issue",
            bearer=body,
            subject=minutes.meeting,
            period=minutes.meeting.period,
            on=add_working_days(held_on, 3),
            by=by,
        )
        issue_minutes(minutes, signer_name=signer, version=minutes.version, by=by)

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
            # One step: what its resolution hangs on is told by the result.
            with transaction.atomic():
                record_result(item.topic, result=TopicResult.CONSENSUS, by=by)
                meeting.resolutions.filter(number=1).update(agenda_item=item)
        minutes = getattr(meeting, "minutes", None)
        if minutes is not None:
            minutes.refresh_from_db()
            signer = self.staff.secretaries[number].person.name
            self._issue(minutes, self.places.committees[number], signer, day, by=by)
            self._sign_for(minutes, number)
        resolutions = list(Resolution.objects.filter(meeting=meeting).order_by("number"))
        assign_resolutions(resolutions, by=by)
        self._work_on(resolutions, number)
        self._negotiate(resolutions, number)

    def _sign_for(self, minutes: Minutes, number: int) -> None:
        """The units sign for the minutes; in the first community one has not yet."""
        units = {unit.pk: unit for unit in self.places.units}
        waiting = Delivery.objects.filter(document__subject_uid=minutes.uid).order_by("pk")
        for delivery in waiting.select_related("document__area", "organization")[number == 0 :]:
            if delivery.organization_id in units:
                sign_for_document(delivery, by=self.liaison(units[delivery.organization_id]))

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
        signing_in = self.signing_in()
        for number, community in enumerate(self.places.communities):
            by = self.secretary(number)
            members = self.staff.members.get(community.pk, [])
            looking = [each for each in members if each.person_id in signing_in]
            for turn in range(5):
                content, kind, hours = words.SERVICES[(number + turn) % len(words.SERVICES)]
                # Three lists of last quarter, two of this; the last waits for its certificate.
                base = self.last.start if turn < 3 else self.now.start
                day = min(base + timedelta(days=12 + 21 * (turn % 3) + number), self.today)
                count = len(members) * 2 // 5 if turn == _LARGE else 14 + number % 5
                served = self.dice.sample(members, min(len(members), count))
                records = enter_services(
                    community=community,
                    # Whoever looks at the demo as a member finds hours of their own.
                    members={*served, *looking},
                    date=day,
                    content=content,
                    kind=kind,
                    hours=Decimal(hours),
                    place=f"{community.name}",
                    by=actor_in(self.staff.workers[number]),
                )
                if turn < _WAITS and not (turn == _LAST_OF_THEN and number in UNCERTIFIED):
                    certify_records(records, by=by)

    @staticmethod
    def signing_in() -> set[int]:
        """Return the persons with a member's post."""
        return set(Appointment.objects.filter(role=Role.MEMBER).values_list("person_id", flat=True))

    def plan_activities(self) -> None:
        """Two activities in each community, open for signing up; the smallest is full already."""
        looking = self.signing_in()
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
                coming = self.dice.sample(members, min(len(members), 7 + number % 3))
                if not turn:
                    # Whoever looks at the demo as a member comes to one, and finds another to sign up for.
                    coming += [
                        each for each in members if each.person_id in looking and each not in coming
                    ]
                else:
                    coming = [each for each in coming if each.person_id not in looking]
                for member in coming:
                    sign_up(activity, member=member, by=by, channel="wechat")

    def hold_activities(self) -> None:
        """One activity in each community that is over: who was there, what was given, how it was judged."""
        for number, community in enumerate(self.places.communities):
            by = self.secretary(number)
            start = datetime.combine(self.today - timedelta(days=3), time(9), tzinfo=SHANGHAI)
            committee = self.places.committees[number]
            activity = plan_activity(
                community=community,
                organizer=committee,
                title=words.PAST_ACTIVITY,
                kind="service",
                themes=["environment"],
                starts_at=start,
                ends_at=start + timedelta(hours=2, minutes=30),
                place=f"{community.name}广场",
                leader_name=self.staff.workers[number].person.name,
                by=by,
            )
            publish_activity(activity, by=by)
            lines = [
                AttendanceLine(
                    member=member,
                    state=AttendanceState.EXCUSED if turn == 2 else AttendanceState.PRESENT,
                    arrived_at=None if turn == 2 else start - timedelta(minutes=3 * (turn % 4)),
                )
                for turn, member in enumerate(self.staff.members.get(community.pk, [])[:9])
            ]
            if not lines:
                continue
            record_attendance(activity, lines=lines, reason="纸质签到表", by=by)
            enter_contribution(
                activity,
                organization=committee,
                item="清扫工具",
                amount=Decimal(12 + number),
                measure="set",
                by=by,
            )
            counts = {("resident", "satisfied"): 18 + number, ("resident", "mostly"): 3}
            enter_evaluations(activity, counts={**counts, ("served", "satisfied"): 6}, by=by)
            say_asked(activity, asked=35 + number, by=by)
            # The first has still to be closed, so that its secretary sees what waits.
            if number:
                hold_activity(activity, others_count=20 + number, served_count=60, by=by)

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
        """Nearly all have gone out, most in time; some wait for a list that is not certified."""
        units = {unit.organization_id: unit for unit in self.places.units}
        for number, community in enumerate(self.places.communities):
            waiting = self._uncertified(community)[: UNCERTIFIED.get(number, 0)]
            owed = self._owed_by(self.places.committees[number])
            if not number:
                waiting = [body.pk for body in owed[-_LEFT_TO_SIGN:]]
            for place, body in enumerate(owed):
                if body.pk in waiting:
                    continue
                is_late = (number + place) % _ONE_LATE_IN == _ONE_LATE_IN - 1
                due = summary_due_on(community, self.last)
                pay(
                    duty=SEND_DUTY,
                    bearer=self.places.committees[number],
                    subject=body,
                    period=str(self.last),
                    on=add_working_days(due, 3 if is_late else -2 - place % 3),
                    by=self.secretary(number),
                )
                summary = sign_summary(
                    community=community, unit=body, period=self.last, by=self.secretary(number)
                )
                if (number + place) % _ONE_WAITS_IN:
                    acknowledge_summary(
                        summary,
                        answer=_ANSWER if place == 1 else "",
                        by=self.liaison(units[body.pk]),
                    )

    def _owed_by(self, committee: Organization) -> list[Organization]:
        """Whom a community owes last quarter's summary."""
        owed = Obligation.objects.unpaid().filter(
            duty=SEND_DUTY, bearer_organization=committee, period=str(self.last)
        )
        bodies = Organization.objects.filter(pk__in=owed.values("unit"))
        return list(bodies.select_related("area").order_by("sort", "pk"))

    def _uncertified(self, community: Area) -> list[int]:
        """The units of those on last quarter's list that nobody has certified."""
        rows = ServiceRecord.objects.waiting().filter(
            community=community, date__lte=self.last.end, unit__isnull=False
        )
        return list(rows.order_by("unit").values_list("unit", flat=True).distinct())

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
