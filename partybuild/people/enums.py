"""Choices about people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    """性别."""

    MALE = "male", _("男")
    FEMALE = "female", _("女")


class EventKind(models.TextChoices):
    """What is done to a person's own data."""

    PERSON_CREATED = "person.created", _("登记人员")
    PERSON_CHANGED = "person.changed", _("修改人员信息")
