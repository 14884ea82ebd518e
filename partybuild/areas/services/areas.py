"""Creating areas."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.enums import AreaKind, EventKind
from partybuild.areas.models import Area
from partybuild.audit.services import record_event


@transaction.atomic
def create_area(
    *,
    name: str,
    level: int,
    kind: AreaKind,
    by: Actor,
    parent: Area | None = None,
    code: str = "",
    sort: int = 0,
) -> Area:
    """Add an area under its parent and give it its path."""
    area = Area(name=name, level=level, kind=kind, parent=parent, code=code, sort=sort)
    area.full_clean(exclude=("path",))
    area.save()
    area.path = (parent.path if parent else "") + Area.step(area.pk)
    area.save(update_fields=("path",))
    record_event(EventKind.AREA_CREATED, target=area, by=by)
    return area
