"""Writes on people."""

from partybuild.people.services.erasure import erase_person, replay_erasures
from partybuild.people.services.people import change_person, create_person
from partybuild.people.services.privacy import (
    allowed,
    decide_consent,
    has_seen_notice,
    note_notice_seen,
)

__all__ = (
    "allowed",
    "change_person",
    "create_person",
    "decide_consent",
    "erase_person",
    "has_seen_notice",
    "note_notice_seen",
    "replay_erasures",
)
