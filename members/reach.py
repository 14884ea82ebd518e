"""What a member's places bring into sight: people behind members, bodies around a member."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.enums import PostState, Side
from members.models import Employment, MemberPlace
from members.models.feedback_request import REPLIED
from partybuild.access import Level, Reach, Role, Scope
from partybuild.access.visibility import NOTHING, brings


def _people(rows: Any) -> Q:
    return Q(pk__in=rows.order_by().values("member__person"))


@brings("people.Person", Reach.AREA, words=_("在本辖区报到，或是本街道单位的党员"))
def people_reported_in_here(scope: Scope) -> Q:
    """A community sees those reported in; a street those of its units too."""
    if not scope.area_path or not scope.cell("member.view").allows:
        return NOTHING
    return _people(
        MemberPlace.objects.filter(
            area__path__gte=scope.area_path, area__path__lt=scope.area_path + "~"
        )
    )


@brings("people.Person", Reach.UNIT, words=_("本单位的党员"))
def people_of_own_unit(scope: Scope) -> Q:
    """A unit sees its people everywhere."""
    if scope.organization_id is None:
        return NOTHING
    return _people(MemberPlace.objects.filter(unit=scope.organization_id))


def _members_here(scope: Scope) -> Any:
    return (
        MemberPlace.objects.filter(
            area__path__gte=scope.area_path, area__path__lt=f"{scope.area_path}~"
        )
        .order_by()
        .values("member__person")
    )


@brings("accounts.User", Reach.AREA)
def accounts_of_members_here(scope: Scope) -> Q:
    """Whoever sees a member sees whether they can sign in."""
    if not scope.area_path or not scope.cell("member.view").allows:
        return NOTHING
    return Q(person__in=_members_here(scope))


@brings("accounts.User", Reach.UNIT)
def accounts_of_own_people(scope: Scope) -> Q:
    """A unit invites its people."""
    if scope.organization_id is None:
        return NOTHING
    places = MemberPlace.objects.filter(unit=scope.organization_id).order_by()
    return Q(person__in=places.values("member__person"))


@brings("accounts.Appointment", Reach.AREA)
def member_posts_here(scope: Scope) -> Q:
    """Their posts as members alone: what else they hold is seen by those above it."""
    if not scope.area_path or not scope.cell("member.view").allows:
        return NOTHING
    return Q(role=Role.MEMBER, person__in=_members_here(scope))


@brings("accounts.Appointment", Reach.UNIT)
def member_posts_of_own_people(scope: Scope) -> Q:
    """The same for a unit."""
    if scope.organization_id is None:
        return NOTHING
    places = MemberPlace.objects.filter(unit=scope.organization_id).order_by()
    return Q(role=Role.MEMBER, person__in=places.values("member__person"))


@brings("units.ResidentUnit", Reach.PARTICIPANT, words=_("本人的工作单位"))
def own_employer(scope: Scope) -> Q:
    """A member sees the unit that has them on its roster."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return Q(
        pk__in=Employment.objects.current()
        .filter(member__person=scope.person_id)
        .order_by()
        .values("unit")
    )


@brings("areas.Area", Reach.PARTICIPANT)
def own_communities(scope: Scope) -> Q:
    """A member sees the communities they reported in at."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return Q(report_ins__member__person=scope.person_id)


@brings("areas.Area", Reach.PARTICIPANT)
def communities_to_choose_from(scope: Scope) -> Q:
    """A member chooses where to report in: the names of communities are public."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return Q(level=Level.COMMUNITY, valid_to=None)


@brings("members.Feedback", Reach.OWN, words=_("本人的反馈表"))
def own_feedback_sent(scope: Scope) -> Q:
    """A member reads what was sent about them, never a draft."""
    if scope.person_id is None:
        return NOTHING
    return Q(delivery__isnull=False, member__person=scope.person_id)


@brings("members.FeedbackRequest", Reach.OWN, words=_("征求意见中关于本人的答复"))
def own_replies(scope: Scope) -> Q:
    """A member reads what a community answered about them, not what is being asked."""
    if scope.person_id is None:
        return NOTHING
    return Q(state__in=REPLIED, is_shown=True, member__person=scope.person_id)


def _communities_of_a_member(scope: Scope) -> Any:
    places = MemberPlace.objects.filter(side=Side.COMMUNITY, member__person=scope.person_id)
    return places.order_by().values("community")


def _communities_of_own_people(scope: Scope) -> Any:
    places = MemberPlace.objects.filter(side=Side.COMMUNITY, unit=scope.organization_id)
    return places.order_by().values("community")


@brings("members.ServicePost", Reach.PARTICIPANT, words=_("本人报到社区发布的岗位"))
def posts_where_one_reported_in(scope: Scope) -> Q:
    """A member sees the posts that the communities they reported in at have published."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return ~Q(state=PostState.DRAFT) & Q(community__in=_communities_of_a_member(scope))


@brings("members.ServicePost", Reach.PARTICIPANT, words=_("本单位党员报到社区发布的岗位"))
def posts_where_own_people_reported_in(scope: Scope) -> Q:
    """What a community publishes hangs at the unit too."""
    if scope.organization_id is None or not scope.is_unit:
        return NOTHING
    return ~Q(state=PostState.DRAFT) & Q(community__in=_communities_of_own_people(scope))


@brings("members.Team", Reach.PARTICIPANT, words=_("本人报到社区的队伍"))
def teams_where_one_reported_in(scope: Scope) -> Q:
    """A member sees the standing teams of the communities they reported in at."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return Q(valid_to=None, community__in=_communities_of_a_member(scope))


@brings("members.Team", Reach.PARTICIPANT, words=_("本单位党员报到社区的队伍"))
def teams_where_own_people_reported_in(scope: Scope) -> Q:
    """A unit sees the teams that its people may be placed in."""
    if scope.organization_id is None or not scope.is_unit:
        return NOTHING
    return Q(valid_to=None, community__in=_communities_of_own_people(scope))
