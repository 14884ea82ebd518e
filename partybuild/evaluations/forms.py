"""Forms of an evaluation: one answer, the paper forms counted, how many were asked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.evaluations.enums import EvaluatedBy, Satisfaction


class AnswerForm(forms.Form):
    """One answer: as whom, which grade, and a word if one wishes."""

    side = forms.ChoiceField(
        label=_("您是"),
        choices=EvaluatedBy.choices,
        widget=forms.RadioSelect,
        initial=EvaluatedBy.RESIDENT,
    )
    grade = forms.ChoiceField(
        label=_("您对这次服务"), choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("意见建议"),
        required=False,
        max_length=500,
        help_text=_("请不要写姓名、电话等个人信息"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ballot = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def about(self, target: Any) -> Any:
        """What this answer is about: what the address opens, unless the form asks."""
        return target


class PaperAnswersForm(forms.Form):
    """The paper forms, counted."""

    def __init__(
        self, *args: Any, entered: Mapping[tuple[str, str], int] | None = None, **kwargs: Any
    ) -> None:
        """`entered`: what was counted before, {(side, grade): how many}; saving replaces it."""
        kwargs["auto_id"] = "paper_%s"
        super().__init__(*args, **kwargs)
        before = entered or {}
        for side in EvaluatedBy:
            for grade in Satisfaction:
                self.fields[f"{side.value}-{grade.value}"] = forms.IntegerField(
                    label=f"{side.label}：{grade.label}",
                    min_value=0,
                    max_value=2000,
                    initial=before.get((side.value, grade.value), 0),
                    widget=forms.NumberInput(attrs={"data-unit": _("份"), "data-width": "4"}),
                )

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """{(side, grade): how many}."""
        return {
            (side.value, grade.value): self.cleaned_data[f"{side.value}-{grade.value}"]
            for side in EvaluatedBy
            for grade in Satisfaction
        }


class AskedForm(forms.Form):
    """How many were asked."""

    asked = forms.IntegerField(
        label=_("发出评价份数"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("请多少人评价；没有评价的单独统计，不算不满意"),
        widget=forms.NumberInput(attrs={"data-unit": _("份"), "data-width": "4"}),
    )
