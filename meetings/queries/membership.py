"""What a unit still owes a council, and how it has taken part."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from meetings.enums import (
    NOT_YET_HELD,
    OPEN_RESOLUTION,
    MeetingState,
    PartyState,
    PresenceState,
)
from meetings.models import (
    Council,
    CouncilMember,
    Meeting,
    PartTimeMember,
    Presence,
    ResolutionParty,
)
from partybuild.organizations.models import Organization


def open_parties(
    organization: Organization, *, council: Council | None = None
) -> QuerySet[ResolutionParty]:
    """Return an organization's parts in open resolutions, the nearest deadline first."""
    parties = ResolutionParty.objects.filter(
        organization=organization.pk,
        resolution__state__in=OPEN_RESOLUTION,
        state__in=(PartyState.WAITING, PartyState.ACCEPTED),
    )
    if council is not None:
        parties = parties.filter(resolution__council=council)
    return parties.select_related("resolution").order_by("resolution__due_on", "id")


def open_tasks(organization: Organization, *, council: Council | None = None) -> int:
    """Count the open resolutions that an organization answers for."""
    return open_parties(organization, council=council).count()


def membership_history(member: CouncilMember) -> list[CouncilMember]:
    """Return every row of a unit in its council, the newest first."""
    return list(
        CouncilMember.objects.filter(
            council=member.council_id, organization=member.organization_id
        ).order_by("-id")
    )


def attendance_counts(member: CouncilMember) -> dict[str, int]:
    """Return how often a unit came, took leave and was absent; what was not recorded is none of these."""
    rows = Presence.objects.filter(
        meeting__council=member.council_id, organization=member.organization_id
    )
    counted: dict[str, int] = rows.aggregate(
        came=Count("pk", filter=Q(state__in=(PresenceState.PRESENT, PresenceState.LATE))),
        leave=Count("pk", filter=Q(state=PresenceState.LEAVE)),
        absent=Count("pk", filter=Q(state=PresenceState.ABSENT)),
    )
    return counted


@dataclass(frozen=True)
class OpenWork:
    """One thing that stands in the way of ending a council, with its page."""

    text: str
    url: str


def open_work(council: Council) -> list[OpenWork]:
    """Return what is still open in a council: meetings, minutes, resolutions, part-time members."""
    found = [
        OpenWork(
            _("会议还没有召开：%(name)s") % {"name": meeting.theme}, meeting.get_absolute_url()
        )
        for meeting in Meeting.objects.filter(council=council, state__in=NOT_YET_HELD)
    ]
    found += [
        OpenWork(
            _("纪要还没有印发：%(name)s") % {"name": meeting.theme}, meeting.get_absolute_url()
        )
        for meeting in Meeting.objects.filter(
            council=council, state__in=(MeetingState.HELD, MeetingState.MINUTED)
        )
    ]
    found += [
        OpenWork(
            _("议定事项还没有办结：%(name)s") % {"name": resolution.text},
            resolution.get_absolute_url(),
        )
        for resolution in council.resolutions.filter(state__in=OPEN_RESOLUTION).order_by("id")
    ]
    found += [
        OpenWork(
            _("兼职委员或人选还没有办理离任：%(name)s") % {"name": term.person_name},
            term.get_absolute_url(),
        )
        for term in PartTimeMember.objects.filter(council=council).standing()
    ]
    return found
