"""What communities and units owe each other about members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import CertificateState, ClaimState, UnitReportInState
from members.models import (
    Feedback,
    PostClaim,
    ReportIn,
    ServiceCertificate,
    ServiceSummary,
    UnitReportIn,
)
from members.queries.certificates import CERTIFICATE_DUTY
from members.queries.feedback import ACKNOWLEDGE_DUTY as ACKNOWLEDGE_FEEDBACK_DUTY
from members.queries.feedback import COMMENT_DUTY, REVIEW_DUTY, USE_DUTY
from members.queries.feedback import SEND_DUTY as SEND_FEEDBACK_DUTY
from members.queries.posts import DECIDE_DUTY, PLEDGE_DUTY
from members.queries.replies import RECEIVE_DUTY, REPLY_DUTY
from members.queries.report_ins import (
    DECIDE_REPORT_IN_DUTY,
    FIRST_DUTY,
    RENEW_DUTY,
    first_debts,
    renew_debts,
)
from members.queries.summaries import ACKNOWLEDGE_DUTY, SEND_DUTY, summary_debts
from members.queries.unit_report_ins import DECIDE_UNIT_DUTY, SUBMIT_UNIT_DUTY, first_unit_debts
from members.queries.year_records import FORM_DUTY
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from partybuild.calendar import Period
from partybuild.calendar.periods import HALF, YEAR
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty, register


@register
class SendSummary(Duty):
    """A community's committee owes each unit the quarter's service of its members: one signature."""

    key = SEND_DUTY
    name = lazy("季度服务情况汇总")
    action = lazy("签发")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY})
    # All of a quarter's summaries are signed on one page: one reminder names them.
    paid_together = True

    def title(self, obligation: Obligation) -> str:
        """Name the quarter and the unit."""
        return _("向%(unit)s签发%(period)s服务情况汇总") % {
            "unit": obligation.unit.called if obligation.unit else "",
            "period": Period.parse(obligation.period).label,
        }

    def url(self, obligation: Obligation) -> str:
        """All of the quarter's summaries are signed on one page."""
        return reverse("members:summary-sign", args=(obligation.period,))

    def periods(self, on: date) -> Iterable[Period]:
        """Return the quarter before: a summary is owed once its quarter is over."""
        return (Period.of(on).previous(),)

    def debts(self, period: Period) -> Iterable[Debt]:
        """Every community and unit between which there is something to tell."""
        return summary_debts(period)


@register
class IssueCertificate(Duty):
    """A community owes a member's wish for a certificate its answer."""

    key = CERTIFICATE_DUTY
    name = lazy("志愿服务记录证明")
    action = lazy("办理")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Say which step waits; nobody is named in a list of debts."""
        certificate = obligation.subject
        if (
            isinstance(certificate, ServiceCertificate)
            and certificate.state == CertificateState.PREPARED
        ):
            return _("签发一份志愿服务记录证明")
        return _("核对一份志愿服务记录证明申请")

    def list_url(self) -> str:
        """Several wait on the list."""
        return reverse("members:certificate-list")

    def list_title(self, count: int) -> str:
        """Say how many."""
        return _("%(count)d份志愿服务记录证明待核对或签发") % {"count": count}

    def waits_for_others(self, post: Appointment) -> Q:
        """Whoever checked a certificate does not issue it, and only who is responsible does."""
        prepared = ServiceCertificate.objects.prepared().filter(issuer=post.organization_id)
        if post.role == Role.COMMUNITY_SECRETARY:
            prepared = prepared.filter(handler=post.person_id)
        return Q(subject_uid__in=prepared.order_by().values("uid"))


@register
class AcknowledgeSummary(Duty):
    """A unit owes the community its receipt."""

    key = ACKNOWLEDGE_DUTY
    name = lazy("签收服务情况汇总")
    verb = lazy("签收")
    action = lazy("签收")
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})
    link_action = "summary.acknowledge"

    def title(self, obligation: Obligation) -> str:
        """Name the community and the quarter."""
        summary = obligation.subject
        community = summary.community_name if isinstance(summary, ServiceSummary) else ""
        return _("签收%(community)s%(period)s服务情况汇总") % {
            "community": community,
            "period": Period.parse(obligation.period).label,
        }

    def link_target(self, obligation: Obligation) -> models.Model | None:
        """The summary."""
        return obligation.subject


@register
class AnswerRequest(Duty):
    """A community's committee owes an answer to whoever asked for its opinion."""

    key = REPLY_DUTY
    name = lazy("答复征求意见")
    action = lazy("答复")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})

    def title(self, obligation: Obligation) -> str:
        """Name who asked; whom it is about stands on the page alone."""
        return _("答复%(asker)s就一名党员征求的意见") % {"asker": obligation.owed_to.called}


