"""Letting somebody off."""

from typing import Any

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

    def __init__(self, *args: Any, about_person: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if about_person:
            self.fields["reason"].help_text = _(
                "例如：外派在外地工作、居住在外市。理由会留在台账里，社区也能看到；不要写病情等个人隐私。"
            )
