"""Forms of members' proposals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.queries.proposals import Destination
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary


class ProposalForm(forms.Form):
    """To whom, what, whether by name."""

    to = forms.ChoiceField(label=_("提给"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("建议名称"), max_length=200)
    category = forms.ChoiceField(label=_("类别"), widget=forms.RadioSelect, initial="service")
    situation = forms.CharField(
        label=_("情况和建议"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    may_be_named = forms.BooleanField(
        label=_("采用为议题时可以署我的姓名"),
        required=False,
        help_text=_("不勾选，议题上只写单位或社区名称；您的姓名只有收到建议的一方看得到"),
    )

    def __init__(
        self, *args: Any, to: Sequence[Destination], area: Area | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.destinations = {each.key: each for each in to}
        self.fields["to"].choices = [(each.key, each.label) for each in to]  # type: ignore[attr-defined]
        if to:
            self.fields["to"].initial = to[0].key
        self.fields["category"].choices = dictionary(area, "topic.category")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The body that was chosen."""
        values = super().clean() or {}
        if values.get("to"):
            values["to"] = self.destinations[values["to"]]
        return values


class AnswerProposalForm(forms.Form):
    """What the body says to a proposal that becomes no topic."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出建议的党员会看到"),
    )
