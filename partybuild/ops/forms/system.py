"""Forms of the system administrator."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SystemReasonForm(forms.Form):
    """Why: written into the audit."""

    reason = forms.CharField(
        label=_("原因"), min_length=2, max_length=300, help_text=_("写进操作记录。")
    )
