"""Who is named as the contact of a body."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register


def named(person: Person, *, name: str, phone: str, bodies: Q | None = None) -> Q:
    """Return the filter of rows that name somebody: by their phone, or by name within their bodies."""
    found = Q(pk__in=[])
    if person.phone:
        found |= Q(**{phone: person.phone})
    if bodies is not None:
        found |= Q(**{name: person.name}) & bodies
    return found


def forget(rows: models.QuerySet[Any], **columns: str) -> int:
    """Empty columns of rows."""
    return rows.update(**columns)


@register
class Contacts(PersonalData):
    """Name and phone as the contact of an office."""

    key = "organizations.contacts"
    title = lazy("单位联络员登记")
    purpose = lazy("工作联系")
    kept = lazy("担任联络员期间")

    def _rows(self, person: Person) -> models.QuerySet[Any]:
        bodies = Q(pk__in=person.appointments.values("organization"))
        return Organization.objects.filter(
            named(person, name="contact_name", phone="contact_phone", bodies=bodies)
        )

    def copy(self, person: Person) -> list[Row]:
        """Each body that names them."""
        return [
            {
                _("单位"): body.name,
                _("联络员"): body.contact_name,
                _("联系电话"): body.contact_phone,
                _("邮箱"): body.contact_mail,
            }
            for body in self._rows(person).order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """The body stays without a contact until it names another."""
        return forget(self._rows(person), contact_name="", contact_phone="", contact_mail="")
