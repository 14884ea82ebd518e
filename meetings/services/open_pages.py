"""Who has the editor of some minutes open: told to each other, kept nowhere."""

from __future__ import annotations

from django.core.cache import cache

from meetings.models import Meeting
from meetings.services.minuting import called
from partybuild.access import Actor

# A page asks every fifteen seconds; after three that did not come it is closed.
SEEN_SECONDS = 45
_DAY = 24 * 60 * 60


def note_open_editor(meeting: Meeting, *, by: Actor) -> list[str]:
    """Note that somebody has the editor open; returns the others who have.

    Two at the same moment may overlook each other once: the next time they see each other.
    """
    index = f"minutes-open:{meeting.uid}"
    mine = f"{index}:{by.person_id}"
    known = {*(cache.get(index) or ()), mine}
    cache.set(index, sorted(known), _DAY)
    cache.set(mine, called(by), SEEN_SECONDS)
    others = cache.get_many(known - {mine})
    return sorted(others.values())
