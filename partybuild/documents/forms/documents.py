"""Register, style, withdrawal and verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.documents.models import DocumentStyle
from partybuild.documents.registry import DocumentKind, kinds


class RegisterFilterForm(forms.Form):
    """Narrows the register."""

    sentence = _("显示{kind}，标题或字号含{q}")
    kind = forms.ChoiceField(label=_("文种"), required=False)
    q = forms.CharField(label=_("标题或字号"), required=False, max_length=50)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [("", _("全部文种"))] + [
            (kind.key, kind.name) for kind in kinds() if not kind.is_form
        ]


class WithdrawForm(forms.Form):
    """Why a document is taken out of force."""

    reason = forms.CharField(
        label=_("作废原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class VerifyForm(forms.Form):
    """The code on the paper."""

    code = forms.CharField(
        label=_("核验码"),
        max_length=40,
        help_text=_("文书末页二维码旁的12位字母和数字，不分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"}),
    )


class StyleForm(forms.ModelForm):
    """What an office sets for a kind of document."""

    class Meta:
        model = DocumentStyle
        fields = ("mark", "prefix", "opening", "closing", "copies_to", "note", "is_sealed")
        help_texts = {
            "mark": _("红色版头文字，如“中共江湾区望江街道工作委员会文件”。没有红头的留空。"),
            "prefix": _("编号前的文字，如“望江党工委”；留空则不从字号簿取号。"),
            "copies_to": _("多个单位用顿号隔开。"),
            "note": _("印在成文日期下方的圆括号内。"),
        }
        widgets = {
            "opening": forms.Textarea(attrs={"rows": 3}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, kind: DocumentKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "、".join("{" + name + "}" for name in kind.words)
        for name in ("opening", "closing"):
            default = getattr(kind.style, name)
            parts = [_("默认：%(text)s") % {"text": default}] if default else []
            if words:
                parts.append(_("可用的占位：%(words)s") % {"words": words})
            self.fields[name].help_text = "　".join(str(part) for part in parts)
