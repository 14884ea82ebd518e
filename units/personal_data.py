"""Heads and contacts of units by name."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.organizations.personal_data import named
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from units.models import ResidentUnit, UnitReport


@register
class Heads(PersonalData):
    """Who heads a unit, and who filed its reports."""

    key = "units.heads"
    title = lazy("单位负责人和填报人登记")
    purpose = lazy("工作联系")
    kept = lazy("任职期间；报表按档案管理规定保存，不显示已删除的人")

    def _heads(self, person: Person) -> Any:
        bodies = Q(organization__in=person.appointments.values("organization"))
        return ResidentUnit.objects.filter(
            named(person, name="head_name", phone="head_phone", bodies=bodies)
        )

    def _reports(self, person: Person) -> Any:
        return UnitReport.objects.filter(
            contact_name=person.name,
            unit__in=person.appointments.values("organization"),
        )

    def copy(self, person: Person) -> list[Row]:
        """Each unit and report."""
        rows: list[Row] = [
            {
                _("事项"): _("单位负责人"),
                _("单位"): unit.organization.name,
                _("姓名"): unit.head_name,
            }
            for unit in self._heads(person).select_related("organization")
        ]
        return rows + [
            {_("事项"): _("填报人"), _("单位"): report.unit_name, _("姓名"): report.contact_name}
            for report in self._reports(person)
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """The unit and its reports stay without the name."""
        gone = self._heads(person).update(head_name="", head_phone="")
        return gone + self._reports(person).update(contact_name="")
