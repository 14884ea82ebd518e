"""Reads about members found through their places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from members.models import Employment, PartyMember, ServiceRecord
from members.models.place import MemberPlaceQuerySet, phone_tail_hash


def current_employment(member: PartyMember) -> Employment | None:
    """Return where a member works now, whether the unit has confirmed it or not."""
    return (
        Employment.objects.current()
        .filter(member=member)
        .select_related("unit", "branch__organization")
        .first()
    )


def searched(rows: MemberPlaceQuerySet, text: str) -> MemberPlaceQuerySet:
    """Narrow places by a phone's last four digits, by initials, or by the beginning of a name."""
    text = text.strip()
    if not text:
        return rows
    if text.isdigit() and len(text) >= 4:
        return rows.filter(phone_tail_hash=phone_tail_hash(text))
    if text.isascii():
        return rows.filter(initials__startswith=text.lower())
    return rows.filter(Q(name__startswith=text) | Q(name__contains=text))


def hours_of(member: PartyMember, since: date, until: date) -> tuple[int, Decimal]:
    """Return person-times and hours of certified service between two days."""
    found = (
        ServiceRecord.objects.certified()
        .filter(member=member, date__range=(since, until))
        .aggregate(times=Count("pk"), hours=Sum("hours"))
    )
    return found["times"], found["hours"] or Decimal(0)
