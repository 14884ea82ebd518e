"""Activities: the list, one of them, planning, publishing, calling off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.enums import STANDING, ActivityState, AttendanceState, SignUpState
from activities.forms.activities import (
    ActivityFilter,
    ActivityForm,
    CancelForm,
    HelpersForm,
    PlacesForm,
    WithdrawForm,
    initial_of,
)
from activities.forms.closing import ContributionForm, ReturnForm
from activities.models import Activity, Attendance, Contribution, SignUp
from activities.notices import entry_of
from activities.queries import PlacesTaken, is_in_audience, places_taken, queue_position
from activities.queries.attendance import turnout_of
from activities.queries.codes import closes_at, opens_at, pass_of, takes_codes
from activities.queries.counting import tells
from activities.queries.evaluations import verdict_of
from activities.queries.hosts import audience_words, may_as_host
from activities.services import (
    cancel_activity,
    change_activity,
    change_helpers,
    change_places,
    plan_activity,
    publish_activity,
    return_activity,
    submit_activity,
)
from activities.services.recording import unrecorded_attendances
from members.models import PartyMember
from partybuild.access import Actor, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.calendar import now
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.notices.calendars import calendar_file
from partybuild.organizations.models import Organization
from units.views.scope import area_of, own_unit


def find_activity(by: Actor, uid: UUID) -> Activity:
    """Return an activity in sight; 404 for others."""
    activity: Activity = get_object_or_404(
        Activity.objects.visible_to(by.scope).select_related("community", "organizer"), uid=uid
    )
    return activity


def own_member(by: Actor) -> PartyMember | None:
    """Return who acts, as a Party member; None for posts of bodies."""
    if by.organization_id is not None or by.person_id is None:
        return None
    rows = PartyMember.objects.visible_to(by.scope).filter(person=by.person_id)
    found: PartyMember | None = rows.first()
    return found


def narrowed(rows: QuerySet[Activity], form: ActivityFilter) -> tuple[Any, tuple[str, ...]]:
    """Return the rows that the sentence names, and their order."""
    given = form.cleaned_data if form.is_valid() else {}
    state = given.get("state") or ""
    if words := given.get("q"):
        rows = rows.filter(title__icontains=words)
    if theme := given.get("theme"):
        rows = rows.filter(themes__contains=[theme])
    if state == "past":
        past = rows.filter(
            state__in=(ActivityState.PUBLISHED, ActivityState.HELD), ends_at__lt=now()
        )
        return past, ("-starts_at", "-id")
    if state in {ActivityState.DRAFT, ActivityState.CANCELLED}:
        return rows.filter(state=state), ("-starts_at", "-id")
    return rows.filter(state=ActivityState.PUBLISHED, ends_at__gte=now()), ("starts_at", "id")


@require_GET
def activity_list(request: HttpRequest) -> HttpResponse:
    """List activities: a community its own, a unit and a member those published to them."""
    by = actor_of(request)
    require(by, "activity.view")
    form = ActivityFilter(request.GET, area=area_of(by), auto_id="filter_%s")
    rows, order = narrowed(Activity.objects.visible_to(by.scope), form)
    page = keyset_page(rows.select_related("community"), order=order, params=request.GET)
    found = list(page.rows)
    taken = places_taken(found)
    own = {
        row.activity_id: row
        for row in SignUp.objects.reached(by.scope, "activity.sign_up").filter(
            activity__in=found, state__in=STANDING
        )
    }
    lines = [
        {
            "activity": each,
            "taken": (its := taken.get(each.pk, PlacesTaken())),
            "tells": tells(by.scope, signed=its.signed, waiting=its.waiting),
            "own": own.get(each.pk),
            "kind": word(each.community, "activity.kind", each.kind),
        }
        for each in found
    ]
    return render(
        request,
        "activities/activity_list.html",
        {
            "form": form,
            "page": page,
            "lines": lines,
            "count": rows.count(),
            "is_member": by.organization_id is None,
            "may_create": may(by, "activity.change") or may(by, "activity.draft_unit"),
        },
    )


def page_of(request: HttpRequest, by: Actor, activity: Activity, **forms: Any) -> HttpResponse:
    """Draw an activity's page; a refused form comes back filled in."""
    taken = places_taken([activity]).get(activity.pk, PlacesTaken())
    member = own_member(by)
    own = None
    if member is not None:
        rows = SignUp.objects.reached(by.scope, "activity.sign_up").filter(activity=activity)
        own = rows.filter(state__in=STANDING).first()
    attended = excused = None
    if member is not None:
        attendances = Attendance.objects.reached(by.scope, "activity.check_in")
        present = attendances.filter(activity=activity).exclude(state=AttendanceState.UNRECORDED)
        stands = present.first()
        if stands is not None:
            attended, excused = (stands, None) if stands.came else (None, stands)
    may_change = _may_change(by, activity)
    is_code_open = activity.is_open and takes_codes(activity)
    may_enter = may_contribute(by, activity)
    is_open = activity.is_open and now() <= (activity.sign_up_until or activity.starts_at)
    turnout = turnout_of(activity)
    context = {
        "activity": activity,
        "kind": word(activity.community, "activity.kind", activity.kind),
        "themes": [word(activity.community, "activity.theme", each) for each in activity.themes],
        "hosts": activity.hosts.select_related("organization"),
        "audience": audience_words(activity),
        "taken": taken,
        "left": max(0, activity.places - taken.signed) if activity.places is not None else None,
        "is_open": is_open,
        "has_begun": now() >= activity.starts_at,
        "own": own,
        "own_position": queue_position(own) if own and own.state == SignUpState.WAITING else 0,
        "may_sign_up": (
            is_open
            and own is None
            and member is not None
            and may(by, "activity.sign_up")
            and is_in_audience(activity, member)
        ),
        "may_change": may_change and activity.state in {"draft", "published"},
        "may_change_helpers": may_change and activity.state != ActivityState.CANCELLED,
        "may_publish": activity.state == "draft" and may(by, "activity.publish", activity),
        "may_cancel": activity.state in {"draft", "published"}
        and may(by, "activity.publish", activity),
        "may_proxy": is_open and may(by, "activity.sign_up_proxy"),
        "may_step_back_proxy": activity.is_open and may(by, "activity.sign_up_proxy"),
        "may_submit": activity.state == ActivityState.DRAFT
        and activity.submitted_at is None
        and activity.organizer_id == by.organization_id
        and may(by, "activity.draft_unit"),
        "may_return": activity.state == ActivityState.DRAFT
        and activity.submitted_at is not None
        and may(by, "activity.publish", activity),
        "may_check_in": is_code_open
        and member is not None
        and may(by, "activity.check_in")
        and (own is not None or is_in_audience(activity, member)),
        "keeping": keeping(activity, member)
        if activity.is_open
        and member is not None
        and (own is not None or is_in_audience(activity, member))
        else None,
        "attended": attended,
        "excused": excused,
        # Before the start one gives the place back, after it one is excused until the figures stand.
        "may_step_back": own is not None
        and activity.is_open
        and attended is None
        and excused is None
        and (own.state == SignUpState.SIGNED or now() <= activity.starts_at),
        "may_show_code": is_code_open and may_as_host(by, "activity.code", activity),
        "may_record": activity.state in {ActivityState.PUBLISHED, ActivityState.HELD}
        and now() >= opens_at(activity)
        and may_as_host(by, "activity.attendance", activity),
        "may_hold": activity.state in {ActivityState.PUBLISHED, ActivityState.HELD}
        and now() >= activity.starts_at
        and may(by, "activity.change", activity),
        "may_enter_services": activity.state == ActivityState.HELD
        and activity.ends_at <= now()
        and may(by, "service.enter")
        and may(by, "activity.change", activity)
        and bool(unrecorded_attendances(activity)),
        "turnout": turnout,
        "tells": tells(by.scope, signed=taken.signed, waiting=taken.waiting, came=turnout.came),
        "verdict": verdict_of(activity),
        "participants": _participants(by, activity),
        "contributions": _contributions(by, activity),
        "may_contribute": may_enter,
        "contribution_form": ContributionForm(
            bodies=hosts_of(by, activity),
            area=activity.community,
            initial={
                "organization": hosts_of(by, activity).filter(pk=by.organization_id or 0).first()
            },
        )
        if may_enter
        else None,
        "return_form": ReturnForm(),
        "places_form": PlacesForm(initial={"places": activity.places}),
        "cancel_form": CancelForm(),
        "withdraw_form": WithdrawForm(),
        # How it was drafted and returned is of those who hold it.
        "history": [line.entry() for line in history_of(activity, by.scope, limit=20)]
        if by.organization_id is not None
        else [],
        **forms,
    }
    return render(request, "activities/activity_detail.html", context, status=422 if forms else 200)


