"""Corrections of service records, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from members.models import ServiceCorrection
from partybuild.areas.queries import dictionary


def in_words(corrections: Iterable[ServiceCorrection]) -> list[ServiceCorrection]:
    """Return the corrections with the words of their community's kinds of service."""
    rows = list(corrections)

    @cache
    def kinds(community: int) -> dict[str, str]:
        return dict(dictionary(communities[community], "service.kind"))

    communities = {row.record.community_id: row.record.community for row in rows}
    for row in rows:
        if "kind" in row.changes:
            row.kinds = kinds(row.record.community_id)
    return rows
