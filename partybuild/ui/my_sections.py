"""What the platform itself puts into everybody's own place: dates, who looked, suggestions, own data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, may
from partybuild.accounts.links import own_link
from partybuild.people.models import Person
from partybuild.portal.models import Suggestion
from partybuild.portal.panels import upcoming_lines
from partybuild.portal.queries.own_data import readings_shown
from partybuild.ui.mine import LINES, MySection, register

# Of those who looked, the last few: the page behind has all of them.
_READINGS = 3
_SUGGESTIONS = 2


def _self_of(by: Actor) -> Person | None:
    person: Person | None = (
        Person.objects.visible_to(by.scope).filter(pk=by.person_id).first()
        if by.person_id is not None
        else None
    )
    return person


@register
class MyDates(MySection):
    """What is coming, and the address for one's own calendar."""

    key = "calendar"
    title = _("我的日程")
    order = 60
    template = "ui/my/_calendar.html"
    # What is coming stands with the posts and activities already.
    is_plain = False

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the next dates and whether a calendar program is subscribed."""
        if not may(by, "notice.inbox"):
            return None
        person = _self_of(by)
        return {
            "upcoming": upcoming_lines(by, most=LINES),
            "is_subscribed": person is not None and own_link(person, "notice.inbox") is not None,
        }


@register
class WhoLooked(MySection):
    """Who read one's data last."""

    key = "readings"
    title = _("谁看过我的信息")
    order = 80
    template = "ui/my/_readings.html"
    is_plain = False

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the last readings."""
        person = _self_of(by) if may(by, "privacy.own") else None
        return {"readings": readings_shown(person, by, most=_READINGS)} if person else None


@register
class MySuggestions(MySection):
    """What one suggested, and what became of it."""

    key = "suggestions"
    title = _("意见建议")
    order = 70
    template = "ui/my/_suggestions.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the last ones."""
        if not may(by, "suggestion.own"):
            return None
        rows = Suggestion.objects.reached(by.scope, "suggestion.own").order_by("-id")
        return {"suggestions": rows[:_SUGGESTIONS]}
