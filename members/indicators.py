"""What is counted of members and of the summaries about them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from members.enums import (
    FINISHED,
    ClaimState,
    FeedbackState,
    MemberCategory,
    ReportInState,
    UnitReportInState,
)
from members.models import (
    ClaimEvaluation,
    Employment,
    Feedback,
    PostClaim,
    ReportIn,
    ServicePost,
    ServiceRecord,
    UnitReportIn,
)
from members.models.feedback import FeedbackQuerySet
from members.queries.evaluations import given_between
from members.queries.report_ins import FIRST_DUTY
from members.queries.summaries import ACKNOWLEDGE_DUTY, SEND_DUTY
from partybuild.access import Level
from partybuild.calendar import SHANGHAI, Period
from partybuild.calendar.words import hours_number
from partybuild.evaluations.indicators import (
    ANSWER_COLUMNS,
    ASKED_COLUMNS,
    Approved,
    Unanswered,
    unanswered,
)
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Frozen, Register
from partybuild.indicators.ledger import LedgerIndicator, periods_ending_in
from partybuild.indicators.registry import Column, Indicator, register
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from units.models import ResidentUnit


def _standing_at_the_end_of(period: Period) -> Q:
    """Return the condition of report-ins that stood on the last day of a period."""
    return Q(
        state__in=(ReportInState.CONFIRMED, ReportInState.ENDED), decided_on__lte=period.end
    ) & (Q(ended_on=None) | Q(ended_on__gt=period.end))


def _reported_in(period: Period) -> QuerySet[Any]:
    return ReportIn.objects.filter(_standing_at_the_end_of(period))


def _certified(period: Period) -> QuerySet[Any]:
    return ServiceRecord.objects.certified().filter(date__range=(period.start, period.end))


_REPORT_IN_COLUMNS = (
    Column(lazy("姓名"), lambda row: row.stated_name),
    Column(lazy("工作单位"), lambda row: row.unit_name),
    Column(lazy("报到社区"), lambda row: row.community.name),
    Column(lazy("确认日期"), lambda row: row.decided_on, "date"),
    Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
)


@register
class MembersReportedIn(Indicator):
    """Members who have reported in."""

    key = "member.reported_in"
    name = lazy("报到党员")
    unit = lazy("人")
    definition = lazy("期末仍在社区报到、已经社区确认的在职党员；在两个社区报到的，各计一次。")
    group = Group.MEMBER
    on_home = True
    keys = Frozen("community")
    body = "unit"
    about_persons = True
    words = {Part.NUMERATOR: lazy("已报到")}
    related = ("community",)
    columns = _REPORT_IN_COLUMNS

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the report-ins."""
        return _reported_in(period)


