"""Endpoints of bodies."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from partybuild.access.api.filters import BooleanFilter, ChoiceFilter, RowFilter
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.organizations.api.serializers import OrganizationSerializer
from partybuild.organizations.enums import OrganizationKind, PartyOrganizationKind
from partybuild.organizations.models import Organization


class Organizations(ReadView):
    """What the list and the single body share."""

    key = "organization.view"
    resource = "organizations"
    serializer_class = OrganizationSerializer

    def get_queryset(self) -> Any:
        """Return the bodies in sight."""
        return Organization.objects.visible_to(self.by.scope)


class OrganizationListView(Organizations, RowsView):
    """Bodies."""

    summary = "组织列表"
    filters = (
        ChoiceFilter("kind", "kind", "性质。", values=OrganizationKind.values),
        ChoiceFilter(
            "party_kind",
            "party_organization__kind",
            "党组织类型。",
            values=PartyOrganizationKind.values,
        ),
        RowFilter("parent", "parent", "上级组织的 uid：只取直属下级。", others=Organization),
        RowFilter(
            "below",
            "area__path",
            "某区域的 uid：取该区域及其下级的组织。",
            others=Area,
            below=True,
        ),
        BooleanFilter(
            "current", "valid_to", "true 只取在用的，false 只取已撤销的。", when=Q(valid_to=None)
        ),
    )


class OrganizationView(Organizations, RowView):
    """One body."""

    summary = "一个组织"
