"""The rotating chair: its order, whose turn it is, and moving the turn by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings.forms.councils import MoveTurnForm, PlacesForm
from meetings.models import Council, CouncilMember, CouncilTurn
from meetings.queries.rotation import Turns, turns_of
from meetings.services import move_turn, set_rotation
from meetings.views.answering import form_page
from meetings.views.councils import find_council
from meetings.views.rights import rights
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.parameters import PARAMETERS
from partybuild.calendar import today
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization


@require_GET
def council_rotation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the order of rotation, whose turn it is, and how it got there."""
    by = actor_of(request)
    council = find_council(by, uid)
    turns = turns_of(council)
    due = turns.on(today())
    return render(
        request,
        "meetings/council_rotation.html",
        {
            "council": council,
            "mode": PARAMETERS["rotation"].say(turns.charter.rotation),
            "rotates": turns.charter.rotates,
            "places": turns.places,
            "due": due,
            "follower": turns.after(due) if due is not None else None,
            "turns": CouncilTurn.objects.visible_to(by.scope)
            .filter(council=council)
            .select_related("organization")[:20],
            **rights(by, council, "council.change"),
        },
    )


def _rows(by: Actor, council: Council, turns: Turns) -> list[tuple[Organization, int | None]]:
    """Return the members with their places: first who stands in the order, then the others."""
    numbers = {place.organization.pk: place.position for place in turns.places}
    members = (
        CouncilMember.objects.visible_to(by.scope)
        .filter(council=council)
        .members()
        .select_related("organization")
        .order_by("sort", "organization__sort", "organization_id")
    )
    rows = [(each.organization, numbers.get(each.organization_id)) for each in members]
    return sorted(rows, key=lambda row: row[1] or 1000)


@require_http_methods(["GET", "POST"])
def rotation_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Number the members in the order in which they take turns."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.change", target=council)
    turns = turns_of(council)
    form = PlacesForm(request.POST or None, rows=_rows(by, council, turns))
    back = reverse("meetings:council-rotation", args=(council.uid,))
    if form.is_valid():
        try:
            set_rotation(council, organizations=form.chosen, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("轮值次序已排定。"))
            return redirect(back)
    return form_page(
        request, "meetings/rotation_form.html", form, {"council": council, "cancel_url": back}
    )


@require_http_methods(["GET", "POST"])
def turn_move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give the turn to another unit, with a reason."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.change", target=council)
    turns = turns_of(council)
    due = turns.on(today())
    others = [
        place.organization.pk
        for place in turns.places
        if place.is_member and (due is None or place.organization.pk != due.pk)
    ]
    bodies = Organization.objects.visible_to(by.scope).filter(pk__in=others)
    form = MoveTurnForm(request.POST or None, bodies=bodies)
    back = reverse("meetings:council-rotation", args=(council.uid,))
    if goes_through(form, move_turn, council, by=by):
        messages.success(request, _("已调整轮值单位，尚未召开的会议随之调整。"))
        return redirect(back)
    return form_page(
        request,
        "meetings/turn_form.html",
        form,
        {"council": council, "due": due, "cancel_url": back},
    )
