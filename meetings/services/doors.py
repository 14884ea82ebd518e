"""By which door an organization's answer came in."""

from __future__ import annotations

from meetings.enums import Via
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.organizations.models import Organization


def via_of(by: Actor, organization: Organization, channel: str = "") -> Via:
    """A link, the organization's own post, or somebody for it from a telephone call or paper."""
    if channel:
        return Via.PROXY
    if by.kind == "link":
        return Via.LINK
    return Via.POST if by.organization_id in {organization.pk, None} else Via.PROXY


def heard_by(area: Area, channel: str) -> str:
    """Return the word for where a proxy knew it from, for the history; "" for one's own answer."""
    return word(area, "proxy.channel", channel) if channel else ""
