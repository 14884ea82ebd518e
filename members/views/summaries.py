"""Quarterly service summaries: signed many at once, sent, acknowledged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import SummaryState
from members.forms.service import CommunityForm, ProxyForm, SummaryFilterForm, communities_of
from members.models import PartyMember, ServiceCorrection, ServiceSummary
from members.queries.summaries import compiled_now, own_lines, summary_due_on
from members.queries.summary_pages import due_summaries
from members.services import acknowledge_summary, sign_summaries
from partybuild.access import Actor, Level, Refused, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.keyset import keyset_page
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
    waiting = (
        len(due_summaries(area, last)) if area is not None and area.level == Level.COMMUNITY else 0
    )
    return render(
        request,
        "members/summary_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "last": last,
            "waiting": waiting,
            "is_area": by.scope.is_area,
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


def _require_lines(by: Actor) -> None:
    """Refuse who may not read summaries, or reads only totals: these pages name people."""
    require(by, "summary.view")
    if by.scope.cell("summary.view").totals_only:
        raise Refused("summary.view")


def _community(request: HttpRequest, by: Actor) -> Area | None:
    area = area_of(by)
    if area is None:
        raise Http404
    if area.level == Level.COMMUNITY:
        return area
    chosen = CommunityForm(request.GET, by=by)
    return chosen.cleaned_data["community"] if chosen.is_valid() else None


@require_http_methods(["GET", "POST"])
def summary_sign(request: HttpRequest, period: str) -> HttpResponse:
    """Sign a quarter's summaries, all or those that are picked, in one press."""
    by = actor_of(request)
    quarter = _quarter(period)
    _require_lines(by)
    community = _community(request, by)
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
    community = _community(request, by)
    if community is None:
        raise Http404
    due = next((each for each in due_summaries(community, quarter) if each.unit.uid == uid), None)
    if due is None:
        raise Http404
    return render(
        request,
        "members/summary_preview.html",
        {
            "period": quarter,
            "community": community,
            "unit": due.unit,
            "compiled": compiled_now(community, due.unit, quarter),
        },
    )


def _find(by: Actor, uid: UUID) -> ServiceSummary:
    summary: ServiceSummary = get_object_or_404(
        ServiceSummary.objects.visible_to(by.scope).select_related("community", "unit"), uid=uid
    )
    return summary


def _page(
    request: HttpRequest, by: Actor, summary: ServiceSummary, proxy_form: ProxyForm | None = None
) -> HttpResponse:
    waits = summary.state == SummaryState.SENT
    is_member = by.scope.column == "member"
    lines = summary.lines
    if is_member:
        own = PartyMember.objects.visible_to(by.scope).values_list("uid", flat=True)
        lines = own_lines(summary, {str(uid) for uid in own})
    may_proxy = waits and by.scope.is_area and may(by, "summary.acknowledge_proxy", summary)
    return render(
        request,
        "members/summary_detail.html",
        {
            "summary": summary,
            "lines": lines,
            "is_member": is_member,
            "corrections": list(
                ServiceCorrection.objects.visible_to(by.scope)
                .filter(summary=summary)
                .select_related("record")
            ),
            "may_acknowledge": waits
            and by.scope.is_unit
            and may(by, "summary.acknowledge", summary),
            "may_proxy": may_proxy,
            "proxy_form": proxy_form or (ProxyForm(area=summary.community) if may_proxy else None),
            "channel": word(summary.community, "proxy.channel", summary.acknowledge_channel)
            if summary.acknowledge_channel
            else "",
            "history": []
            if is_member
            else [
                line.entry()
                for line in history_of(summary, by.scope)
                if line.kind != "notice.created"  # signing sends it: one act, one line
            ],
        },
        status=422 if proxy_form is not None else 200,
    )


@require_GET
def summary_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a summary; a member sees their own lines."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def summary_acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit has received it."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge", summary)
    try:
        acknowledge_summary(summary, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("已签收，回执编号%(number)s。") % {"number": summary.receipt_number}
        )
    return redirect(summary)


@require_POST
def summary_acknowledge_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters a receipt that came by telephone, chat, paper or in person."""
    by = actor_of(request)
    summary = _find(by, uid)
    require(by, "summary.acknowledge_proxy", summary)
    form = ProxyForm(request.POST, area=summary.community)
    if form.is_valid():
        try:
            acknowledge_summary(summary, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已代录签收，单位可以看到。"))
            return redirect(summary)
    return _page(request, by, summary, form)


@link_page("summary.acknowledge")
def summary_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Acknowledge from the mail's link: names stay out, the figures and one button are enough."""
    by = actor_of_link(link, request=request)
    summary: Any = get_object_or_404(
        ServiceSummary.objects.reached(by.scope, "summary.acknowledge").select_related(
            "unit", "community"
        )
    )
    refusal = ""
    if request.method == "POST" and summary.state == SummaryState.SENT:
        try:
            acknowledge_summary(summary, by=by)
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            return redirect(request.path)
    return render(
        request,
        "members/summary_link.html",
        {"summary": summary, "refusal": refusal},
        status=422 if refusal else 200,
    )
