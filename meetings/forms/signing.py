"""Signing in at a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms.fields import SHORT, OrganizationField
from partybuild.access import Actor
from partybuild.organizations.models import Organization


class SignInForm(forms.Form):
    """The code on the screen, and who has come."""

    code = forms.CharField(
        label=_("签到码"),
        max_length=80,
        help_text=_("会场屏幕上二维码下面的6位数字"),
        widget=forms.TextInput(
            attrs={"data-width": "10", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )
    person_name = forms.CharField(
        label=_("签到人"), max_length=50, widget=forms.TextInput(attrs=SHORT)
    )
    post = forms.CharField(
        label=_("职务"), max_length=100, required=False, widget=forms.TextInput(attrs=SHORT)
    )

    def __init__(self, *args: Any, has_scanned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_scanned:
            self.fields["code"].widget = forms.HiddenInput()


class HandForm(forms.Form):
    """Signing somebody in who cannot by phone."""

    organization = OrganizationField(label=_("单位"), empty_label=_("请选择"))
    person_name = forms.CharField(
        label=_("签到人"), max_length=50, widget=forms.TextInput(attrs=SHORT)
    )
    reason = forms.CharField(
        label=_("代签原因"),
        max_length=300,
        initial=_("手机不便"),
        widget=forms.TextInput(attrs=SHORT),
    )

    def __init__(
        self, *args: Any, by: Actor, organizations: Iterable[Organization], **kwargs: Any
    ) -> None:
        kwargs["auto_id"] = "hand_%s"
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
            pk__in=[body.pk for body in organizations]
        )
