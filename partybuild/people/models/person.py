"""The person."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields import EncryptedTextField, keyed_hash
from partybuild.fields.codes import mask_id_number, mask_phone
from partybuild.fields.models import Row
from partybuild.people.enums import Gender


class Person(Row):
    """A human being (人员): may hold appointments, be a Party member, have a way to sign in."""

    holds_personal_data = True

    name = models.CharField(_("姓名"), max_length=50)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    initials = models.CharField(max_length=50, blank=True, editable=False)
    gender = models.CharField(_("性别"), max_length=10, choices=Gender.choices, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    phone = EncryptedTextField(_("联系电话"))
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    id_number = EncryptedTextField(_("公民身份号码"))
    id_number_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Entered a second time by somebody who may not learn of the first: found by its own hash until
    # the bodies concerned have settled which of the two stands.
    is_double = models.BooleanField(default=False, editable=False)
    double_hash = models.CharField(max_length=64, blank=True, editable=False)
    mail = models.EmailField(_("电子邮箱"), blank=True)
    sort = models.IntegerField(_("排序"), default=0)
    # A double that was settled: the row that stands for the same human.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from"
    )
    # Erased at their wish: nothing of them is left here, and nothing is entered again.
    erased_at = models.DateTimeField(null=True, editable=False)

    visibility = Visibility(
        view="appointment.view",
        area="appointments__organization__area",
        unit="appointments__organization",
        organizations=None,
        persons=None,
        own="pk",
        open=None,
        administrators=Q(appointments__isnull=False),
    )

    class Meta:
        verbose_name = _("人员")
        constraints = (
            models.UniqueConstraint(
                fields=("id_number_hash",),
                condition=~Q(id_number_hash=""),
                name="person_id_number_is_unique",
            ),
        )
        indexes = (
            models.Index(fields=("phone_hash",), name="person_phone_hash"),
            models.Index(
                fields=("double_hash",), condition=~Q(double_hash=""), name="person_double_hash"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the hashes beside the values they find."""
        self.renew_hashes()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {
                *kwargs["update_fields"],
                "phone_hash",
                "id_number_hash",
                "double_hash",
            }
        super().save(*args, **kwargs)

    def renew_hashes(self) -> None:
        """Compute the hashes by which this person is found; a double does not clash with the first."""
        hashed = keyed_hash(self.id_number, "id_number")
        self.phone_hash = keyed_hash(self.phone, "phone")
        self.id_number_hash = "" if self.is_double else hashed
        self.double_hash = hashed if self.is_double else ""

    @property
    def has_id_number(self) -> bool:
        """Whether a number is known, without opening it."""
        return bool(self.id_number_hash or self.double_hash)

    @property
    def masked_phone(self) -> str:
        """138****8000."""
        return mask_phone(self.phone)

    @property
    def masked_id_number(self) -> str:
        """First 3 and last 1 characters."""
        return mask_id_number(self.id_number)
