"""Factories of units and their reports: the services themselves, with defaults."""

from __future__ import annotations

from itertools import count
from typing import Any

from partybuild.areas.models import Area
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM
from units.models import ResidentUnit
from units.services import create_unit, create_unit_of

_numbers = count(1)


def make_unit(area: Area, name: str = "", **values: Any) -> ResidentUnit:
    """Return a registered unit."""
    values.setdefault("kind", "institution")
    return create_unit(name=name or f"驻区单位{next(_numbers)}", area=area, by=SYSTEM, **values)


def make_unit_of(organization: Organization, **values: Any) -> ResidentUnit:
    """Return the unit's register of a body of the cast."""
    values.setdefault("kind", "institution")
    return create_unit_of(organization, by=SYSTEM, **values)