@register
class AcknowledgeReply(Duty):
    """The unit that asked owes its receipt."""

    key = RECEIVE_DUTY
    name = lazy("签收征求意见的答复")
    action = lazy("签收")
    bearer_roles = frozenset({Role.UNIT_SECRETARY})

    def title(self, obligation: Obligation) -> str:
        """Name the committee that answered."""
        return _("签收%(committee)s对征求意见的答复") % {"committee": obligation.owed_to.called}


@register
class SignAnnualForm(Duty):
    """A member owes their unit the annual form that it asked for."""

    key = FORM_DUTY
    name = lazy("年度情况表")
    action = lazy("填写")
    bearer_roles = frozenset({Role.MEMBER})
    period_kind = "year"

    def title(self, obligation: Obligation) -> str:
        """Name the year."""
        return _("填写%(period)s进社区联系服务群众情况表") % {
            "period": Period.parse(obligation.period).label
        }


@register
class DecideClaim(Duty):
    """A community owes whoever proposes themselves for a post an answer; the street sees it come."""

    key = DECIDE_DUTY
    name = lazy("答复岗位认领")
    action = lazy("确定")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})
    is_watched = True
    subject_related = ("post",)

    def title(self, obligation: Obligation) -> str:
        """Name the post, not the person: the title goes into lists and mails."""
        claim = obligation.subject
        post = claim.post.title if isinstance(claim, PostClaim) else ""
        return _("答复“%(post)s”的岗位认领") % {"post": post}

    def list_url(self) -> str:
        """Several are decided on in one press."""
        return f"{reverse('members:claim-list')}?state={ClaimState.PROPOSED.value}"

    def list_title(self, count: int) -> str:
        """Say how many."""
        return _("%(count)d项岗位认领待答复") % {"count": count}


@register
class SignPledge(Duty):
    """A member who was taken on owes the community the pledge."""

    key = PLEDGE_DUTY
    name = lazy("签订承诺书")
    action = lazy("签订")
    bearer_roles = frozenset({Role.MEMBER})
    subject_related = ("post",)

    def title(self, obligation: Obligation) -> str:
        """Name the post."""
        claim = obligation.subject
        post = claim.post.title if isinstance(claim, PostClaim) else ""
        return _("签订“%(post)s”承诺书") % {"post": post}


@register
class FirstReportIn(Duty):
    """A member on a unit's roster reports in where they live; the unit sees who has not yet."""

    key = FIRST_DUTY
    name = lazy("到社区报到")
    action = lazy("去报到")
    bearer_roles = frozenset({Role.MEMBER})
    link_action = "report_in.submit"

    def title(self, obligation: Obligation) -> str:
        """Say what and where."""
        return _("到居住地社区报到")

    def url(self, obligation: Obligation) -> str:
        """The member's own page."""
        return reverse("members:my-report-in")

    def debts(self, period: Period) -> Iterable[Debt]:
        """Everybody on a roster who stands reported in nowhere; owed once, whatever the quarter."""
        return first_debts()


@register
class DecideReportIn(Duty):
    """A community answers who has reported in: taken in, passed on or returned."""

    key = DECIDE_REPORT_IN_DUTY
    name = lazy("确认报到")
    action = lazy("去确认")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Name the unit and nobody: whoever sees the debts of bodies reads it."""
        if obligation.unit is None:
            return _("确认1名党员的报到")
        return _("确认%(unit)s1名党员的报到") % {"unit": obligation.unit.called}

    def url(self, obligation: Obligation) -> str:
        """The report-in's page."""
        report_in = obligation.subject
        return report_in.get_absolute_url() if isinstance(report_in, ReportIn) else ""

    def list_url(self) -> str:
        """Several are confirmed in one press."""
        return reverse("members:report-in-list")

    def list_title(self, count: int) -> str:
        """Say how many people wait."""
        return _("%(count)d人报到待确认") % {"count": count}


@register
class RenewReportIn(Duty):
    """A member says once a year or half-year that they still take part here."""

    key = RENEW_DUTY
    name = lazy("续报")
    action = lazy("续报")
    bearer_roles = frozenset({Role.MEMBER})
    link_action = "report_in.renew"
    subject_related = ("community",)

    def title(self, obligation: Obligation) -> str:
        """Name the community and the period."""
        report_in = obligation.subject
        community = report_in.community.name if isinstance(report_in, ReportIn) else ""
        return _("%(period)s在%(community)s续报") % {
            "period": Period.parse(obligation.period).label,
            "community": community,
        }

    def url(self, obligation: Obligation) -> str:
        """The member's own page."""
        return reverse("members:my-report-in")

    def periods(self, on: date) -> Iterable[Period]:
        """Return the year and the half-year: each community has one of the two."""
        return (Period.of(on, YEAR), Period.of(on, HALF))

    def debts(self, period: Period) -> Iterable[Debt]:
        """Everybody who stood reported in before the period began."""
        return renew_debts(period)


@register
class SubmitUnitReportIn(Duty):
    """A unit reports in at the community where it is registered, once (F1), where the place asks for it."""

    key = SUBMIT_UNIT_DUTY
    name = lazy("单位报到")
    action = lazy("去报到")
    bearer_roles = frozenset({Role.UNIT_SECRETARY, Role.UNIT_LIAISON})

    def title(self, obligation: Obligation) -> str:
        """Say where."""
        place = obligation.bearer_organization.area if obligation.bearer_organization else None
        return _("向%(community)s办理单位报到") % {"community": place.name if place else ""}

    def url(self, obligation: Obligation) -> str:
        """The unit's form: what is known stands in it."""
        return reverse("members:unit-report-in-create")

    def debts(self, period: Period) -> Iterable[Debt]:
        """Every unit that stands reported in nowhere; owed once, whatever the quarter."""
        return first_unit_debts()


@register
class DecideUnitReportIn(Duty):
    """A community answers a unit that has reported in."""

    key = DECIDE_UNIT_DUTY
    name = lazy("接收单位报到")
    action = lazy("去接收")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})

    def title(self, obligation: Obligation) -> str:
        """Name the unit."""
        unit = obligation.unit
        return _("接收%(unit)s的单位报到") % {"unit": unit.called if unit else ""}

    def url(self, obligation: Obligation) -> str:
        """The page of the unit's report-in."""
        report_in = obligation.subject
        return report_in.get_absolute_url() if isinstance(report_in, UnitReportIn) else ""

    def list_url(self) -> str:
        """Several wait on the list."""
        state = UnitReportInState.SUBMITTED.value
        return f"{reverse('members:unit-report-in-list')}?state={state}"

    def list_title(self, count: int) -> str:
        """Say how many units wait."""
        return _("%(count)d家单位报到待接收") % {"count": count}


