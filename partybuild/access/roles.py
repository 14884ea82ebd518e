"""The roles of access.csv and the levels of the area tree that give committee staff theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """The level of an area: its official code has 2, 4, 6, 9 or 12 digits; a grid its own suffix."""

    PROVINCE = 1, _("省")
    CITY = 2, _("市")
    DISTRICT = 3, _("区县")
    STREET = 4, _("街道")
    COMMUNITY = 5, _("社区")
    GRID = 6, _("网格")


class Role(models.TextChoices):
    """What an appointment lets a person be; committee staff (工委工作人员) at any level is one role."""

    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")
    COMMITTEE = "committee", _("党（工）委工作人员")
    COMMUNITY_SECRETARY = "community_secretary", _("社区党组织书记")
    COMMUNITY_WORKER = "community_worker", _("社区党务工作者")
    UNIT_SECRETARY = "unit_secretary", _("单位党组织书记")
    UNIT_LIAISON = "unit_liaison", _("单位联络员")
    MEMBER = "member", _("在职党员")
    # Reserved names: no page gives them yet.
    SECTOR_COMMITTEE = "sector_committee", _("机关工委工作人员")
    GRID_WORKER = "grid_worker", _("网格员")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
AREA_ROLES = frozenset({Role.COMMITTEE, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})
UNIT_ROLES = frozenset({Role.UNIT_SECRETARY, Role.UNIT_LIAISON})

_COMMITTEE_COLUMNS = {
    Level.PROVINCE: "city",
    Level.CITY: "city",
    Level.DISTRICT: "district",
    Level.STREET: "street",
    Level.COMMUNITY: "community_worker",
}


def column_of(role: str | None, level: int | None) -> str:
    """Return the column of access.csv in which a role at a level reads its rights; "" for none."""
    if role is None:
        return ""
    if role == Role.COMMITTEE:
        return _COMMITTEE_COLUMNS.get(Level(level), "") if level is not None else ""
    if role in {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}:
        return ""
    return str(role)