def _may_change(by: Actor, activity: Activity) -> bool:
    if may(by, "activity.change", activity):
        return True
    # A unit drafts what it holds itself; once published it is the community's.
    return (
        activity.state == ActivityState.DRAFT
        and activity.organizer_id == by.organization_id
        and may(by, "activity.draft_unit")
    )


def may_contribute(by: Actor, activity: Activity, organization: int | None = None) -> bool:
    """Whether a post writes down what was given: the community for every host, a host for itself."""
    if activity.state == ActivityState.CANCELLED:
        return False
    if may(by, "activity.change", activity):
        return True
    own = by.organization_id
    if own is None or organization not in {None, own}:
        return False
    if not may(by, "activity.draft_unit") and not may(by, "activity.change"):
        return False
    return activity.hosts.filter(organization=own).exists()


def hosts_of(by: Actor, activity: Activity) -> QuerySet[Organization]:
    """Return for which bodies a post may write down what they gave: who only helps, for itself."""
    rows = Organization.objects.visible_to(by.scope)
    if not may(by, "activity.change", activity):
        return rows.filter(pk=by.organization_id)
    return rows.filter(hosted_activities__activity=activity).distinct()


def _contributions(by: Actor, activity: Activity) -> list[dict[str, Any]]:
    rows = Contribution.objects.visible_to(by.scope).filter(activity=activity).current()
    return [
        {
            "row": row,
            "amount": f"{row.amount.normalize():f}",
            "measure": word(activity.community, "contribution.unit", row.measure),
            "may_withdraw": may_contribute(by, activity, row.organization_id),
        }
        for row in rows.select_related("organization").distinct()
    ]


