"""Forms of claims: by oneself or by proxy, declining, stepping back, fulfilling."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.models import PartyMember
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.organizations.models import Organization
from wishes.enums import ClaimState

Channels = list[tuple[str, str]]


def channels_of(area: Area) -> Channels:
    """Return how a community may hear what it enters by proxy; read once for all forms of a page."""
    return dictionary(area, "proxy.channel")


class ClaimForm(forms.Form):
    """A member or a unit offers to make a wish come true."""

    promised_on = forms.DateField(label=lazy("计划兑现日期"))
    note = forms.CharField(
        label=lazy("打算怎样帮"),
        max_length=200,
        required=False,
        help_text=lazy("如：周末送到社区、自己会修可以上门"),
    )


class DeclineForm(forms.Form):
    """Why the community cannot take an offer this time."""

    reason = forms.CharField(
        label=lazy("婉拒原因"),
        max_length=200,
        help_text=lazy("认领人会收到，请写得和气些，如：已请住得更近的党员承担"),
    )


class LeaveForm(forms.Form):
    """Why one steps back: to be said once the wish is in hand."""

    reason = forms.CharField(
        label=lazy("退出原因"),
        max_length=200,
        required=False,
        error_messages={"required": lazy("请写明退出的原因，便于社区另找认领人。")},
    )

    def __init__(self, *args: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_held


class FulfilForm(forms.Form):
    """When and how a wish came true."""

    fulfilled_on = forms.DateField(label=lazy("兑现日期"), initial=today)
    result = forms.CharField(
        label=lazy("兑现情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("如：收音机已送到家中并教会使用；不写许愿人姓名、门牌号"),
    )


class _Channel(forms.Form):
    """How the community heard it."""

    channel = forms.ChoiceField(label=lazy("来源"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: Channels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]


class LeaveProxyForm(LeaveForm, _Channel):
    """Stepping back for somebody who said so elsewhere."""

    field_order = ("reason", "channel")


class FulfilProxyForm(FulfilForm, _Channel):
    """A wish came true, and whoever did it said so elsewhere."""

    field_order = ("fulfilled_on", "result", "channel")


class _Member(forms.ModelChoiceField):
    """A member by name and unit."""

    def label_from_instance(self, obj: Any) -> str:
        """Who: two of one name are told apart by their units."""
        place = next(iter(obj.here), None)
        unit = place.unit_name if place is not None else ""
        return f"{obj.person.name}（{unit}）" if unit else str(obj.person.name)


class _Unit(forms.ModelChoiceField):
    """A unit by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """As it is called."""
        return str(obj.called)


class ClaimProxyForm(ClaimForm, _Channel):
    """Claiming for a member or a unit that said so by telephone, chat, on paper or in person."""

    member = _Member(
        label=lazy("党员"),
        queryset=PartyMember.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=lazy("请选择"),
    )
    unit = _Unit(
        label=lazy("单位"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=lazy("请选择"),
        help_text=lazy("单位自己认领的选单位；党员个人认领的只选党员"),
    )

    field_order = ("member", "unit", "promised_on", "note", "channel")

    def __init__(self, *args: Any, members: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two claims."""
        values = super().clean() or {}
        if self.has_error("member") or self.has_error("unit"):
            return values
        if values.get("member") and values.get("unit"):
            self.add_error("unit", _("党员和单位只选一个。"))
        elif not values.get("member") and not values.get("unit"):
            self.add_error("member", _("请选择替哪名党员或哪家单位认领。"))
        return values


class ClaimFilter(forms.Form):
    """Which claims: the sentence above the list."""

    sentence = lazy("显示{state}的认领，心愿或认领人含{q}")

    state = forms.ChoiceField(
        label=lazy("状态"),
        required=False,
        choices=(("", lazy("全部")), *ClaimState.choices),
    )
    q = forms.CharField(label=lazy("名称"), required=False, max_length=50)
