"""The register of numbers, read."""

from __future__ import annotations

from dataclasses import dataclass

from partybuild.access import Scope
from partybuild.documents.models import NumberSeries, OfficialDocument


@dataclass(frozen=True)
class NumberLine:
    """One number: the paper that took it, and its edition in force or last."""

    number: int
    first: OfficialDocument
    latest: OfficialDocument


def numbers_of(series: NumberSeries, scope: Scope) -> list[NumberLine]:
    """Return every number of a series that was taken, the last first; withdrawn ones too."""
    taken = list(
        OfficialDocument.objects.visible_to(scope)
        .filter(
            issuer=series.issuer_id,
            prefix=series.prefix,
            year=series.year,
            number__isnull=False,
        )
        .order_by("-number")
    )
    latest: dict[tuple[str, object], OfficialDocument] = {}
    editions = OfficialDocument.objects.visible_to(scope).filter(
        subject_uid__in=[row.subject_uid for row in taken], kind__in={row.kind for row in taken}
    )
    for row in editions.order_by("edition"):
        latest[row.kind, row.subject_uid] = row
    return [
        NumberLine(row.number, row, latest.get((row.kind, row.subject_uid), row))
        for row in taken
        if row.number is not None
    ]