def _participants(by: Actor, activity: Activity) -> list[dict[str, Any]]:
    """Return who stands on the list and who was there, for those who may see persons here."""
    if not may(by, "activity.participants") or by.organization_id is None:
        return []
    rows = SignUp.objects.visible_to(by.scope).filter(activity=activity, state__in=STANDING)
    lines: dict[int, dict[str, Any]] = {
        row.member_id: {"sign_up": row, "name": row.member_name, "unit": row.unit_name}
        for row in rows.order_by("state", "asked_at", "id")
    }
    for line in Attendance.objects.visible_to(by.scope).filter(activity=activity):
        if line.state == AttendanceState.UNRECORDED:
            continue
        lines.setdefault(line.member_id, {"name": line.member_name, "unit": line.unit_name})
        lines[line.member_id]["attendance"] = line
    has_begun = now() >= activity.starts_at
    for each in lines.values():
        sign_up = each.get("sign_up")
        each["may_step_back"] = (
            sign_up is not None
            and "attendance" not in each
            and (not has_begun or sign_up.state == SignUpState.SIGNED)
        )
    return list(lines.values())


def keeping(activity: Activity, member: PartyMember) -> dict[str, Any]:
    """Return what the member's phone is given, to be able to keep a code without a network."""
    return {
        "held": pass_of(activity, member),
        # Two members with one phone have two passes.
        "who": member.uid.hex[:8],
        "now": int(now().timestamp()),
        "until": int(closes_at(activity).timestamp()),
    }


