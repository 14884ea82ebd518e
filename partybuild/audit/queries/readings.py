"""Who read a person's data."""

from __future__ import annotations

from typing import Any

from django.db import models

from partybuild.audit.models import Event


def readings_about(person: models.Model | int) -> models.QuerySet[Any]:
    """Return the events by which somebody else saw or took a person's data, newest first; the person's own page shows them."""
    key = person if isinstance(person, int) else person.pk
    # "By somebody else" without losing the events that no person made.
    others = ~models.Q(person_id=key) | models.Q(person_id=None)
    # "Not empty" is the condition of the index.
    found = Event.objects.filter(others, ~models.Q(about=[]), about__contains=[key])
    return found.order_by("-id")
