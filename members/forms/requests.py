"""Forms of asking a community for its opinion, and of its answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.enums import RequestPurpose, RequestState
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, parameter
from partybuild.calendar import Period, add_working_days, today

_YEARS = 5


class RequestFilterForm(forms.Form):
    """Requests as a sentence."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=(("", _("全部")), *RequestState.choices)
    )
    sentence = _("显示{state}的征求意见")


class WhoForm(forms.Form):
    """About whom: a search among the people in sight."""

    q = forms.CharField(
        label=_("姓名"), max_length=20, help_text=_("输入姓名、姓名拼音首字母或手机号后四位")
    )


def _since(number: int) -> date:
    return date(today().year - number, 1, 1)


class AskForm(forms.Form):
    """Why, whom, since when, until when."""

    purpose = forms.ChoiceField(
        label=_("事由"), choices=RequestPurpose.choices, widget=forms.RadioSelect
    )
    question = forms.CharField(
        label=_("希望了解的情况"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如：报到和服务情况、邻里关系、群众口碑。不写的，社区按记录全面答复。"),
    )
    since = forms.TypedChoiceField(label=_("了解期间"), coerce=date.fromisoformat)
    communities = forms.ModelMultipleChoiceField(
        label=_("征求哪些社区的意见"),
        queryset=Area.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("列出的是本人报到过的社区"),
    )
    due_on = forms.DateField(label=_("请在此日期前答复"))

    def __init__(
        self, *args: Any, communities: QuerySet[Any], area: Area | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["communities"].queryset = communities
        fields["communities"].initial = [str(each.uid) for each in communities]
        fields["since"].choices = [
            (
                _since(number).isoformat(),
                Period.of(_since(number), "year").label
                + (_("以来") if number else _("（今年以来）")),
            )
            for number in range(_YEARS)
        ]
        # Vetting asks about the last years rather than the last months.
        fields["since"].initial = _since(2).isoformat()
        days = parameter(area, "request.due_days")
        fields["due_on"].initial = add_working_days(today(), days)

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        day: date = self.cleaned_data["due_on"]
        if day < today():
            raise forms.ValidationError(_("答复期限不能早于今天。"))
        return day


class ReplyForm(forms.Form):
    """What the community says beside its record."""

    conduct = forms.CharField(
        label=_("遵守公德公约情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=_("遵守社会公德和居民公约，没有收到群众反映的问题。"),
    )
    problems = forms.CharField(
        label=_("存在问题"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("没有的不填"),
    )
    opinion = forms.CharField(
        label=_("社区党组织意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DraftForm(ReplyForm):
    """The same while it is being written: nothing has to be complete."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("conduct", "opinion"):
            self.fields[name].required = False


class DeclineForm(forms.Form):
    """Why the community cannot answer."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=200, help_text=_("如：已搬离本社区，请向现居住地社区征求。")
    )


class TakeBackForm(forms.Form):
    """Why the question is taken back."""

    reason = forms.CharField(label=_("撤回原因"), max_length=200)


class ReplyUseForm(forms.Form):
    """What the unit used the answer for."""

    use = forms.ChoiceField(label=_("结果运用"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)
    on = forms.DateField(label=_("运用日期"), initial=today)

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = dictionary(area, "feedback.use")  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("运用日期不能晚于今天。"))
        return day
