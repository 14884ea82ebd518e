"""Is there such a row, whoever may see it? Asked when somebody was refused, never for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.apps import apps
from django.db import connection

from partybuild.fields.models import Row

PLACE = "%(uids)s::uuid[]"


@cache
def _statement() -> str:
    # Labels and tables are those of the models.
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label}', uid FROM {model._meta.db_table} WHERE uid = ANY({PLACE})"  # noqa: S608
        for model in apps.get_models()
        if issubclass(model, Row)
    )


def existing(uids: Iterable[UUID]) -> dict[UUID, str]:
    """Return {uid: model label} of those that exist in any table."""
    wanted = [str(uid) for uid in uids]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"uids": wanted})
        return {UUID(str(uid)): label for label, uid in cursor.fetchall()}
