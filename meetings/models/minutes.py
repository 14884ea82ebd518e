"""The minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import MinutesState
from meetings.models.council import Council
from meetings.models.meeting import Meeting
from partybuild.access import Visibility
from partybuild.fields.models import Row, Versioned


class Minutes(Row, Versioned):
    """The minutes of a meeting (会议纪要): a text that two may edit at once, then issued under a number."""

    # Saved as it is typed: saving by button and issuing are events.
    row_history_skips = ("text", "saved_by", "saved_at")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    # The meeting's; here so that the number's constraint can see it.
    council = models.ForeignKey(Council, models.PROTECT, related_name="minutes")
    text = models.TextField(_("正文"))
    state = models.CharField(
        _("状态"), max_length=20, choices=MinutesState.choices, default=MinutesState.DRAFT
    )
    saved_by = models.CharField(_("最后保存"), max_length=300, blank=True)
    saved_at = models.DateTimeField(_("保存时间"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True, editable=False)
    number = models.PositiveIntegerField(_("编号"), null=True, blank=True, editable=False)
    signer_name = models.CharField(_("签发人"), max_length=50, blank=True)
    # The post in which they signed, as it was called on that day.
    signer_post = models.CharField(_("签发人职务"), max_length=300, blank=True)
    copies_to = models.CharField(_("抄送"), max_length=300, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)

    # Units see issued minutes of meetings they were invited to: reach.py.
    visibility = Visibility(
        view="minutes.view",
        area="council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("会议纪要")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "year", "number"),
                condition=Q(number__isnull=False),
                name="minutes_number_stands_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "countersigning"))
                | (
                    Q(number__isnull=False, year__isnull=False, issued_on__isnull=False)
                    & ~Q(signer_name="")
                ),
                name="issued_minutes_have_number_signer_and_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.number_label}".strip()

    def get_absolute_url(self) -> str:
        """The page of the minutes."""
        return reverse("meetings:minutes-detail", args=(self.meeting.uid,))

    @property
    def number_label(self) -> str:
        """〔2026〕3号, once issued."""
        return "" if self.number is None else f"〔{self.year}〕{self.number}号"

    @property
    def is_issued(self) -> bool:
        """Whether the minutes are out."""
        return self.state == MinutesState.ISSUED

    @property
    def is_circulating(self) -> bool:
        """Whether units are countersigning the text."""
        return self.state == MinutesState.COUNTERSIGNING

    @property
    def is_reopened(self) -> bool:
        """Whether they are being corrected after they had gone out."""
        return self.state != MinutesState.ISSUED and self.issued_on is not None
