"""The letter with which a unit sends a member to a community."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Self
from unicodedata import normalize

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import LetterState
from members.models.member import PartyMember
from members.models.report_in import ReportIn
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields import EncryptedTextField, keyed_hash
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization, PartyOrganization

# Without letters and digits that are taken for each other.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def new_code() -> str:
    """Return a code that nobody guesses: 32^8 of them."""
    return "".join(secrets.choice(CODE_ALPHABET) for _each in range(CODE_LENGTH))


def normalize_code(typed: str) -> str:
    """Return a code as it was made, however it was typed: small letters, spaces, dashes, full width."""
    return "".join(each for each in normalize("NFKC", typed).upper() if each.isalnum())


def code_hash(code: str) -> str:
    """Return the keyed hash by which a letter is found."""
    return keyed_hash(normalize_code(code), "letter_code")


class RecommendationLetterQuerySet(ScopedQuerySet):
    """Filters on letters."""

    def issued(self) -> Self:
        """Keep those that nobody has used, taken back or replaced."""
        return self.filter(state=LetterState.ISSUED)

    def usable(self, day: date) -> Self:
        """Keep those with which one may report in on a day."""
        return self.issued().filter(valid_until__gte=day)


class RecommendationLetter(Row):
    """A unit's letter for one member (组织推荐信), in three parts: 存根, 正联, 回执.

    The code on it stands for the paper: who has it may begin the report-in, the community decides.
    """

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "number",
        "issued_on",
        "issued_by",
        "valid_until",
        "receipt_number",
        "receipt_on",
        "ended_on",
    )

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="letters")
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="letters", verbose_name=_("开具单位")
    )
    branch = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        null=True,
        related_name="letters",
        verbose_name=_("所在党支部"),
    )
    # Whom it is addressed to; none: the community where the member lives, whichever that is.
    community = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="letters", verbose_name=_("致送社区")
    )
    number = models.CharField(_("编号"), max_length=100)
    # Printed on the paper, and on no other page than the letter's own.
    code = EncryptedTextField(_("报到码"))
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_on = models.DateField(_("开具日期"))
    issued_by = models.CharField(_("开具岗位"), max_length=300, blank=True)
    valid_until = models.DateField(_("有效期至"))
    state = models.CharField(
        _("状态"), max_length=20, choices=LetterState.choices, default=LetterState.ISSUED
    )
    # Snapshot: what it said of the member when it was issued.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("工作单位"), max_length=200)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    branch_name = models.CharField(_("所在党支部"), max_length=200, blank=True)
    report_in = models.OneToOneField(
        ReportIn, models.PROTECT, null=True, related_name="letter", verbose_name=_("报到")
    )
    # 回执: the community has taken the member in, and the unit has been told.
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    receipt_on = models.DateField(_("回执日期"), null=True)
    ended_on = models.DateField(_("作废日期"), null=True)
    end_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    objects = RecommendationLetterQuerySet.as_manager()

    visibility = Visibility(
        view="member.view",
        # A community sees the letter with which somebody reported in there, and no other.
        area="report_in__community",
        unit="unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-issued_on", "-id")
        verbose_name = _("组织推荐信")
        constraints = (
            models.UniqueConstraint(fields=("unit", "number"), name="letter_number_stands_once"),
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(state=LetterState.ISSUED),
                name="letter_of_a_member_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")), name="letter_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=(Q(state=LetterState.USED) & Q(report_in__isnull=False))
                | (~Q(state=LetterState.USED) & Q(report_in=None)),
                name="letter_used_has_a_report_in",
            ),
            models.CheckConstraint(
                condition=Q(receipt_number="") | Q(state=LetterState.USED),
                name="letter_with_receipt_was_used",
            ),
        )
        indexes = (models.Index(fields=("unit", "state", "-issued_on"), name="letter_unit"),)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The letter's page."""
        return reverse("members:letter-detail", args=(self.uid,))

    @property
    def code_shown(self) -> str:
        """The code in two groups, as it is printed."""
        half = CODE_LENGTH // 2
        return f"{self.code[:half]}-{self.code[half:]}" if self.code else ""

    def is_usable(self, day: date) -> bool:
        """Whether one may report in with it on a day."""
        return self.state == LetterState.ISSUED and self.valid_until >= day

    def is_expired(self, day: date) -> bool:
        """Whether its time is over without anybody having used it."""
        return self.state == LetterState.EXPIRED or (
            self.state == LetterState.ISSUED and self.valid_until < day
        )


__all__ = ("RecommendationLetter", "RecommendationLetterQuerySet")
