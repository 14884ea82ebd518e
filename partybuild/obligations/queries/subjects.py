"""The rows that debts are about, read in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps

from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import model_uid
from partybuild.obligations.registry import duty_of


def read_subjects(obligations: Iterable[Obligation]) -> list[Obligation]:
    """Return the debts with their subjects, one query per duty and kind of subject."""
    debts = list(obligations)
    wanted: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for debt in debts:
        if debt.subject_uid is not None and debt.subject_label:
            wanted[(debt.duty, debt.subject_label)].add(debt.subject_uid)
    found: dict[tuple[str, Any], Any] = {}
    for (duty, label), uids in wanted.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        rows = duty_of(duty).subjects(model).filter(**{f"{model_uid(model)}__in": uids})
        found.update({(duty, row.uid): row for row in rows})
    for debt in debts:
        debt.subject = found.get((debt.duty, debt.subject_uid))
    return debts
