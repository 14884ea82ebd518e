"""One answer about who served in a post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import PostClaim
from members.queries.evaluations import called_in_public
from partybuild.evaluations.forms import AnswerForm


class PostAnswerForm(AnswerForm):
    """The answer, and about whom, where several serve in the post."""

    field_order = ("claim", "side", "grade", "comment")

    def __init__(self, *args: Any, claims: Sequence[PostClaim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._claims = {str(each.uid): each for each in claims}
        choices = [(uid, called_in_public(each)) for uid, each in self._claims.items()]
        field = forms.ChoiceField(label=_("您评价谁"), choices=choices, widget=forms.RadioSelect)
        if len(choices) == 1:
            field.required, field.widget = False, forms.HiddenInput()
        self.fields["claim"] = field
        self.order_fields(self.field_order)

    def clean_claim(self) -> PostClaim:
        """The claim itself; where there is one, nobody is asked which."""
        picked = self.cleaned_data["claim"] or next(iter(self._claims))
        return self._claims[picked]

    def about(self, target: Any) -> Any:
        """The claim that was picked."""
        return self.cleaned_data["claim"]
