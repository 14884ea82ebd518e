"""Choosing a file, undoing a batch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.exchange.reader.limits import MAX_BYTES
from partybuild.exchange.sheets import Sheet

MAX_MB = MAX_BYTES // 1024 // 1024


class UploadForm(forms.Form):
    """A file and what its sheet does not say."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("可以上传 .xlsx、.xls、.csv，不超过20MB。"),
        max_length=200,
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,.xls,.xlsm,.csv", "data-max-mb": str(MAX_MB)}
        ),
    )

    def __init__(self, *args: Any, sheet: Sheet, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = sheet.option_fields(by)
        self.fields.update(self.options)
        if sheet.needs_reason:
            self.fields["reason"] = forms.CharField(
                label=_("导入理由"),
                max_length=200,
                help_text=_("会写进操作记录，如“2026年区划调整”。"),
            )

    def clean_file(self) -> Any:
        """Refuse by size before anything is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("文件超过%(limit)dMB。请删去图片和多余的工作表，或拆成几个文件分别导入。"),
                params={"limit": MAX_MB},
            )
        return file

    def chosen(self) -> dict[str, str]:
        """Return the choices as the batch keeps them."""
        return {name: str(self.cleaned_data.get(name) or "") for name in self.options}


class UndoForm(forms.Form):
    """Why a whole batch is taken back."""

    reason = forms.CharField(
        label=_("撤销理由"), max_length=200, help_text=_("会写进操作记录，如“传错了文件”。")
    )
