"""Activities: planned, published, signed up for, attended, evaluated, closed, entered as service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from uuid import UUID

from django.http import HttpRequest

from activities.enums import AttendanceState, Audience, SignUpState
from activities.models import Activity, Attendance, SignUp
from activities.queries.codes import code_of, pass_of
from activities.queries.places import audience_places
from activities.services import (
    AttendanceLine,
    Kept,
    cancel_activity,
    change_activity,
    change_places,
    check_in,
    check_out,
    enter_contribution,
    enter_evaluations,
    enter_from_attendance,
    evaluate,
    hold_activity,
    open_evaluation,
    plan_activity,
    publish_activity,
    record_attendance,
    return_activity,
    say_asked,
    sign_up,
    submit_activity,
    withdraw_sign_up,
)
from config.play.city import PlayCity, PlayCommunity
from config.play.days import Days
from members.models import MemberPlace, PartyMember, ServiceRecord
from members.services import certify_records
from partybuild import calendar
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of_link
from partybuild.calendar import SHANGHAI
from partybuild.evaluations.enums import EvaluatedBy, Satisfaction

# What goes differently, by the community's place in the street.
BY_A_UNIT, UNIT_RETURNED, JOINT, MORE_PLACES, CANCELLED = {1, 5}, 5, 3, 2, 6
_TITLES: tuple[tuple[str, str, list[str]], ...] = (
    ("清洁家园志愿行动", "service", ["environment"]),
    ("义诊进社区", "service", ["health"]),
    ("敬老探访", "visit", ["elders"]),
    ("主题党日联学", "theme_day", []),
    ("反诈宣传入户", "learning", ["safety", "law"]),
    ("邻里文化节", "culture", ["civilized_city"]),
)
_PLACES = (5, 6, None)
# When the screen stands there, when the late ones come, when those who leave check out, when all is over.
DOORS, LATE_COMERS, LEAVING, OVER = (13, 45), (14, 20), (15, 55), (16, 30)
BEGINS, ENDS = time(14, 0), time(16, 0)


@dataclass
class Activities:
    """One activity for every community, each in a way of its own."""

    city: PlayCity
    days: Days
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("activities")

    def write(self) -> None:
        """Put the quarter's activities on the calendar."""
        for number, community in enumerate(self.city.communities):
            held = self.days.start(22 + 2 * number)
            self.days.on(
                self.days.after(held, -12),
                lambda community=community, number=number, held=held: (  # type: ignore[misc]
                    self._plan(community, number, held)
                ),
            )

    # -- Planning ------------------------------------------------------------------------------------
    def _plan(self, community: PlayCommunity, number: int, held: date) -> None:
        title, kind, themes = _TITLES[number % len(_TITLES)]
        is_unit = number in BY_A_UNIT and bool(community.units)
        lead = community.units[0] if is_unit else None
        by = lead.liaison if lead else community.worker
        require(by, "activity.draft_unit" if lead else "activity.change")
        helpers = [unit.organization for unit in community.units[:2]] if number == JOINT else []
        activity = plan_activity(
            community=community.area,
            organizer=lead.organization if lead else community.committee,
            helpers=[community.committee] if lead else helpers,
            title=title,
            kind=kind,
            themes=themes,
            starts_at=_at(held, BEGINS),
            ends_at=_at(held, ENDS),
            place="党群服务中心门前广场",
            places=_PLACES[number % len(_PLACES)],
            audience=Audience.BOTH if lead or helpers else Audience.COMMUNITY,
            leader_name=community.worker.name,
            by=by,
        )
        self.days.done["activities planned"] += 1
        if lead is None:
            self._publish(activity, community, number)
            return
        submit_activity(activity, by=by)
        next_day = self.days.after(calendar.today(), 1)
        if number == UNIT_RETURNED:
            self.days.on(next_day, lambda: self._return(activity, community, number, by))
        else:
            self.days.on(next_day, lambda: self._publish(activity, community, number))

    def _return(self, activity: Activity, community: PlayCommunity, number: int, by: Actor) -> None:
        activity = return_activity(activity, reason="请写明雨天安排", by=community.secretary)
        activity = change_activity(activity, by=by, needs="雨天改在室内")
        submit_activity(activity, by=by)
        self.days.done["activities returned to a unit"] += 1
        self._publish(activity, community, number)

    def _publish(self, activity: Activity, community: PlayCommunity, number: int) -> None:
        require(community.secretary, "activity.publish")
        activity.refresh_from_db()
        activity = publish_activity(activity, by=community.secretary)
        self.days.done["activities published"] += 1
        audience = list(
            MemberPlace.objects.filter(audience_places(activity))
            .order_by("pk")
            .select_related("member__person")
        )
        people = {place.member_id: place.member for place in audience}
        wanted = (activity.places or 8) + 3
        chosen = self.dice.sample(list(people.values()), min(wanted, len(people)))
        held = activity.starts_at.astimezone(SHANGHAI).date()
        for turn, member in enumerate(chosen):
            day = self.days.after(calendar.today(), 1 + turn * 7 // max(1, len(chosen)))
            self.days.on(
                min(day, self.days.after(held, -2)),
                lambda member=member: self._sign_up(activity, member, community),  # type: ignore[misc]
            )
        self.days.on(self.days.after(held, -1), lambda: self._cannot_come(activity, community))
        if number == MORE_PLACES and activity.places is not None:
            self.days.on(
                self.days.after(held, -1),
                lambda: self._more_places(activity, community),
            )
        if number == CANCELLED:
            self.days.on(self.days.after(held, -1), lambda: self._cancel(activity, community))
            return
        self.days.on(held, lambda: self._open_doors(activity, community), at=DOORS)
        self.days.on(held, lambda: self._late_comers(activity), at=LATE_COMERS)
        self.days.on(held, lambda: self._leaving(activity), at=LEAVING)
        self.days.on(held, lambda: self._close(activity, community, number), at=OVER)

    # -- Signing up ------------------------------------------------------------------------------------
    def _sign_up(self, activity: Activity, member: PartyMember, community: PlayCommunity) -> None:
        voice = self.city.voice(member.pk)
        by = voice or community.worker
        if not MemberPlace.objects.filter(audience_places(activity), member=member).exists():
            # Moved or left meanwhile.
            return
        require(by, "activity.sign_up" if voice else "activity.sign_up_proxy")
        activity.refresh_from_db()
        row = sign_up(activity, member=member, channel="" if voice else "wechat", by=by)
        self.days.done[
            "sign-ups that wait" if row.state == SignUpState.WAITING else "sign-ups with a place"
        ] += 1

    def _cannot_come(self, activity: Activity, community: PlayCommunity) -> None:
        """The first with a place steps back: whoever has waited longest moves up."""
        row = SignUp.objects.signed().filter(activity=activity).order_by("pk").first()
        if row is None:
            return
        waited = SignUp.objects.waiting().filter(activity=activity).order_by("asked_at", "id")
        first = waited.first()
        voice = self.city.voice(row.member_id)
        withdraw_sign_up(row, reason="临时加班", by=voice or community.worker)
        self.days.done["sign-ups withdrawn"] += 1
        if first is not None:
            first.refresh_from_db()
            self.days.done["moved up from the waiting list"] += first.state == SignUpState.SIGNED

    def _more_places(self, activity: Activity, community: PlayCommunity) -> None:
        activity.refresh_from_db()
        assert activity.places is not None
        change_places(activity, places=activity.places + 1, by=community.worker)
        self.days.done["places added"] += 1

    def _cancel(self, activity: Activity, community: PlayCommunity) -> None:
        activity.refresh_from_db()
        cancel_activity(activity, reason="气象台发布暴雨预警", by=community.secretary)
        self.days.done["activities cancelled"] += 1

    # -- On the day ------------------------------------------------------------------------------------
    def _signed(self, activity: Activity) -> list[tuple[PartyMember, Actor | None]]:
        rows = SignUp.objects.signed().filter(activity=activity).select_related("member__person")
        return [(row.member, self.city.voice(row.member_id)) for row in rows.order_by("pk")]

    def _open_doors(self, activity: Activity, community: PlayCommunity) -> None:
        activity.refresh_from_db()
        require(community.worker, "activity.code")
        with_phone = [(member, voice) for member, voice in self._signed(activity) if voice]
        code = code_of(activity)
        for turn, (member, voice) in enumerate(with_phone[:-1] if len(with_phone) > 1 else ()):
            assert voice is not None
            require(voice, "activity.check_in")
            if turn == 0:
                self._keep(activity, member, code.digits, voice)
                continue
            check_in(activity, member=member, code=code.token, by=voice)
            self.days.done["check-ins by code"] += 1

    def _keep(self, activity: Activity, member: PartyMember, digits: str, voice: Actor) -> None:
        """The phone has lost its network: it keeps the code, and hands it in afterwards."""
        kept = Kept(held=pass_of(activity, member), around=calendar.now())
        self.days.on(
            calendar.today(),
            lambda: self._hand_in(activity, member, digits, kept, voice),
            at=(DOORS[0], DOORS[1] + 8),
        )

    def _hand_in(
        self, activity: Activity, member: PartyMember, digits: str, kept: Kept, voice: Actor
    ) -> None:
        activity.refresh_from_db()
        row = check_in(activity, member=member, code=digits, kept=kept, by=voice)
        assert row.delivered_at is not None
        self.days.done["check-ins handed in by a phone without a network"] += 1

    def _late_comers(self, activity: Activity) -> None:
        activity.refresh_from_db()
        here = set(Attendance.objects.filter(activity=activity).values_list("member", flat=True))
        for member, voice in self._signed(activity):
            if voice is not None and member.pk not in here:
                row = check_in(activity, member=member, code=code_of(activity).digits, by=voice)
                assert row.state == AttendanceState.LATE
                self.days.done["check-ins that were late"] += 1

    def _leaving(self, activity: Activity) -> None:
        activity.refresh_from_db()
        rows = Attendance.objects.came().filter(activity=activity).select_related("member")
        for row in rows.order_by("pk")[:2]:
            voice = self.city.voice(row.member_id)
            assert voice is not None
            check_out(activity, member=row.member, code=code_of(activity).token, by=voice)
            self.days.done["check-outs"] += 1

    def _close(self, activity: Activity, community: PlayCommunity, number: int) -> None:
        activity.refresh_from_db()
        by = community.worker
        require(by, "activity.attendance")
        without_phone = [member for member, voice in self._signed(activity) if voice is None]
        lines = [
            AttendanceLine(
                member=member,
                state=AttendanceState.EXCUSED if turn == 3 else AttendanceState.PRESENT,
                hours=Decimal("1.5") if turn == 1 else None,
            )
            for turn, member in enumerate(without_phone)
        ]
        if lines:
            record_attendance(activity, lines=lines, reason="纸质签到表", by=by)
            self.days.done["attendances from a sheet"] += len(lines)
        if not Attendance.objects.came().filter(activity=activity).exists():
            # Nobody came: it is not held, and says so.
            cancel_activity(activity, reason="无人到场，另行安排", by=community.secretary)
            self.days.done["activities cancelled"] += 1
            return
        hold_activity(
            activity,
            others_count=self.dice.randrange(5, 30),
            served_count=self.dice.randrange(10, 60),
            closing_note="活动按计划开展。",
            cost=Decimal(self.dice.randrange(100, 900)),
            cost_source="社区党组织服务群众专项经费",
            by=by,
        )
        self.days.done["activities held"] += 1
        if community.units:
            enter_contribution(
                activity,
                organization=community.units[-1].organization,
                item="清扫工具",
                amount=Decimal(12),
                measure="set",
                by=by,
            )
        self._evaluate(activity, by, number)
        require(by, "service.enter")
        sheet = enter_from_attendance(activity, by=by)
        next_day = self.days.after(calendar.today(), 1)
        self.days.on(next_day, lambda: self._certify(sheet, community))

    def _evaluate(self, activity: Activity, by: Actor, number: int) -> None:
        link = open_evaluation(activity, by=by)
        served = actor_of_link(link, request=HttpRequest())
        grades = (Satisfaction.SATISFIED, Satisfaction.SATISFIED, Satisfaction.MOSTLY)
        for grade in grades[: 1 + number % 3]:
            ballot = UUID(int=self.dice.getrandbits(128))
            evaluate(activity, side=EvaluatedBy.SERVED, grade=grade, ballot=ballot, by=served)
            # The form sent twice is one answer.
            evaluate(activity, side=EvaluatedBy.SERVED, grade=grade, ballot=ballot, by=served)
        counts = {
            (str(EvaluatedBy.RESIDENT), str(Satisfaction.SATISFIED)): 6 + number % 4,
            (str(EvaluatedBy.RESIDENT), str(Satisfaction.DISSATISFIED)): number % 2,
        }
        enter_evaluations(activity, counts=counts, by=by)
        say_asked(activity, asked=20, by=by)
        self.days.done["evaluations"] += activity.evaluations.count()

    def _certify(self, sheet: UUID, community: PlayCommunity) -> None:
        require(community.secretary, "service.certify")
        records = list(ServiceRecord.objects.waiting().filter(sheet=sheet).order_by("pk"))
        certify_records(records, by=community.secretary)
        self.days.done["person-times of service from attendance certified"] += len(records)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=SHANGHAI)
