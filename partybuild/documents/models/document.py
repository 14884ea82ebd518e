"""The issued document."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.areas.models import Area
from partybuild.documents.composition import Composition
from partybuild.documents.enums import DocumentState
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class OfficialDocument(Row):
    """A document issued (正式文书): what it says is frozen, so that it prints the same for ever.

    A later edition of the same document has its own row; a withdrawn one keeps its number.
    """

    # A key of the registry of kinds.
    kind = models.CharField(_("文种"), max_length=50)
    subject_label = models.CharField(max_length=100)
    subject_uid = models.UUIDField()
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    issuer = models.ForeignKey(
        Organization, models.PROTECT, related_name="documents", verbose_name=_("发文机关")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="documents")
    title = models.CharField(_("标题"), max_length=300)
    # The register's own number; a kind whose subject carries one has only the text.
    prefix = models.CharField(_("发文代字"), max_length=50, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    number = models.PositiveIntegerField(_("顺序号"), null=True)
    number_text = models.CharField(_("发文字号"), max_length=100, blank=True)
    content = models.JSONField(_("内容"))
    # SM3 of the content: what the verification page compares.
    digest = models.CharField(_("内容摘要值"), max_length=64)
    code = models.CharField(_("核验码"), max_length=20, unique=True)
    issued_at = models.DateTimeField(_("生成时间"))
    issued_on = models.DateField(_("成文日期"))
    issued_by = models.CharField(_("办理岗位"), max_length=300, blank=True)
    state = models.CharField(
        _("状态"), max_length=20, choices=DocumentState.choices, default=DocumentState.ISSUED
    )
    state_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    # Those to whom the subject is addressed see its documents too: reach.py of their app.
    visibility = Visibility(
        view="document.make",
        area="area",
        unit="issuer",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("正式文书")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject_uid", "edition"), name="document_edition_stands_once"
            ),
            models.UniqueConstraint(
                fields=("issuer", "prefix", "year", "number"),
                condition=Q(number__isnull=False),
                name="document_number_stands_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(state_reason=""),
                name="withdrawn_document_has_a_reason",
            ),
        )
        indexes = (models.Index(fields=("subject_uid",), name="document_subject"),)

    def __str__(self) -> str:
        return f"{self.title} {self.number_text}".strip()

    def get_absolute_url(self) -> str:
        """The document's page."""
        return reverse("documents:document-detail", args=(self.uid,))

    @property
    def composition(self) -> Composition:
        """What it says."""
        return Composition.of_plain(self.content)
