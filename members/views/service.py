"""Service records: entered for many at once, certified as a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import HOLDING, ServiceState, Side
from members.exceptions import CertifierIsOnList, ListAlreadyDecided, NobodyServed
from members.forms.service import (
    OwnHours,
    PostServiceForm,
    ServiceFilterForm,
    ServiceForm,
    WithdrawForm,
    communities_of,
)
from members.models import (
    MemberPlace,
    PartyMember,
    PostClaim,
    ServiceCorrection,
    ServicePost,
    ServiceRecord,
)
from members.queries.corrections import in_words
from members.services import certify_records, enter_services, withdraw_records
from members.services.service_records import enter_claim_services, is_on_list
from members.views.communities import chosen_community
from members.views.members import uids_of
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import dictionary
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
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
        rows = _one_per_list(rows, by, state=form.cleaned_data.get("state"))
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
            "is_unit": by.scope.is_unit,
            "picks": lists
            and form.cleaned_data.get("state") == ServiceState.ENTERED
            and may(by, "service.certify"),
            "may_certificates": may(by, "certificate.view"),
            "words": dict(dictionary(area_of(by), "service.kind")),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


def _one_per_list(rows: Any, by: Actor, *, state: str | None) -> Any:
    """Keep the first record of each list, with the list's people and hours; of one state if asked.

    Who was entered after the rest had been certified waits on the same list.
    """
    same = (
        ServiceRecord.objects.visible_to(by.scope)
        .filter(sheet=OuterRef("sheet"))
        .exclude(state=ServiceState.WITHDRAWN)
    )
    if state:
        same = same.filter(state=state)
    totals = same.order_by().values("sheet").annotate(n=Count("pk"), h=Sum("hours"))
    return rows.filter(~Exists(same.filter(pk__lt=OuterRef("pk")))).annotate(
        people=Subquery(totals.values("n")), total_hours=Subquery(totals.values("h"))
    )


def _waiting_lists(by: Actor) -> int:
    rows = ServiceRecord.objects.visible_to(by.scope).filter(state=ServiceState.ENTERED)
    return rows.order_by().values("sheet").distinct().count()


def _put_on_names(form: ServiceForm, picked: set[str], own: OwnHours) -> None:
    """Say with the other faults of a form what is wrong with the marks below it."""
    if not form.is_bound:
        return
    if not picked:
        form.add_error(None, NobodyServed())
    if own.errors:
        form.add_error(None, _("个别时长填写有误，请看标出的行。"))


@require_http_methods(["GET", "POST"])
def service_create(request: HttpRequest) -> HttpResponse:
    """Enter one activity for many members: say it once, tick who was there."""
    by = actor_of(request)
    require(by, "service.enter")
    community = chosen_community(request, by)
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
    own = OwnHours.of(request.POST, picked)
    _put_on_names(form, picked, own)
    if form.is_valid():
        members = PartyMember.objects.visible_to(by.scope).filter(uid__in=uids_of(picked))
        try:
            records = enter_services(
                community=community,
                members=members,
                own_hours={
                    each.pk: own.hours[str(each.uid)]
                    for each in members
                    if str(each.uid) in own.hours
                },
                by=by,
                **form.cleaned_data,
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
            "places": [
                (
                    place,
                    (key := str(place.member.uid)) in picked,
                    own.typed.get(key, ""),
                    own.errors.get(key, ""),
                )
                for place in places
            ],
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def post_service(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter who served in a claimed post on one day; certified, the hours count and the post may be finished."""
    by = actor_of(request)
    post: ServicePost = get_object_or_404(
        ServicePost.objects.visible_to(by.scope).select_related("community"), uid=uid
    )
    require(by, "service.enter", post)
    claims = list(
        PostClaim.objects.visible_to(by.scope)
        .filter(post=post, state__in=HOLDING)
        .select_related("post__community", "member")
        .order_by("member__person__sort", "member_name", "id")
    )
    form = PostServiceForm(
        request.POST or None,
        area=post.community,
        initial={"content": post.title, "place": post.place[:100]},
    )
    picked = set(request.POST.getlist("selected"))
    own = OwnHours.of(request.POST, picked)
    _put_on_names(form, picked, own)
    if form.is_valid():
        try:
            records = enter_claim_services(
                [claim for claim in claims if str(claim.uid) in picked],
                own_hours={
                    claim.pk: own.hours[str(claim.uid)]
                    for claim in claims
                    if str(claim.uid) in own.hours
                },
                by=by,
                **form.cleaned_data,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已登记%(count)d人，等认证。") % {"count": len(records)})
            return redirect("members:service-sheet", records[0].sheet)
    return render(
        request,
        "members/post_service.html",
        {
            "form": form,
            "post": post,
            "claims": [
                (
                    claim,
                    (key := str(claim.uid)) in picked or not form.is_bound,
                    own.typed.get(key, ""),
                    own.errors.get(key, ""),
                )
                for claim in claims
            ],
        },
        status=422 if form.is_bound else 200,
    )


def _sheet(by: Actor, sheet: UUID) -> list[ServiceRecord]:
    """Return the records of a list in sight; 404 where there are none."""
    rows = list(
        ServiceRecord.objects.visible_to(by.scope)
        .filter(sheet=sheet)
        .select_related("community", "member", "claim__post")
        .order_by("id")
    )
    if not rows:
        raise Http404
    return rows


def _page(
    request: HttpRequest, by: Actor, records: list[ServiceRecord], form: WithdrawForm | None = None
) -> HttpResponse:
    # One of the list may have been withdrawn by a correction, another have come in after the rest was certified.
    counted = [each for each in records if each.state != ServiceState.WITHDRAWN]
    waiting = _undecided(records)
    first = (waiting or counted or records)[0]
    is_waiting = bool(waiting)
    on_it = is_on_list(waiting, by)
    may_certify = is_waiting and by.scope.is_area and may(by, "service.certify", first)
    return render(
        request,
        "members/service_sheet.html",
        {
            "first": first,
            "records": records,
            "waiting": waiting,
            "is_split": is_waiting and len(waiting) < len(counted),
            "people": len(counted or records),
            "hours": sum(each.hours for each in counted or records),
            "kind": dict(dictionary(first.community, "service.kind")).get(first.kind, first.kind),
            "is_on_it": on_it,
            "may_certify": may_certify and not on_it,
            "may_withdraw": is_waiting and by.scope.is_area and may(by, "service.enter", first),
            "withdraw_form": form or WithdrawForm(),
            "may_correct": len(waiting) < len(counted)
            and by.scope.is_area
            and may(by, "service.correct", first),
            "corrections": in_words(
                ServiceCorrection.objects.visible_to(by.scope)
                .filter(record__in=[each.pk for each in records])
                .select_related("record__community__parent")
            )
            if len(waiting) < len(records)
            else [],
        },
        status=422 if form is not None else 200,
    )


def _undecided(records: list[ServiceRecord]) -> list[ServiceRecord]:
    return [each for each in records if each.state == ServiceState.ENTERED]


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
        count = certify_records(_undecided(records), by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("已认证%(count)d人，计入本人和单位的服务时长。") % {"count": count}
        )
    return redirect("members:service-sheet", sheet)


@require_POST
def services_certify(request: HttpRequest) -> HttpResponse:
    """Certify several whole lists; one with oneself on it waits for a colleague."""
    by = actor_of(request)
    require(by, "service.certify")
    certified, own, late = 0, 0, 0
    for sheet in uids_of(request.POST.getlist("selected")):
        records = list(
            ServiceRecord.objects.visible_to(by.scope)
            .filter(sheet=sheet, state=ServiceState.ENTERED)
            .select_related("community")
            .order_by("id")
        )
        if not records or not may(by, "service.certify", records[0]):
            continue
        try:
            certify_records(records, by=by)
        except CertifierIsOnList:
            own += 1
        except ListAlreadyDecided:
            late += 1
        else:
            certified += 1
    if certified:
        messages.success(
            request, _("已认证%(count)d份名单，计入本人和单位的服务时长。") % {"count": certified}
        )
    if own:
        messages.warning(
            request, _("有%(count)d份名单上有您本人，请由不在名单上的同事认证。") % {"count": own}
        )
    if late:
        messages.warning(request, _("有%(count)d份名单已由其他人处理。") % {"count": late})
    if not (certified or own or late):
        messages.warning(request, _("请先勾选要认证的名单。"))
    return redirect("members:service-list")


@require_POST
def service_withdraw(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Take back a list that nobody has certified."""
    by = actor_of(request)
    records = _sheet(by, sheet)
    require(by, "service.enter", records[0])
    form = WithdrawForm(request.POST)
    if goes_through(form, withdraw_records, _undecided(records), by=by):
        messages.success(request, _("已撤销这份名单。"))
        return redirect("members:service-list")
    return _page(request, by, records, form)
