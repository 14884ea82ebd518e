"""A resident's small wish, and what is kept apart: who made it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import Row, Versioned
from wishes.enums import HIDDEN, UNFINISHED, WishState


class WishQuerySet(ScopedQuerySet):
    """Filters on wishes."""

    def opened(self) -> Self:
        """Keep those that may be claimed."""
        return self.filter(state=WishState.OPEN)

    def published(self) -> Self:
        """Keep those that have been shown, whatever became of them."""
        return self.filter(published_on__isnull=False)


class Wish(Row, Versioned, AreaKeys):
    """A resident's small wish (微心愿) as it may be shown: a name to call them by, and the wish.

    Whose it is stands in `Wisher`, which only the community reads.
    """

    row_history_dictionaries: ClassVar = {"category": "wish.class", "channel": "wish.source"}
    # A day of a call, no number.
    row_history_shows: ClassVar = ("phoned_on",)

    community = models.ForeignKey(
        Area, models.PROTECT, related_name="wishes", verbose_name=_("所在社区")
    )
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在网格"),
    )
    # A word of the dictionary wish.class.
    category = models.CharField(_("心愿类别"), max_length=50)
    title = models.CharField(_("微心愿"), max_length=50)
    content = models.TextField(_("心愿内容"), max_length=500, blank=True)
    shown_name = models.CharField(_("公示称呼"), max_length=20)
    wanted_by = models.DateField(_("希望实现日期"), null=True, blank=True)
    # Whom claimers ask: somebody of the community, never the wisher.
    contact = models.CharField(_("联系人"), max_length=50)
    contact_phone = models.CharField(_("联系电话"), max_length=30)
    heard_on = models.DateField(_("征集日期"))
    # How the community heard of it, a word of the dictionary wish.source.
    channel = models.CharField(_("征集方式"), max_length=50)
    state = models.CharField(
        _("状态"), max_length=20, choices=WishState.choices, default=WishState.ENTERED
    )
    phoned_on = models.DateField(_("电话核实日期"), null=True, editable=False)
    visited_on = models.DateField(_("上门核实日期"), null=True, editable=False)
    verified_by = models.CharField(_("核实岗位"), max_length=300, blank=True, editable=False)
    agreed_to_show = models.BooleanField(_("许愿人同意公示"), default=False, editable=False)
    published_on = models.DateField(_("公示日期"), null=True, editable=False)
    ended_on = models.DateField(_("结束日期"), null=True, editable=False)
    end_reason = models.CharField(_("原因"), max_length=200, blank=True, editable=False)

    objects = WishQuerySet.as_manager()

    # Members and units see what was published where they belong: reach.py.
    visibility = Visibility(
        view="wish.view",
        area="community",
        unit=None,
        organizations=("claims__unit",),
        persons=("claims__member__person",),
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-heard_on", "-id")
        verbose_name = _("微心愿")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=(WishState.ENTERED, WishState.DECLINED, WishState.WITHDRAWN))
                | Q(phoned_on__isnull=False, visited_on__isnull=False),
                name="wish_goes_on_once_verified",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(agreed_to_show=True),
                name="wish_is_shown_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*HIDDEN, WishState.WITHDRAWN))
                | Q(published_on__isnull=False),
                name="wish_shown_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(WishState.CLOSED, WishState.DECLINED, WishState.WITHDRAWN))
                ^ Q(ended_on=None),
                name="wish_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(WishState.DECLINED, WishState.WITHDRAWN))
                | ~Q(end_reason=""),
                name="wish_dropped_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(phoned_on=None) | Q(phoned_on__gte=F("heard_on")))
                & (Q(visited_on=None) | Q(visited_on__gte=F("heard_on"))),
                name="wish_verified_after_it_was_heard",
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "-heard_on", "-id"), name="wish_community"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The wish's page."""
        return reverse("wishes:wish-detail", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether it may be claimed."""
        return self.state == WishState.OPEN

    @property
    def is_unfinished(self) -> bool:
        """Whether it may still be taken back."""
        return self.state in UNFINISHED

    @property
    def is_changeable(self) -> bool:
        """Whether its words may still be changed: nobody has been promised anything else."""
        return self.state in {WishState.ENTERED, WishState.VERIFIED, WishState.OPEN}


class Wisher(Row):
    """Who made a wish (许愿人): read by the community alone, erased when it has been over long enough."""

    holds_personal_data = True

    wish = models.OneToOneField(Wish, models.PROTECT, related_name="wisher")
    name = EncryptedTextField(_("许愿人姓名"))
    phone = EncryptedTextField(_("许愿人电话"))
    address = EncryptedTextField(_("家庭住址"))
    circumstances = EncryptedTextField(_("家庭情况"))
    verification = EncryptedTextField(_("核实情况"))
    erased_on = models.DateField(_("删除日期"), null=True, editable=False)

    # The rest is confidential (domain.md, trap 22): neither street nor claimers.
    visibility = Visibility(
        view="wish.wisher",
        area="wish__community",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("许愿人信息")

    def __str__(self) -> str:
        return str(self.uid)

    def get_absolute_url(self) -> str:
        """The wish's page, where the community opens it."""
        return self.wish.get_absolute_url()
