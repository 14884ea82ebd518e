"""Forms around the annual form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import AnnualFormState
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, parameter
from partybuild.calendar import Period, add_working_days, today

_YEARS = 4
# From this month on a unit asks for the year that runs; before, for the one that is over.
_YEAR_END = 10


def years() -> list[tuple[str, str]]:
    """Return this year and those before it, newest first."""
    year = Period.of(today(), "year")
    found = []
    for _number in range(_YEARS):
        found.append((str(year), year.label))
        year = year.previous()
    return found


def year_asked_for() -> Period:
    """Return the year that a unit most probably means."""
    year = Period.of(today(), "year")
    return year if today().month >= _YEAR_END else year.previous()


class AnnualFilterForm(forms.Form):
    """Annual forms as a sentence."""

    period = forms.ChoiceField(label=_("年度"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=(("", _("全部")), *AnnualFormState.choices)
    )
    sentence = _("显示{period}{state}的年度情况表")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [("", _("全部年度")), *years()]  # type: ignore[attr-defined]


class StartForm(forms.Form):
    """Which year, and until when."""

    period = forms.ChoiceField(label=_("年度"), widget=forms.HiddenInput)
    due_on = forms.DateField(label=_("请党员在此日期前提交"))

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = years()  # type: ignore[attr-defined]
        self.fields["period"].initial = str(year_asked_for())
        days = parameter(area, "annual_form.due_days")
        self.fields["due_on"].initial = add_working_days(today(), days)

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        day: date = self.cleaned_data["due_on"]
        if day < today():
            raise forms.ValidationError(_("截止日期不能早于今天。"))
        return day


def _text(label: Any, most: int, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class SignForm(forms.Form):
    """What only the member can say; the record stands beside it."""

    account = _text(
        _("联系服务群众情况"),
        2000,
        5,
        help_text=_(
            "一两句话即可：做了什么，帮群众解决了什么问题。次数、时长不用写，已按记录填好。"
        ),
    )
    conduct = _text(
        _("遵守社会公德、社区公约和作风情况"),
        1000,
        3,
        help_text=_("如：遵守社会公德和居民公约，没有群众反映的问题。"),
    )
    explanation = _text(_("情况说明"), 1000, 3, required=False)

    def __init__(self, *args: Any, explain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if explain:
            self.fields["explanation"].required = True
            self.fields["explanation"].help_text = _(
                "记录中没有报到或没有参加服务，请写明原因，如：长期外派、刚调入。"
            )
        else:
            del self.fields["explanation"]


class SignProxyForm(SignForm):
    """What stands on the paper that the member handed in."""

    channel = forms.ChoiceField(label=_("收到方式"), widget=forms.RadioSelect, initial="paper")
    on = forms.DateField(label=_("本人签名日期"), initial=today)

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("签名日期不能晚于今天。"))
        return day


class ReturnAnnualForm(forms.Form):
    """Why a form goes back."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=200, help_text=_("如：请补充微心愿的完成情况。")
    )


class WithdrawAnnualForm(forms.Form):
    """Why a form is not asked for after all."""

    reason = forms.CharField(
        label=_("撤销原因"), max_length=200, help_text=_("如：已调离、发起时选错了人。")
    )


class FileAnnualForm(forms.Form):
    """The unit's opinion."""

    opinion = forms.CharField(
        label=_("单位党组织意见"), max_length=500, required=False, initial=_("情况属实。")
    )
