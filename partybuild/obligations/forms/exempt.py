"""Letting somebody off."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExemptForm(forms.Form):
    """The reason, which stands in the ledger."""

    reason = forms.CharField(
        label=_("免除理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "例如：停业整顿、整体搬迁、当期没有在职党员。理由会留在台账里，对方单位也能看到。"
        ),
        error_messages={"required": _("请写明免除理由。")},
    )
