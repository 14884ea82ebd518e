"""Choices about organizations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganizationKind(models.TextChoices):
    """What a body is."""

    PARTY = "party", _("党组织")
    UNIT = "unit", _("驻区单位")
    OTHER = "other", _("其他组织")


class PartyOrganizationKind(models.TextChoices):
    """The class of a Party organization (党组织类型)."""

    WORKING_COMMITTEE = "working_committee", _("党工委")
    COMMITTEE = "committee", _("党委")
    GENERAL_BRANCH = "general_branch", _("党总支")
    BRANCH = "branch", _("党支部")
    JOINT_BRANCH = "joint_branch", _("联合党支部")
    FUNCTIONAL_BRANCH = "functional_branch", _("功能型党支部")
    GROUP = "group", _("党小组")


class EventKind(models.TextChoices):
    """What is done to organizations."""

    ORGANIZATION_CREATED = "organization.created", _("新建组织")
    ORGANIZATION_CHANGED = "organization.changed", _("修改组织")
    ORGANIZATION_ENDED = "organization.ended", _("撤销组织")
