"""Entries of one human that stand twice: the list, and settling one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.forms.settling import SettleDoubleForm
from members.models import DoubleCase, PartyMember
from members.queries.doubles import open_cases, side_of, suspects
from members.services.doubles import open_double
from members.views.members import uids_of
from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.fields.refusals import put_on


@require_GET
def double_list(request: HttpRequest) -> HttpResponse:
    """Show the cases that wait, and those in sight that look alike."""
    by = actor_of(request)
    require(by, "member.merge")
    return render(
        request,
        "members/double_list.html",
        {"cases": open_cases(by), "suspects": suspects(by)},
    )


@require_POST
def double_open(request: HttpRequest) -> HttpResponse:
    """Take two members in sight as a case to settle."""
    by = actor_of(request)
    require(by, "member.merge")
    uids = uids_of(request.POST.getlist("member"))
    seen = PartyMember.objects.reached(by.scope, "member.merge").filter(uid__in=uids)
    members = list(seen.order_by("pk"))
    if len(members) != 2:
        raise Http404
    return redirect("members:double-detail", open_double(members[0], double=members[1], by=by).uid)


@require_http_methods(["GET", "POST"])
def double_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the two beside each other; ask that one stands."""
    by = actor_of(request)
    case = get_object_or_404(
        DoubleCase.objects.reached(by.scope, "member.merge").select_related(
            "member__person", "double__person", "organization"
        ),
        uid=uid,
    )
    require(by, "member.merge", target=case)
    form = SettleDoubleForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            approval = request_approval(
                "member.merge",
                target=case,
                payload={"stands": data["stands"]},
                reason=data["reason"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已提出核对结果，他人审批同意后生效。"))
            return redirect(approval)
    return render(
        request,
        "members/double_detail.html",
        {
            "case": case,
            "sides": [
                (_("原登记"), side_of(case.member, by)),
                (_("另一条登记"), side_of(case.double, by)),
            ],
            "form": form,
            "asked": approvals_about(case, by, "member.merge"),
        },
        status=422 if form.is_bound else 200,
    )
