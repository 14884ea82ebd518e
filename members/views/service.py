"""Service records: entered for many at once, certified as a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ServiceState, Side
from members.forms.service import (
    CommunityForm,
    ServiceFilterForm,
    ServiceForm,
    WithdrawForm,
    communities_of,
)
from members.models import MemberPlace, PartyMember, ServiceCorrection, ServiceRecord
from members.services import certify_records, enter_services, withdraw_records
from members.views.members import put_on, uids_of
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.fields.keyset import keyset_page
from units.views.scope import area_of


@require_GET
def service_list(request: HttpRequest) -> HttpResponse:
    """A community sees its lists, a unit and a member their own records."""
    by = actor_of(request)
    require(by, "service.view")
    form = ServiceFilterForm(request.GET)
    form.is_valid()
    rows = (
        ServiceRecord.objects.visible_to(by.scope)
        .exclude(state=ServiceState.WITHDRAWN)
        .select_related("community")
    )
    if form.cleaned_data.get("state"):
        rows = rows.filter(state=form.cleaned_data["state"])
    if form.cleaned_data.get("q"):
        rows = rows.filter(content__icontains=form.cleaned_data["q"].strip())
    lists = by.scope.is_area
    if lists:
        rows = _one_per_list(rows, by)
    page = keyset_page(rows, order=("-date", "-id"), params=request.GET)
    return render(
        request,
        "members/service_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "lists": lists,
            "waiting": _waiting_lists(by) if lists else 0,
            "may_enter": may(by, "service.enter"),
            "words": dict(dictionary(area_of(by), "service.kind")),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


def _one_per_list(rows: Any, by: Actor) -> Any:
    """Keep the first record of each list, with the list's people and hours."""
    same = (
        ServiceRecord.objects.visible_to(by.scope)
        .filter(sheet=OuterRef("sheet"))
        .exclude(state=ServiceState.WITHDRAWN)
    )
    totals = same.order_by().values("sheet").annotate(n=Count("pk"), h=Sum("hours"))
    return rows.filter(~Exists(same.filter(pk__lt=OuterRef("pk")))).annotate(
        people=Subquery(totals.values("n")), total_hours=Subquery(totals.values("h"))
    )


def _waiting_lists(by: Actor) -> int:
    rows = ServiceRecord.objects.visible_to(by.scope).filter(state=ServiceState.ENTERED)
    return rows.order_by().values("sheet").distinct().count()


def _community(request: HttpRequest, by: Actor) -> Area | None:
    """Return the community that a list is for: one's own, or the one chosen by a street's post."""
    area = area_of(by)
    if area is None:
        raise Http404
    if area.level == Level.COMMUNITY:
        return area
    chosen = CommunityForm(request.GET, by=by)
    if not chosen.is_valid():
        return None
    community: Area = chosen.cleaned_data["community"]
    return community


@require_http_methods(["GET", "POST"])
def service_create(request: HttpRequest) -> HttpResponse:
    """Enter one activity for many members: say it once, tick who was there."""
    by = actor_of(request)
    require(by, "service.enter")
    community = _community(request, by)
    if community is None:
        return render(
            request, "members/service_community.html", {"communities": communities_of(by)}
        )
    places = (
        MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY, community=community)
        .select_related("member", "grid")
        .order_by("sort", "name", "id")
    )
    form = ServiceForm(request.POST or None, area=community)
    picked = set(request.POST.getlist("selected"))
    if form.is_valid():
        members = PartyMember.objects.visible_to(by.scope).filter(uid__in=uids_of(picked))
        try:
            records = enter_services(
                community=community, members=members, by=by, **form.cleaned_data
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已登记%(count)d人，等认证。") % {"count": len(records)},
            )
            return redirect("members:service-sheet", records[0].sheet)
    return render(
        request,
        "members/service_form.html",
        {
            "form": form,
            "community": community,
            "places": [(place, str(place.member.uid) in picked) for place in places],
        },
        status=422 if form.is_bound else 200,
    )


def _sheet(by: Actor, sheet: UUID) -> list[ServiceRecord]:
    """Return the records of a list in sight; 404 where there are none."""
    rows = list(
        ServiceRecord.objects.visible_to(by.scope)
        .filter(sheet=sheet)
        .select_related("community", "member")
        .order_by("id")
    )
    if not rows:
        raise Http404
    return rows


def _page(
    request: HttpRequest, by: Actor, records: list[ServiceRecord], form: WithdrawForm | None = None
) -> HttpResponse:
    # One of the list may have been withdrawn by a correction.
    counted = [each for each in records if each.state != ServiceState.WITHDRAWN]
    first = (counted or records)[0]
    is_waiting = first.state == ServiceState.ENTERED
    on_it = (
        PartyMember.objects.visible_to(by.scope)
        .filter(pk__in=[each.member_id for each in records], person=by.person_id)
        .exists()
    )
    may_certify = is_waiting and by.scope.is_area and may(by, "service.certify", first)
    return render(
        request,
        "members/service_sheet.html",
        {
            "first": first,
            "records": records,
            "hours": sum(each.hours for each in counted or records),
            "kind": dict(dictionary(first.community, "service.kind")).get(first.kind, first.kind),
            "is_on_it": on_it,
            "may_certify": may_certify and not on_it,
            "may_withdraw": is_waiting and by.scope.is_area and may(by, "service.enter", first),
            "withdraw_form": form or WithdrawForm(),
            "may_correct": first.state != ServiceState.ENTERED
            and by.scope.is_area
            and may(by, "service.correct", first),
            "corrections": list(
                ServiceCorrection.objects.visible_to(by.scope)
                .filter(record__in=[each.pk for each in records])
                .select_related("record")
            )
            if not is_waiting
            else [],
        },
        status=422 if form is not None else 200,
    )


@require_GET
def service_sheet(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Show one list."""
    by = actor_of(request)
    return _page(request, by, _sheet(by, sheet))


@require_POST
def service_certify(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Certify the whole list in one press."""
    by = actor_of(request)
    records = _sheet(by, sheet)
    require(by, "service.certify", records[0])
    try:
        certify_records(records, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("已认证%(count)d人，计入本人和单位的服务时长。") % {"count": len(records)}
        )
    return redirect("members:service-sheet", sheet)


@require_POST
def service_withdraw(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Take back a list that nobody has certified."""
    by = actor_of(request)
    records = _sheet(by, sheet)
    require(by, "service.enter", records[0])
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_records(records, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已撤销这份名单。"))
            return redirect("members:service-list")
    return _page(request, by, records, form)
