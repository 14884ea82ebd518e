"""Forms of service records and summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period, today
from units.forms.units import AreaField


class ServiceForm(forms.Form):
    """One activity for many members: say it once, tick who was there."""

    date = forms.DateField(label=_("服务日期"), initial=today)
    content = forms.CharField(
        label=_("服务内容"), max_length=200, help_text=_("如：清扫楼道、上门陪护老人")
    )
    kind = forms.ChoiceField(label=_("服务类别"))
    hours = forms.DecimalField(
        label=_("每人时长"),
        min_value=Decimal("0.5"),
        max_value=24,
        decimal_places=1,
        initial=Decimal(2),
        widget=forms.NumberInput(attrs={"data-unit": _("小时"), "data-width": "4", "step": "0.5"}),
    )
    place = forms.CharField(label=_("地点"), max_length=100, required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = dictionary(area, "service.kind")  # type: ignore[attr-defined]
        self.fields["kind"].initial = "governance"

    def clean_date(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["date"]
        if day > today():
            raise forms.ValidationError(_("服务日期不能晚于今天。"))
        return day

    def clean_hours(self) -> Decimal:
        """Keep hours to halves."""
        hours: Decimal = self.cleaned_data["hours"]
        if hours * 2 % 1:
            raise forms.ValidationError(_("时长请按0.5小时填写，如1、1.5、2。"))
        return hours


class PostServiceForm(ServiceForm):
    """A day of service in a claimed post: the post says the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]


def half_hours(text: str) -> Decimal | None:
    """Return hours typed beside one name, None where nothing is; ValidationError in the user's words."""
    if not text.strip():
        return None
    field = forms.DecimalField(min_value=Decimal("0.5"), max_value=24, decimal_places=1)
    hours: Decimal = field.clean(text.strip())
    if hours * 2 % 1:
        raise forms.ValidationError(_("时长请按0.5小时填写，如1、1.5、2。"))
    return hours


@dataclass(frozen=True)
class OwnHours:
    """Hours typed beside names: what was typed, what it means, what is wrong with it."""

    typed: dict[str, str]
    hours: dict[str, Decimal]
    errors: dict[str, str]

    @classmethod
    def of(cls, data: Mapping[str, Any], keys: Iterable[str]) -> OwnHours:
        """Read the fields `hours-KEY` of the rows that were ticked."""
        typed, hours, errors = {}, {}, {}
        for key in keys:
            text = str(data.get(f"hours-{key}", ""))
            typed[key] = text
            try:
                own = half_hours(text)
            except forms.ValidationError as refused:
                errors[key] = " ".join(refused.messages)
            else:
                if own is not None:
                    hours[key] = own
        return cls(typed, hours, errors)


class CommunityForm(forms.Form):
    """Which community a street's post works for."""

    community = AreaField(label=_("社区"), queryset=Area.objects.none())
    sentence = _("为{community}登记")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities_of(by)  # type: ignore[attr-defined]


def communities_of(by: Actor) -> QuerySet[Any]:
    """Return the communities in sight."""
    rows: QuerySet[Any] = Area.objects.visible_to(by.scope).filter(
        level=Level.COMMUNITY, valid_to=None
    )
    return rows


class ServiceFilterForm(forms.Form):
    """Service lists as a sentence."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(("", _("全部")), ("entered", _("待认证")), ("certified", _("已认证"))),
    )
    q = forms.CharField(label=_("服务内容含"), max_length=50, required=False)
    sentence = _("显示{state}的服务记录，内容含{q}")


class WithdrawForm(forms.Form):
    """Why a list is taken back."""

    reason = forms.CharField(label=_("撤销原因"), max_length=200, initial=_("登记有误，重新登记"))


class SummaryFilterForm(forms.Form):
    """Summaries as a sentence."""

    period = forms.ChoiceField(label=_("季度"), required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(("", _("全部")), ("sent", _("待签收")), ("acknowledged", _("已签收"))),
    )
    sentence = _("显示{period}{state}的服务情况汇总")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = [Period.of(today())]
        for _number in range(7):
            periods.append(periods[-1].previous())
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("全部季度")),
            *((str(each), each.label) for each in periods),
        ]


class AnswerForm(forms.Form):
    """What a unit says to a summary: nothing, when it only acknowledges."""

    answer = forms.CharField(
        label=_("单位答复"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如：已在支部大会上通报；下季度拟组织义诊。"),
    )

    def __init__(self, *args: Any, is_required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = is_required


class ProxyAnswerForm(AnswerForm):
    """What a unit said on the telephone, in a chat, on paper."""

    channel = forms.ChoiceField(label=_("答复方式"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, is_required=True, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class ProxyForm(forms.Form):
    """How the community heard that the unit has received it."""

    channel = forms.ChoiceField(label=_("代签方式"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("签收日期"), initial=today)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("签收日期不能晚于今天。"))
        return day


class SummaryProxyForm(ProxyForm):
    """The same for a summary, with what the unit said to it."""

    answer = forms.CharField(
        label=_("单位答复"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
