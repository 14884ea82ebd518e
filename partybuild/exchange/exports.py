"""The ledger as a file: it lies below this floor, and its list is taken away from here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.exchange.lists import ListColumn, ListExport, register_list
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.forms import ObligationFilter
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import duty_of, period_label


@register_list
class ObligationExport(ListExport):
    """应办事项台账."""

    key = "obligations"
    name = _("应办事项台账")
    line = "obligation.view"
    person = "bearer_person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        rows = Obligation.objects.visible_to(by.scope)
        found = ObligationFilter(query, rows=rows, by=by).narrow(rows, day=today())
        return found.annotate(
            bearer_text=Coalesce("bearer_organization__name", "bearer_person__name")
        ).order_by("due_on", "id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who owes what to whom by when, and what became of it."""
        states = {key: str(label) for key, label in ObligationState.choices}
        return [
            ListColumn(_("承办"), ("bearer_text",), width=28),
            ListColumn(_("事项"), ("duty",), lambda duty: str(duty_of(duty).name), width=24),
            ListColumn(
                _("周期"), ("period",), lambda period: period_label(period) if period else "", 18
            ),
            ListColumn(_("报送"), ("owed_to__name",), width=28),
            ListColumn(_("计入区域"), ("area__name",)),
            ListColumn(_("期限"), ("due_on",)),
            ListColumn(_("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(_("办结日期"), ("paid_on",)),
        ]
