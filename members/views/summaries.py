"""Quarterly service summaries: signed many at once, sent, acknowledged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import SummaryState
from members.forms.service import (
    AnswerForm,
    ProxyAnswerForm,
    SummaryFilterForm,
    SummaryProxyForm,
    communities_of,
)
from members.models import PartyMember, ServiceCorrection, ServiceSummary
from members.models.summary import times_before
from members.queries.corrections import in_words
from members.queries.summaries import SEND_DUTY, compiled_now, own_lines, summary_due_on
from members.queries.summary_pages import due_summaries
from members.services import acknowledge_summary, answer_summary, sign_summaries
from members.views.communities import chosen_community
from partybuild.access import Actor, Level, Refused, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.obligations.models import Obligation
from units.views.scope import area_of


def _quarter(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind != "quarter":
        raise Http404
    return period


@require_GET
def summary_list(request: HttpRequest) -> HttpResponse:
    """List what has been signed, and lead to what waits for a signature."""
    by = actor_of(request)
    require(by, "summary.view")
    form = SummaryFilterForm(request.GET)
    form.is_valid()
    rows = ServiceSummary.objects.visible_to(by.scope)
    if form.cleaned_data.get("period"):
        rows = rows.filter(period=form.cleaned_data["period"])
    if form.cleaned_data.get("state"):
        rows = rows.filter(state=form.cleaned_data["state"])
    page = keyset_page(rows, order=("-period", "-id"), params=request.GET)
    area = area_of(by)
    last = Period.of(today()).previous()
    return render(
        request,
        "members/summary_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "last": last,
            "waiting": _waiting(by, area, last),
            "may_sign": may(by, "summary.sign"),
            "late": _late(by, last),
            "is_area": by.scope.is_area,
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


def _waiting(by: Actor, area: Area | None, last: Period) -> int:
    """Return how many summaries of the last quarter wait for a signature, as far as one may open them."""
    if area is None or by.scope.cell("summary.view").totals_only:
        return 0
    if area.level == Level.COMMUNITY:
        return len(due_summaries(area, last))
    rows = Obligation.objects.visible_to(by.scope).unpaid()
    return rows.filter(duty=SEND_DUTY, period=str(last)).count()


def _late(by: Actor, last: Period) -> list[tuple[str, int]]:
    """Return (quarter, 份) of what was owed for quarters before the last one and is still not signed."""
    if by.scope.organization_id is None or not may(by, "summary.sign"):
        return []
    rows = (
        Obligation.objects.visible_to(by.scope)
        .unpaid()
        .filter(duty=SEND_DUTY, bearer_organization=by.scope.organization_id, period__lt=str(last))
        .order_by("period")
    )
    return [
        (each["period"], each["number"])
        for each in rows.values("period").annotate(number=Count("pk"))
    ]


def _require_lines(by: Actor) -> None:
    """Refuse who may not read summaries, or reads only totals: these pages name people."""
    require(by, "summary.view")
    if by.scope.cell("summary.view").totals_only:
        raise Refused("summary.view")


@require_http_methods(["GET", "POST"])
def summary_sign(request: HttpRequest, period: str) -> HttpResponse:
    """Sign a quarter's summaries, all or those that are picked, in one press."""
    by = actor_of(request)
    quarter = _quarter(period)
    _require_lines(by)
    community = chosen_community(request, by)
    if community is None:
        return render(
            request, "members/service_community.html", {"communities": communities_of(by)}
        )
    due = due_summaries(community, quarter)
    if request.method == "POST":
        require(by, "summary.sign")
        picked = set(request.POST.getlist("selected"))
        units = [each.unit for each in due if str(each.unit.uid) in picked]
        try:
            signed = sign_summaries(community=community, units=units, period=quarter, by=by)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            if signed:
                messages.success(
                    request,
                    _("已签发%(count)d份，各单位会收到签收提醒。") % {"count": len(signed)},
                )
            else:
                messages.warning(request, _("请先勾选要签发的单位。"))
        return redirect("members:summary-sign", str(quarter))
    return render(
        request,
        "members/summary_sign.html",
        {
            "period": quarter,
            "community": community,
            "due": due,
            "due_on": summary_due_on(community, quarter),
            "is_over": quarter.end < today(),
            "may_sign": may(by, "summary.sign"),
        },
    )


@require_GET
def summary_preview(request: HttpRequest, period: str, uid: UUID) -> HttpResponse:
    """Show what a summary would say if it were signed now."""
    by = actor_of(request)
    quarter = _quarter(period)
    _require_lines(by)
    community = chosen_community(request, by)
    if community is None:
        raise Http404
    due = next((each for each in due_summaries(community, quarter) if each.unit.uid == uid), None)
    if due is None:
        raise Http404
    compiled = compiled_now(community, due.unit, quarter)
    return render(
        request,
        "members/summary_preview.html",
        {
            "period": quarter,
            "community": community,
            "unit": due.unit,
            "compiled": compiled,
            "before": times_before(compiled.lines, quarter),
        },
    )


