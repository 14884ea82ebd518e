"""At closing, what every live figure counts is kept with its rows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from django.db import transaction

from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.areas.models.area import area_keys
from partybuild.calendar import Period
from partybuild.indicators.enums import Part
from partybuild.indicators.models import FrozenFigure
from partybuild.indicators.registry import Indicator, indicators
from partybuild.obligations.models import ClosedPeriod


@transaction.atomic
def freeze_figures(closed: ClosedPeriod) -> int:
    """Keep the rows that the live figures of a street count in a period now; returns how many places.

    Debts keep their own state at closing: figures on the ledger need no copy.
    """
    street = closed.area
    period = Period.parse(closed.period)
    communities = {
        area.path: area
        for area in Area.objects.filter(
            path__gte=street.path, path__lt=street.path + "~", level=Level.COMMUNITY
        )
    }
    frozen: list[FrozenFigure] = []
    for indicator in indicators():
        if indicator.freezes:
            frozen += _of(indicator, closed, street, communities, period)
    FrozenFigure.objects.bulk_create(frozen, batch_size=500)
    return len(frozen)


def _of(
    indicator: Indicator,
    closed: ClosedPeriod,
    street: Area,
    communities: dict[str, Area],
    period: Period,
) -> list[FrozenFigure]:
    found = []
    for part in Part:
        rows = indicator.rows(part, period)
        if rows is None:
            continue
        rows = rows.filter(indicator.keys.inside(street)).order_by()

        worth = _Worth(indicator, part, rows)
        places: dict[str, list[int]] = defaultdict(list)
        for path, pk in _with_places(indicator, rows, communities):
            places[path if path in communities else ""].append(pk)
        # The street's own part, though empty, says that the figure is closed.
        base: dict[str, Any] = {
            "closed": closed,
            "indicator": indicator.key,
            "part": part,
            "worth": worth,
        }
        found.append(_kept(places.pop("", []), area=None, body_id=None, **base))
        found += [
            _kept(pks, area=communities[path], body_id=None, **base) for path, pks in places.items()
        ]
        bodies: dict[int, list[int]] = defaultdict(list)
        for body, pk in indicator.bodies(rows):
            bodies[body].append(pk)
        found += [_kept(pks, area=None, body_id=body, **base) for body, pks in bodies.items()]
    return found


class _Worth:
    """What rows add to a figure: themselves, or what is summed up of them; and who stands behind them."""

    def __init__(self, indicator: Indicator, part: Part, rows: Any) -> None:
        self.tenths: dict[int, int] | None = None
        if indicator.sums(part):
            worth = rows.annotate(_worth=indicator.amount).values_list("pk", "_worth")
            self.tenths = {pk: int(amount * 10) for pk, amount in worth}
        self.persons: dict[int, int] | None = None
        if indicator.person and not (indicator.is_average and part is Part.DENOMINATOR):
            self.persons = dict(rows.values_list("pk", indicator.person))

    def count(self, pks: list[int]) -> int:
        """Return how many, or their sum in tenths."""
        return len(pks) if self.tenths is None else sum(self.tenths[pk] for pk in pks)

    def people(self, pks: list[int]) -> int:
        """Return how many persons stand behind rows."""
        return len(pks) if self.persons is None else len({self.persons[pk] for pk in pks})


def _kept(
    pks: list[int], *, area: Area | None, closed: ClosedPeriod, worth: _Worth, **more: Any
) -> FrozenFigure:
    rows = sorted(set(pks))
    return FrozenFigure(
        uid=uuid.uuid4(),
        closed=closed,
        area=area,
        rows=rows,
        count=worth.count(rows),
        people=worth.people(rows),
        **area_keys(area or closed.area),
        **more,
    )


def _with_places(indicator: Indicator, rows: Any, communities: dict[str, Area]) -> Any:
    """Return (path of the community, row); figures of the street's level are the street's own."""
    first = next(iter(communities.values()), None)
    if first is None or indicator.level < Level.COMMUNITY:
        return (("", pk) for pk in rows.values_list("pk", flat=True))
    return rows.annotate(_key=indicator.keys.key(first)).values_list("_key", "pk")
