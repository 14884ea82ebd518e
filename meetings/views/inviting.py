"""Guests, superiors, and whoever was forgotten when the notice went out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import InvitedAs, MeetingState
from meetings.forms.inviting import InviteeForm
from meetings.models import Invitee, Meeting
from meetings.queries.clashes import bodies_asked
from meetings.queries.committees import committee_above
from meetings.services import invite_besides, invite_late_members, take_off_invitee
from meetings.views.answering import form_page, refused_page
from meetings.views.meetings import find_meeting
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.refusals import put_on


@require_http_methods(["GET", "POST"])
def meeting_invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Invite guests and superiors; where the notice is out they get it at once (补发)."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.notify", target=meeting)
    taken = {meeting.council.convener_id, *bodies_asked(meeting.council)}
    taken |= set(
        Invitee.objects.visible_to(by.scope)
        .filter(meeting=meeting, is_current=True, organization__isnull=False)
        .values_list("organization_id", flat=True)
    )
    above = committee_above(meeting.council)
    form = InviteeForm(
        request.POST or None,
        by=by,
        meeting=meeting,
        taken=taken,
        above=above if above.pk not in taken else None,
    )
    if form.is_valid():
        try:
            _invite(meeting, form, by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            is_out = meeting.state == MeetingState.NOTIFIED
            said = _("已邀请，通知已补发。") if is_out else _("已列入邀请名单，发通知时一并送达。")
            messages.success(request, said)
            return redirect(meeting.get_absolute_url() + "#invitees")
    return form_page(request, "meetings/meeting_invite.html", form, {"meeting": meeting})


@transaction.atomic
def _invite(meeting: Meeting, form: InviteeForm, by: Actor) -> None:
    data = form.cleaned_data
    if data.get("superior") and form.above is not None:
        invite_besides(meeting, invited_as=InvitedAs.SUPERIOR, organizations=[form.above], by=by)
    if data["organizations"] or data["person_name"]:
        invite_besides(
            meeting,
            invited_as=InvitedAs(data["invited_as"]),
            organizations=data["organizations"],
            person_name=data["person_name"],
            post=data["post"],
            by=by,
        )


@require_POST
def meeting_invite_late(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send the notice to the members that joined after it went out."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.notify", target=meeting)
    try:
        count = invite_late_members(meeting, by=by)
    except ValidationError as refused:
        return refused_page(
            request, refused, back=meeting.get_absolute_url(), title=_("没有补发通知")
        )
    messages.success(request, _("已向%(count)d家单位补发通知。") % {"count": count})
    return redirect(meeting.get_absolute_url() + "#receipts")


@require_POST
def invitee_remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take somebody off the list before the notice goes out."""
    by = actor_of(request)
    invitee = get_object_or_404(
        Invitee.objects.visible_to(by.scope).select_related("meeting__council", "organization"),
        uid=uid,
    )
    require(by, "meeting.notify", target=invitee.meeting)
    back = invitee.meeting.get_absolute_url() + "#invitees"
    try:
        take_off_invitee(invitee, by=by)
    except ValidationError as refused:
        return refused_page(request, refused, back=back, title=_("没有取消邀请"))
    messages.success(request, _("已从邀请名单中去掉。"))
    return redirect(back)
