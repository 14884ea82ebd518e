"""The nearest setting upwards wins; without one, the product's default."""

from __future__ import annotations

from typing import Any

from partybuild.areas.dictionaries import DICTIONARIES
from partybuild.areas.models import Area, DictionaryEntry, Parameter
from partybuild.areas.parameters import PARAMETERS


def parameters_of(area: Area | None, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the values of several parameters in an area with one query."""
    values = {key: PARAMETERS[key].default for key in keys}
    if area is not None:
        found = (
            Parameter.objects.filter(area__in=area.line(), key__in=keys)
            .order_by("area__level")
            .values_list("key", "value")
        )
        # From the top down: the nearest overwrites.
        values.update(dict(found))
    return values


def parameter(area: Area | None, key: str) -> Any:
    """Return the value of one parameter in an area; KeyError on a parameter nobody declared."""
    return parameters_of(area, (key,))[key]


def dictionary(area: Area | None, name: str) -> list[tuple[str, str]]:
    """Return the words of a dictionary in an area as choices."""
    words: dict[str, str] = {code: str(label) for code, label in DICTIONARIES[name]}
    order = {code: number for number, code in enumerate(words)}
    if area is not None:
        entries = DictionaryEntry.objects.filter(area__in=area.line(), dictionary=name).order_by(
            "area__level", "sort", "code"
        )
        for entry in entries:
            if entry.is_hidden:
                words.pop(entry.code, None)
                continue
            words[entry.code] = entry.label
            order[entry.code] = entry.sort or order.get(entry.code, len(order))
    return sorted(words.items(), key=lambda item: order[item[0]])


def word(area: Area | None, name: str, code: str) -> str:
    """Return the word for a code, the code itself where the dictionary has lost it."""
    return dict(dictionary(area, name)).get(code, code)


def any_word(name: str, code: str) -> str:
    """Return a word for a code wherever a place uses it, "" for none: what a history says of the past."""
    known = dict(DICTIONARIES.get(name, ()))
    if code in known:
        return str(known[code])
    entries = DictionaryEntry.objects.filter(dictionary=name, code=code).order_by("pk")
    return str(entries.values_list("label", flat=True).first() or "")


def channel_word(area: Area | None, channel: str) -> str:
    """Return in words how something came that was entered by proxy (电话, 微信), else nothing."""
    return word(area, "proxy.channel", channel) if channel else ""


def origins_of(area: Area) -> dict[str, tuple[str, int]]:
    """Return {parameter: (name, key) of the area that sets it} for what holds in an area."""
    rows = (
        Parameter.objects.filter(area__in=area.line())
        .order_by("area__level")
        .values_list("key", "area__name", "area")
    )
    # From the top down: the nearest overwrites.
    return {key: (name, pk) for key, name, pk in rows}