@register
class MembersOnRosterReportedIn(Indicator):
    """Members on the rosters of units registered here who have reported in, anywhere."""

    key = "member.rate"
    name = lazy("辖区单位党员报到")
    unit = lazy("人")
    definition = lazy(
        "登记在辖区的单位花名册上的在职党员中，期末已在任一社区报到的；经单位说明理由免予报到的不计入。按街道统计。"
    )
    rate = lazy("党员报到率")
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
            .exclude(
                Exists(
                    Obligation.objects.filter(
                        duty=FIRST_DUTY,
                        state=ObligationState.EXEMPT,
                        bearer_person=OuterRef("member__person"),
                    )
                )
            )
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
class UnitsReportedIn(Indicator):
    """Units registered here whose Party organization has reported in, at any community."""

    key = "unit.reported_in"
    name = lazy("单位报到")
    unit = lazy("家")
    definition = lazy("期末登记在辖区的驻区单位中，单位党组织已到任一社区报到并经社区接收的。")
    group = Group.UNIT_REPORT_IN
    keys = Register("organization__area")
    body = "organization"
    target = "target.unit_report_in"
    rate = lazy("单位报到率")
    words = {
        Part.NUMERATOR: lazy("已报到"),
        Part.DENOMINATOR: lazy("应报到"),
        Part.MISSING: lazy("未报到"),
    }
    related = ("organization__area",)
    columns = (
        Column(lazy("单位"), lambda row: row.organization.name),
        Column(lazy("区域"), lambda row: row.organization.area.name),
        Column(
            lazy("联系人"),
            lambda row: (row.organization.contact_name, row.organization.contact_phone),
            "contact",
        ),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the units that stood on the register at the end of the period."""
        return ResidentUnit.objects.filter(
            Q(organization__valid_to=None) | Q(organization__valid_to__gt=period.end)
        ).filter(Q(organization__valid_from=None) | Q(organization__valid_from__lte=period.end))

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those whose report-in stood then."""
        taken_in = UnitReportIn.objects.filter(
            Q(ended_on=None) | Q(ended_on__gt=period.end),
            state__in=(UnitReportInState.CONFIRMED, UnitReportInState.ENDED),
            decided_on__lte=period.end,
            unit=OuterRef("pk"),
        )
        return self.denominator(period).filter(Exists(taken_in))


def _claims_standing(period: Period) -> Q:
    """Return the condition of claims that the community decided on, not given up by the end of a period."""
    return Q(decided_on__lte=period.end) & (
        Q(state=ClaimState.ACCEPTED)
        | Q(state__in=FINISHED, ended_on__gte=period.start)
        # Given up later: then it still stood.
        | Q(state__in=(ClaimState.LEFT, ClaimState.ABSENT), ended_on__gt=period.end)
    )


@register
class PostsClaimed(Indicator):
    """Posts that somebody has taken on."""

    key = "post.claimed"
    name = lazy("岗位认领")
    unit = lazy("个")
    definition = lazy(
        "本期内招募过的服务岗位（含党员先锋岗、责任区）中，至少有一名党员认领、经社区确定且未退出的；"
        "草稿和本期开始前已结束招募的不计。"
    )
    group = Group.POST
    keys = Frozen("community")
    rate = lazy("认领率")
    words = {
        Part.NUMERATOR: lazy("已认领"),
        Part.DENOMINATOR: lazy("发布"),
        Part.MISSING: lazy("无人认领"),
    }
    related = ("community",)
    columns = (
        Column(lazy("岗位"), lambda row: row.title),
        Column(lazy("社区"), lambda row: row.community.name),
        Column(lazy("需要人数"), lambda row: row.wanted),
        Column(lazy("发布日期"), lambda row: row.published_on, "date"),
        Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the posts that were open on a day of the period."""
        return (
            ServicePost.objects.published()
            .filter(published_on__lte=period.end)
            .filter(Q(closed_on=None) | Q(closed_on__gte=period.start))
        )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those with a claim."""
        claims = PostClaim.objects.filter(_claims_standing(period), post=OuterRef("pk"))
        return self.denominator(period).filter(Exists(claims))


@register
class MembersWithAPost(Indicator):
    """Members reported in who have taken on a post where they reported in."""

    key = "claim.members"
    name = lazy("党员认领岗位")
    unit = lazy("人")
    tells = ("member.reported_in",)
    definition = lazy("期末在社区报到的在职党员中，本期在该社区认领了岗位、经社区确定且未退出的。")
    group = Group.POST
    keys = Frozen("community")
    body = "unit"
    about_persons = True
    is_detail = True
    rate = lazy("党员认领率")
    words = {
        Part.NUMERATOR: lazy("认领党员"),
        Part.DENOMINATOR: lazy("报到党员"),
        Part.MISSING: lazy("尚未认领"),
    }
    related = ("community",)
    columns = _REPORT_IN_COLUMNS

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the report-ins."""
        return _reported_in(period)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those of whom a claim stands there."""
        claims = PostClaim.objects.filter(
            _claims_standing(period),
            member=OuterRef("member"),
            post__community=OuterRef("community"),
        )
        return self.denominator(period).filter(Exists(claims))


@register
class ClaimsDone(Indicator):
    """Claims that are done, with certified service."""

    key = "claim.done"
    name = lazy("认领完成")
    unit = lazy("项")
    definition = lazy(
        "本期内在岗的认领（经社区确定且未退出，一人一岗计一项）中，本期已凭经认证的服务记录办结的。"
    )
    group = Group.POST
    keys = Frozen("post__community")
    body = "unit"
    about_persons = True
    is_detail = True
    person = "member"
    rate = lazy("完成率")
    words = {
        Part.NUMERATOR: lazy("已完成"),
        Part.DENOMINATOR: lazy("认领"),
        Part.MISSING: lazy("进行中"),
    }
    related = ("post__community",)
    columns = (
        Column(lazy("姓名"), lambda row: row.member_name),
        Column(lazy("工作单位"), lambda row: row.unit_name),
        Column(lazy("岗位"), lambda row: row.post.title),
        Column(lazy("社区"), lambda row: row.post.community.name),
        Column(lazy("确定日期"), lambda row: row.decided_on, "date"),
        Column(lazy("完成日期"), lambda row: row.ended_on, "date"),
        Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the claims that stood in the period."""
        return PostClaim.objects.filter(_claims_standing(period))

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those done by its end."""
        return self.denominator(period).filter(state__in=FINISHED, ended_on__lte=period.end)


def _given_on(row: ClaimEvaluation) -> date:
    return row.given_at.astimezone(SHANGHAI).date()


@register
class PostsApproved(Approved):
    """Answers of residents and those served about members' posts that are satisfied."""

    key = "claim.approved"
    name = lazy("岗位认可")
    definition = lazy(
        "本期收到的对党员岗位服务的有效评价中，满意和基本满意的；没有作答的不算评价，另列。"
    )
    keys = Frozen("claim__post__community", through="claim__")
    body = "claim__unit"
    rate = lazy("岗位认可率")
    is_detail = True
    # Many answers about one member are about one person.
    person = "claim__member"
    # Beside the figures of activities: says which answers it counts.
    words = {**Approved.words, Part.NUMERATOR: lazy("岗位服务满意和基本满意")}
    related = ("claim__post__community",)
    # Not whose post it was: the figure is about the service, and ranks nobody.
    columns: ClassVar[tuple[Column, ...]] = (
        Column(lazy("岗位"), lambda row: row.claim.post.title),
        Column(lazy("社区"), lambda row: row.claim.post.community.name),
        Column(lazy("日期"), _given_on, "date"),
        *ANSWER_COLUMNS,
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the answers."""
        return given_between(period.start, period.end)

    def url(self, row: Any) -> str:
        """The post's page."""
        return str(row.claim.post.get_absolute_url())


@register
class PostsUnanswered(Unanswered):
    """Asked less answered about what was done, kept apart from the dissatisfied."""

    key = "claim.unanswered"
    name = lazy("岗位评价未作答")
    definition = lazy(
        "本期办结、登记了发出评价份数的认领中，发出份数减去收到的有效评价份数之和；不计入认可率。"
    )
    keys = Frozen("post__community")
    body = "unit"
    about_persons = True
    person = "member"
    answers, of = ClaimEvaluation, "claim"
    words = {Part.NUMERATOR: lazy("岗位评价未作答")}
    amount = unanswered(ClaimEvaluation, "claim")
    row_unit = lazy("项")
    related = ("post__community",)
    columns = (
        Column(lazy("岗位"), lambda row: row.post.title),
        Column(lazy("社区"), lambda row: row.post.community.name),
        Column(lazy("完成日期"), lambda row: row.ended_on, "date"),
        *ASKED_COLUMNS,
    )

    def over(self, period: Period) -> QuerySet[Any]:
        """Return the claims."""
        return PostClaim.objects.finished().filter(ended_on__range=(period.start, period.end))


@register
class MembersTakingPart(Indicator):
    """Members reported in who have served at least once."""

    key = "service.participation"
    name = lazy("党员参与")
    unit = lazy("人")
    tells = ("member.reported_in",)
    definition = lazy(
        "期末在社区报到的在职党员中，本期在该社区至少有一次经认证的服务（参加活动或在岗服务）的；"
        "在两个社区报到的，各计一次。"
    )
    group = Group.SERVICE
    on_home = True
    keys = Frozen("community")
    body = "unit"
    about_persons = True
    target = "target.participation"
    rate = lazy("参与率")
    words = {
        Part.NUMERATOR: lazy("已参加"),
        Part.DENOMINATOR: lazy("报到党员"),
        Part.MISSING: lazy("尚未参加"),
    }
    related = ("community",)
    columns = _REPORT_IN_COLUMNS

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the report-ins."""
        return _reported_in(period)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those with a certified record there."""
        records = _certified(period).filter(
            member=OuterRef("member"), community=OuterRef("community")
        )
        return self.denominator(period).filter(Exists(records))


class _OfRecords(Indicator):
    """Figures over certified records."""

    group = Group.SERVICE
    keys = Frozen("community")
    body = "unit"
    about_persons = True
    is_detail = True
    person = "member"
    related = ("community",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column(lazy("姓名"), lambda row: row.member_name),
        Column(lazy("单位"), lambda row: row.unit_name),
        Column(lazy("服务日期"), lambda row: row.date, "date"),
        Column(lazy("服务内容"), lambda row: row.content),
        Column(lazy("社区"), lambda row: row.community.name),
        Column(lazy("时长（小时）"), lambda row: hours_number(row.hours)),
    )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the certified records of the period."""
        return _certified(period)


@register
class ServiceTimes(_OfRecords):
    """How often members served: persons times."""

    key = "service.times"
    name = lazy("服务人次")
    unit = lazy("人次")
    definition = lazy(
        "本期经认证的服务记录，一人一天一次计一人次；参加活动和在岗服务都在内，没有姓名的群众不计。"
    )
    words = {Part.NUMERATOR: lazy("服务人次")}


@register
class ServiceHours(_OfRecords):
    """How long members served."""

    key = "service.hours"
    name = lazy("服务时长")
    unit = lazy("小时")
    definition = lazy("本期经认证的服务记录的时长之和，精确到0.5小时。")
    on_home = True
    words = {Part.NUMERATOR: lazy("服务小时")}
    amount = F("hours")
    row_unit = lazy("条")


@register
class HoursPerPerson(_OfRecords):
    """Hours served for each member reported in."""

    key = "service.per_person"
    name = lazy("人均服务时长")
    unit = lazy("小时")
    tells = ("member.reported_in", "service.hours")
    definition = lazy("本期服务时长之和，除以期末在社区报到的在职党员人数；保留一位小数。")
    words = {
        Part.NUMERATOR: lazy("服务小时"),
        Part.DENOMINATOR: lazy("报到党员"),
    }
    amount = F("hours")
    row_unit = lazy("条")
    is_average = True
    denominator_unit = lazy("人")

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the report-ins."""
        return _reported_in(period)

    def columns_of(self, part: Part) -> tuple[Column, ...]:
        """Return those of report-ins for the denominator."""
        return _REPORT_IN_COLUMNS if part is Part.DENOMINATOR else self.columns


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


class _OfForms(Indicator):
    """Figures over feedback forms, each of one member."""

    unit = lazy("份")
    group = Group.FEEDBACK
    keys = Frozen("community")
    # A form that has not been sent is no unit's yet.
    body = "delivery__unit"
    about_persons = True
    related = ("community",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column(lazy("姓名"), lambda row: row.member_name),
        Column(lazy("单位"), lambda row: row.unit_name),
        Column(lazy("社区"), lambda row: row.community_name),
        Column(lazy("反馈周期"), lambda row: row.period_label),
        Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
    )

    def _forms(self, period: Period) -> FeedbackQuerySet:
        found: FeedbackQuerySet = Feedback.objects.filter(period__in=periods_ending_in(period))
        return found


@register
class FeedbackSent(_OfForms):
    """Forms signed and sent to the units."""

    key = "feedback.sent"
    name = lazy("反馈表签发")
    definition = lazy(
        "反馈周期（年度、半年或季度）在本期结束的党员活动情况反馈表中，社区已签发送达单位的；"
        "修订过的按最新一版计一份。"
    )
    words = {
        Part.NUMERATOR: lazy("已签发"),
        Part.DENOMINATOR: lazy("应签发"),
        Part.MISSING: lazy("未签发"),
    }
    attention = lazy("%(count)d份党员反馈表尚未签发")

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the version that stands of each form."""
        return self._forms(period).current()

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those sent."""
        return self._forms(period).sent()


@register
class FeedbackAcknowledged(_OfForms):
    """Forms that the unit has acknowledged."""

    key = "feedback.acknowledged"
    name = lazy("反馈表签收")
    tells = ("feedback.sent",)
    definition = lazy("反馈周期在本期结束、已签发的反馈表中，单位已签收的。")
    is_detail = True
    rate = lazy("签收率")
    words = {
        Part.NUMERATOR: lazy("已签收"),
        Part.DENOMINATOR: lazy("已签发"),
        Part.MISSING: lazy("未签收"),
    }
    attention = lazy("%(count)d份党员反馈表单位尚未签收")

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return those sent."""
        return self._forms(period).sent()

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those acknowledged, used or not."""
        return self.denominator(period).exclude(state=FeedbackState.SENT)


@register
class FeedbackUsed(_OfForms):
    """Forms of which the unit has said what use it made."""

    key = "feedback.used"
    name = lazy("反馈结果运用")
    tells = ("feedback.acknowledged",)
    definition = lazy(
        "反馈周期在本期结束、单位已签收的反馈表中，单位已登记结果运用（民主评议、评优、考察等）的。"
    )
    is_detail = True
    rate = lazy("运用率")
    words = {
        Part.NUMERATOR: lazy("已运用"),
        Part.DENOMINATOR: lazy("已签收"),
        Part.MISSING: lazy("未登记运用"),
    }

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return those acknowledged."""
        return self._forms(period).sent().exclude(state=FeedbackState.SENT)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those of which a use stands."""
        return self._forms(period).filter(state=FeedbackState.USED)
