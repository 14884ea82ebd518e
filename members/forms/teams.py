"""Forms of teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.posts import grids_of
from members.models import PartyMember
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from units.forms.units import AreaField


class _Member(forms.ModelChoiceField):
    """A member by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Who."""
        return str(obj.person.name)


class TeamForm(forms.Form):
    """What a team is called and does; its leader where there is one already."""

    name = forms.CharField(label=_("队伍名称"), max_length=100)
    kind = forms.ChoiceField(label=_("队伍类别"))
    grid = AreaField(
        label=_("所在网格"), queryset=Area.objects.none(), required=False, empty_label=_("全社区")
    )
    content = forms.CharField(
        label=_("服务内容"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    leader = _Member(
        label=_("领队"),
        queryset=PartyMember.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("以后再定"),
    )

    def __init__(
        self, *args: Any, by: Actor, community: Area, members: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = dictionary(community, "team.kind")  # type: ignore[attr-defined]
        grids = grids_of(by, community)
        if grids.exists():
            self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        else:
            del self.fields["grid"]
        if members is None:
            del self.fields["leader"]
        else:
            self.fields["leader"].queryset = members  # type: ignore[attr-defined]


class EndTeamForm(forms.Form):
    """Why a team is dissolved."""

    reason = forms.CharField(label=_("撤销原因"), max_length=200)


class LeaveTeamForm(forms.Form):
    """Why somebody leaves a team."""

    reason = forms.CharField(label=_("离队原因"), max_length=200, required=False)
