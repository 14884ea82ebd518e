"""What is counted of members and of the summaries about them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from members.enums import MemberCategory, ReportInState
from members.models import Employment, ReportIn
from members.queries.summaries import ACKNOWLEDGE_DUTY, SEND_DUTY
from partybuild.access import Level
from partybuild.calendar import Period
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Frozen, Register
from partybuild.indicators.ledger import LedgerIndicator
from partybuild.indicators.registry import Column, Indicator, register


def _standing_at_the_end_of(period: Period) -> Q:
    """Return the condition of report-ins that stood on the last day of a period."""
    return Q(
        state__in=(ReportInState.CONFIRMED, ReportInState.ENDED), decided_on__lte=period.end
    ) & (Q(ended_on=None) | Q(ended_on__gt=period.end))


@register
class MembersReportedIn(Indicator):
    """Members who have reported in."""

    key = "member.reported_in"
    name = lazy("报到党员")
    unit = lazy("人")
    definition = lazy("期末仍在社区报到、已经社区确认的在职党员；在两个社区报到的，各计一次。")
    group = Group.MEMBER
    keys = Frozen("community")
    body = "unit"
    about_persons = True
    words = {Part.NUMERATOR: lazy("已报到")}
    related = ("community",)
    columns = (
        Column(lazy("姓名"), lambda row: row.stated_name),
        Column(lazy("工作单位"), lambda row: row.unit_name),
        Column(lazy("报到社区"), lambda row: row.community.name),
        Column(lazy("确认日期"), lambda row: row.decided_on, "date"),
        Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
    )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the report-ins."""
        return ReportIn.objects.filter(_standing_at_the_end_of(period))


@register
class MembersOnRosterReportedIn(Indicator):
    """Members on the rosters of units registered here who have reported in, anywhere."""

    key = "member.rate"
    name = lazy("辖区单位党员报到")
    unit = lazy("人")
    definition = lazy("登记在辖区的单位花名册上的在职党员中，期末已在任一社区报到的；按街道统计。")
    group = Group.MEMBER
    keys = Register("unit__area")
    body = "unit"
    # The street needs the rosters, the community does not see them.
    level = Level.STREET
    about_persons = True
    is_detail = True
    words = {
        Part.NUMERATOR: lazy("辖区单位党员已报到"),
        Part.DENOMINATOR: lazy("在册"),
        Part.MISSING: lazy("未报到"),
    }
    related = ("unit", "member__person")
    columns = (
        Column(lazy("姓名"), lambda row: row.member.person.name),
        Column(lazy("工作单位"), lambda row: row.unit.called),
        Column(lazy("职务"), lambda row: row.post),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the roster at the end of the period."""
        return (
            Employment.objects.confirmed()
            .filter(member__category=MemberCategory.IN_SERVICE, valid_from__lte=period.end)
            .filter(Q(valid_to=None) | Q(valid_to__gt=period.end))
        )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those of it who had reported in."""
        return self.denominator(period).filter(
            Exists(
                ReportIn.objects.filter(_standing_at_the_end_of(period), member=OuterRef("member"))
            )
        )

    def url(self, row: Any) -> str:
        """The member's page."""
        return str(row.member.get_absolute_url())


@register
class SummariesSent(LedgerIndicator):
    """Summaries that communities have signed and sent."""

    key = "summary.sent"
    name = lazy("服务情况汇总签发")
    unit = lazy("份")
    definition = lazy("本季度社区应向单位签发的服务情况汇总中，已签发的。")
    group = Group.SUMMARY
    duties = (SEND_DUTY,)
    body = "owed_to"
    words = {
        Part.NUMERATOR: lazy("已签发"),
        Part.DENOMINATOR: lazy("应签发"),
        Part.MISSING: lazy("未签发"),
    }
    attention = lazy("%(count)d份服务情况汇总尚未签发")


@register
class SummariesAcknowledged(LedgerIndicator):
    """Summaries that units have acknowledged."""

    key = "summary.acknowledged"
    name = lazy("服务情况汇总签收")
    unit = lazy("份")
    definition = lazy("本季度已签发的服务情况汇总中，单位已签收的。")
    group = Group.SUMMARY
    duties = (ACKNOWLEDGE_DUTY,)
    is_detail = True
    words = {
        Part.NUMERATOR: lazy("已签收"),
        Part.DENOMINATOR: lazy("应签收"),
        Part.MISSING: lazy("未签收"),
    }
    attention = lazy("%(count)d份服务情况汇总单位尚未签收")
