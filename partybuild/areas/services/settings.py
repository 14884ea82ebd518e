"""Setting parameters and words for an area and below."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.enums import EventKind
from partybuild.areas.models import Area, DictionaryEntry, Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.audit.services import record_event


@transaction.atomic
def set_parameter(area: Area, *, key: str, value: Any, by: Actor) -> Parameter:
    """Set a parameter for an area and everything below that does not set its own."""
    value = PARAMETERS[key].clean(value)
    before = Parameter.objects.filter(area=area, key=key).values_list("value", flat=True).first()
    parameter, _created = Parameter.objects.update_or_create(
        area=area, key=key, defaults={"value": value}
    )
    record_event(EventKind.PARAMETER_SET, target=parameter, by=by, changes={key: [before, value]})
    return parameter


@transaction.atomic
def set_dictionary_entry(
    area: Area, *, dictionary: str, code: str, label: str, by: Actor, is_hidden: bool = False
) -> DictionaryEntry:
    """Add, rename or hide a word for an area and below."""
    entry, _created = DictionaryEntry.objects.update_or_create(
        area=area,
        dictionary=dictionary,
        code=code,
        defaults={"label": label, "is_hidden": is_hidden},
    )
    record_event(EventKind.DICTIONARY_SET, target=entry, by=by, changes={code: [None, label]})
    return entry
