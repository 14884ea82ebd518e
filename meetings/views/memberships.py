"""Units in a council: inviting, answering, changing the representative, leaving; the list of members."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import MemberState
from meetings.forms.councils import (
    AnswerInvitationForm,
    EndMembershipForm,
    InviteForm,
    PlacesForm,
    RepresentativeForm,
)
from meetings.models import CouncilMember
from meetings.queries.membership import attendance_counts, membership_history, open_parties
from meetings.services import (
    answer_invitation,
    change_representative,
    end_membership,
    invite_units,
    order_members,
)
from meetings.views.answering import form_page
from meetings.views.councils import find_council
from meetings.views.rights import rights, speaks_for
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.calendar import today
from partybuild.fields.refusals import goes_through, put_on


def find_member(by: Actor, uid: UUID) -> CouncilMember:
    """Return a membership in sight; 404 otherwise."""
    member: CouncilMember = get_object_or_404(
        CouncilMember.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "organization__area"
        ),
        uid=uid,
    )
    return member


def _standing(by: Actor, council: object) -> list[CouncilMember]:
    """Return the members and the invited in their order of protocol."""
    return list(
        CouncilMember.objects.visible_to(by.scope)
        .filter(council=council)
        .standing()
        .select_related("organization")
        .order_by("sort", "organization__sort", "organization_id")
    )


@require_GET
def council_members(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show who is in a council, in the order of protocol, with the numbers to call: one page to print."""
    by = actor_of(request)
    council = find_council(by, uid)
    members = _standing(by, council)
    return render(
        request,
        "meetings/council_members.html",
        {
            "council": council,
            "members": members,
            "member_count": sum(each.state == MemberState.MEMBER for each in members),
            "left": list(
                CouncilMember.objects.visible_to(by.scope)
                .filter(council=council, state__in=(MemberState.LEFT, MemberState.DECLINED))
                .select_related("organization")
                .order_by("-valid_to", "-id")[:50]
            ),
            # Contacts of an office are for those who call it: the convener, and the unit itself.
            "sees_phones": by.scope.is_area,
            "phones": _phone_text(members) if by.scope.is_area else "",
            **rights(by, council, "council.invite", "council.change"),
        },
    )


def _phone_text(members: list[CouncilMember]) -> str:
    """Return the list as text for a chat group or a note."""
    return "\n".join(
        "　".join(filter(None, (each.organization.called, each.liaison_name, each.liaison_phone)))
        for each in members
    )


@require_http_methods(["GET", "POST"])
def member_order(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put the members into their order of protocol."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.invite", target=council)
    members = _standing(by, council)
    rows = [(member.organization, at) for at, member in enumerate(members, 1)]
    form = PlacesForm(request.POST or None, rows=rows)
    back = reverse("meetings:council-members", args=(council.uid,))
    if form.is_valid():
        by_body = {member.organization_id: member for member in members}
        wished = [by_body[body.pk] for body in (*form.chosen, *form.others)]
        order_members(council, members=wished, by=by)
        messages.success(request, _("已按新的顺序排列。"))
        return redirect(back)
    return form_page(
        request, "meetings/member_order.html", form, {"council": council, "cancel_url": back}
    )


@require_GET
def member_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a unit in a council: its representatives over time, its tasks, how often it came."""
    by = actor_of(request)
    member = find_member(by, uid)
    allowed = rights(by, member.council, "council.answer_proxy", "council.invite")
    is_own = by.organization_id == member.organization_id
    history = membership_history(member)
    return render(
        request,
        "meetings/member_detail.html",
        {
            "member": member,
            "council": member.council,
            "rows": [row for row in history if by.scope.is_area or is_own or row.is_standing],
            "is_own": is_own,
            "sees_more": by.scope.is_area or is_own,
            "heard": word(member.council.area, "proxy.channel", member.channel)
            if member.channel
            else "",
            "tasks": list(open_parties(member.organization, council=member.council))
            if by.scope.is_area or is_own
            else [],
            "came": attendance_counts(member),
            "today": today(),
            "may_act": member.is_standing
            and (allowed["may_council_answer_proxy"] or (is_own and may(by, "council.answer"))),
            **allowed,
        },
    )


@require_http_methods(["GET", "POST"])
def council_invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Invite units, or note those that have agreed already."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.invite", target=council)
    form = InviteForm(request.POST or None, by=by, council=council)
    if form.is_valid():
        agreed = form.cleaned_data["agreed"] == "yes"
        if agreed:
            require(by, "council.answer_proxy", target=council)
        try:
            members = invite_units(
                council,
                organizations=list(form.cleaned_data["organizations"]),
                joined_on=today() if agreed else None,
                channel=(form.cleaned_data["channel"] or "phone") if agreed else "",
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            done = (
                _("已登记%(count)d家成员单位。") if agreed else _("已向%(count)d家单位发出邀请。")
            )
            messages.success(request, done % {"count": len(members)})
            return redirect(council)
    return form_page(request, "meetings/council_invite.html", form, {"council": council})


@require_http_methods(["GET", "POST"])
def member_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer an invitation: the unit itself, or somebody for it."""
    by = actor_of(request)
    member = find_member(by, uid)
    own = speaks_for(
        by, member.organization, "council.answer", "council.answer_proxy", member.council
    )
    form = AnswerInvitationForm(request.POST or None, member=member, by_proxy=not own)
    if form.is_valid():
        accepts = request.POST.get("decision") != "decline"
        try:
            answer_invitation(member, accepts=accepts, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已登记为成员单位。") if accepts else _("已登记为暂不加入。")
            )
            return redirect(member.council)
    return form_page(
        request, "meetings/member_answer.html", form, {"member": member, "is_proxy": not own}
    )


@require_http_methods(["GET", "POST"])
def member_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name another representative or liaison."""
    by = actor_of(request)
    member = find_member(by, uid)
    own = speaks_for(
        by, member.organization, "council.answer", "council.answer_proxy", member.council
    )
    form = RepresentativeForm(request.POST or None, member=member, by_proxy=not own)
    if goes_through(form, change_representative, member, by=by):
        messages.success(request, _("已更新代表和联络员，原来的记录保留。"))
        return redirect(member.council)
    return form_page(
        request, "meetings/member_change.html", form, {"member": member, "is_proxy": not own}
    )


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a unit leave the council, or say what it still has to finish; take an invitation back."""
    by = actor_of(request)
    member = find_member(by, uid)
    own = speaks_for(
        by, member.organization, "council.answer", "council.answer_proxy", member.council
    )
    form = EndMembershipForm(request.POST or None, member=member, by_proxy=not own)
    if goes_through(form, end_membership, member, by=by):
        messages.success(request, _("已退出，历史保留。"))
        # A unit that has left does not see the council any more.
        return redirect(
            member.council if may(by, "council.invite") else reverse("meetings:meeting-list")
        )
    return form_page(
        request,
        "meetings/member_end.html",
        form,
        {
            "member": member,
            "is_invited": member.state == MemberState.INVITED,
            "tasks": list(open_parties(member.organization, council=member.council)),
        },
    )
