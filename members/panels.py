"""What members show on a unit's page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.enums import CertificateState, EmploymentState, ServiceState, Side
from members.models import (
    AnnualForm,
    Employment,
    MemberPlace,
    PartyMember,
    ReportIn,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
    Team,
    UnitReportIn,
)
from members.queries.certificates import left_to_the_street
from members.queries.members import searched as searched_places
from members.queries.report_ins import said_to_have_left
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.portal.panels import Hit, WaitingLine, heard_in, searched, waiting
from units.models import ResidentUnit
from units.panels import Panel, unit_panel


@unit_panel
def unit_members(unit: ResidentUnit, by: Actor) -> Panel | None:
    """The unit's people in numbers, as far as the reader sees them, and its newest summaries."""
    if not by.scope.cell("member.list").allows:
        return None
    rows = MemberPlace.objects.visible_to(by.scope).filter(unit=unit.pk)
    reported = rows.filter(side=Side.COMMUNITY)
    sees_roster = by.scope.is_unit or by.scope.column in {"street", "district"}
    return Panel(
        title=str(_("党员")),
        template="members/_unit_panel.html",
        context={
            "on_roster": rows.filter(side=Side.UNIT).count() if sees_roster else None,
            "reported_in": reported.values("member").distinct().count(),
            "report_ins": UnitReportIn.objects.visible_to(by.scope)
            .active()
            .filter(unit=unit.pk)
            .select_related("community")[:3],
            "summaries": ServiceSummary.objects.visible_to(by.scope)
            .filter(unit=unit.pk)
            .order_by("-period", "-id")[:3],
        },
        sort=10,
    )


@waiting
def lists_to_certify(actor: Actor) -> list[WaitingLine]:
    """A community sees how many lists of service wait for whoever reads this: hours count after it."""
    if not actor.scope.is_area or not may(actor, "service.certify"):
        return []
    rows = ServiceRecord.objects.reached(actor.scope, "service.certify").filter(
        state=ServiceState.ENTERED, community=actor.scope.area_id
    )
    # Nobody certifies a list that they are on.
    own = rows.filter(member__person=actor.person_id).values("sheet")
    number = rows.exclude(sheet__in=own).order_by().values("sheet").distinct().count()
    if not number:
        return []
    return [
        WaitingLine(
            title=gettext("认证%(number)d份服务记录名单") % {"number": number},
            url=f"{reverse('members:service-list')}?state={ServiceState.ENTERED.value}",
            action=gettext("认证"),
            detail=gettext("认证后才计入党员的服务时长"),
        )
    ]


@waiting
def certificates_to_issue(actor: Actor) -> list[WaitingLine]:
    """A street issues what the one secretary of a community has checked: a second person looks."""
    if actor.scope.column != "street" or not may(actor, "certificate.issue"):
        return []
    rows = left_to_the_street(ServiceCertificate.objects.reached(actor.scope, "certificate.issue"))
    number = rows.count()
    if not number:
        return []
    return [
        WaitingLine(
            title=gettext("签发%(number)d份志愿服务记录证明") % {"number": number},
            url=f"{reverse('members:certificate-list')}?state={CertificateState.PREPARED.value}",
            action=gettext("签发"),
            detail=gettext("社区书记本人核对过，由街道签发"),
        )
    ]


@waiting
def forms_to_file(actor: Actor) -> list[WaitingLine]:
    """A unit sees who says to work there, and how many annual forms their members have completed."""
    if not actor.scope.is_unit:
        return []
    lines = []
    if may(actor, "member.change"):
        stated = Employment.objects.reached(actor.scope, "member.change").filter(
            valid_to=None, state=EmploymentState.STATED
        )
        if number := stated.count():
            lines.append(
                WaitingLine(
                    title=gettext("核对%(number)d人是不是本单位党员") % {"number": number},
                    url=reverse("members:member-list"),
                    action=gettext("核对"),
                    detail=gettext("到社区报到时说是本单位职工"),
                )
            )
    if may(actor, "report_in.letter") and actor.scope.organization_id is not None:
        number = said_to_have_left(actor.scope.organization_id).count()
        if number:
            lines.append(
                WaitingLine(
                    title=gettext("核对%(number)d名党员是否仍在本单位") % {"number": number},
                    url=f"{reverse('members:unreported-list')}#gone",
                    action=gettext("核对"),
                    detail=gettext("社区以调离、退休等原因注销了报到"),
                )
            )
    if may(actor, "annual_form.file"):
        signed = AnnualForm.objects.reached(actor.scope, "annual_form.file").signed()
        if number := signed.count():
            lines.append(
                WaitingLine(
                    title=gettext("归档%(number)d份年度情况表") % {"number": number},
                    url=reverse("members:annual-form-list"),
                    action=gettext("归档"),
                    detail=gettext("本人已填写提交"),
                )
            )
    return lines


@heard_in
def own_communities(actor: Actor) -> list[Area]:
    """A member is heard where they have reported in, else where they live."""
    if actor.scope.column != "member":
        return []
    rows = ReportIn.objects.visible_to(actor.scope).active().select_related("community__parent")
    found = [row.community for row in rows.order_by("submitted_on", "pk")]
    if found:
        return found
    member = PartyMember.objects.visible_to(actor.scope).select_related("home_area__parent").first()
    home = member.home_area if member is not None else None
    return [home] if home is not None and home.valid_to is None else []


@searched(_("在职党员"))
def members_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Members by name, initials or the last four digits of their phone, each once."""
    if actor.scope.column == "member":
        return []
    rows = searched_places(MemberPlace.objects.visible_to(actor.scope), words).select_related(
        "member"
    )
    # A member may stand at a unit and in a community: twice as many rows are enough for each once.
    found = {place.member_id: place for place in rows.order_by("sort", "name", "id")[: most * 2]}
    return [
        Hit(title=place.name, url=place.member.get_absolute_url(), detail=place.unit_name)
        for place in list(found.values())[:most]
    ]


@searched(_("服务岗位"))
def posts_by_name(actor: Actor, words: str, most: int) -> list[Hit]:
    """Find posts by a part of their name; drafts are seen by who sets them."""
    if not may(actor, "service_post.view"):
        return []
    rows = ServicePost.objects.visible_to(actor.scope).filter(title__icontains=words)
    return [
        Hit(title=each.title, url=each.get_absolute_url(), detail=each.community.name)
        for each in rows.select_related("community").order_by("-starts_on", "-id")[:most]
    ]


@searched(_("志愿服务队"))
def teams_by_name(actor: Actor, words: str, most: int) -> list[Hit]:
    """Find teams that stand, by a part of their name."""
    if not may(actor, "team.view"):
        return []
    rows = Team.objects.visible_to(actor.scope).current().filter(name__icontains=words)
    return [
        Hit(title=each.name, url=each.get_absolute_url(), detail=each.community.name)
        for each in rows.select_related("community").order_by("name", "id")[:most]
    ]
