"""Endpoints of units."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from partybuild.access.api.filters import BooleanFilter, Filter, RowFilter
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from units.api.serializers import UnitSerializer
from units.models import ResidentUnit


class Units(ReadView):
    """What the list and the single unit share."""

    key = "unit.view"
    resource = "units"
    serializer_class = UnitSerializer

    def get_queryset(self) -> Any:
        """Return the units in sight."""
        return ResidentUnit.objects.visible_to(self.by.scope)


class UnitListView(Units, RowsView):
    """Units."""

    summary = "驻区单位列表"
    # Services touch the body's row whenever the unit's own changes.
    changed = F("organization__changed_xid")
    filters = (
        Filter("kind", "kind", "单位性质的代码。"),
        Filter("credit_code", "credit_code", "统一社会信用代码。"),
        RowFilter(
            "below",
            "organization__area__path",
            "某区域的 uid：取登记在该区域及其下级的单位。",
            others=Area,
            below=True,
        ),
        BooleanFilter(
            "current",
            "is_current",
            "true 只取在册的，false 只取已注销的。",
            when=Q(is_current=True),
        ),
    )


class UnitView(Units, RowView):
    """One unit."""

    summary = "一个驻区单位"
    uid_column = "organization__uid"
