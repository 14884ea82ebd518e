"""Endpoints of the ledger; debts of persons are not sent."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Value, When

from partybuild.access.api.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    PeriodFilter,
    RowFilter,
    UidFilter,
)
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.obligations.api.serializers import ObligationSerializer
from partybuild.obligations.enums import COMPLETE, UNPAID, ObligationState, Standing
from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import LATE
from partybuild.organizations.models import Organization


class Obligations(ReadView):
    """What the list and the single debt share."""

    key = "obligation.view"
    resource = "obligations"
    serializer_class = ObligationSerializer

    def get_queryset(self) -> Any:
        """Return the debts of bodies in sight, with how they stand today."""
        return (
            Obligation.objects.visible_to(self.by.scope)
            .filter(bearer_person=None)
            .annotate(standing=standing_on(today()))
        )


def standing_on(day: Any) -> Case:
    """Return how a debt stands on a day."""
    return Case(
        When(state=ObligationState.EXEMPT, then=Value(Standing.EXEMPT)),
        When(state=ObligationState.NOT_APPLICABLE, then=Value(Standing.NOT_APPLICABLE)),
        When(LATE, state__in=COMPLETE, then=Value(Standing.LATE)),
        When(state__in=COMPLETE, then=Value(Standing.DONE)),
        When(state__in=UNPAID, due_on__lt=day, then=Value(Standing.OVERDUE)),
        When(state__in=UNPAID, due_on=day, then=Value(Standing.DUE)),
        default=Value(Standing.NOT_DUE),
        output_field=CharField(),
    )


class ObligationListView(Obligations, RowsView):
    """The ledger."""

    summary = "应办事项台账"
    filters = (
        Filter("duty", "duty", "事项的代码。"),
        PeriodFilter("period", "period", "所属周期。"),
        ChoiceFilter("state", "state", "存储的状态。", values=ObligationState.values),
        ChoiceFilter("standing", "standing", "按今天计算的状态。", values=Standing.values),
        RowFilter("bearer", "bearer_organization", "责任单位的 uid。", others=Organization),
        RowFilter("owed_to", "owed_to", "报送对象的 uid。", others=Organization),
        RowFilter(
            "below",
            "area__path",
            "某区域的 uid：取计入该区域及其下级的事项。",
            others=Area,
            below=True,
        ),
        UidFilter("subject", "subject_uid", "所涉对象的编号。"),
        DateFilter("due_from", "due_on__gte", "截止日期不早于。"),
        DateFilter("due_to", "due_on__lte", "截止日期不晚于。"),
    )


class ObligationView(Obligations, RowView):
    """One debt."""

    summary = "一条应办事项"
