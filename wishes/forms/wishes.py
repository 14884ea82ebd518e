"""Forms of wishes: entering, checking, asking again, and the sentence above the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.forms.posts import grids_of
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.evaluations.enums import Satisfaction
from units.forms.units import AreaField, PhoneField
from wishes.enums import HIDDEN, VisitMeans, WishState
from wishes.models import Wish, Wisher

SHORT = {"data-width": "20"}


class WishForm(forms.Form):
    """A wish as it may be shown, where it was heard, and whom claimers ask."""

    category = forms.ChoiceField(label=lazy("心愿类别"))
    title = forms.CharField(
        label=lazy("微心愿"),
        max_length=50,
        help_text=lazy("一句话，如：想要一台收音机、想换一个水龙头"),
    )
    content = forms.CharField(
        label=lazy("心愿内容"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("规格、用途等，便于认领人准备；不写姓名、电话、门牌号"),
    )
    shown_name = forms.CharField(
        label=lazy("公示称呼"),
        max_length=20,
        widget=forms.TextInput(attrs=SHORT),
        help_text=lazy("如：王阿姨、李先生；不写全名"),
    )
    wanted_by = forms.DateField(
        label=lazy("希望实现日期"), required=False, help_text=lazy("不急的不填")
    )
    contact = forms.CharField(
        label=lazy("联系人"),
        max_length=50,
        widget=forms.TextInput(attrs=SHORT),
        help_text=lazy("社区工作人员，认领人向其打听怎样送到"),
    )
    contact_phone = PhoneField(label=lazy("联系电话"))
    heard_on = forms.DateField(label=lazy("征集日期"))
    channel = forms.ChoiceField(label=lazy("征集方式"), widget=forms.RadioSelect)
    grid = AreaField(
        label=lazy("所在网格"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=lazy("不填"),
    )

    def __init__(self, *args: Any, by: Actor, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = dictionary(community, "wish.class")  # type: ignore[attr-defined]
        self.fields["channel"].choices = dictionary(community, "wish.source")  # type: ignore[attr-defined]
        grids = grids_of(by, community)
        if grids.exists():
            self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        else:
            del self.fields["grid"]

    @property
    def heard(self) -> str:
        """The fields about where and how it was heard: a community without grids has no grid."""
        return "heard_on channel grid" if "grid" in self.fields else "heard_on channel"

    def clean_heard_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["heard_on"]
        if day > today():
            raise forms.ValidationError(_("征集日期不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        """A wish is wanted after it was heard."""
        values = super().clean() or {}
        heard, wanted = values.get("heard_on"), values.get("wanted_by")
        if heard and wanted and wanted < heard:
            self.add_error("wanted_by", _("希望实现日期不能早于征集日期。"))
        return values


class WisherForm(forms.Form):
    """Who made a wish; kept apart and never shown."""

    name = forms.CharField(
        label=lazy("许愿人姓名"), max_length=50, widget=forms.TextInput(attrs=SHORT)
    )
    phone = PhoneField(label=lazy("许愿人电话"))
    address = forms.CharField(label=lazy("家庭住址"), max_length=200)
    circumstances = forms.CharField(
        label=lazy("家庭情况"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("如：独居老人、低保户；只供本社区核实和安排时查看"),
    )


class NewWishForm(WisherForm, WishForm):
    """A wish and who made it, on one page."""

    def of_wisher(self) -> dict[str, str]:
        """Return what is kept apart."""
        return {name: self.cleaned_data[name] for name in WisherForm.base_fields}

    def of_wish(self) -> dict[str, Any]:
        """Return the rest."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in WisherForm.base_fields
        }


def wish_initial(wish: Wish) -> dict[str, Any]:
    """Return what the form shows of a wish."""
    names = WishForm.base_fields
    return {name: getattr(wish, name) for name in names}


def wisher_initial(wisher: Wisher) -> dict[str, Any]:
    """Return what the form shows of who made a wish."""
    return {name: getattr(wisher, name) for name in WisherForm.base_fields}


class VerifyForm(forms.Form):
    """A wish was checked by phone and at home, and may be shown."""

    phoned_on = forms.DateField(label=lazy("电话核实日期"))
    visited_on = forms.DateField(label=lazy("上门核实日期"))
    verification = forms.CharField(
        label=lazy("核实情况"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("只供本社区查看，不公示"),
    )
    agreed_to_show = forms.BooleanField(
        label=lazy("许愿人同意公示称呼和心愿，其他信息保密"),
        error_messages={
            "required": lazy("许愿人没有同意公示，不能公示。请先征得本人同意，再在核实时勾选。")
        },
    )


class DeclineWishForm(forms.Form):
    """Why a wish cannot be taken up."""

    reason = forms.CharField(
        label=lazy("未通过原因"),
        max_length=200,
        help_text=lazy("如：情况不属实、不属于微心愿范围、本人不同意公示"),
    )


class WithdrawWishForm(forms.Form):
    """Why a wish is taken back."""

    reason = forms.CharField(
        label=lazy("撤回原因"),
        max_length=200,
        help_text=lazy("认领人会收到，如：家人已帮助实现、本人不再需要"),
    )


class RevisitForm(forms.Form):
    """What the wisher said when the community asked again."""

    visited_on = forms.DateField(label=lazy("回访日期"), initial=today)
    means = forms.ChoiceField(
        label=lazy("回访方式"), choices=VisitMeans.choices, widget=forms.RadioSelect
    )
    grade = forms.ChoiceField(
        label=lazy("满意度"), choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=lazy("许愿人意见"),
        max_length=200,
        required=False,
        help_text=lazy("不满意的必填，认领人会收到；不写姓名、电话、门牌号"),
    )


class WishFilter(forms.Form):
    """Which wishes: the sentence above the list."""

    state = forms.ChoiceField(label=lazy("状态"), required=False)
    category = forms.ChoiceField(label=lazy("类别"), required=False)
    grid = AreaField(
        label=lazy("网格"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=lazy("各网格"),
    )
    q = forms.CharField(label=lazy("内容"), required=False, max_length=50)

    def __init__(
        self, *args: Any, area: Area | None, is_area: bool, grids: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sentence = _("显示{state}的{category}微心愿，内容含{q}")
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("全部")),
            *(each for each in WishState.choices if is_area or each[0] not in HIDDEN),
        ]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("各类")),
            *dictionary(area, "wish.class"),
        ]
        if grids is not None and grids.exists():
            self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
            self.sentence = _("显示{state}的{category}微心愿，网格{grid}，内容含{q}")
        else:
            del self.fields["grid"]
