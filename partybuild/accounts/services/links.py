"""Issuing and taking back signed links."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction

from partybuild.access import Actor, cell
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import SignedLink
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


@transaction.atomic
def issue_link(
    target: models.Model,
    *,
    action: str,
    days: int,
    by: Actor,
    organization: Organization | None = None,
    person: Person | None = None,
) -> SignedLink:
    """Return the link for one object and action, the standing one renewed where there is one.

    Asking twice gives the same link, so that a mail sent again carries the same address.
    """
    if not cell(action, "link").allows:
        raise ValueError(f"access.csv lets no link do {action}")
    link, created = SignedLink.objects.get_or_create(
        action=action,
        target_uid=target.uid,  # type: ignore[attr-defined]
        organization=organization,
        person=person,
        revoked_at=None,
        defaults={
            "target_label": target._meta.label,
            "expires_at": now() + timedelta(days=days),
        },
    )
    if created:
        record_event(EventKind.LINK_ISSUED, target=link, by=by)
    else:
        link.expires_at = max(link.expires_at, now() + timedelta(days=days))
        link.save(update_fields=("expires_at",))
    return link


@transaction.atomic
def revoke_links(target: models.Model, *, action: str, by: Actor) -> int:
    """Take back every link to an object's action; returns how many."""
    standing = SignedLink.objects.select_for_update().filter(
        action=action,
        target_uid=target.uid,  # type: ignore[attr-defined]
        revoked_at=None,
    )
    links = list(standing)
    SignedLink.objects.filter(pk__in=[link.pk for link in links]).update(revoked_at=now())
    for link in links:
        record_event(EventKind.LINK_REVOKED, target=link, by=by, follows=True)
    return len(links)
