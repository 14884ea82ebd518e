"""Answering a notice: the unit itself, or somebody for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.enums import Answer
from meetings.forms.meetings import AnswerForm, ProxyAnswerForm, SeveralAnswersForm
from meetings.models import CouncilMember, Meeting, Receipt
from meetings.services import answer_for_several, answer_notice
from meetings.views.answering import form_page
from meetings.views.meetings import find_meeting
from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization


def first_answer(receipt: Receipt, member: CouncilMember | None) -> dict[str, Any]:
    """Return what the form shows first: the last answer, else the unit's representative."""
    if receipt.answer != Answer.WAITING:
        return {
            "answer": receipt.answer,
            "attendee_name": receipt.attendee_name,
            "attendee_post": receipt.attendee_post,
            "attendee_phone": receipt.attendee_phone,
            "people": receipt.people or 1,
            "reason": receipt.reason,
            "seen": receipt.answer,
        }
    return {
        "answer": Answer.ATTEND,
        "attendee_name": (member.representative_name or member.liaison_name) if member else "",
        "attendee_post": member.representative_post if member else "",
        "people": 1,
        "seen": Answer.WAITING,
    }


def member_of(meeting: Meeting, organization: Organization) -> CouncilMember | None:
    """Return the organization's standing membership of the meeting's council."""
    member: CouncilMember | None = (
        meeting.council.members.standing().filter(organization=organization.pk).first()
    )
    return member


@require_http_methods(["GET", "POST"])
def receipt_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer a notice for one's own unit, signed in."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.answer")
    receipt = get_object_or_404(
        Receipt.objects.visible_to(by.scope)
        .of_this_round()
        .select_related("organization")
        .filter(organization=by.organization_id),
        meeting=meeting,
    )
    initial = first_answer(receipt, member_of(meeting, receipt.organization))
    form = AnswerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            receipt = answer_notice(
                meeting,
                organization=receipt.organization,
                by=by,
                **{**form.cleaned_data, "answer": Answer(form.cleaned_data["answer"])},
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("回执已收到：%(answer)s。回执编号%(number)s，召开前可以修改。")
                % {"answer": receipt.get_answer_display(), "number": receipt.number},
            )
            return redirect(meeting)
    return form_page(
        request, "meetings/receipt_answer.html", form, {"meeting": meeting, "receipt": receipt}
    )


@require_http_methods(["GET", "POST"])
def receipt_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter the answer of a unit that has called, written or come by."""
    by = actor_of(request)
    receipt = get_object_or_404(
        Receipt.objects.visible_to(by.scope).select_related(
            "organization", "meeting__council__area", "meeting__council__convener"
        ),
        uid=uid,
    )
    meeting = receipt.meeting
    require(by, "meeting.answer_proxy", target=meeting)
    member = member_of(meeting, receipt.organization)
    form = ProxyAnswerForm(
        request.POST or None, area=meeting.council.area, initial=first_answer(receipt, member)
    )
    if form.is_valid():
        values = {**form.cleaned_data, "answer": Answer(form.cleaned_data["answer"])}
        values["seen"] = Answer(values["seen"])
        try:
            answer_notice(meeting, organization=receipt.organization, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已代录%(unit)s的回执，该单位可以看到并更正。")
                % {"unit": receipt.organization.called},
            )
            return redirect(meeting.get_absolute_url() + "#receipts")
    return form_page(
        request,
        "meetings/receipt_proxy.html",
        form,
        {"meeting": meeting, "receipt": receipt, "member": member},
    )


@require_http_methods(["GET", "POST"])
def receipts_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter the answers of several units at once, as they come in by telephone or on paper."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.answer_proxy", target=meeting)
    receipts = list(
        Receipt.objects.visible_to(by.scope)
        .filter(meeting=meeting, answer=Answer.WAITING)
        .of_this_round()
        .select_related("organization")
    )
    form = SeveralAnswersForm(request.POST or None, area=meeting.council.area, receipts=receipts)
    if form.is_valid():
        try:
            entered, left = answer_for_several(
                meeting, answers=form.answers, channel=form.cleaned_data["channel"], by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已代录%(count)d家单位的回执。") % {"count": len(entered)})
            if left:
                names = "、".join(body.called for body in left)
                messages.info(request, _("%(units)s刚刚已自行回执，没有改动。") % {"units": names})
            return redirect(meeting.get_absolute_url() + "#receipts")
    return form_page(
        request,
        "meetings/receipts_proxy.html",
        form,
        {"meeting": meeting, "rows": _with_liaisons(meeting, form)},
    )


def _with_liaisons(meeting: Meeting, form: SeveralAnswersForm) -> list[dict[str, Any]]:
    """Return the lines of the form, each with whom to call."""
    members = {row.organization_id: row for row in meeting.council.members.members()}
    return [{**row, "member": members.get(row["receipt"].organization_id)} for row in form.rows()]
