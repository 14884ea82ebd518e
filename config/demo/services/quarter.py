"""The quarter behind the demo and the one that is running."""

from __future__ import annotations

from config.demo.services.people import Staff
from config.demo.services.places import Places
from partybuild.access import Actor


def live_through(places: Places, staff: Staff, *, by: Actor) -> None:
    """Tell the story."""
