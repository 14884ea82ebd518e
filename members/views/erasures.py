"""Asking to erase a member."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.forms.settling import EraseForm
from members.views.members import find_member
from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.fields.refusals import put_on


@require_http_methods(["GET", "POST"])
def member_erase(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask another person to let a member's personal data be erased."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "member.erase", target=member)
    form = EraseForm(request.POST or None)
    if form.is_valid():
        try:
            approval = request_approval(
                "member.erase", target=member, payload={}, reason=form.cleaned_data["reason"], by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已提出申请，他人审批同意后才会删除。"))
            return redirect(approval)
    return render(
        request,
        "members/member_erase.html",
        {"member": member, "form": form, "asked": approvals_about(member, by, "member.erase")},
        status=422 if form.is_bound else 200,
    )
