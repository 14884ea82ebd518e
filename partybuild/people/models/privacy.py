"""What somebody was told, what they agreed to, and what was erased at their wish."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.people.enums import Purpose, Way
from partybuild.people.models.person import Person

_OWN = Visibility(
    view="privacy.own",
    area=None,
    unit=None,
    organizations=None,
    persons=None,
    own="person",
    open=None,
    administrators=None,
)


class NoticeSeen(Row):
    """Who saw which version of the privacy notice, when and where (已阅读说明)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices_seen")
    version = models.CharField(_("版本"), max_length=20)
    way = models.CharField(_("方式"), max_length=20, choices=Way.choices)
    seen_at = models.DateTimeField(_("时间"), db_default=DefaultNow())

    visibility = _OWN

    class Meta:
        ordering = ("-id",)
        verbose_name = _("已阅读说明")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "version"), name="notice_version_is_seen_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.version}"


class Consent(Row):
    """One decision of a person on one purpose (同意记录): the newest counts, none is overwritten."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=30, choices=Purpose.choices)
    is_given = models.BooleanField(_("同意"))
    # Of the privacy notice that stood there when they decided.
    version = models.CharField(_("说明版本"), max_length=20)
    way = models.CharField(_("方式"), max_length=20, choices=Way.choices)
    decided_at = models.DateTimeField(_("时间"), db_default=DefaultNow())

    visibility = _OWN

    class Meta:
        ordering = ("-id",)
        verbose_name = _("同意记录")
        indexes = (models.Index(fields=("person", "purpose", "-id"), name="consent_newest"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given}"


class Erasure(Row):
    """One person's data erased (删除台账): names nobody, and lets a restored copy erase them again."""

    person_uid = models.UUIDField(unique=True)
    # SM3-HMAC of the ID number under a purpose of its own; "" where there was none.
    id_number_hash = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(_("时间"), db_default=DefaultNow())
    by_post = models.CharField(_("办理岗位"), max_length=300, blank=True)
    # {what: rows} of what was emptied; what the law keeps stands in the notice.
    counts = models.JSONField(default=dict)

    visibility = Visibility(
        view="member.erase",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("删除台账")

    def __str__(self) -> str:
        return str(self.person_uid)
