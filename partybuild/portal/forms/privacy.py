"""Correcting one's own data, and answering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.portal.queries.own_data import Holder


class CorrectionForm(forms.Form):
    """What is wrong, what is right, and who keeps it."""

    organization = forms.ChoiceField(label=_("由谁更正"), widget=forms.RadioSelect)
    matter = forms.CharField(
        label=_("哪一项不对"), max_length=100, help_text=_("如“手机号”“职务”“服务记录少一次”")
    )
    wanted = forms.CharField(
        label=_("正确的内容"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("加密保存，只有本人和答复单位能看到。"),
    )

    def __init__(self, *args: Any, holders: list[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(each.organization.uid), f"{each.organization.called}（{each.matter}）")
            for each in holders
        ]
        self.fields["organization"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["organization"].initial = choices[0][0]


class CorrectionAnswerForm(forms.Form):
    """Corrected, or why not."""

    is_corrected = forms.TypedChoiceField(
        label=_("办理结果"),
        choices=(("yes", _("已更正")), ("no", _("不予更正"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("答复本人"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("说明改了什么，或为什么不改。请勿写身份证号。"),
    )
