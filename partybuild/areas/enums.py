"""Choices of the area tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    """What an area is called; its level is separate (村 stand beside 社区)."""

    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    DISTRICT = "district", _("区（县、市）")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    TOWNSHIP = "township", _("乡")
    SPECIAL = "special", _("开发区、园区等")
    COMMUNITY = "community", _("社区")
    VILLAGE = "village", _("村")
    OTHER = "other", _("其他")
    GRID = "grid", _("网格")


class EventKind(models.TextChoices):
    """What is done to areas and their parameters."""

    AREA_CREATED = "area.created", _("新建区域")
    AREA_CHANGED = "area.changed", _("修改区域")
    AREAS_IMPORTED = "area.imported", _("导入区域名册")
    PARAMETER_SET = "parameter.set", _("修改参数")
    DICTIONARY_SET = "dictionary.set", _("修改字典")
    WORKING_DAYS_SET = "working_day.set", _("调整工作日")
