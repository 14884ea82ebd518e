"""Countersigning minutes: what units read and answer, what the convener sees of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.enums import Countersigned
from meetings.forms.meetings import ReasonForm
from meetings.forms.minutes import CountersignForm, ProxyCountersignForm
from meetings.models import Countersignature, MinutesCirculation
from meetings.queries.merging import changed_paragraphs, marked
from meetings.queries.minutes import as_sent, earlier_circulation
from meetings.queries.standing import attendance
from meetings.services import countersign_minutes, recall_circulation
from meetings.views.answering import form_page
from partybuild.access import Actor, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.refusals import goes_through, put_on


def _circulation(by: Actor, uid: UUID) -> MinutesCirculation:
    circulation: MinutesCirculation = get_object_or_404(
        MinutesCirculation.objects.visible_to(by.scope).select_related(
            "minutes__meeting__council__area", "minutes__meeting__council__convener"
        ),
        uid=uid,
    )
    return circulation


def changes_of(circulation: MinutesCirculation) -> list[Any]:
    """Return what changed since the round before, letter by letter."""
    earlier = earlier_circulation(circulation)
    if earlier is None:
        return []
    pairs = changed_paragraphs(as_sent(earlier), as_sent(circulation))
    return [marked(before, after) for before, after in pairs]


@require_http_methods(["GET", "POST"])
def minutes_countersign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Read the text that was sent, and agree or say what should be different."""
    by = actor_of(request)
    require(by, "minutes.view")
    circulation = _circulation(by, uid)
    signatures = list(
        Countersignature.objects.visible_to(by.scope)
        .filter(circulation=circulation)
        .select_related("organization")
    )
    own = next((row for row in signatures if row.organization_id == by.organization_id), None)
    # Area posts answer for their own committee that sits in the council (access.md).
    may_answer = own is not None and circulation.is_open and may(by, "minutes.countersign")
    initial = {"answer": Countersigned.AGREED, "opinion": own.opinion if own else ""}
    if own is not None and own.answer == Countersigned.OPINION:
        initial["answer"] = Countersigned.OPINION
    form = CountersignForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require(by, "minutes.countersign")
        if own is None:
            raise Refused("minutes.countersign")
        if form.is_valid():
            try:
                countersign_minutes(
                    own,
                    answer=Countersigned(form.cleaned_data["answer"]),
                    opinion=form.cleaned_data["opinion"],
                    by=by,
                )
            except ValidationError as refused:
                put_on(form, refused)
            else:
                messages.success(request, _("会签已收到。截止前还可以修改。"))
                return redirect(circulation)
    meeting = circulation.minutes.meeting
    return form_page(
        request,
        "meetings/minutes_countersign.html",
        form,
        {
            "circulation": circulation,
            "meeting": meeting,
            "changes": changes_of(circulation),
            "attendance": attendance(meeting.presences.select_related("organization")),
            "own": own,
            "signatures": signatures,
            "may_answer": may_answer,
            "is_staff": may(by, "minutes.draft", meeting),
            "may_proxy": circulation.is_open and may(by, "minutes.countersign_proxy", meeting),
        },
    )


@require_http_methods(["GET", "POST"])
def minutes_countersign_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter what a unit said by telephone, chat or on paper."""
    by = actor_of(request)
    signature = get_object_or_404(
        Countersignature.objects.visible_to(by.scope).select_related(
            "organization", "circulation__minutes__meeting__council__area"
        ),
        uid=uid,
    )
    require(by, "minutes.countersign_proxy", target=signature)
    meeting = signature.circulation.minutes.meeting
    form = ProxyCountersignForm(
        request.POST or None, area=meeting.council.area, initial={"opinion": signature.opinion}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            countersign_minutes(
                signature,
                answer=Countersigned(data["answer"]),
                opinion=data["opinion"],
                channel=data["channel"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已代录%(unit)s的会签，该单位可以看到并更正。")
                % {"unit": signature.organization.called},
            )
            return redirect(signature.circulation)
    return form_page(
        request,
        "meetings/minutes_countersign_proxy.html",
        form,
        {"signature": signature, "circulation": signature.circulation, "meeting": meeting},
    )


@require_http_methods(["GET", "POST"])
def minutes_recall(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take the text back to change it."""
    by = actor_of(request)
    circulation = _circulation(by, uid)
    meeting = circulation.minutes.meeting
    require(by, "minutes.draft", target=meeting)
    form = ReasonForm(request.POST or None)
    if goes_through(form, recall_circulation, circulation, by=by):
        messages.success(request, _("已收回，各单位已收到通知。修改后请再送会签。"))
        return redirect("meetings:minutes-edit", meeting.uid)
    return form_page(
        request,
        "meetings/minutes_recall.html",
        form,
        {"circulation": circulation, "meeting": meeting},
    )
