"""Forms of letters of recommendation and of the list of who has not reported in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import LetterState
from members.forms.report_ins import CommunityField
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization
from units.forms.units import PartyField


class LetterForm(forms.Form):
    """To whom a letter goes, and until when it holds."""

    community = CommunityField(
        label=_("致送社区"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("居住地社区（由本人选择）"),
    )
    valid_until = forms.DateField(label=_("有效期至"))

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """Why a letter is taken back."""

    reason = forms.CharField(
        label=_("作废原因"), max_length=200, help_text=_("如：信息有误，另行开具")
    )


class LetterFilterForm(forms.Form):
    """The letters of a unit as a sentence."""

    state = forms.ChoiceField(
        label=_("状态"), choices=(("", _("全部")), *LetterState.choices), required=False
    )
    branch = PartyField(label=_("党支部"), required=False, empty_label=_("各支部"))
    q = forms.CharField(label=_("姓名"), max_length=20, required=False)
    sentence = _("显示{branch}{state}推荐信，姓名含{q}")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = (  # type: ignore[attr-defined]
            Organization.objects.visible_to(by.scope)
            .filter(party_organization__letters__unit=by.scope.organization_id)
            .distinct()
        )


class UnreportedFilterForm(forms.Form):
    """Who has not reported in, by branch."""

    branch = PartyField(label=_("党支部"), required=False, empty_label=_("各支部"))
    sentence = _("显示{branch}还没有报到的党员")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organization.objects.visible_to(by.scope).filter(
            party_organization__employments__unit=by.scope.organization_id,
            party_organization__employments__valid_to=None,
        )
        self.fields["branch"].queryset = bodies.distinct()  # type: ignore[attr-defined]
