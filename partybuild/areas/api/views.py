"""Endpoints of areas."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from partybuild.access.api.filters import BooleanFilter, ChoiceFilter, Filter, RowFilter
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.access.roles import Level
from partybuild.areas.api.serializers import AreaSerializer
from partybuild.areas.enums import AreaKind
from partybuild.areas.models import Area


class Areas(ReadView):
    """What the list and the single area share."""

    key = "area.view"
    resource = "areas"
    serializer_class = AreaSerializer

    def get_queryset(self) -> Any:
        """Return the areas in sight."""
        return Area.objects.visible_to(self.by.scope)


class AreaListView(Areas, RowsView):
    """Areas."""

    summary = "区域列表"
    filters = (
        Filter("code", "code", "区划代码。"),
        ChoiceFilter("level", "level", "层级。", values=Level.values),
        ChoiceFilter("kind", "kind", "类别。", values=AreaKind.values),
        RowFilter("parent", "parent", "上级区域的 uid：只取直属下级。", others=Area),
        RowFilter("below", "path", "某区域的 uid：取其本身及全部下级。", others=Area, below=True),
        BooleanFilter(
            "current", "valid_to", "true 只取在用的，false 只取已撤销的。", when=Q(valid_to=None)
        ),
    )


class AreaView(Areas, RowView):
    """One area."""

    summary = "一个区域"
