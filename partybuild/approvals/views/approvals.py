"""What waits for my decision, what I asked, one request."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.enums import ApprovalState
from partybuild.approvals.forms import DecideForm
from partybuild.approvals.models import Approval
from partybuild.approvals.queries import deciders, may_decide, waiting_here
from partybuild.approvals.queries.deciding import is_own, lost_right
from partybuild.approvals.services import decide_approval, withdraw_approval
from partybuild.calendar import now
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on

_TONES = {
    ApprovalState.REQUESTED: "warn",
    ApprovalState.APPROVED: "info",
    ApprovalState.EXECUTED: "good",
    ApprovalState.REFUSED: "bad",
}


class ApprovalListView(View):
    """待我审批 and 我提出的, in the post in which one acts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one of the two lists; what waits comes first."""
        by = actor_of(request)
        require(by, "approval.view")
        waiting = waiting_here(by)
        wanted = request.GET.get("list", "")
        shown = wanted if wanted in {"waiting", "mine", "decided"} else ""
        shown = shown or ("waiting" if waiting or by.scope.role != "member" else "mine")
        rows = Approval.objects.visible_to(by.scope)
        mine = rows.asked_in(by.scope)
        page = None
        if shown != "waiting":
            kept = (
                mine
                if shown == "mine"
                else rows.filter(decided_person=by.person_id).exclude(requested_person=by.person_id)
            )
            page = keyset_page(kept.with_names(), order=("-id",), params=request.GET)
        found = waiting if page is None else list(page.rows)
        context = {
            "shown": shown,
            **{f"is_{name}": shown == name for name in ("waiting", "mine", "decided")},
            "lines": [_line(each) for each in found],
            "page": page,
            "waiting_count": len(waiting),
            "mine_count": mine.filter(state=ApprovalState.REQUESTED).count(),
        }
        return render(request, "approvals/approval_list.html", context)


def _line(approval: Approval) -> dict[str, Any]:
    return {
        "approval": approval,
        "word": _word(approval),
        "tone": _TONES.get(ApprovalState(approval.state), "plain"),
    }


def _word(approval: Approval) -> str:
    if approval.is_waiting and approval.expires_at <= now():
        return str(ApprovalState.EXPIRED.label)
    return str(approval.get_state_display())


class ApprovalDetailView(View):
    """One request: what, who, why, before and after; two buttons for who decides."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Show the request."""
        by = actor_of(request)
        require(by, "approval.view")
        return _page(request, by, _found(by, uid), DecideForm())


def _found(by: Actor, uid: uuid.UUID) -> Approval:
    approval: Approval = get_object_or_404(
        Approval.objects.visible_to(by.scope).with_names(), uid=uid
    )
    return approval


def _page(request: HttpRequest, by: Actor, approval: Approval, form: DecideForm) -> HttpResponse:
    target = approval.target
    runs = approval.is_waiting and approval.expires_at > now()
    why_not = ""
    if runs:
        why_not = _("所涉及的记录已不存在") if target is None else lost_right(approval, target)
        why_not = why_not or str(approval.kind.still_valid(approval, target))
    decides = runs and may_decide(by, approval, target)
    lines = approval.kind.describe(approval, target, by.scope) if target is not None else []
    context = {
        "approval": approval,
        "kind": approval.kind,
        "state": _sentence(approval, runs=runs),
        "steps": _steps(approval, runs=runs),
        "facts": [line for line in lines if not line.changes],
        "changes": [line for line in lines if line.changes],
        "target_url": _target_url(approval, target, by),
        "form": form,
        "runs": runs,
        "decides": decides,
        "is_mine": approval.requested_person_id == by.person_id,
        "is_own": runs and not decides and is_own(by, approval, target),
        "why_not": why_not,
        "waiting_for": sorted({post.post for post in deciders(approval, target)})
        if runs and not decides and target is not None
        else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "approvals/approval_detail.html", context, status=status)


def _target_url(approval: Approval, target: Any, by: Actor) -> str:
    """Return the page of the row, for those who may open it."""
    if target is None or not hasattr(type(target).objects, "visible_to"):
        return ""
    seen = type(target).objects.visible_to(by.scope).filter(pk=target.pk).exists()
    return str(approval.kind.url(approval, target)) if seen else ""


def _sentence(approval: Approval, *, runs: bool) -> str:
    if runs:
        return _("%(who)s提出，等待审批") % {"who": approval.requested_post}
    return _("%(who)s提出，%(state)s") % {
        "who": approval.requested_post,
        "state": _word(approval),
    }


def _steps(approval: Approval, *, runs: bool) -> list[dict[str, str]]:
    ended = not runs and approval.state != ApprovalState.APPROVED
    return [
        {"label": _("提出申请"), "state": "done"},
        {"label": _("他人审批"), "state": "current" if runs else "done"},
        {"label": _("结果") if runs else _word(approval), "state": "done" if ended else "todo"},
    ]


@require_POST
def approval_decide(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Approve or refuse."""
    by = actor_of(request)
    approval = _found(by, uid)
    require(by, "approval.decide")
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            decided = decide_approval(
                approval, approve=form.is_approval, opinion=form.cleaned_data["opinion"], by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            _announce(request, decided)
            return redirect("approvals:approval-list")
    return _page(request, by, _found(by, uid), form)


def _announce(request: HttpRequest, approval: Approval) -> None:
    match approval.state:
        case ApprovalState.EXECUTED:
            messages.success(request, _("已同意，已经生效，并已通知申请人。"))
        case ApprovalState.APPROVED:
            messages.success(request, _("已同意，申请人可以办理了，已通知申请人。"))
        case ApprovalState.REFUSED:
            messages.success(request, _("已退回申请，没有作任何变动，并已通知申请人。"))
        case _:
            messages.warning(
                request,
                _("没有执行：%(why)s。申请已失效，并已通知申请人。") % {"why": approval.outcome},
            )


@require_POST
def approval_withdraw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take back one's own request."""
    by = actor_of(request)
    approval = _found(by, uid)
    require(by, "approval.withdraw", target=approval)
    try:
        withdraw_approval(approval, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回申请。"))
    return redirect(approval)
