"""Forms of topics (议题征集表)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import TopicState
from meetings.forms.fields import PHONE, SHORT, OrganizationField, channel_field
from meetings.models import Council
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField


class TopicForm(forms.Form):
    """A topic: title and category are enough, the rest helps the convener to decide."""

    title = forms.CharField(label=_("议题名称"), max_length=200)
    category = forms.ChoiceField(label=_("类别"), widget=forms.RadioSelect, initial="service")
    situation = forms.CharField(
        label=_("事由及现状"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    proposal = forms.CharField(
        label=_("建议方案"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    concerned = forms.CharField(label=_("涉及单位"), max_length=300, required=False)
    is_coordinated = forms.BooleanField(label=_("已与涉及单位协调过"), required=False)
    proposer_name = forms.CharField(
        label=_("提出人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    proposer_phone = PhoneField(
        label=_("联系电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )

    def __init__(
        self, *args: Any, by: Actor, council: Council, by_proxy: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = dictionary(council.area, "topic.category")  # type: ignore[attr-defined]
        if not by_proxy:
            return
        members = council.members.members().values("organization")
        self.fields["organization"] = OrganizationField(
            label=_("提出单位"),
            queryset=Organization.objects.visible_to(by.scope)
            .filter(pk__in=members)
            .order_by("sort", "name"),
            required=False,
            empty_label=council.convener.name,
            help_text=_("替成员单位代录时选择该单位"),
        )
        self.fields["channel"] = channel_field(council.area, required=False)
        self.fields["channel"].help_text = _("代录时填写")
        self.order_fields(("title", "organization", "channel", "category"))


class DecideTopicForm(forms.Form):
    """What becomes of a topic."""

    decision = forms.ChoiceField(
        label=_("审核意见"),
        choices=(
            (TopicState.ACCEPTED, _("列入议程")),
            (TopicState.DEFERRED, _("缓议（下次再议）")),
            (TopicState.REFERRED, _("转办（不上会，转有关方面）")),
            (TopicState.RETURNED, _("退回补充")),
        ),
        initial=TopicState.ACCEPTED,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("缓议、转办、退回时必填，提出单位会看到"),
    )


class CallForTopicsForm(forms.Form):
    """Until when topics are called for."""

    due_on = forms.DateField(label=_("征集截止"), widget=forms.DateInput)
    note = forms.CharField(label=_("征集重点"), max_length=300, required=False)
