"""The quarter: councils meet, members report in and serve, communities sum up, units report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from config.play.activities import Activities
from config.play.city import PlayCity, PlayCommunity, PlayUnit
from config.play.councils import CouncilPlay
from config.play.days import BY_PHONE, LATE, NEVER, PROMPT, REMINDED, Days
from config.play.feedback import FeedbackPlay
from config.play.papers import Papers
from config.play.posts import Posts
from config.play.reporting import ReportingIn
from config.play.wishes import Wishes
from members.models import PartyMember, ServiceSummary
from members.queries.summaries import ACKNOWLEDGE_DUTY, SEND_DUTY
from members.services import (
    acknowledge_summary,
    certify_records,
    enter_services,
    sign_summaries,
)
from partybuild import calendar
from partybuild.access import Actor
from partybuild.calendar import Period
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt
from units.models import UnitReport
from units.queries import REPORT_DUTY, prefilled, report_form_of
from units.services import accept_report, file_nil_report, file_report, return_report

# What goes wrong, by the community's place in the street or the unit's on the list.
SUMS_UP_LATE, NEVER_SUMS_UP = 4, 6
EXEMPT_UNIT = 11


@dataclass
class Player:
    """Plays one street through one quarter."""

    city: PlayCity
    days: Days
    # After which periods feedback is given; as the places have it where nothing is said.
    feedback_cycle: str = ""

    def play(self) -> None:
        """Write what everybody will do, then let the days pass."""
        for number, community in enumerate(self.city.communities):
            CouncilPlay(
                days=self.days,
                council=community.council,
                secretary=community.secretary,
                convener=community.committee,
                members=[(unit.organization, unit.liaison) for unit in community.units],
                number=number,
            ).write()
        units = [(unit.organization, unit.liaison) for unit in self.city.units[::4]]
        communities = [(each.committee, each.secretary) for each in self.city.communities]
        CouncilPlay(
            days=self.days,
            council=self.city.council,
            secretary=self.city.staff,
            convener=self.city.committee,
            members=units + communities,
            number=len(self.city.communities),
        ).write()
        for number, community in enumerate(self.city.communities):
            self._services(community)
            self._summaries(community, number)
        for number, unit in enumerate(self.city.units):
            self._report(unit, number)
        ReportingIn(self.city, self.days).write()
        Posts(self.city, self.days).write()
        Wishes(self.city, self.days).write()
        Activities(self.city, self.days).write()
        FeedbackPlay(self.city, self.days, self.feedback_cycle).write()
        Papers(self.city, self.days).write()
        self.days.pass_by()

    # -- Service and its summary -----------------------------------------------------------------
    def _services(self, community: PlayCommunity) -> None:
        for weeks in (3, 6, 9):
            day = self.days.period.start + timedelta(weeks=weeks, days=self.days.rng.randrange(5))
            self.days.on(day, lambda: self._serve(community))

    def _serve(self, community: PlayCommunity) -> None:
        reported_in = list(
            PartyMember.objects.filter(
                report_ins__community=community.area, report_ins__state="confirmed"
            ).order_by("pk")
        )
        if not reported_in:
            return
        rng = self.days.rng
        records = enter_services(
            community=community.area,
            members=rng.sample(reported_in, max(1, len(reported_in) // 2)),
            date=calendar.today(),
            content=rng.choice(("楼道清洁", "防诈骗宣传", "义诊引导", "交通文明劝导")),
            kind=rng.choice(("governance", "safety", "health")),
            hours=Decimal(rng.choice(("1.5", "2", "3"))),
            by=community.worker,
        )
        certify_records(records, by=community.secretary)
        self.days.done["person-times of service certified"] += len(records)

    def _summaries(self, community: PlayCommunity, number: int) -> None:
        # Where members stood before the quarter, the one before it is summed up first.
        before = self.days.period.previous()
        self.days.on(self.days.start(4), lambda: self._sign(community, before))
        if number == NEVER_SUMS_UP:
            self.days.leave(SEND_DUTY, community.committee, "does not sum up")
            return
        wait = 14 if number == SUMS_UP_LATE else self.days.rng.choice((3, 5, 8))
        day = self.days.after(self.days.period.end, wait)
        self.days.on(day, lambda: self._sign(community, self.days.period))

    def _sign(self, community: PlayCommunity, period: Period) -> None:
        owed = Obligation.objects.filter(
            duty=SEND_DUTY, bearer_organization=community.committee, period=str(period)
        ).unpaid()
        speakers = {unit.organization.pk: unit.liaison for unit in self.city.units}
        for summary in sign_summaries(
            community=community.area,
            units=[debt.owed_to for debt in owed.select_related("owed_to").order_by("pk")],
            period=period,
            by=community.secretary,
        ):
            self.days.done["summaries signed"] += 1
            habit = self.days.habit()
            if habit == NEVER:
                self.days.leave(
                    ACKNOWLEDGE_DUTY, summary.unit, "does not acknowledge", subject=summary
                )
                continue
            wait = {PROMPT: 1, REMINDED: 8, BY_PHONE: 9, LATE: 12}[habit]
            by, channel = (
                (community.secretary, "phone")
                if habit == BY_PHONE
                else (speakers[summary.unit_id], "")
            )
            day = self.days.after(calendar.today(), wait)
            if day > self.days.last:
                self.days.leave(ACKNOWLEDGE_DUTY, summary.unit, "the play ends", subject=summary)
                continue
            self.days.on(
                day,
                lambda summary=summary, by=by, channel=channel: self._acknowledge(  # type: ignore[misc]
                    summary, by, channel
                ),
            )

    def _acknowledge(self, summary: ServiceSummary, by: Actor, channel: str) -> None:
        # Every third one has something to say to it.
        is_answered = self.days.done["summaries acknowledged"] % 3 == 0
        acknowledge_summary(
            summary,
            answer="已在支部大会上通报，下季度拟组织一次义诊。" if is_answered else "",
            by=by,
            channel=channel,
        )
        self.days.done["summaries acknowledged"] += 1
        self.days.done["summaries answered"] += is_answered

    # -- The quarterly report ----------------------------------------------------------------------
    def _report(self, unit: PlayUnit, number: int) -> None:
        end = self.days.period.end
        if number == EXEMPT_UNIT:
            self.days.on(self.days.after(end, 1), lambda: self._exempt(unit))
            return
        habit = self.days.habit()
        if habit == NEVER:
            self.days.leave(REPORT_DUTY, unit.organization, "does not report")
            return
        wait = {PROMPT: 2, REMINDED: 4, BY_PHONE: 5, LATE: 9}[habit]
        self.days.on(self.days.after(end, wait), lambda: self._file(unit, habit, number))

    def _exempt(self, unit: PlayUnit) -> None:
        debt = Obligation.objects.get(
            duty=REPORT_DUTY, bearer_organization=unit.organization, period=str(self.days.period)
        )
        exempt(debt, reason="单位本季度整体搬迁", by=self.city.staff)
        self.days.done["reports exempted"] += 1

    def _file(self, unit: PlayUnit, habit: str, number: int) -> None:
        community = next(each for each in self.city.communities if each.area == unit.community)
        by, channel = (community.secretary, "phone") if habit == BY_PHONE else (unit.liaison, "")
        period = self.days.period
        if number % 6 == 5:
            file_nil_report(unit.organization, period=period, by=by, channel=channel)
            self.days.done["reports filed nil"] += 1
            return
        self._fill_in(unit, by, channel)
        self.days.done["reports filed"] += 1
        report = UnitReport.objects.get(unit=unit.organization, period=str(period))
        if number % 13 == 4:
            return_report(report, reason="活动次数与台账不符，请核对", by=community.secretary)
            self.days.done["reports returned"] += 1
            again = self.days.after(calendar.today(), 1)
            self.days.on(again, lambda: self._fill_in(unit, by, channel))
            return
        accept_report(report, by=community.secretary)

    def _fill_in(self, unit: PlayUnit, by: Actor, channel: str) -> None:
        form = report_form_of(unit.organization.area)
        known = prefilled(form, unit.organization, self.days.period)
        values = {
            each["key"]: known.get(each["key"], "按计划开展" if each["kind"] == "text" else 1)
            for each in form.fields
        }
        file_report(
            unit.organization, period=self.days.period, values=values, by=by, channel=channel
        )
