"""Which debts a list shows, as a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Level, Role
from partybuild.areas.models import Area
from partybuild.obligations.enums import UNPAID, ObligationState
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.obligations.registry import duty_of, period_label

_STATES: tuple[tuple[str, str | Promise], ...] = (
    ("", lazy("还没有办")),
    ("overdue", lazy("逾期未办")),
    ("complete", lazy("已办")),
    ("late", lazy("逾期办结")),
    ("nil", lazy("已报无事项")),
    ("returned", lazy("已退回")),
    ("exempt", lazy("已免除")),
    ("expected", lazy("应办（不含免除）")),
    ("all", lazy("全部")),
)
_WHOSE: dict[str, str | Promise] = {
    "to_us": lazy("应交本单位的"),
    "ours": lazy("本单位应办的"),
    "all": lazy("我能看到的"),
}


def _usual(by: Actor) -> str:
    """Return what a post first looks at: who owes us, what we owe, or everything below."""
    if by.scope.role in {Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER}:
        return "to_us"
    return "ours" if by.scope.is_unit else "all"


class ObligationFilter(forms.Form):
    """Period, duty, community, state, and whose."""

    period = forms.ChoiceField(label=lazy("周期"), required=False)
    community = forms.ChoiceField(label=lazy("社区"), required=False)
    duty = forms.ChoiceField(label=lazy("事项"), required=False)
    state = forms.ChoiceField(label=lazy("状态"), required=False, choices=_STATES)
    whose = forms.ChoiceField(label=lazy("范围"), required=False)
    # One meeting, one resolution: the list that a figure counts.
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, rows: ObligationQuerySet, by: Actor) -> None:
        self.by = by
        self.usual = _usual(by)
        data = data.copy()
        if data.get("whose") == self.usual:
            # What is usual needs no word in the address, and none to clear.
            data["whose"] = ""
        super().__init__(data)
        self._field("whose").choices = [
            ("", _WHOSE[self.usual]),
            *((key, label) for key, label in _WHOSE.items() if key != self.usual),
        ]
        periods = rows.order_by("-period").values_list("period", flat=True).distinct()
        duties = rows.order_by("duty").values_list("duty", flat=True).distinct()
        self._field("period").choices = [
            ("", _("全部周期")),
            *((each, period_label(each)) for each in periods if each),
        ]
        self._field("duty").choices = [
            ("", _("全部事项")),
            *((each, str(duty_of(each).name)) for each in duties),
        ]
        communities = (
            Area.objects.visible_to(by.scope).filter(level=Level.COMMUNITY).current()
            if by.scope.is_area
            else Area.objects.none()
        )
        named = [(str(each.uid), each.name) for each in communities.order_by("path")[:500]]
        self.sentence = _("显示{period}{community}{duty}中{state}的事项，范围：{whose}")
        if len(named) > 1:
            self._field("community").choices = [("", _("各社区")), *named]
        else:
            # One community: nothing to choose between.
            del self.fields["community"]
            self.sentence = _("显示{period}{duty}中{state}的事项，范围：{whose}")
        if by.organization_id is None:
            del self.fields["whose"]
            self.sentence = _("显示{period}{duty}中{state}的事项")

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def narrow(self, rows: ObligationQuerySet, *, day: date) -> ObligationQuerySet:
        """Keep the rows that the sentence names; a choice that does not exist shows nothing."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        if chosen["period"]:
            rows = rows.filter(period=chosen["period"])
        if chosen["duty"]:
            rows = rows.filter(duty=chosen["duty"])
        if chosen["subject"]:
            rows = rows.filter(subject_uid=chosen["subject"])
        if chosen.get("community"):
            community = Area.objects.visible_to(self.by.scope).get(uid=chosen["community"])
            rows = rows.filter(area__path__gte=community.path, area__path__lt=community.path + "~")
        whose = (chosen["whose"] or self.usual) if "whose" in chosen else "all"
        if whose == "to_us":
            rows = rows.filter(owed_to=self.by.organization_id)
        elif whose == "ours":
            rows = rows.filter(bearer_organization=self.by.organization_id)
        return _in_state(rows, chosen["state"], day)


def _in_state(rows: ObligationQuerySet, state: str, day: date) -> ObligationQuerySet:
    match state:
        case "overdue":
            return rows.overdue(day)
        case "complete":
            return rows.complete()
        case "late":
            return rows.late()
        case "expected":
            return rows.expected()
        case "all":
            return rows.filter(Q())
        case "nil" | "returned" | "exempt":
            return rows.filter(state=ObligationState(state))
        case _:
            return rows.filter(state__in=UNPAID)
