"""Asking to correct a certified service record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.forms.settling import CorrectServiceForm
from members.models import ServiceCorrection, ServiceRecord
from members.queries.corrections import in_words
from members.services.corrections import CORRECTED, changes_of
from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.fields.refusals import put_on


@require_http_methods(["GET", "POST"])
def service_correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say how a certified record should be; another person approves."""
    by = actor_of(request)
    record = get_object_or_404(
        ServiceRecord.objects.visible_to(by.scope).select_related("community", "member", "summary"),
        uid=uid,
    )
    require(by, "service.correct", target=record)
    form = CorrectServiceForm(
        request.POST or None,
        area=record.community,
        initial={name: getattr(record, name) for name in CORRECTED},
    )
    if form.is_valid():
        data = form.cleaned_data
        withdraw = data["withdraw"]
        payload = {"withdraw": withdraw, "changes": {} if withdraw else changes_of(record, data)}
        try:
            approval = request_approval(
                "service.correct", target=record, payload=payload, reason=data["reason"], by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已提出更正申请，他人审批同意后生效。"))
            return redirect(approval)
    return render(
        request,
        "members/service_correct.html",
        {
            "record": record,
            "form": form,
            "asked": approvals_about(record, by, "service.correct"),
            "corrections": in_words(
                ServiceCorrection.objects.visible_to(by.scope)
                .filter(record=record)
                .select_related("record__community__parent")
            ),
        },
        status=422 if form.is_bound else 200,
    )
