"""Forms of reporting in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Availability, MemberCategory
from members.forms.members import IdNumberField, OrganizationField
from members.models import Team
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import AreaField, PhoneField


class DeskForm(forms.Form):
    """At the desk: a full ID number is enough to begin; nothing is told of who is known already."""

    id_number = IdNumberField()
    name = forms.CharField(label=_("姓名"), min_length=2, max_length=20)
    phone = PhoneField(label=_("联系电话"), required=False)
    unit = OrganizationField(
        label=_("工作单位"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("不在列表中，请在下面填写"),
    )
    unit_name = forms.CharField(
        label=_("工作单位名称"), max_length=200, required=False, help_text=_("列表中没有时填写")
    )
    post = forms.CharField(label=_("职务"), max_length=100, required=False)
    category = forms.ChoiceField(
        label=_("党员信息库"),
        choices=MemberCategory.choices,
        initial=MemberCategory.IN_SERVICE,
        required=False,
        help_text=_("离退休、流动、直管党员登记后进入相应信息库，不用另建册"),
    )
    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("办理方式"), widget=forms.RadioSelect, initial="in_person")

    def __init__(self, *args: Any, by: Actor, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Organization.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
            resident_unit__is_current=True
        )
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]
        if area.level < Level.COMMUNITY:
            self.fields["community"] = AreaField(
                label=_("报到社区"),
                queryset=Area.objects.visible_to(by.scope).filter(
                    level=Level.COMMUNITY, valid_to=None
                ),
            )

    def clean_category(self) -> str:
        """Whoever is not said to be another is in service."""
        return str(self.cleaned_data["category"] or MemberCategory.IN_SERVICE)


class CommunityField(AreaField):
    """A community among those of many streets: named with its street."""

    def label_from_instance(self, obj: Any) -> str:
        """The street, then the community."""
        return f"{obj.parent.name} {obj.name}" if obj.parent else str(obj.name)


class OwnReportInForm(forms.Form):
    """A member reports in: everything known stands there."""

    community = CommunityField(
        label=_("报到社区"), queryset=Area.objects.none(), help_text=_("居住地所在的社区")
    )
    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    address = forms.CharField(label=_("居住地址"), max_length=200, required=False)
    phone = PhoneField(label=_("联系电话"), required=False)
    skills = forms.CharField(
        label=_("特长"), max_length=200, required=False, help_text=_("如：法律、医护、维修、文艺")
    )
    availability = forms.MultipleChoiceField(
        label=_("可服务时间"),
        choices=Availability.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Leave the times alone where the form did not ask for them."""
        values = super().clean() or {}
        times = values.get("availability")
        values["availability"] = tuple(times) if times else None
        return values


class LinkReportInForm(OwnReportInForm):
    """The same from a link: what is known is not sent out, and stays where nothing new is typed."""

    def __init__(self, *args: Any, known: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["availability"]
        for name in known & set(self.fields):
            self.fields[name].help_text = _("已登记，不用再填；有变化时填新的")


class MoveForm(forms.Form):
    """To which community somebody has moved."""

    community = CommunityField(label=_("迁往社区"), queryset=Area.objects.none())
    building = forms.CharField(label=_("新居住小区、楼栋"), max_length=100, required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    channel = forms.ChoiceField(
        label=_("本人怎样告知"), widget=forms.RadioSelect, initial="phone", required=False
    )

    def __init__(
        self, *args: Any, communities: Any, area: Area, by_proxy: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]
        if by_proxy:
            self.fields["channel"].required = True
            self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]
        else:
            del self.fields["channel"]


class PassOnForm(forms.Form):
    """To which community a report-in belongs."""

    community = CommunityField(label=_("转交给"), queryset=Area.objects.none())
    note = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("如：居住地属于××社区")
    )

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class RenewForm(forms.Form):
    """A renewal by proxy: how the community heard of it."""

    channel = forms.ChoiceField(label=_("本人怎样告知"), widget=forms.RadioSelect, initial="phone")
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class RenewalFilterForm(forms.Form):
    """Who has not renewed yet: the sentence above the list."""

    sentence = _("显示还没有续报的党员，姓名或单位含{q}")

    q = forms.CharField(label=_("姓名或单位含"), max_length=50, required=False)


class OwnRenewForm(forms.Form):
    """A renewal by the member: nothing has to be typed."""

    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    phone = PhoneField(label=_("联系电话"), required=False)


class CodeForm(forms.Form):
    """The code of a letter of recommendation."""

    code = forms.CharField(
        label=_("报到码"),
        max_length=30,
        help_text=_("推荐信上的8位字母和数字，大小写都可以"),
        widget=forms.TextInput(
            attrs={
                "data-width": "10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class DeskLetterForm(forms.Form):
    """The desk enters a report-in from the paper letter: only what may have changed is asked."""

    code = forms.CharField(max_length=30, widget=forms.HiddenInput)
    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("办理方式"), widget=forms.RadioSelect, initial="in_person")

    def __init__(self, *args: Any, by: Actor, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]
        if area.level < Level.COMMUNITY:
            self.fields["community"] = AreaField(
                label=_("报到社区"),
                queryset=Area.objects.visible_to(by.scope).filter(
                    level=Level.COMMUNITY, valid_to=None
                ),
            )


class TeamField(forms.ModelChoiceField):
    """A team by its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("暂不编入"))
        super().__init__(to_field_name="uid", **kwargs)


class ConfirmForm(forms.Form):
    """Taking a member in, with a grid where the community has grids."""

    grid = AreaField(label=_("编入网格"), queryset=Area.objects.none(), required=False)
    team = TeamField(label=_("编入服务队"), queryset=Team.objects.none(), required=False)

    def __init__(self, *args: Any, by: Actor, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = (  # type: ignore[attr-defined]
            Team.objects.visible_to(by.scope).current().filter(community=community)
        )
        if not self.fields["team"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["team"]
        self.fields["grid"].queryset = (  # type: ignore[attr-defined]
            Area.objects.visible_to(by.scope)
            .filter(level=Level.GRID, valid_to=None)
            .below(community)
        )
        if not self.fields["grid"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["grid"]


class ReturnForm(forms.Form):
    """Why something goes back."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=200, help_text=_("如：居住地不在本社区，请向××社区报到")
    )


class EndReportInForm(forms.Form):
    """Why a report-in ends."""

    reason = forms.ChoiceField(label=_("注销原因"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, area: Area, is_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = dictionary(area, "report_in.end_reason")
        # Nobody says of themselves that they have died.
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (key, word) for key, word in reasons if not (is_own and key == "died")
        ]


class RefuseForm(forms.Form):
    """Why somebody is not one of the unit's people."""

    reason = forms.CharField(
        label=_("说明"), max_length=200, help_text=_("如：已于去年调离、不是我单位职工")
    )
