"""Register, style, withdrawal and verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.documents.exceptions import UnknownWord
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries.styles import TEXTS
from partybuild.documents.registry import DocumentKind, kinds
from partybuild.documents.services.styling import refuse_unknown_words, words_of


class ProxySignForm(forms.Form):
    """How a body said that it has the paper."""

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label=_("来源"),
            choices=dictionary(area, "proxy.channel"),
            initial="phone",
            widget=forms.RadioSelect,
        )


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


_YES_NO = {
    "has_head": (_("用红头"), _("不用红头")),
    "is_sealed": (_("盖章（留出印章位置）"), _("不盖章")),
}


class StyleForm(forms.ModelForm):
    """What an office sets for a kind of document; what is left empty holds as the areas above have it."""

    class Meta:
        model = DocumentStyle
        fields = (
            "has_head",
            "mark",
            "prefix",
            "opening",
            "closing",
            "copies_to",
            "note",
            "is_sealed",
        )
        help_texts = {
            "mark": _(
                "红色大字，如“{发文机关}文件”。写成固定名称的只用于本级机关的文书；带占位的，下级也按这个样子用各自的名称。"
            ),
            "prefix": _(
                "编号前的文字，如“望江党工委”或“{简称}”。固定文字只用于本级机关，以免几家同号。"
            ),
            "copies_to": _("多个单位用顿号隔开。"),
            "note": _("印在成文日期下方的圆括号内，如联系人、电话。"),
        }
        widgets = {
            "opening": forms.Textarea(attrs={"rows": 3}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(
        self, *args: Any, kind: DocumentKind, origins: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in list(self.fields):
            if name not in kind.fields:
                del self.fields[name]
        for name, (yes, no) in _YES_NO.items():
            if name not in self.fields:
                continue
            now = yes if origins[name].value else no
            label = self.fields[name].label
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                required=False,
                choices=[
                    ("", _("沿用（现在是：%(now)s）") % {"now": now}),
                    ("on", yes),
                    ("off", no),
                ],
                coerce=lambda value: value == "on",
                empty_value=None,
            )
            held = getattr(self.instance, name)
            self.initial[name] = "" if held is None else ("on" if held else "off")
        for name, field in self.fields.items():
            if name in _YES_NO:
                continue
            parts = [str(field.help_text)] if field.help_text else []
            inherited = origins[name]
            if inherited.value and not getattr(self.instance, name):
                where = inherited.area.name if inherited.area else _("默认")
                parts.append(
                    _("留空时用%(where)s的：%(text)s") % {"where": where, "text": inherited.value}
                )
            words = words_of(kind, name)
            if words:
                said = "、".join(f"{{{word}}}（{meaning}）" for word, meaning in words.items())
                parts.append(_("可用的占位：%(words)s") % {"words": said})
            field.help_text = "　".join(parts)
        self._add_parts(origins)

    def _add_parts(self, origins: dict[str, Any]) -> None:
        kind = self.kind
        chosen = list(self.instance.parts) or list(origins["parts"].value)
        chosen = chosen or kind.chosen(kind.style)
        for group in dict.fromkeys(part.group for part in kind.parts):
            parts = [part for part in kind.parts if part.group == group]
            used = [key for key in chosen if key in {part.key for part in parts}]
            order = used + [part.key for part in parts if part.key not in used]
            for part in parts:
                said = _("%(name)s（必有）") if part.is_required else "%(name)s"
                self.fields[f"on_{part.key}"] = forms.BooleanField(
                    label=said % {"name": part.name},
                    required=False,
                    initial=part.key in chosen or part.is_required,
                    disabled=part.is_required,
                )
                self.fields[f"at_{part.key}"] = forms.IntegerField(
                    label=_("%(name)s的顺序") % {"name": part.name},
                    required=False,
                    min_value=1,
                    max_value=99,
                    initial=order.index(part.key) + 1,
                    widget=forms.NumberInput(attrs={"data-width": "2"}),
                )

    def part_rows(self) -> list[tuple[Any, list[tuple[Any, Any, Any]]]]:
        """Return (group, [(part, its switch, its place)]) as the page draws them."""
        groups: dict[Any, list[tuple[Any, Any, Any]]] = {}
        for part in self.kind.parts:
            row = (part, self[f"on_{part.key}"], self[f"at_{part.key}"])
            groups.setdefault(str(part.group), []).append(row)
        return list(groups.items())

    def text_fields(self) -> list[Any]:
        """Return the other fields."""
        return [field for field in self.visible_fields() if field.name[:3] not in {"on_", "at_"}]

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders for which nothing would be put in, each at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in TEXTS:
            if name in cleaned:
                try:
                    refuse_unknown_words(self.kind, {name: cleaned[name]})
                except UnknownWord as refused:
                    self.add_error(None, refused)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service takes: parts as they were ordered, [] where nothing was changed."""
        cleaned = self.cleaned_data
        found = {name: cleaned[name] for name in self.Meta.fields if name in self.fields}
        places = {
            part.key: cleaned.get(f"at_{part.key}") or 99
            for part in self.kind.parts
            if cleaned.get(f"on_{part.key}") or part.is_required
        }
        standing = {part.key: number for number, part in enumerate(self.kind.parts)}
        chosen = sorted(places, key=lambda key: (places[key], standing[key]))
        default = [part.key for part in self.kind.parts if part.is_default or part.is_required]
        if self.kind.parts:
            is_as_before = not self.instance.parts and not any(
                name.startswith(("on_", "at_")) for name in self.changed_data
            )
            found["parts"] = (
                [] if is_as_before or (chosen == default and not self.instance.parts) else chosen
            )
        return found
