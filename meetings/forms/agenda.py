"""The form of a meeting's agenda: a line per item, new ones below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms.fields import lines_of
from meetings.models import AgendaItem, Topic
from meetings.services import AgendaLine

_MINUTES = {"data-width": "4", "data-unit": _("分钟")}


class TopicsField(forms.ModelMultipleChoiceField):
    """Topics to choose, each with who proposed it."""

    def label_from_instance(self, obj: Any) -> str:
        """Title and body."""
        return f"{obj.title}（{obj.organization.called}）"


class AgendaForm(forms.Form):
    """The items in their order; buttons of the same form move and take off."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    topics = TopicsField(
        label=_("加入已列入的议题"),
        queryset=Topic.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    more = forms.CharField(
        label=_("加入其他议程"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一项"),
    )

    def __init__(
        self, *args: Any, items: Sequence[AgendaItem], topics: Iterable[Topic], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            key = item.uid.hex
            if not item.is_follow_up and item.topic_id is None:
                self.fields[f"text-{key}"] = forms.CharField(
                    label=_("内容"), max_length=300, initial=item.text
                )
            self.fields[f"minutes-{key}"] = forms.IntegerField(
                label=_("%(item)s的时长") % {"item": item.text},
                required=False,
                min_value=1,
                max_value=600,
                initial=item.minutes_planned,
                widget=forms.NumberInput(attrs=_MINUTES),
            )
            self.fields[f"presenter-{key}"] = forms.CharField(
                label=_("%(item)s的汇报单位或汇报人") % {"item": item.text},
                required=False,
                max_length=100,
                initial=item.presenter,
            )
        if topics:
            self.fields["topics"].queryset = topics  # type: ignore[attr-defined]
        else:
            del self.fields["topics"]

    def rows(self) -> list[dict[str, Any]]:
        """Each item with its fields, for the page."""
        found = []
        for place, item in enumerate(self.items):
            key = item.uid.hex
            found.append(
                {
                    "item": item,
                    "text": self[f"text-{key}"] if f"text-{key}" in self.fields else None,
                    "minutes": self[f"minutes-{key}"],
                    "presenter": self[f"presenter-{key}"],
                    "may_rise": not item.is_follow_up
                    and place > 0
                    and not self.items[place - 1].is_follow_up,
                    "may_sink": not item.is_follow_up and place < len(self.items) - 1,
                }
            )
        return found

    def lines(self, *, move: str = "", remove: str = "") -> list[AgendaLine]:
        """Return what the service takes, with one item moved or taken off as the button said."""
        data = self.cleaned_data
        lines = [
            AgendaLine(
                item=item,
                text=data.get(f"text-{item.uid.hex}", item.text),
                topic=item.topic,
                minutes_planned=data[f"minutes-{item.uid.hex}"],
                presenter=data[f"presenter-{item.uid.hex}"],
            )
            for item in self.items
            if not item.is_follow_up and item.uid.hex != remove
        ]
        which, _colon, where = move.partition(":")
        at = next(
            (at for at, line in enumerate(lines) if line.item and line.item.uid.hex == which), None
        )
        if at is not None:
            to = at - 1 if where == "up" else at + 1
            if 0 <= to < len(lines):
                lines.insert(to, lines.pop(at))
        lines += [AgendaLine(topic=topic, minutes_planned=15) for topic in data.get("topics", ())]
        return lines + [
            AgendaLine(text=text, minutes_planned=10) for text in lines_of(data["more"])
        ]

    @property
    def first(self) -> dict[str, Any]:
        """What is said of the first item, which stays where it is."""
        item = next((each for each in self.items if each.is_follow_up), None)
        if item is None:
            return {}
        return {
            "follow_up_minutes": self.cleaned_data[f"minutes-{item.uid.hex}"],
            "follow_up_presenter": self.cleaned_data[f"presenter-{item.uid.hex}"],
        }
