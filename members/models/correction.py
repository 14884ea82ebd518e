"""What was corrected after certification."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.service_record import ServiceRecord
from members.models.summary import ServiceSummary
from partybuild.access import Visibility
from partybuild.calendar.clock import DefaultNow
from partybuild.calendar.words import hours_cn, short_date_cn
from partybuild.fields.models import Row


def spoken(name: str, text: str) -> str:
    """Return a field of a correction as people read it: 2小时, 2026年3月5日."""
    words = {"hours": hours_cn, "date": short_date_cn}
    return words[name](text) if name in words and text else text


class ServiceCorrection(Row):
    """A correction of a certified service record (服务记录更正): before and after are kept."""

    record = models.ForeignKey(ServiceRecord, models.PROTECT, related_name="corrections")
    # The summary that had carried it to the unit: signed, it stays as it was; this stands beside.
    summary = models.ForeignKey(
        ServiceSummary, models.PROTECT, null=True, related_name="corrections"
    )
    # By field: what it was and what it became.
    changes = models.JSONField(default=dict)
    is_withdrawal = models.BooleanField(default=False)
    reason = models.CharField(_("更正理由"), max_length=500)
    post = models.CharField(_("审批岗位"), max_length=300)
    at = models.DateTimeField(_("更正时间"), db_default=DefaultNow(), editable=False)

    visibility = Visibility(
        view="service.view",
        area="record__community",
        unit="record__unit",
        organizations=None,
        persons=None,
        own="record__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("服务记录更正")

    def __str__(self) -> str:
        return str(self.uid)

    # The words of the community's dictionary service.kind, given by members.queries.corrections.
    kinds: Mapping[str, str] = MappingProxyType({})

    @property
    def lines(self) -> list[dict[str, str]]:
        """Each field that changed, with what it was and what it became."""
        labels = {
            name: str(ServiceRecord._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in self.changes
        }
        return [
            {
                "label": labels[name],
                "before": self._spoken(name, before),
                "after": self._spoken(name, after),
            }
            for name, (before, after) in self.changes.items()
        ]

    def _spoken(self, name: str, text: str) -> str:
        return self.kinds.get(text, text) if name == "kind" else spoken(name, text)
