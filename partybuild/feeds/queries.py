"""What may have changed in sight since a place of a feed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from partybuild.access import Scope
from partybuild.access.api.changes import SightEntry
from partybuild.access.api.clock import OldestRunning
from partybuild.feeds.models import SightChange


def sight_changes(
    label: str, scope: Scope, *, seen: Any, after: tuple[int, int], limit: int
) -> list[SightEntry]:
    """Return the entries after a place: of rows in sight now, and of those that were seen from here.

    `seen` is the queryset of what the scope sees now. Entries stop below the oldest running
    transaction, as the rows of the feed do.
    """
    xid, pk = after
    cell = scope.cell(seen.model.visibility.view)
    if not cell.allows or cell.totals_only:
        return []
    from_here = Q(pk__in=[])
    if scope.is_area and scope.area_path:
        from_here |= Q(area_path__gte=scope.area_path, area_path__lt=scope.area_path + "~")
    if scope.organization_id is not None:
        from_here |= Q(organization_id=scope.organization_id)
    rows = (
        SightChange.objects.filter(label=label, changed_xid__lt=OldestRunning())
        .filter(Q(changed_xid__gt=xid) | Q(changed_xid=xid, pk__gt=pk))
        .filter(from_here | Q(object_id__in=seen.order_by().values("pk")))
        .order_by("changed_xid", "pk")
    )
    return [
        SightEntry(*each)
        for each in rows.values_list("object_id", "object_uid", "changed_xid", "pk")[:limit]
    ]
