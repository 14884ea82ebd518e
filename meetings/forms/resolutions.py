"""Forms of resolutions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import Closing, ResolutionState
from meetings.forms.fields import PHONE, SHORT, OrganizationField, OrganizationsField, channel_field
from meetings.models import AgendaItem, Council
from meetings.services import ResolutionDraft
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField


class ResolutionForm(forms.Form):
    """What was decided, who leads, who helps, until when."""

    text = forms.CharField(
        label=_("议定内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead = OrganizationField(label=_("主办单位"), empty_label=_("请选择"), required=False)
    helpers = OrganizationsField(label=_("协办单位"), required=False)
    due_on = forms.DateField(label=_("办理期限"), widget=forms.DateInput, required=False)
    category = forms.ChoiceField(label=_("类别"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: Actor, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = (
            Organization.objects.visible_to(by.scope)
            .filter(
                Q(pk__in=council.members.members().values("organization"))
                | Q(pk=council.convener_id)
            )
            .order_by("sort", "name")
        )
        self.fields["lead"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["helpers"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")),
            *dictionary(council.area, "topic.category"),
        ]

    def clean(self) -> dict[str, Any]:
        """A unit leads or helps, not both."""
        values = super().clean() or {}
        if values.get("lead") and values["lead"] in list(values.get("helpers") or ()):
            self.add_error("helpers", _("主办单位不必再列为协办单位。"))
        return values

    @property
    def draft(self) -> ResolutionDraft:
        """What the services take."""
        return self.draft_under(None)

    def draft_under(self, item: AgendaItem | None) -> ResolutionDraft:
        """What the services take, decided under an item of the agenda."""
        data = self.cleaned_data
        return ResolutionDraft(
            text=data["text"],
            lead=data["lead"],
            helpers=list(data["helpers"]),
            due_on=data["due_on"],
            category=data["category"],
            agenda_item=item,
        )


class AcceptForm(forms.Form):
    """Who is in charge of it."""

    in_charge_name = forms.CharField(
        label=_("责任人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    in_charge_phone = PhoneField(
        label=_("联系电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )


class WorkForm(forms.Form):
    """What was done, or why it is returned."""

    text = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))


class ProxyWorkForm(forms.Form):
    """What a unit has said by telephone, chat or on paper."""

    text = forms.CharField(
        label=_("说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回、进展、办结时填写"),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(area)
        self.order_fields(("channel", "text"))


class CloseForm(forms.Form):
    """In which way it is closed."""

    closing = forms.ChoiceField(
        label=_("办结类型"),
        choices=Closing.choices,
        initial=Closing.SUBSTANTIAL,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("验收意见"), max_length=500, required=False)


class ResolutionFilterForm(forms.Form):
    """Which resolutions."""

    sentence = _("显示{council}{state}的议定事项，内容含{q}")

    council = forms.ModelChoiceField(
        label=_("联席会"),
        queryset=Council.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("全部联席会"),
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("所有")),
            ("unfinished", _("未办结")),
            ("overdue", _("已逾期")),
            *ResolutionState.choices,
        ),
    )
    q = forms.CharField(label=_("内容"), required=False)

    def __init__(self, *args: Any, councils: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]
