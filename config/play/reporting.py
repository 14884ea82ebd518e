"""Reporting in: letters, members at every door, the community's answers, renewals, moves, units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.http import HttpRequest

from config.play.city import SETTLED, PlayCity, PlayCommunity, PlayUnit
from config.play.days import BY_PHONE, LATE, NEVER, PROMPT, REMINDED, Days
from members.enums import MemberEndReason, ReportInState
from members.models import PartyMember, ReportIn, UnitReportIn
from members.queries.letters import letter_to_use, standing_link
from members.queries.report_ins import (
    DECIDE_REPORT_IN_DUTY,
    FIRST_DUTY,
    RENEW_DUTY,
    renewal_due,
    unreported,
)
from members.queries.unit_report_ins import known_of
from members.services import (
    confirm_report_in,
    confirm_unit_report_in,
    end_member,
    end_report_in,
    issue_letter,
    issue_letters,
    move_report_in,
    pass_on_report_in,
    renew_report_in,
    return_report_in,
    return_unit_report_in,
    revoke_letter,
    submit_at_desk,
    submit_report_in,
    submit_unit_report_in,
    submit_with_letter,
    withdraw_report_in,
    withdraw_unit_report_in,
)
from partybuild import calendar
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of_link
from partybuild.areas.services.settings import set_parameter

# What goes differently, by the unit's or the community's place on the list.
WHOLE_BRANCH, SINGLY = 0, 1
DECIDES_LATE = 9
UNIT_RETURNED, UNIT_WITHDRAWS = 6, 8
MOVERS, LEAVERS = 4, 2
# How many in a hundred report-ins are returned, passed on, taken back by the member.
RETURNED, PASSED_ON, TAKEN_BACK = 6, 10, 3


@dataclass
class ReportingIn:
    """Everybody who has not reported in yet, and everybody who has."""

    city: PlayCity
    days: Days
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("reporting in")

    def write(self) -> None:
        """Put the quarter's report-ins on the calendar."""
        if len(self.city.communities) > SETTLED[-1]:
            # One of the two says so twice a year.
            set_parameter(
                self.city.communities[SETTLED[-1]].area,
                key="report_in.renewal",
                value="half_yearly",
                by=self.city.staff,
            )
        for number, unit in enumerate(self.city.units):
            waiting = [job.member for job in unreported(unit.organization.pk)]
            self._letters(unit, number, waiting)
            for member in waiting:
                self._expect(member)
            self._unit(unit, number)
        standing = list(
            ReportIn.objects.standing().select_related("community", "member__person").order_by("pk")
        )
        self._renewals(standing)
        self._moves(standing)

    # -- Letters -----------------------------------------------------------------------------------
    def _letters(self, unit: PlayUnit, number: int, waiting: list[PartyMember]) -> None:
        way = number % 4
        if way == WHOLE_BRANCH and waiting:
            self.days.on(self.days.start(3), lambda: self._issue_all(unit, waiting))
        elif way == SINGLY:
            for member in waiting[:2]:
                self.days.on(
                    self.days.start(4),
                    lambda member=member: self._issue_one(unit, member),  # type: ignore[misc]
                )

    def _issue_all(self, unit: PlayUnit, waiting: list[PartyMember]) -> None:
        require(unit.liaison, "report_in.letter")
        done = issue_letters(waiting, unit=unit.organization, by=unit.liaison)
        self.days.done["letters issued"] += len(done.issued)
        if unit is self.city.units[0] and len(done.issued) > 1:
            # Written with the wrong post: taken back, and one written anew.
            revoke_letter(done.issued[-1], reason="职务填写有误，另行开具", by=unit.liaison)
            issue_letter(done.issued[-1].member, unit=unit.organization, by=unit.liaison)
            self.days.done["letters taken back"] += 1
            self.days.done["letters issued"] += 1

    def _issue_one(self, unit: PlayUnit, member: PartyMember) -> None:
        require(unit.secretary, "report_in.letter")
        issue_letter(member, unit=unit.organization, community=unit.community, by=unit.secretary)
        self.days.done["letters issued"] += 1

    # -- The member reports in ---------------------------------------------------------------------
    def _expect(self, member: PartyMember) -> None:
        habit = self.days.habit(self.dice)
        if habit == NEVER:
            self.days.leave(FIRST_DUTY, member.person, "does not report in")
            return
        due = self.days.period.start + timedelta(days=30)
        day = {
            PROMPT: self.days.start(5 + self.dice.randrange(12)),
            REMINDED: self.days.after(due, -1),
            BY_PHONE: self.days.after(due, -3),
            LATE: self.days.after(due, 6),
        }[habit]
        community = self.dice.choice(self.city.communities)
        self.days.on(day, lambda: self._report_in(member, community, habit == BY_PHONE))

    def _report_in(
        self, member: PartyMember, community: PlayCommunity, by_phone: bool = False
    ) -> None:
        if ReportIn.objects.active().filter(member=member).exists():
            return
        letter = letter_to_use(member.pk, calendar.today())
        voice = self.city.voice(member.pk)
        building = (
            f"{self.dice.choice(('江南苑', '望江苑', '春晖里'))}{self.dice.randrange(1, 30)}幢"
        )
        if by_phone and letter is None:
            require(community.worker, "report_in.submit_proxy")
            submit_at_desk(
                community=community.area,
                id_number=member.person.id_number,
                name=member.person.name,
                channel="in_person",
                building=building,
                by=community.worker,
            )
            self.days.done["report-ins at the desk"] += 1
        elif by_phone and letter is not None:
            require(community.worker, "report_in.submit_proxy")
            submit_with_letter(
                letter,
                community=community.area,
                channel="paper",
                building=building,
                by=community.worker,
            )
            self.days.done["report-ins with a paper letter"] += 1
        elif voice is not None:
            require(voice, "report_in.submit")
            submit_report_in(member, community=community.area, building=building, by=voice)
            self.days.done["report-ins by the member"] += 1
        elif letter is not None:
            link = standing_link(letter)
            assert link is not None
            submit_report_in(
                member,
                community=community.area,
                letter=letter,
                building=building,
                by=actor_of_link(link, request=HttpRequest()),
            )
            self.days.done["report-ins by the letter's code"] += 1
        else:
            require(community.worker, "report_in.submit_proxy")
            submit_report_in(
                member,
                community=community.area,
                channel="wechat",
                building=building,
                by=community.worker,
            )
            self.days.done["report-ins by WeChat, entered"] += 1
        waiting = ReportIn.objects.waiting().get(member=member, community=community.area)
        if voice is not None and self.dice.randrange(100) < TAKEN_BACK:
            withdraw_report_in(waiting, by=voice)
            self.days.done["report-ins taken back"] += 1
            other = self._other(community)
            again = self.days.after(calendar.today(), 1)
            self.days.on(again, lambda: self._report_in(member, other))
            return
        self._await_answer(waiting, self.dice.randrange(100))

    def _other(self, community: PlayCommunity) -> PlayCommunity:
        others = [each for each in self.city.communities if each is not community]
        return self.dice.choice(others) if others else community

    # -- The community answers ---------------------------------------------------------------------
    def _await_answer(self, report_in: ReportIn, fate: int = 100) -> None:
        community = self.city.at(report_in.community_id)
        is_slow = self.city.communities.index(community) == DECIDES_LATE
        day = self.days.after(calendar.today(), 8 if is_slow else self.dice.choice((1, 1, 2, 3)))
        if day > self.days.last:
            self.days.leave(
                DECIDE_REPORT_IN_DUTY, community.committee, "the play ends", subject=report_in
            )
            return
        self.days.on(day, lambda: self._answer(report_in, community, fate))

    def _answer(self, report_in: ReportIn, community: PlayCommunity, fate: int) -> None:
        report_in.refresh_from_db()
        if report_in.state != ReportInState.SUBMITTED:
            return
        require(community.secretary, "report_in.decide")
        if fate < RETURNED:
            return_report_in(report_in, reason="居住地址不详，请补充", by=community.secretary)
            self.days.done["report-ins returned"] += 1
            again = self.days.after(calendar.today(), 3)
            self.days.on(again, lambda: self._once_more(report_in.member, community))
        elif fate < RETURNED + PASSED_ON and len(self.city.communities) > 1:
            passed = pass_on_report_in(
                report_in,
                community=self._other(community).area,
                note="居住小区属于贵社区",
                by=community.secretary,
            )
            self.days.done["report-ins passed on"] += 1
            self._await_answer(passed)
        else:
            self._take_in(report_in, community)

    def _once_more(self, member: PartyMember, community: PlayCommunity) -> None:
        if ReportIn.objects.active().filter(member=member).exists():
            return
        submit_report_in(
            member,
            community=community.area,
            building="江南苑1幢",
            channel="phone",
            by=community.worker,
        )
        self._await_answer(ReportIn.objects.waiting().get(member=member, community=community.area))

    def _take_in(self, report_in: ReportIn, community: PlayCommunity) -> None:
        confirm_report_in(
            report_in,
            grid=self.dice.choice(community.grids),
            team=community.team if self.dice.random() < 0.3 else None,
            by=community.secretary,
        )
        self.days.done["report-ins confirmed"] += 1

    # -- Those who stand -----------------------------------------------------------------------------
    def _renewals(self, standing: list[ReportIn]) -> None:
        for report_in in standing:
            if renewal_due(report_in, self.days.period.start) is None:
                continue
            habit = self.days.habit(self.dice)
            person = report_in.member.person
            if habit in {NEVER, LATE}:
                self.days.leave(RENEW_DUTY, person, "does not renew")
                continue
            day = self.days.start(5 + self.dice.randrange(45))
            self.days.on(
                day,
                lambda report_in=report_in, habit=habit: self._renew(report_in, habit),  # type: ignore[misc]
            )

    def _renew(self, report_in: ReportIn, habit: str) -> None:
        report_in.refresh_from_db()
        if report_in.state != ReportInState.CONFIRMED:
            return
        community = self.city.at(report_in.community_id)
        voice = self.city.voice(report_in.member_id) if habit != BY_PHONE else None
        by = voice or community.worker
        require(by, "report_in.renew")
        renew_report_in(report_in, channel="" if voice else "phone", by=by)
        self.days.done["report-ins renewed"] += 1

    def _moves(self, standing: list[ReportIn]) -> None:
        chosen = standing[5 :: max(1, len(standing) // (MOVERS + LEAVERS))]
        for place, report_in in enumerate(chosen[: MOVERS + LEAVERS]):
            day = self.days.start(20 + 4 * place)
            if place < MOVERS:
                self.days.on(day, lambda report_in=report_in: self._move(report_in))  # type: ignore[misc]
            else:
                is_transferred = place == MOVERS
                self.days.on(
                    day,
                    lambda report_in=report_in, is_transferred=is_transferred: (  # type: ignore[misc]
                        self._end(report_in, is_transferred)
                    ),
                )

    def _move(self, report_in: ReportIn) -> None:
        community = self.city.at(report_in.community_id)
        voice = self.city.voice(report_in.member_id)
        to = self._other(community)
        if to is community:
            return
        moved = move_report_in(
            report_in,
            community=to.area,
            building="新桥苑6幢",
            note="已搬家",
            channel="" if voice else "phone",
            by=voice or community.worker,
        )
        self.days.done["members who moved"] += 1
        self._await_answer(moved)

    def _end(self, report_in: ReportIn, is_transferred: bool) -> None:
        report_in.refresh_from_db()
        if report_in.state != ReportInState.CONFIRMED:
            return
        self.days.done["report-ins ended"] += 1
        if is_transferred:
            # The relation goes to another city: the unit takes them off its roster.
            liaison = self.city.unit(report_in.unit_id).liaison
            require(liaison, "member.end")
            end_member(
                report_in.member,
                on=calendar.today(),
                reason=MemberEndReason.TRANSFERRED,
                note="调往外地工作",
                by=liaison,
            )
            self.days.done["members taken off the roster"] += 1
            return
        community = self.city.at(report_in.community_id)
        require(community.secretary, "report_in.end")
        end_report_in(report_in, reason="moved", note="已搬离本社区", by=community.secretary)
        other = self._other(community)
        again = self.days.after(calendar.today(), 8)
        self.days.on(again, lambda: self._report_in(report_in.member, other))

    # -- Units -----------------------------------------------------------------------------------------
    def _unit(self, unit: PlayUnit, number: int) -> None:
        habit = self.days.habit(self.dice)
        if habit == NEVER:
            # Nobody owes it: a unit reports in because it wants to.
            return
        day = self.days.start({PROMPT: 3, REMINDED: 8, BY_PHONE: 10, LATE: 20}[habit])
        self.days.on(day, lambda: self._submit_unit(unit, number, habit == BY_PHONE))

    def _submit_unit(
        self, unit: PlayUnit, number: int, by_phone: bool, *, again: bool = False
    ) -> None:
        community = self.city.at(unit.community)
        by, channel = (community.worker, "phone") if by_phone else (unit.liaison, "")
        require(by, "unit_report_in.submit")
        known = known_of(unit.organization)
        known["head_name"] = known["head_name"] or unit.secretary.name
        known["contact_name"] = known["contact_name"] or unit.liaison.name
        known["contact_phone"] = known["contact_phone"] or "0399-8600 0000"
        report_in = submit_unit_report_in(
            unit=unit.organization,
            community=community.area,
            services=["governance", "safety"],
            resources="会议室一间，双休日可借用",
            channel=channel,
            by=by,
            **known,
        )
        self.days.done["units reporting in"] += 1
        if number == UNIT_WITHDRAWS and not again and not by_phone:
            withdraw_unit_report_in(report_in, by=unit.liaison)
            next_day = self.days.after(calendar.today(), 1)
            self.days.on(
                next_day, lambda: self._submit_unit(unit, number, by_phone=False, again=True)
            )
            return
        is_slow = self.city.communities.index(community) == DECIDES_LATE
        day: date = self.days.after(calendar.today(), 8 if is_slow else 2)
        is_returned = number % 13 == UNIT_RETURNED and not again
        self.days.on(day, lambda: self._answer_unit(report_in, unit, number, is_returned))

    def _answer_unit(
        self, report_in: UnitReportIn, unit: PlayUnit, number: int, is_returned: bool
    ) -> None:
        secretary: Actor = self.city.at(unit.community).secretary
        require(secretary, "unit_report_in.decide")
        if is_returned:
            return_unit_report_in(report_in, reason="联系电话有误，请更正", by=secretary)
            self.days.done["unit report-ins returned"] += 1
            again = self.days.after(calendar.today(), 2)
            self.days.on(again, lambda: self._submit_unit(unit, number, False, again=True))
            return
        confirm_unit_report_in(report_in, opinion="同意接收", by=secretary)
        self.days.done["unit report-ins confirmed"] += 1
