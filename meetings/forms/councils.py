"""Forms of councils and membership."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.enums import MemberState
from meetings.forms.fields import (
    PHONE,
    SHORT,
    OrganizationField,
    OrganizationsField,
    channel_field,
)
from meetings.models import Council, CouncilMember
from meetings.queries.charter import CHARTER
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.parameters import PARAMETERS, ParameterKind
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField


class CouncilForm(forms.Form):
    """Founding a council or changing its charter."""

    area = forms.ModelChoiceField(
        label=_("所属区域"), queryset=Area.objects.none(), to_field_name="uid"
    )
    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称"), max_length=100, help_text=_("如：和平社区党建联席会"))
    founded_on = forms.DateField(label=_("成立日期"), required=False, widget=forms.DateInput)
    charter = forms.CharField(
        label=_("章程要点"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("议事规则、成员职责等，成员单位可以看到"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        by: Actor,
        area: Area | None,
        council: Council | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.council = by, council
        self.fields["kind"].choices = dictionary(area, "council.kind")  # type: ignore[attr-defined]
        if council is not None:
            # Another area would be another council.
            del self.fields["area"]
            return
        self.fields["area"].queryset = (  # type: ignore[attr-defined]
            Area.objects.visible_to(by.scope)
            .current()
            .filter(
                level__in=(Level.STREET, Level.COMMUNITY),
                path__startswith=by.scope.area_path or "-",
                leading_committees__is_current=True,
            )
            .order_by("level", "sort", "id")
        )
        self.fields["area"].empty_label = None  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse a name that stands in the area: two could not be told apart in any list."""
        name: str = self.cleaned_data["name"].strip()
        area = self.council.area if self.council is not None else self.cleaned_data.get("area")
        same = Council.objects.visible_to(self.by.scope).filter(area=area, name=name, ended_on=None)
        if same.exclude(pk=self.council.pk if self.council is not None else None).exists():
            raise forms.ValidationError(_("本区域已有同名的联席会，请换一个名称。"))
        return name