class _OfForm(Duty):
    """A debt about one member's form: lists name the bodies and the period, never the member."""

    subject_related: tuple[str, ...] = ("community", "unit")

    def place_and_period(self, obligation: Obligation) -> dict[str, str]:
        """Return the community's name and the period for a sentence."""
        subject = obligation.subject
        form = getattr(subject, "feedback", subject)
        return {
            "community": form.community_name if isinstance(form, Feedback) else "",
            "period": Period.parse(obligation.period).label,
            "unit": obligation.unit.called if obligation.unit else "",
        }


@register
class CommentOnMembers(_OfForm):
    """A unit (领导点评) or the committee above (组织考评) is asked what it thinks."""

    key = COMMENT_DUTY
    name = lazy("党员评议")
    action = lazy("评议")
    bearer_roles = frozenset({Role.UNIT_SECRETARY, Role.COMMITTEE})
    paid_together = True
    subject_related = ("feedback",)

    def title(self, obligation: Obligation) -> str:
        """Name the community and the period."""
        return _("对%(community)s%(period)s报到党员进行评议") % self.place_and_period(obligation)

    def url(self, obligation: Obligation) -> str:
        """All that are asked for stand on one page."""
        return reverse("members:feedback-comments")


@register
class SendFeedback(Duty):
    """A community's committee owes each unit the form of each of its members: one signature."""

    key = SEND_FEEDBACK_DUTY
    name = lazy("党员活动情况反馈")
    action = lazy("签发")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY})
    paid_together = True

    def title(self, obligation: Obligation) -> str:
        """Name the unit and the period."""
        return _("向%(unit)s签发%(period)s党员活动情况反馈表") % {
            "unit": obligation.unit.called if obligation.unit else "",
            "period": Period.parse(obligation.period).label,
        }

    def url(self, obligation: Obligation) -> str:
        """All of a period's forms are signed on one page."""
        return reverse("members:feedback-sign", args=(obligation.period,))


@register
class AcknowledgeFeedback(_OfForm):
    """A unit owes the community its receipt."""

    key = ACKNOWLEDGE_FEEDBACK_DUTY
    name = lazy("签收党员活动情况反馈表")
    verb = lazy("签收")
    action = lazy("签收")
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})
    link_action = "feedback.acknowledge"
    paid_together = True
    subject_related = ("delivery",)

    def title(self, obligation: Obligation) -> str:
        """Name the community and the period."""
        return _("签收%(community)s%(period)s党员活动情况反馈表") % self.place_and_period(
            obligation
        )

    def url(self, obligation: Obligation) -> str:
        """What came together is acknowledged together."""
        form = obligation.subject
        if isinstance(form, Feedback) and form.delivery is not None:
            return form.delivery.get_absolute_url()
        return reverse("members:feedback-deliveries")

    def link_target(self, obligation: Obligation) -> models.Model | None:
        """The delivery: a link reads no form."""
        return obligation.subject.delivery if isinstance(obligation.subject, Feedback) else None


@register
class UseFeedback(_OfForm):
    """A unit owes the community word of what it used a form for."""

    key = USE_DUTY
    name = lazy("反馈结果运用登记")
    action = lazy("登记")
    bearer_roles = frozenset({Role.UNIT_SECRETARY})
    paid_together = True

    def title(self, obligation: Obligation) -> str:
        """Name the community and the period."""
        return _("登记%(community)s%(period)s反馈表的结果运用") % self.place_and_period(obligation)

    def url(self, obligation: Obligation) -> str:
        """Those that wait, in one list."""
        return reverse("members:feedback-list") + "?state=acknowledged"


@register
class ReviewObjection(_OfForm):
    """Somebody who did not sign the form reviews a member's objection."""

    key = REVIEW_DUTY
    name = lazy("反馈异议复核")
    action = lazy("复核")
    bearer_roles = frozenset({Role.COMMITTEE, Role.COMMUNITY_SECRETARY})
    subject_related = ("feedback",)

    def title(self, obligation: Obligation) -> str:
        """Name the community and the period."""
        return _("复核%(community)s%(period)s反馈表的异议") % self.place_and_period(obligation)
