"""What membership of councils brings into sight, here and on the floors below.

Only PARTICIPANT: it lets look; the rights to change stay with the area and the unit themselves.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import MemberState, PartyState, TopicState
from meetings.models import (
    CouncilMember,
    Meeting,
    Minutes,
    PartTimeMember,
    Resolution,
    ResolutionParty,
)
from meetings.models.part_time_member import PUBLIC
from partybuild.access import Reach, Scope
from partybuild.access.visibility import NOTHING, brings

_STANDING = (MemberState.INVITED, MemberState.MEMBER)


def _own_councils(scope: Scope) -> Q | None:
    if scope.organization_id is None:
        return None
    return Q(
        council__in=CouncilMember.objects.filter(
            organization_id=scope.organization_id, state__in=_STANDING
        ).values("council")
    )


@brings("meetings.Council", Reach.UNIT, words=_("本单位是成员单位或受邀单位"))
@brings("meetings.Council", Reach.PARTICIPANT, words=_("本单位是成员单位或受邀单位"))
def councils_of_members(scope: Scope) -> Q:
    """A council is seen by those in it or invited to it."""
    if scope.organization_id is None:
        return NOTHING
    return Q(
        pk__in=CouncilMember.objects.filter(
            organization_id=scope.organization_id, state__in=_STANDING
        ).values("council")
    )


@brings("meetings.TopicCall", Reach.PARTICIPANT, words=_("同一联席会的成员单位"))
@brings("meetings.CouncilMember", Reach.PARTICIPANT, words=_("同一联席会的成员单位"))
@brings("meetings.CouncilRotation", Reach.PARTICIPANT, words=_("同一联席会的成员单位"))
@brings("meetings.CouncilTurn", Reach.PARTICIPANT, words=_("同一联席会的成员单位"))
def fellow_members(scope: Scope) -> Q:
    """Members of a council see each other and its calls."""
    return _own_councils(scope) or NOTHING


@brings("meetings.PartTimeMember", Reach.PARTICIPANT, words=_("同一联席会的成员单位（公示以后）"))
def published_part_time_members(scope: Scope) -> Q:
    """Members of a council see its part-time members from the day on which they are published."""
    own = _own_councils(scope)
    return NOTHING if own is None else own & Q(state__in=PUBLIC)


@brings("meetings.Topic", Reach.AREA, words=_("在本辖区内"))
def topics_of_the_area(scope: Scope) -> Q:
    """The council's area sees what was submitted; a draft is its proposer's alone."""
    if not scope.area_path:
        return NOTHING
    below = Q(
        council__area__path__gte=scope.area_path, council__area__path__lt=scope.area_path + "~"
    )
    return below & (~Q(state=TopicState.DRAFT) | Q(organization=scope.organization_id))


@brings("meetings.Topic", Reach.PARTICIPANT, words=_("同一联席会的成员单位"))
def accepted_topics(scope: Scope) -> Q:
    """Members see the topics admitted to their council's agenda."""
    own = _own_councils(scope)
    return NOTHING if own is None else own & Q(state=TopicState.ACCEPTED)


@brings("meetings.MemberProposal", Reach.AREA, words=_("党员提给本组织的建议"))
def proposals_to_the_convener(scope: Scope) -> Q:
    """The committee that a member's proposal went to reads it; those above it do not."""
    if scope.organization_id is None:
        return NOTHING
    return Q(organization=scope.organization_id)


@brings("meetings.Minutes", Reach.PARTICIPANT, words=_("受邀参加会议的单位（纪要印发后）"))
def issued_minutes(scope: Scope) -> Q:
    """Units see the minutes of meetings they were invited to, once issued.

    Opened again, they keep their day of issue: the page shows units the text that went out.
    """
    if scope.organization_id is None:
        return NOTHING
    return Q(issued_on__isnull=False, meeting__receipts__organization=scope.organization_id)


def _parties(scope: Scope, prefix: str) -> Q:
    if scope.organization_id is None:
        return NOTHING
    answered_for = ResolutionParty.objects.filter(organization_id=scope.organization_id).exclude(
        state=PartyState.RELEASED
    )
    return Q(**{f"{prefix}__in": answered_for.values("resolution")})


def _decided_with(scope: Scope, prefix: str) -> Q:
    """The resolutions of a meeting one was invited to are public to its units with the minutes."""
    if scope.organization_id is None:
        return NOTHING
    return Q(
        **{
            f"{prefix}meeting__minutes__issued_on__isnull": False,
            f"{prefix}meeting__receipts__organization": scope.organization_id,
        }
    )


@brings("meetings.Resolution", Reach.UNIT, words=_("责任单位，或纪要印发后的参会单位"))
def resolutions_of_parties(scope: Scope) -> Q:
    """A responsible unit works on its resolutions."""
    return _parties(scope, "pk")


@brings("meetings.Resolution", Reach.PARTICIPANT, words=_("责任单位，或纪要印发后的参会单位"))
def resolutions_seen(scope: Scope) -> Q:
    """Responsible units see the resolution, the other units of the meeting with the minutes."""
    return _parties(scope, "pk") | _decided_with(scope, "")


@brings("meetings.ResolutionParty", Reach.PARTICIPANT, words=_("责任单位，或纪要印发后的参会单位"))
def parties_seen(scope: Scope) -> Q:
    """Who sees a resolution sees who answers for it."""
    return _parties(scope, "resolution") | _decided_with(scope, "resolution__")


@brings("meetings.Card", Reach.PARTICIPANT, words=_("同一事项的责任单位"))
@brings("meetings.Extension", Reach.PARTICIPANT, words=_("同一事项的责任单位"))
@brings("meetings.Progress", Reach.PARTICIPANT, words=_("同一事项的责任单位"))
def progress_seen(scope: Scope) -> Q:
    """All parties of a resolution see each other's progress."""
    return _parties(scope, "resolution")


@brings("units.ResidentUnit", Reach.PARTICIPANT, words=_("该单位是本辖区联席会的成员或受邀单位"))
def units_in_councils(scope: Scope) -> Q:
    """A unit from elsewhere that is in or invited to a council comes into sight of the council's area."""
    return _bodies_in_councils(scope)


@brings(
    "organizations.Organization", Reach.PARTICIPANT, words=_("该单位是本辖区联席会的成员或受邀单位")
)
def organizations_in_councils(scope: Scope) -> Q:
    """The same for the unit's Organization."""
    return _bodies_in_councils(scope)


def _bodies_in_councils(scope: Scope) -> Q:
    if not scope.is_area or not scope.area_path:
        return NOTHING
    return Q(
        pk__in=CouncilMember.objects.filter(
            state__in=_STANDING,
            council__area__path__gte=scope.area_path,
            council__area__path__lt=scope.area_path + "~",
        ).values("organization")
    )


@brings("documents.OfficialDocument", Reach.UNIT)
def documents_of_what_is_seen(scope: Scope) -> Q:
    """Who sees a meeting, its minutes, a resolution or a part-time member sees the papers issued about it."""
    if scope.organization_id is None:
        return NOTHING
    rows = NOTHING
    for model in (Meeting, Minutes, Resolution, PartTimeMember):
        rows |= Q(subject_uid__in=model.objects.visible_to(scope).order_by().values("uid"))
    return rows
