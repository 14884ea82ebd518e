"""Teams of volunteers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import TeamRole
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields.models import Dated, Row


class TeamQuerySet(ScopedQuerySet):
    """Filters on teams."""

    def current(self) -> Self:
        """Keep those that have not been dissolved."""
        return self.filter(valid_to=None)


class Team(Row, Dated):
    """A community's team of volunteers (志愿服务队), with its leader."""

    row_history_dictionaries: ClassVar = {"kind": "team.kind"}

    community = models.ForeignKey(
        Area, models.PROTECT, related_name="teams", verbose_name=_("所属社区")
    )
    grid = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在网格")
    )
    name = models.CharField(_("队伍名称"), max_length=100)
    # A word of the dictionary team.kind.
    kind = models.CharField(_("队伍类别"), max_length=50)
    content = models.CharField(_("服务内容"), max_length=300, blank=True)

    objects = TeamQuerySet.as_manager()

    # Members see the teams of the communities they report in at: reach.py.
    visibility = Visibility(
        view="team.view",
        area="community",
        unit=None,
        organizations=None,
        persons=("members__member__person",),
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("志愿服务队")
        constraints = (
            models.UniqueConstraint(
                fields=("community", "name"),
                condition=Q(valid_to=None),
                name="team_name_stands_once_per_community",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="team_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The team's page."""
        return reverse("members:team-detail", args=(self.uid,))


class TeamMemberQuerySet(ScopedQuerySet):
    """Filters on places in teams."""

    def current(self) -> Self:
        """Keep those who have not left."""
        return self.filter(valid_to=None)

    def leaders(self) -> Self:
        """Keep those who lead."""
        return self.filter(role=TeamRole.LEADER)


class TeamMember(Row, Dated):
    """A member's place in a team (队员、领队), dated; one leads."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "valid_from",
        "valid_to",
    )

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="team_places")
    role = models.CharField(
        _("担任"), max_length=20, choices=TeamRole.choices, default=TeamRole.MEMBER
    )
    member_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    # Who claims is a person: seen as members are, so that the city sees posts and no names.
    visibility = Visibility(
        view="member.view",
        area="team__community",
        unit="member__places__unit",
        organizations=("member__places__unit",),
        persons=("member__person",),
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("role", "member_name", "id")
        verbose_name = _("队员")
        constraints = (
            models.UniqueConstraint(
                fields=("team", "member"),
                condition=Q(valid_to=None),
                name="team_member_stands_once",
            ),
            models.UniqueConstraint(
                fields=("team",),
                condition=Q(valid_to=None, role=TeamRole.LEADER),
                name="team_has_one_leader",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="team_member_leaves_after_joining",
            ),
        )

    def __str__(self) -> str:
        return f"{self.team} {self.get_role_display()}"


__all__ = ("Team", "TeamMember", "TeamMemberQuerySet", "TeamQuerySet")
