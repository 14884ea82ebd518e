"""Deciding what somebody asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

APPROVE, REFUSE = "approve", "refuse"


class DecideForm(forms.Form):
    """Two buttons and an opinion; who refuses says why."""

    opinion = forms.CharField(
        label=_("审批意见"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("同意时可以不写；不同意时请写明原因，申请人能看到。"),
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.choice = (data or {}).get("decision", "")

    @property
    def is_approval(self) -> bool:
        """Which of the two buttons was pressed."""
        return bool(self.choice == APPROVE)

    def clean(self) -> dict[str, Any]:
        """Refuse what is neither button."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.choice not in {APPROVE, REFUSE}:
            self.add_error(None, _("请按“同意”或“不同意”。"))
        return cleaned
