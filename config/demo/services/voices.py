"""What people put into the box for suggestions, and what became of it."""

from __future__ import annotations

from config.demo import words
from config.demo.services.people import Staff
from config.demo.services.places import Places
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.portal.services import (
    answer_suggestion,
    conclude_suggestion,
    send_suggestion,
)


def hear_suggestions(places: Places, staff: Staff) -> None:
    """Let members, a liaison and a caller speak to the first community; some are answered already."""
    community, secretary = places.communities[0], actor_in(staff.secretaries[0])
    members = Appointment.objects.filter(role=Role.MEMBER).select_related("person").order_by("pk")
    speakers = [actor_in(post) for post in members[:1]]
    for text, channel, outcome, answer, result in words.SUGGESTIONS:
        said = send_suggestion(
            text=text,
            area=community,
            channel=channel,
            by=secretary if channel else speakers[0],
        )
        if answer:
            answer_suggestion(said, answer=answer, outcome=outcome, by=secretary)
        if result:
            conclude_suggestion(said, result=result, by=secretary)
