"""Saying something, answering it, passing it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.portal.enums import OUTCOMES, SuggestionState


class SuggestionForm(forms.Form):
    """What one wishes to say, to whom where there is a choice, and the choice not to be named."""

    area = forms.ChoiceField(label=_("写给"), required=False)
    text = forms.CharField(
        label=_("意见或建议"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("请勿填写涉密内容和他人的身份证号、住址等个人信息。"),
        error_messages={"required": _("请写下您的意见或建议。")},
    )
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=100,
        required=False,
        help_text=_("希望有人直接联系您的，请留电话或邮箱。"),
    )
    is_anonymous = forms.BooleanField(
        label=_("匿名提交"),
        required=False,
        help_text=_("不记录您的姓名和岗位，提交后给您一个查询码，凭它查看答复。"),
    )
    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, places: Sequence[Area] = (), is_signed_in: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(area.uid): area for area in places}
        # One place needs no question; a stranger may leave it to the district.
        if len(self.places) < 2 and is_signed_in:
            del self.fields["area"]
        else:
            field = self.fields["area"]
            assert isinstance(field, forms.ChoiceField)
            names = [(uid, _called(area)) for uid, area in self.places.items()]
            if is_signed_in:
                field.choices = names
                field.initial = names[0][0]
            else:
                field.choices = [("", _("不清楚，由区里转交")), *names]
        if not is_signed_in:
            # Nobody is signed in: there is no name to leave out.
            del self.fields["is_anonymous"]

    def clean(self) -> dict[str, Any]:
        """Give the place itself, the only one where there was no choice."""
        given = super().clean() or self.cleaned_data
        chosen = given.get("area") or ""
        only = next(iter(self.places.values()), None) if "area" not in self.fields else None
        given["area"] = self.places.get(chosen, only)
        return given


class SuggestionNoteForm(forms.Form):
    """What somebody said by telephone, in a chat, on paper or at the desk."""

    channel = forms.ChoiceField(label=_("怎样提出的"), widget=forms.RadioSelect)
    said_by = forms.CharField(
        label=_("提出人"),
        max_length=50,
        required=False,
        help_text=_("本人不愿留名的不填。"),
    )
    text = forms.CharField(
        label=_("意见或建议"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("照原话记，请勿填写涉密内容和身份证号。"),
        error_messages={"required": _("请写下意见或建议。")},
    )
    contact = forms.CharField(
        label=_("联系方式"), max_length=100, required=False, help_text=_("答复时用。")
    )

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = channels


class AnswerForm(forms.Form):
    """The answer, and what becomes of it."""

    outcome = forms.ChoiceField(
        label=_("怎样处理"),
        choices=[(each.value, each.label) for each in OUTCOMES],
        widget=forms.RadioSelect,
        initial=SuggestionState.ANSWERED.value,
        help_text=_("选“已采纳，正在办理”的，办完后再填写结果。"),
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不采纳的请说明原因。留名的本人会收到通知。"),
        error_messages={"required": _("请填写答复。")},
    )
    finish_on = forms.DateField(
        label=_("预计办结日期"),
        required=False,
        help_text=_("选“已采纳，正在办理”的才填；不填的按本地规定的天数算，到期提醒，本人看得到。"),
    )

    def clean(self) -> dict[str, Any]:
        """Only what is taken up has a day, and one that is still to come."""
        given = super().clean() or self.cleaned_data
        if given.get("outcome") != SuggestionState.UNDERWAY:
            given["finish_on"] = None
        elif (day := given.get("finish_on")) is not None and day < today():
            self.add_error("finish_on", _("预计办结日期不能早于今天。"))
        return given


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(
        label=_("办理结果"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请填写办理结果。")},
    )


class PassOnForm(forms.Form):
    """To whom it belongs."""

    area = forms.ChoiceField(label=_("转给"), error_messages={"required": _("请选择转给哪里。")})
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, places: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(area.uid): area for area in places}
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("请选择")),
            *((uid, _called(area)) for uid, area in self.places.items()),
        ]

    def clean_area(self) -> Area:
        """Give the place itself."""
        return self.places[self.cleaned_data["area"]]


class CodeForm(forms.Form):
    """The code of an anonymous suggestion."""

    code = forms.CharField(
        label=_("查询码"),
        max_length=20,
        widget=forms.TextInput(attrs={"data-width": "20", "autocapitalize": "characters"}),
        help_text=_("提交时页面给出的10位字母和数字，不分大小写。"),
        error_messages={"required": _("请填写查询码。")},
    )


class SuggestionFilter(forms.Form):
    """Which of those received."""

    sentence = _("显示{state}的意见建议")
    state = forms.ChoiceField(
        label=_("办理情况"), required=False, choices=[("", _("全部")), *SuggestionState.choices]
    )


def _called(area: Area) -> str:
    """Return 望江街道 和平社区: names of communities repeat."""
    return f"{area.parent.name} {area.name}" if area.parent is not None else area.name
