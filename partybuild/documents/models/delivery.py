"""Who a document was sent to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.documents.models.document import OfficialDocument
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.organizations.models import Organization


class DeliveryQuerySet(ScopedQuerySet):
    """Filters on deliveries."""

    def signed(self) -> Self:
        """Keep those for which somebody has signed."""
        return self.filter(signed_at__isnull=False)


class Delivery(Row):
    """One body to which an issued document went (分发), and that it signed for it (签收)."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="deliveries")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="deliveries")
    sent_at = models.DateTimeField(_("分发时间"), db_default=ClockTimestamp())
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    signed_by = models.CharField(_("签收岗位"), max_length=300, blank=True)
    # Where somebody else entered it: how the body said so.
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)

    objects = DeliveryQuerySet.as_manager()

    visibility = Visibility(
        view="document.make",
        area="document__area",
        unit="organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("organization__sort", "id")
        verbose_name = _("文书分发")
        constraints = (
            models.UniqueConstraint(
                fields=("document", "organization"), name="document_goes_once_to_a_body"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | ~Q(signed_by=""),
                name="signature_has_a_post",
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.organization}"
