"""Teams of volunteers: the list, one of them, forming, placing, leading, dissolving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import Side, TeamRole
from members.forms.service import communities_of
from members.forms.teams import EndTeamForm, LeaveTeamForm, TeamForm
from members.models import MemberPlace, PartyMember, Team, TeamMember
from members.services import (
    change_team,
    end_team,
    form_team,
    join_team_many,
    lead_team,
    leave_team,
)
from members.views.communities import chosen_community
from members.views.members import uids_of
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import area_of


@require_GET
def team_list(request: HttpRequest) -> HttpResponse:
    """List standing teams: a community its own, units and members those where they report in."""
    by = actor_of(request)
    require(by, "team.view")
    rows = Team.objects.visible_to(by.scope).filter(valid_to=None)
    page = keyset_page(
        rows.select_related("community", "grid").annotate(
            people=Count("members", filter=Q(members__valid_to=None))
        ),
        order=("name", "id"),
        params=request.GET,
    )
    found = list(page.rows)
    leaders = {
        row.team_id: row.member_name
        for row in TeamMember.objects.visible_to(by.scope)
        .filter(team__in=found, valid_to=None, role=TeamRole.LEADER)
        .order_by("id")
    }
    words = dict(dictionary(area_of(by), "team.kind"))
    return render(
        request,
        "members/team_list.html",
        {
            "page": page,
            "lines": [
                {
                    "team": team,
                    "kind": words.get(team.kind, team.kind),
                    "leader": leaders.get(team.pk, ""),
                }
                for team in found
            ],
            "count": rows.count(),
            "is_area": by.scope.is_area,
            "may_change": may(by, "team.change"),
        },
    )


def _find(by: Actor, uid: UUID) -> Team:
    team: Team = get_object_or_404(
        Team.objects.visible_to(by.scope).select_related("community", "grid"), uid=uid
    )
    return team


def _members_here(by: Actor, community: Area) -> Any:
    places = MemberPlace.objects.visible_to(by.scope).filter(
        side=Side.COMMUNITY, community=community
    )
    return (
        PartyMember.objects.visible_to(by.scope)
        .filter(pk__in=places.order_by().values("member"))
        .select_related("person")
        .order_by("person__sort", "person__name", "id")
    )


def team_page(request: HttpRequest, by: Actor, team: Team, **forms: Any) -> HttpResponse:
    """Draw a team's page; a refused form comes back filled in."""
    may_change = may(by, "team.change", team) and team.valid_to is None
    rows = list(
        TeamMember.objects.visible_to(by.scope)
        .filter(team=team, valid_to=None)
        .select_related("member")
        .order_by("role", "member_name", "id")
    )
    context = {
        "team": team,
        "kind": word(team.community, "team.kind", team.kind),
        "rows": rows,
        "may_change": may_change,
        "is_area": by.scope.is_area,
        "places": _to_place(by, team) if may_change else [],
        "end_form": EndTeamForm(),
        "leave_form": LeaveTeamForm(),
        "history": [line.entry() for line in history_of(team, by.scope, limit=20)],
        **forms,
    }
    return render(request, "members/team_detail.html", context, status=422 if forms else 200)


def _to_place(by: Actor, team: Team) -> Any:
    """Return the places of those who have reported in here and are not in the team."""
    inside = TeamMember.objects.visible_to(by.scope).filter(team=team, valid_to=None)
    return (
        MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY, community=team.community)
        .exclude(member__in=inside.order_by().values("member"))
        .select_related("member", "grid")
        .order_by("sort", "name", "id")
    )


@require_GET
def team_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one team and its people."""
    by = actor_of(request)
    return team_page(request, by, _find(by, uid))


@require_http_methods(["GET", "POST"])
def team_create(request: HttpRequest) -> HttpResponse:
    """Form a team."""
    by = actor_of(request)
    require(by, "team.change")
    community = chosen_community(request, by)
    if community is None:
        return render(
            request, "members/service_community.html", {"communities": communities_of(by)}
        )
    form = TeamForm(
        request.POST or None,
        by=by,
        community=community,
        members=_members_here(by, community),
    )
    if form.is_valid():
        try:
            team = form_team(community=community, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已组建，下面可以勾选队员编入。"))
            return redirect(team)
    return render(
        request,
        "members/team_form.html",
        {"form": form, "community": community},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def team_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change what a team is called and does."""
    by = actor_of(request)
    team = _find(by, uid)
    require(by, "team.change", team)
    form = TeamForm(
        request.POST or None,
        by=by,
        community=team.community,
        initial={
            "name": team.name,
            "kind": team.kind,
            "grid": team.grid,
            "content": team.content,
        },
    )
    if goes_through(form, change_team, team, by=by):
        messages.success(request, _("已保存。"))
        return redirect(team)
    return render(
        request,
        "members/team_form.html",
        {"form": form, "community": team.community, "team": team},
        status=422 if form.is_bound else 200,
    )


@require_POST
def team_join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Place those who have been picked in the team."""
    by = actor_of(request)
    team = _find(by, uid)
    require(by, "team.change", team)
    picked = _members_here(by, team.community).filter(
        uid__in=uids_of(request.POST.getlist("selected"))
    )
    try:
        joined = join_team_many(team, members=picked, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        if joined:
            messages.success(request, _("已编入%(count)d人。") % {"count": len(joined)})
        else:
            messages.warning(request, _("请先勾选要编入的党员。"))
    return redirect(team)


def _row(by: Actor, uid: UUID) -> TeamMember:
    row: TeamMember = get_object_or_404(
        TeamMember.objects.visible_to(by.scope).select_related("team__community"), uid=uid
    )
    return row


@require_POST
def team_lead(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make one of them the leader."""
    by = actor_of(request)
    row = _row(by, uid)
    require(by, "team.change", row)
    try:
        lead_team(row, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("领队已定为%(name)s。") % {"name": row.member_name})
    return redirect(row.team)


@require_POST
def team_leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one of them out."""
    by = actor_of(request)
    row = _row(by, uid)
    require(by, "team.change", row)
    form = LeaveTeamForm(request.POST)
    if form.is_valid():
        try:
            leave_team(row, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            messages.success(request, _("%(name)s已离队。") % {"name": row.member_name})
        return redirect(row.team)
    return team_page(request, by, row.team, leave_form=form)


@require_POST
def team_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Dissolve a team."""
    by = actor_of(request)
    team = _find(by, uid)
    require(by, "team.change", team)
    form = EndTeamForm(request.POST)
    if goes_through(form, end_team, team, by=by):
        messages.success(request, _("已撤销队伍，队员的服务记录保留。"))
        return redirect("members:team-list")
    return team_page(request, by, team, end_form=form)