def _find(by: Actor, uid: UUID) -> ServiceSummary:
    summary: ServiceSummary = get_object_or_404(
        ServiceSummary.objects.visible_to(by.scope).select_related("community", "unit"), uid=uid
    )
    return summary


def _page(request: HttpRequest, by: Actor, summary: ServiceSummary, **forms: Any) -> HttpResponse:
    waits = summary.state == SummaryState.SENT
    open_to_answer = summary.may_be_answered
    is_member = by.scope.column == "member"
    lines = summary.lines
    if is_member:
        own = PartyMember.objects.visible_to(by.scope).values_list("uid", flat=True)
        lines = own_lines(summary, {str(uid) for uid in own})
    is_own = by.scope.is_unit and may(by, "summary.acknowledge", summary)
    is_proxy = by.scope.is_area and may(by, "summary.acknowledge_proxy", summary)
    return render(
        request,
        "members/summary_detail.html",
        {
            "summary": summary,
            "lines": lines,
            "is_member": is_member,
            "is_unit": by.scope.is_unit,
            "corrections": in_words(
                ServiceCorrection.objects.visible_to(by.scope)
                .filter(summary=summary)
                .select_related("record__community__parent")
            ),
            "may_acknowledge": waits and is_own,
            "may_answer": open_to_answer and is_own,
            "answer_form": AnswerForm(is_required=open_to_answer),
            "may_proxy": waits and is_proxy,
            "may_answer_proxy": open_to_answer and is_proxy,
            "proxy_form": SummaryProxyForm(area=summary.community) if waits and is_proxy else None,
            "proxy_answer_form": ProxyAnswerForm(area=summary.community)
            if open_to_answer and is_proxy
            else None,
            "channel": _channel(summary, summary.acknowledge_channel),
            "answer_channel": _channel(summary, summary.answer_channel),
            "history": []
            if is_member
            else [
                line.entry()
                for line in history_of(summary, by.scope)
                if line.kind != "notice.created"  # signing sends it: one act, one line
            ],
            **forms,
        },
        status=422 if forms else 200,
    )


def _channel(summary: ServiceSummary, code: str) -> str:
    return word(summary.community, "proxy.channel", code) if code else ""


@require_GET
def summary_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a summary; a member sees their own lines."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def summary_acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit has received it, and may answer in the same press."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge", summary)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            acknowledge_summary(summary, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            messages.success(
                request, _("已签收，回执编号%(number)s。") % {"number": summary.receipt_number}
            )
        return redirect(summary)
    return _page(request, by, summary, answer_form=form)


@require_POST
def summary_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit answers what it acknowledged before."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge", summary)
    form = AnswerForm(request.POST, is_required=True)
    if form.is_valid():
        try:
            answer_summary(summary, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            messages.success(request, _("已答复，社区会收到通知。"))
        return redirect(summary)
    return _page(request, by, summary, answer_form=form)


@require_POST
def summary_acknowledge_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters that the unit has received it, and what it said."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge_proxy", summary)
    form = SummaryProxyForm(request.POST, area=summary.community)
    if goes_through(form, acknowledge_summary, summary, by=by):
        messages.success(request, _("已代录签收，单位可以看到。"))
        return redirect(summary)
    return _page(request, by, summary, proxy_form=form)


@require_POST
def summary_answer_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters what the unit said to it afterwards."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge_proxy", summary)
    form = ProxyAnswerForm(request.POST, area=summary.community)
    if goes_through(form, answer_summary, summary, by=by):
        messages.success(request, _("已代录答复，单位可以看到。"))
        return redirect(summary)
    return _page(request, by, summary, proxy_answer_form=form)


@link_page("summary.acknowledge")
def summary_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Acknowledge and answer from the mail's link: names stay out, the figures and one form are enough."""
    by = actor_of_link(link, request=request)
    summary: Any = get_object_or_404(
        ServiceSummary.objects.reached(by.scope, "summary.acknowledge").select_related(
            "unit", "community", "committee"
        )
    )
    open_to_answer = summary.may_be_answered
    waits = summary.state == SummaryState.SENT
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, is_required=open_to_answer)
    if request.method == "POST" and not (waits or open_to_answer):
        # Pressed twice, or by somebody else meanwhile: the page says how it stands.
        return redirect(request.path)
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            if waits:
                acknowledge_summary(summary, answer=answer, by=by)
            else:
                answer_summary(summary, answer=answer, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return redirect(request.path)
    return render(
        request,
        "members/summary_link.html",
        {"summary": summary, "form": form, "open_to_answer": open_to_answer},
        status=422 if form.is_bound else 200,
    )
