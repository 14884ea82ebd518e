"""What members put into a member's own place: reporting in, hours, what the unit was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.enums import (
    ACTIVE_REPORT_IN,
    STANDING_CLAIM,
    ClaimState,
    FeedbackPartKind,
    FeedbackState,
    PostState,
    ReportInState,
    ServiceState,
)
from members.models import (
    AnnualForm,
    Feedback,
    FeedbackPart,
    FeedbackRequest,
    PartyMember,
    PostClaim,
    ReportIn,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
)
from members.personal import year_of
from members.queries.evaluations import verdicts_of_claims
from members.queries.members import hours_of
from members.queries.report_ins import renewal_due
from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.ui.mine import LINES, MySection, register

# Beside the sum of the year, the last few.
_RECORDS = 3
# So long the card of posts tells what those served said.
_HEARD_FOR = timedelta(days=90)


def member_of(by: Actor) -> PartyMember | None:
    """Return the member who looks at their own place; None in posts of bodies."""
    if by.scope.column != "member":
        return None
    member: PartyMember | None = PartyMember.objects.visible_to(by.scope).first()
    return member


@register
class MyReportIn(MySection):
    """Where one has reported in, or the way to do it."""

    key = "report-in"
    title = _("我的报到")
    order = 10
    template = "members/my/_report_in.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return what stands, and the last answer where nothing stands."""
        member = member_of(by)
        if member is None:
            return None
        rows = list(
            ReportIn.objects.visible_to(by.scope)
            .filter(member=member)
            .select_related("community", "grid")
        )
        active = [row for row in rows if row.state in ACTIVE_REPORT_IN]
        latest = rows[0] if rows and not active else None
        day = today()
        for row in active:
            row.member = member
        return {
            "active": active[:LINES],
            # At most one or two: the number of communities is a parameter.
            "renews": next((period for row in active if (period := renewal_due(row, day))), None),
            "returned": latest if latest and latest.state == ReportInState.RETURNED else None,
        }


@register
class MyPosts(MySection):
    """The posts one waits for or serves in, and how many others are open."""

    key = "posts"
    title = _("我的岗位")
    order = 20
    template = "members/my/_posts.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return own standing claims and the number of open posts; no card before reporting in."""
        member = member_of(by)
        if member is None:
            return None
        own = PostClaim.objects.reached(by.scope, "service_post.claim")
        standing = own.filter(state__in=STANDING_CLAIM).select_related("post", "pledge")
        others = (
            ServicePost.objects.visible_to(by.scope)
            .filter(Q(ends_on=None) | Q(ends_on__gte=today()), state=PostState.OPEN)
            .exclude(pk__in=own.filter(state__in=STANDING_CLAIM).order_by().values("post"))
        )
        # A post is taken where one has reported in: whoever has moved on is not called to it.
        here = ReportIn.objects.visible_to(by.scope).standing().filter(member=member)
        others = others.filter(community__in=here.order_by().values("community"))
        claims, number = list(standing[:LINES]), others.count()
        evaluated = (
            own.filter(state=ClaimState.EVALUATED, ended_on__gte=today() - _HEARD_FOR)
            .select_related("post")
            .order_by("-ended_on", "-id")[: LINES - len(claims)]
        )
        said = verdicts_of_claims(evaluated)
        heard = [(claim, said[claim.pk]) for claim in evaluated if claim.pk in said]
        if not (claims or number or heard):
            return None
        return {"claims": claims, "others": number, "heard": heard}


@register
class MyService(MySection):
    """The year's times and hours, and the last records."""

    key = "service"
    title = _("我的服务")
    order = 40
    template = "members/my/_service.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return this year's certified service: times and hours apart."""
        member = member_of(by)
        if member is None:
            return None
        start, end = year_of(today())
        times, hours = hours_of(member, start, end)
        records = (
            ServiceRecord.objects.visible_to(by.scope)
            .filter(member=member)
            .exclude(state=ServiceState.WITHDRAWN)
            .order_by("-date", "-id")
        )
        return {
            "year": start.year,
            "times": times,
            "hours": hours,
            "records": records[:_RECORDS],
        }


@register
class MyCertificates(MySection):
    """Certificates of one's service, once there is service to certify."""

    key = "certificates"
    title = _("志愿服务记录证明")
    order = 42
    template = "members/my/_certificates.html"
    is_plain = False

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the newest ones; no card before the first certified service."""
        if member_of(by) is None:
            return None
        found = list(
            ServiceCertificate.objects.visible_to(by.scope)
            .select_related("community")
            .order_by("-id")[:LINES]
        )
        served = ServiceRecord.objects.visible_to(by.scope).certified()
        return {"certificates": found} if found or served.exists() else None


class _Newest(MySection):
    """A card of the newest rows of one kind; no card while there is none."""

    is_plain = False
    # What the template calls the rows.
    rows_name: ClassVar[str]

    def rows(self, by: Actor) -> QuerySet[Any]:
        """Return the rows in sight, newest first."""
        raise NotImplementedError

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the first of them."""
        if member_of(by) is None:
            return None
        found = list(self.rows(by)[:LINES])
        return {self.rows_name: found} if found else None


@register
class MySummaries(_Newest):
    """What communities have told the unit: those with a line about oneself."""

    key = "summaries"
    title = _("社区告诉单位的服务情况")
    order = 52
    template = "members/my/_summaries.html"
    rows_name = "summaries"

    def rows(self, by: Actor) -> QuerySet[Any]:
        """Return the summaries, newest quarter first."""
        return ServiceSummary.objects.visible_to(by.scope).order_by("-period", "-id")


@register
class MyAnnualForms(_Newest):
    """The forms that one's unit asks for; one that waits stands above all cards already."""

    key = "annual-forms"
    title = _("年度情况表")
    order = 54
    template = "members/my/_annual_forms.html"
    rows_name = "forms"

    def rows(self, by: Actor) -> QuerySet[Any]:
        """Return the forms that stand, newest year first."""
        return AnnualForm.objects.visible_to(by.scope).standing().order_by("-period", "-id")


@register
class MyReplies(_Newest):
    """What communities answered about oneself when somebody asked them."""

    key = "replies"
    title = _("社区对征求意见的答复")
    order = 56
    template = "members/my/_replies.html"
    rows_name = "replies"

    def rows(self, by: Actor) -> QuerySet[Any]:
        """Return the requests in their own order, newest first."""
        return FeedbackRequest.objects.visible_to(by.scope)


@register
class MyFeedback(MySection):
    """What communities said of oneself to the unit, and what one is asked to say first."""

    key = "feedback"
    title = _("我的反馈")
    order = 50
    template = "members/my/_feedback.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the newest forms and the self-evaluations asked for; no card while there is neither."""
        if member_of(by) is None:
            return None
        forms = list(
            Feedback.objects.visible_to(by.scope).current().order_by("-period", "-id")[:LINES]
        )
        asked = list(
            FeedbackPart.objects.reached(by.scope, "feedback.self_evaluate")
            .filter(
                part=FeedbackPartKind.SELF,
                feedback__state=FeedbackState.DRAFT,
                given_at=None,
            )
            .select_related("feedback")[:LINES]
        )
        return {"forms": forms, "asked": asked} if forms or asked else None
