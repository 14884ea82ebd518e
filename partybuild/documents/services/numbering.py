"""Taking the next number."""

from __future__ import annotations

import uuid

from django.db import connection

from partybuild.organizations.models import Organization


def take_number(issuer: Organization, *, prefix: str, year: int) -> int:
    """Return the next number of a body's register; the caller's transaction holds it until its end.

    Rolled back, the number is free again: that is why a sequence would not do.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_numberseries "
            "(uid, issuer_id, prefix, year, last_number) VALUES (%s, %s, %s, %s, 1) "
            "ON CONFLICT (issuer_id, prefix, year) "
            "DO UPDATE SET last_number = documents_numberseries.last_number + 1 "
            "RETURNING last_number",
            [str(uuid.uuid4()), issuer.pk, prefix, year],
        )
        (number,) = cursor.fetchone()
    return int(number)
