"""Fields that several forms of joint meetings share."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Council
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import SHANGHAI
from partybuild.organizations.models import Organization


class OrganizationField(forms.ModelChoiceField):
    """One organization out of those given, by its uid."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.none())
        kwargs.setdefault("to_field_name", "uid")
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The full name: short names may be alike."""
        return str(obj.name)


class OrganizationsField(forms.ModelMultipleChoiceField):
    """Several organizations out of those given, by their uids."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.none())
        kwargs.setdefault("to_field_name", "uid")
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The full name: short names may be alike."""
        return str(obj.name)


def any_council() -> forms.ModelChoiceField:
    """Return the field of a list's form that keeps one council, or all; the form gives its rows."""
    return forms.ModelChoiceField(
        label=_("联席会"),
        queryset=Council.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("全部联席会"),
    )


def channel_field(area: Area, **kwargs: Any) -> forms.ChoiceField:
    """Return the field that says from where a proxy knows it: mostly a telephone call."""
    return forms.ChoiceField(
        label=_("来源"),
        choices=dictionary(area, "proxy.channel"),
        initial="phone",
        widget=forms.RadioSelect,
        **kwargs,
    )


def moment(day: date, at: time) -> datetime:
    """Return a day and a time of day in Shanghai as one moment."""
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that say something, without numbers in front of them."""
    stripped = (line.strip().lstrip("0123456789").lstrip(".、．) ") for line in text.splitlines())
    return [line[:300] for line in stripped if line]


SHORT = {"data-width": "20"}
PHONE = {"data-width": "20", "inputmode": "tel"}
