"""Endpoints of wishes."""

from __future__ import annotations

from typing import Any

from partybuild.access.api.filters import ChoiceFilter, DateFilter, Filter, RowFilter
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from wishes.api.serializers import WishSerializer
from wishes.enums import HIDDEN, WishState
from wishes.models import Wish

# Before it was agreed that a wish is shown, it leaves for nobody.
_SENT = tuple(each for each in WishState.values if each not in HIDDEN)


class Wishes(ReadView):
    """What the list and the single wish share."""

    key = "wish.view"
    resource = "wishes"
    serializer_class = WishSerializer

    def get_queryset(self) -> Any:
        """Return the wishes in sight that have been shown."""
        return Wish.objects.visible_to(self.by.scope).published()


class WishListView(Wishes, RowsView):
    """Wishes that have been shown."""

    summary = "微心愿列表"
    tells_units = False
    filters = (
        RowFilter(
            "below",
            "community__path",
            "某区域的 uid：取该区域及其下级的微心愿。",
            others=Area,
            below=True,
        ),
        ChoiceFilter("state", "state", "状态。", values=_SENT),
        Filter("category", "category", "心愿类别的代码。"),
        DateFilter("published_from", "published_on__gte", "公示日期不早于。"),
        DateFilter("published_to", "published_on__lte", "公示日期不晚于。"),
    )


class WishView(Wishes, RowView):
    """One wish."""

    summary = "一条微心愿"
