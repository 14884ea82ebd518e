"""What places ask for: the parameters that figures are measured by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from partybuild.areas.models import Area, Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.indicators.registry import Indicator

# By the figure's key, in percent.
Targets = dict[str, int]


def targets_of(areas: Sequence[Area], wanted: Iterable[Indicator]) -> dict[int, Targets]:
    """Return the targets of areas by their primary key, in one query; 0 asks for nothing."""
    keys = {each.key: each.target for each in wanted if each.target}
    found: dict[int, Targets] = {area.pk: {} for area in areas}
    if not keys:
        return found
    lines = {area.pk: area.line() for area in areas}
    set_in: dict[int, dict[str, int]] = {}
    rows = Parameter.objects.filter(
        area__in={above for line in lines.values() for above in line}, key__in=set(keys.values())
    )
    for area, key, value in rows.values_list("area", "key", "value"):
        set_in.setdefault(area, {})[key] = value
    for pk, line in lines.items():
        values = {name: PARAMETERS[name].default for name in keys.values()}
        # From the top down: the nearest overwrites.
        for above in line:
            values.update(set_in.get(above, {}))
        found[pk] = {key: int(values[name]) for key, name in keys.items() if values[name]}
    return found
