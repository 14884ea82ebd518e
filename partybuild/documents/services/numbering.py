"""Taking the next number."""

from __future__ import annotations

import uuid

from django.db import connection

from partybuild.documents.composition import number_on_paper
from partybuild.organizations.models import Organization

# What a community gives for what it has received, or a unit for what it was sent: 回执〔2026〕12号.
RECEIPT = "回执"


def take_number(issuer: Organization, *, prefix: str, year: int, count: int = 1) -> int:
    """Return the next number of a body's register; the caller's transaction holds it until its end.

    Rolled back, the number is free again: that is why a sequence would not do. Of `count` numbers
    in a row it is the first.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_numberseries "
            "(uid, issuer_id, prefix, year, last_number) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (issuer_id, prefix, year) "
            "DO UPDATE SET last_number = documents_numberseries.last_number + EXCLUDED.last_number "
            "RETURNING last_number",
            [str(uuid.uuid4()), issuer.pk, prefix, year, count],
        )
        (last,) = cursor.fetchone()
    return int(last) - count + 1


def receipt_number(keeper: Organization, year: int) -> str:
    """Return the next receipt's number as it is read out on the telephone: 回执〔2026〕12号.

    `keeper` is the community's committee: what its units file and sign for is numbered in one row.
    """
    return number_on_paper(RECEIPT, year, take_number(keeper, prefix=RECEIPT, year=year))
