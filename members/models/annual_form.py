"""What a member's year came to, as the unit keeps it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import AnnualFormState
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar import Period
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class AnnualFormQuerySet(ScopedQuerySet):
    """Filters on annual forms."""

    def standing(self) -> Self:
        """Keep those that have not been taken back."""
        return self.exclude(state=AnnualFormState.WITHDRAWN)

    def open(self) -> Self:
        """Keep those that wait for the member."""
        return self.filter(state=AnnualFormState.OPEN)

    def signed(self) -> Self:
        """Keep those that the member has signed and the unit has not filed."""
        return self.filter(state=AnnualFormState.SIGNED)


class AnnualForm(Row):
    """在职党员进社区联系服务群众情况表: compiled from the record, completed by the member, filed by the unit.

    `facts` is empty while the form is open (it is compiled whenever it is looked at) and frozen by
    the member's signature; `members.queries.year_records` says what stands in it.
    """

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "period",
        "due_on",
        "started_on",
        "started_by",
        "signed_at",
        "signed_on",
        "signed_by",
        "number",
        "filed_at",
        "filed_by",
    )

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="annual_forms")
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="annual_forms", verbose_name=_("单位")
    )
    period = models.CharField(_("年度"), max_length=10)
    state = models.CharField(
        _("状态"), max_length=20, choices=AnnualFormState.choices, default=AnnualFormState.OPEN
    )
    due_on = models.DateField(_("截止日期"))
    started_on = models.DateField(_("发起日期"))
    started_by = models.CharField(_("发起岗位"), max_length=300, blank=True)
    # Snapshot: who, where and as what, frozen with the facts.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("工作单位"), max_length=200)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    branch_name = models.CharField(_("所在党支部"), max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    # What only the member can say.
    account = models.TextField(_("联系服务群众情况"), max_length=2000, blank=True)
    conduct = models.TextField(_("遵守社会公德、社区公约和作风情况"), max_length=1000, blank=True)
    # Where the year shows no reporting in, or no service.
    explanation = models.TextField(_("情况说明"), max_length=1000, blank=True)
    signed_at = models.DateTimeField(_("本人填报时间"), null=True)
    signed_on = models.DateField(_("本人签名日期"), null=True)
    # Empty: by the member; else how it came to the unit, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    signed_by = models.CharField(_("填报岗位"), max_length=300, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    opinion = models.CharField(_("单位党组织意见"), max_length=500, blank=True)
    number = models.CharField(_("编号"), max_length=40, blank=True)
    filed_at = models.DateTimeField(_("归档时间"), null=True)
    filed_by = models.CharField(_("归档岗位"), max_length=300, blank=True)
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = AnnualFormQuerySet.as_manager()

    visibility = Visibility(
        view="annual_form.view",
        # 组织部 reads them; streets and communities do not.
        area="unit__area",
        unit="unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-period", "-id")
        verbose_name = _("年度情况表")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "period"),
                condition=~Q(state=AnnualFormState.WITHDRAWN),
                name="annual_form_stands_once_per_member_and_year",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(AnnualFormState.SIGNED, AnnualFormState.FILED))
                | Q(signed_on__isnull=False, signed_at__isnull=False),
                name="annual_form_signed_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnnualFormState.FILED)
                | (Q(filed_at__isnull=False) & ~Q(number="")),
                name="annual_form_filed_has_a_number",
            ),
        )
        indexes = (models.Index(fields=("unit", "period", "state"), name="annual_form_unit"),)

    def __str__(self) -> str:
        return f"{self.member_name} {self.period_label}"

    def get_absolute_url(self) -> str:
        """The form's page."""
        return reverse("members:annual-form-detail", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年."""
        return Period.parse(self.period).label

    @property
    def communities(self) -> list[str]:
        """The communities of its frozen facts, in the order in which they stand."""
        return [each["community"] for each in self.frozen("places")]

    def frozen(self, name: str) -> list[dict[str, Any]]:
        """Return a list of the frozen facts; empty while the form is open."""
        found: list[dict[str, Any]] = self.facts.get(name, [])
        return found


__all__ = ("AnnualForm", "AnnualFormQuerySet")