@require_GET
def activity_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one activity and what one can do."""
    by = actor_of(request)
    return page_of(request, by, find_activity(by, uid))


def _holder(by: Actor) -> tuple[Area, Organization]:
    """Return where a post plans activities, and for which body."""
    area = area_of(by)
    if area is not None:
        body = get_object_or_404(
            Organization.objects.visible_to(by.scope), pk=by.scope.organization_id
        )
        return area, body
    unit = own_unit(by)
    if unit.area is None:
        raise Http404
    return unit.area, unit


@require_http_methods(["GET", "POST"])
def activity_create(request: HttpRequest) -> HttpResponse:
    """Draft an activity; a unit drafts one of its own, which the community publishes."""
    by = actor_of(request)
    if not may(by, "activity.draft_unit"):
        require(by, "activity.change")
    area, body = _holder(by)
    form = ActivityForm(request.POST or None, by=by, area=area)
    if form.is_valid():
        values = dict(form.cleaned_data)
        community = values.pop("community", area)
        try:
            activity = plan_activity(community=community, organizer=body, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("已保存为草稿，核对后发布，党员才能报名。")
            if not may(by, "activity.publish"):
                said = (
                    _("已保存为草稿，已列入书记的待办；书记发布后，党员才能报名。")
                    if by.scope.is_area
                    else _("已保存为草稿，核对后提请社区发布，党员才能报名。")
                )
            messages.success(request, said)
            return redirect(activity)
    return render(
        request,
        "activities/activity_form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def activity_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change what is still to come."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not _may_change(by, activity):
        require(by, "activity.change", activity)
    form = ActivityForm(
        request.POST or None,
        by=by,
        area=activity.community,
        activity=activity,
        initial=initial_of(activity),
    )
    if goes_through(form, change_activity, activity, by=by):
        messages.success(request, _("已保存。"))
        return redirect(activity)
    return render(
        request,
        "activities/activity_form.html",
        {"form": form, "activity": activity},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def activity_helpers(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say anew who helps; after publication with a reason, told to those it concerns."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not _may_change(by, activity):
        require(by, "activity.change", activity)
    form = HelpersForm(request.POST or None, by=by, activity=activity)
    if goes_through(form, change_helpers, activity, by=by):
        said = _("已调整协办。")
        if activity.state != ActivityState.DRAFT:
            said = _("已调整协办，增加和移出的单位、社区都会收到通知。")
        messages.success(request, said)
        return redirect(activity)
    return render(
        request,
        "activities/activity_helpers.html",
        {"form": form, "activity": activity},
        status=422 if form.is_bound else 200,
    )


@require_POST
def activity_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a unit's own draft to the community."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if activity.organizer_id != by.organization_id:
        raise Refused("activity.draft_unit")
    require(by, "activity.draft_unit")
    try:
        submit_activity(activity, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已提请社区发布，社区发布或退回时会通知您。"))
    return redirect(activity)


@require_POST
def activity_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a unit's draft back with what to change."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.publish", activity)
    form = ReturnForm(request.POST)
    if goes_through(form, return_activity, activity, by=by):
        messages.success(request, _("已退回单位修改，并告诉了原因。"))
        return redirect(activity)
    return page_of(request, by, activity, return_form=form)


@require_POST
def activity_publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open the sign-up."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.publish", activity)
    try:
        publish_activity(activity, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(
            request,
            _("已发布，%(who)s可以报名。") % {"who": audience_words(activity)},
        )
    return redirect(activity)


@require_POST
def activity_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Call it off and tell everybody."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.publish", activity)
    form = CancelForm(request.POST)
    if goes_through(form, cancel_activity, activity, by=by):
        messages.success(request, _("已取消，已报名和候补的人都会收到通知。"))
        return redirect(activity)
    return page_of(request, by, activity, cancel_form=form)


@require_POST
def activity_places(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give more places or fewer."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not _may_change(by, activity):
        require(by, "activity.change", activity)
    form = PlacesForm(request.POST)
    if form.is_valid():
        try:
            change_places(activity, places=form.cleaned_data["places"], by=by)
        except ValidationError as refused:
            form.add_error("places", refused)
        else:
            messages.success(request, _("名额已调整。"))
            return redirect(activity)
    return page_of(request, by, activity, places_form=form)


@require_GET
def activity_calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file for one's own calendar."""
    activity = find_activity(actor_of(request), uid)
    response = HttpResponse(
        calendar_file([entry_of(activity)]), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="activity.ics"'
    return response
