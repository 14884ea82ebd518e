"""What a list is taken away for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.exchange.enums import ExportFormat
from partybuild.exchange.lists import ListExport, may_export


class ExportForm(forms.Form):
    """Format and purpose; unmasked only where the post may."""

    file_format = forms.ChoiceField(
        label=_("文件格式"),
        choices=ExportFormat.choices,
        initial=ExportFormat.XLSX,
        widget=forms.RadioSelect,
    )
    unmasked = forms.TypedChoiceField(
        label=_("个人信息"),
        choices=((False, _("遮盖（平时用这个）")), (True, _("不遮盖"))),
        coerce=lambda value: value == "True",
        initial=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("用途"),
        min_length=2,
        max_length=300,
        initial=_("日常工作使用"),
        help_text=_("写进文件第二行，也写进操作记录，例如：春节走访慰问名单。"),
    )

    def __init__(self, data: Any = None, *, export: ListExport, by: Actor) -> None:
        if data is not None:
            # Who says nothing gets the mask.
            data = data.copy()
            data.setdefault("unmasked", "False")
        super().__init__(data)
        if not may_export(by, export, unmasked=True):
            del self.fields["unmasked"]
            return
        shown = "、".join(export.unmasked_words(by))
        words = _("不遮盖时给出完整的%(shown)s：须再次验证身份，另写明具体用途。")
        if by.scope.cell("export.unmasked").needs_second_person:
            words = _(
                "不遮盖时给出完整的%(shown)s：须再次验证身份，写明具体用途，并由另一个人同意。"
            )
        self.fields["unmasked"].help_text = words % {"shown": shown}

    def clean(self) -> dict[str, Any]:
        """An unmasked list needs a purpose of its own."""
        values = super().clean() or {}
        usual = str(self.fields["reason"].initial)
        if values.get("unmasked") and values.get("reason", "").strip() in {usual, ""}:
            self.add_error("reason", _("导出不遮盖的名单，请写明具体用途。"))
        return values
