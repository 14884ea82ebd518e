"""A file on a record."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


def place_of(instance: Any, name: str) -> str:
    """Return where a file is kept: a random name that tells nothing."""
    token = secrets.token_hex(20)
    return f"{FOLDER}/{token[:2]}/{token}"


FOLDER = "attachments"


class Attachment(Row):
    """A file on a record (附件): a paper, a photograph, the scan of a signed copy.

    Seen by those who see the record. It ends with a reason and is never deleted; the storage holds it under a random name.
    """

    # A key of partybuild.documents.attachment_kinds.
    kind = models.CharField(_("类别"), max_length=50)
    subject_label = models.CharField(max_length=100)
    subject_uid = models.UUIDField()
    title = models.CharField(_("名称"), max_length=200)
    # As it is called when somebody takes it: cleaned, with the ending of what it is.
    file_name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=place_of, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    # A key of partybuild.documents.file_types.TYPES, found in the content.
    file_type = models.CharField(_("格式"), max_length=10)
    media_type = models.CharField(max_length=100)
    # SM3 of the file as it is kept.
    digest = models.CharField(_("摘要值"), max_length=64)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="attachments"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="attachments")
    uploaded_by = models.CharField(_("上传岗位"), max_length=300, blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"), db_default=ClockTimestamp())
    ended_at = models.DateTimeField(_("移除时间"), null=True)
    end_reason = models.CharField(_("移除原因"), max_length=200, blank=True)
    # Set by the sweep where the storage holds no such file any more.
    is_missing = models.BooleanField(default=False)

    # Those who see the record: partybuild.documents.reach.
    visibility = Visibility(
        view="attachment.view",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("附件")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""),
                name="ended_attachment_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=("subject_uid", "kind"), name="attachment_subject"),
            models.Index(fields=("person", "uploaded_at"), name="attachment_quota"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is downloaded."""
        return reverse("documents:attachment-file", args=(self.uid,))