class InviteForm(forms.Form):
    """Which units to invite, and whether they have agreed already."""

    organizations = OrganizationsField(
        label=_("单位"), error_messages={"required": _("请至少选择一家单位。")}
    )
    agreed = forms.ChoiceField(
        label=_("是否已同意"),
        choices=(
            ("no", _("还没有：发出邀请，等单位回执")),
            ("yes", _("已同意：直接登记为成员（代录）")),
        ),
        initial="no",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, by: Actor, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = council.members.standing().values("organization")
        self.fields["organizations"].queryset = (  # type: ignore[attr-defined]
            Organization.objects.visible_to(by.scope)
            .current()
            .exclude(pk__in=standing)
            .exclude(pk=council.convener_id)
            .filter(kind__in=("unit", "party"))
            .exclude(party_organization__isnull=False, party_organization__leads_area=None)
            .order_by("sort", "name")
        )
        self.fields["channel"] = channel_field(council.area, required=False)
        self.fields["channel"].help_text = _("只在“已同意”时填写")


class AnswerInvitationForm(forms.Form):
    """Joining a council: who represents the unit, who is to be called."""

    representative_name = forms.CharField(
        label=_("参会代表"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    representative_post = forms.CharField(
        label=_("代表职务"), max_length=100, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    liaison_name = forms.CharField(
        label=_("联络员"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    liaison_phone = PhoneField(
        label=_("联络员电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )
    reason = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("暂不加入时请写明原因")
    )

    def __init__(self, *args: Any, member: CouncilMember, by_proxy: bool, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "liaison_name": member.liaison_name,
                "liaison_phone": member.liaison_phone,
                "representative_name": member.representative_name,
                "representative_post": member.representative_post,
            },
        )
        super().__init__(*args, **kwargs)
        if by_proxy:
            self.fields["channel"] = channel_field(member.council.area)


class RepresentativeForm(AnswerInvitationForm):
    """Another representative or liaison."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["representative_name"].required = True


class EndMembershipForm(forms.Form):
    """Why a unit leaves, and from where a proxy knows it."""

    reason = forms.CharField(label=_("退出原因"), max_length=200)

    def __init__(self, *args: Any, member: CouncilMember, by_proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_proxy and member.state == MemberState.MEMBER:
            self.fields["channel"] = channel_field(member.council.area)


class EndCouncilForm(forms.Form):
    """Why a council ends."""

    reason = forms.CharField(label=_("终止原因"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlacesForm(forms.Form):
    """Numbers beside bodies: their order; where `all_needed` is not set, an empty one is left out."""

    def __init__(
        self, *args: Any, rows: Sequence[tuple[Organization, int | None]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for organization, number in rows:
            self.fields[f"place-{organization.uid.hex}"] = forms.IntegerField(
                label=organization.name,
                required=False,
                min_value=1,
                max_value=999,
                initial=number,
                widget=forms.NumberInput(attrs={"data-width": "4"}),
            )

    @property
    def chosen(self) -> list[Organization]:
        """The bodies with a number, in its order; equal numbers stay as they stood."""
        numbered = [
            (self.cleaned_data[f"place-{organization.uid.hex}"], at, organization)
            for at, (organization, _number) in enumerate(self.rows)
        ]
        return [each for number, _at, each in sorted(numbered, key=_by_number) if number]

    @property
    def others(self) -> list[Organization]:
        """The bodies without a number, as they stood."""
        chosen = {each.pk for each in self.chosen}
        return [
            organization for organization, _number in self.rows if organization.pk not in chosen
        ]


def _by_number(line: tuple[int | None, int, Organization]) -> tuple[int, int]:
    return line[0] or 0, line[1]


class MoveTurnForm(forms.Form):
    """To whom the turn goes, and why."""

    organization = OrganizationField(label=_("改由哪家单位轮值"))
    reason = forms.CharField(label=_("调整原因"), max_length=200)

    def __init__(self, *args: Any, bodies: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        field.queryset = bodies
        field.empty_label = None


class CharterForm(forms.Form):
    """The council's own rules; what is left empty follows its place."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, council: Council, inherited: dict[str, Any], **kwargs: Any
    ) -> None:
        initial = {
            field_of(key): _typed(council.rules[key]) for key in CHARTER if key in council.rules
        }
        kwargs["initial"] = {**initial, "version": council.version}
        super().__init__(*args, **kwargs)
        for key in CHARTER:
            self.fields[field_of(key)] = _rule_field(PARAMETERS[key], inherited[key])

    @property
    def rules(self) -> dict[str, Any]:
        """What the council settles for itself, as the parameters take it."""
        given = {key: self.cleaned_data.get(field_of(key)) for key in CHARTER}
        return {key: value for key, value in given.items() if value not in {None, ""}}

    def clean(self) -> dict[str, Any]:
        """Let each rule say at its own field what it does not take."""
        values = super().clean() or {}
        for key in CHARTER:
            value = values.get(field_of(key))
            if value in {None, ""}:
                continue
            try:
                PARAMETERS[key].clean(value)
            except ValidationError as refused:
                self.add_error(field_of(key), refused)
        return values


def field_of(key: str) -> str:
    """Return the name of a rule's field."""
    return key.replace(".", "_")


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(each) for each in value) if isinstance(value, list) else value


def _rule_field(kind: ParameterKind, inherited: Any) -> forms.Field:
    local = _("按本地规定：%(value)s") % {"value": kind.say(inherited)}
    if kind.choices:
        choices = [("", local), *kind.choices]
        return forms.ChoiceField(label=kind.label, choices=choices, required=False)
    if isinstance(kind.default, bool):
        choices = [("", local), ("true", _("是")), ("false", _("否"))]
        return forms.ChoiceField(label=kind.label, choices=choices, required=False)
    if isinstance(kind.default, int):
        return forms.IntegerField(
            label=kind.label,
            required=False,
            help_text=local,
            widget=forms.NumberInput(attrs={"data-width": "4", "data-unit": kind.unit}),
        )
    return forms.CharField(
        label=kind.label,
        required=False,
        help_text=local,
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )
