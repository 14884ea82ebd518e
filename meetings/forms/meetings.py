"""Forms of meetings: planning, notifying, answering, presence, entering afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer, PresenceState
from meetings.forms.fields import (
    PHONE,
    SHORT,
    OrganizationField,
    any_council,
    channel_field,
    lines_of,
    moment,
)
from meetings.models import Meeting, Receipt, Topic
from meetings.services import AgendaLine, Guest, PresenceLine, ProxyAnswer
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField

_GIVEN = (Answer.ATTEND, Answer.DELEGATE, Answer.LEAVE)


class _TopicsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}（{obj.organization.called}）"


class MeetingForm(forms.Form):
    """When, where, about what; theme, place and people come from the last time."""

    # What an item takes unless the agenda's page says otherwise.
    topic_minutes: int | None = 15
    text_minutes: int | None = 10

    theme = forms.CharField(label=_("会议主题"), max_length=200)
    day = forms.DateField(label=_("日期"), widget=forms.DateInput)
    starts = forms.TimeField(label=_("开始时间"), widget=forms.TimeInput, initial=time(14, 30))
    ends = forms.TimeField(label=_("结束时间"), widget=forms.TimeInput, required=False)
    place = forms.CharField(
        label=_("地点"), max_length=200, widget=forms.TextInput(attrs={"list": "places"})
    )
    clash_reason = forms.CharField(
        label=_("同时使用会场的说明"),
        max_length=300,
        required=False,
        help_text=_("如：两会合并召开、会场可以隔开"),
    )
    chair_name = forms.CharField(
        label=_("主持人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    recorder_name = forms.CharField(
        label=_("记录人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    turn_unit = OrganizationField(
        label=_("轮值单位"),
        required=False,
        empty_label=None,
        help_text=_("商定由别家代为轮值的，在这里改；轮值次序不变"),
    )
    topics = _TopicsField(
        label=_("列入的议题"),
        queryset=Topic.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    items = forms.CharField(
        label=_("其他议程"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一项。上次议定事项的落实情况会自动排在第一项"),
    )
    note = forms.CharField(
        label=_("会议要求"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_extraordinary = forms.BooleanField(
        label=_("临时会议"),
        required=False,
        help_text=_("章程规定的例会之外，因事临时召开的会议；不计入本期应召开的例会"),
    )
    proposer = forms.CharField(
        label=_("提议人"),
        max_length=100,
        required=False,
        help_text=_("提议召开的单位或人员"),
        widget=forms.TextInput(attrs={"data-shown-when": "is_extraordinary=on"}),
    )
    proposal_reason = forms.CharField(
        label=_("提议事由"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"data-shown-when": "is_extraordinary=on"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        topics: Iterable[Topic] = (),
        is_notified: bool = False,
        has_agenda: bool = True,
        has_clash: bool = False,
        takers: Iterable[Organization] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if takers:
            self.fields["turn_unit"].queryset = takers  # type: ignore[attr-defined]
        else:
            # Nobody takes turns in the chair.
            del self.fields["turn_unit"]
        if not (has_clash or (self.is_bound and self.data.get("clash_reason"))):
            # Asked only once the room is found taken.
            self.fields["clash_reason"].widget = forms.HiddenInput()
        if not has_agenda:
            # Once the meeting is planned its agenda is arranged on a page of its own.
            del self.fields["items"]
        if topics:
            self.fields["topics"].queryset = topics  # type: ignore[attr-defined]
        else:
            del self.fields["topics"]
        if is_notified:
            # The time of a meeting that everybody was told moves by postponing, which tells them.
            for name in ("day", "starts", "ends"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The end lies after the start."""
        values = super().clean() or {}
        if values.get("ends") and values.get("starts") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("结束时间应晚于开始时间。"))
        if values.get("is_extraordinary"):
            for name, words in (
                ("proposer", _("请写明由谁提议召开。")),
                ("proposal_reason", _("请写明为什么临时召开。")),
            ):
                if not values.get(name):
                    self.add_error(name, words)
        return values

    def ask_about_the_room(self) -> None:
        """Show the field that says why the room is used twice."""
        self.fields["clash_reason"].widget = forms.TextInput()

    @property
    def agenda(self) -> list[AgendaLine]:
        """The topics, then the other items."""
        topics = [
            AgendaLine(topic=topic, minutes_planned=self.topic_minutes)
            for topic in self.cleaned_data.get("topics", ())
        ]
        return topics + [
            AgendaLine(text=line, minutes_planned=self.text_minutes)
            for line in lines_of(self.cleaned_data["items"])
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        values = {
            name: data[name]
            for name in (
                "theme",
                "place",
                "clash_reason",
                "chair_name",
                "recorder_name",
                "note",
                "is_extraordinary",
                "proposer",
                "proposal_reason",
            )
        }
        if data.get("turn_unit") is not None:
            values["turn_unit"] = data["turn_unit"]
        if "day" in data:
            values["starts_at"] = moment(data["day"], data["starts"])
            values["ends_at"] = moment(data["day"], data["ends"]) if data.get("ends") else None
        return values


class NotifyForm(forms.Form):
    """Why a notice goes out later than agreed."""

    urgent_reason = forms.CharField(
        label=_("紧急原因"), max_length=300, required=False, help_text=_("提前天数不足时必填")
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=300)


class PostponeForm(ReasonForm):
    """To when a meeting moves; without a day it stays open."""

    day = forms.DateField(
        label=_("新的日期"),
        widget=forms.DateInput,
        required=False,
        help_text=_("时间未定可先空着，定下来再改"),
    )
    starts = forms.TimeField(
        label=_("开始时间"), widget=forms.TimeInput, required=False, initial=time(14, 30)
    )
    place = forms.CharField(
        label=_("地点"),
        max_length=200,
        required=False,
        help_text=_("地点不变的不用改"),
        widget=forms.TextInput(attrs={"list": "places"}),
    )
    clash_reason = forms.CharField(
        label=_("同时使用会场的说明"), max_length=300, required=False, widget=forms.HiddenInput
    )

    def ask_about_the_room(self) -> None:
        """Show the field that says why the room is used twice."""
        self.fields["clash_reason"].widget = forms.TextInput()

    @property
    def starts_at(self) -> Any:
        """The new moment, or None."""
        data = self.cleaned_data
        return moment(data["day"], data["starts"] or time(14, 30)) if data.get("day") else None


class AnswerForm(forms.Form):
    """Answering a notice: one choice, one name; 请假 says why."""

    answer = forms.ChoiceField(
        label=_("贵单位"),
        choices=(
            (Answer.ATTEND, _("参加")),
            (Answer.DELEGATE, _("委派他人参加")),
            (Answer.LEAVE, _("请假")),
        ),
        initial=Answer.ATTEND,
        widget=forms.RadioSelect,
    )
    attendee_name = forms.CharField(
        label=_("参会人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    attendee_post = forms.CharField(
        label=_("参会人职务"), max_length=100, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    attendee_phone = PhoneField(
        label=_("参会人电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )
    people = forms.IntegerField(
        label=_("参会人数"),
        min_value=1,
        max_value=50,
        initial=1,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "2", "data-unit": _("人")}),
    )
    reason = forms.CharField(
        label=_("请假原因"),
        max_length=300,
        required=False,
        help_text=_("请假时填写"),
        widget=forms.TextInput(attrs={"data-shown-when": "answer=leave"}),
    )

    def clean(self) -> dict[str, Any]:
        """A delegate has a name, a leave has a reason."""
        values = super().clean() or {}
        answer = values.get("answer")
        if answer == Answer.LEAVE and not values.get("reason"):
            self.add_error("reason", _("请写明请假原因，如“外出开会”。"))
        if answer == Answer.DELEGATE and not values.get("attendee_name"):
            self.add_error("attendee_name", _("请写明委派谁参加。"))
        values["people"] = values.get("people") or 1
        return values


class ProxyAnswerForm(AnswerForm):
    """Answering for a unit that has called: the answer is the button."""

    seen = forms.ChoiceField(choices=Answer.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(area)
        self.fields["answer"].widget = forms.HiddenInput()
        # The answer is known only with the button: the reason stays in sight.
        self.fields["reason"].widget.attrs.pop("data-shown-when", None)
        self.order_fields(("channel",))


class SeveralAnswersForm(forms.Form):
    """Answers of several units that have called, on one page; a line left blank changes nothing."""

    NOTHING = ("", _("还没有答复"))

    def __init__(self, *args: Any, area: Area, receipts: Sequence[Receipt], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receipts = receipts
        self.fields["channel"] = channel_field(area)
        choices = [self.NOTHING, *((each.value, each.label) for each in _GIVEN)]
        for receipt in receipts:
            key, unit = receipt.uid.hex, receipt.organization.called
            self.fields[f"answer-{key}"] = forms.ChoiceField(
                label=unit, choices=choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"name-{key}"] = forms.CharField(
                label=_("%(unit)s参会人") % {"unit": unit},
                max_length=50,
                required=False,
                widget=forms.TextInput(attrs={"data-width": "10"}),
            )
            self.fields[f"reason-{key}"] = forms.CharField(
                label=_("%(unit)s请假原因") % {"unit": unit}, max_length=300, required=False
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each unit with its three fields, for the page."""
        return [
            {
                "receipt": receipt,
                "answer": self[f"answer-{receipt.uid.hex}"],
                "name": self[f"name-{receipt.uid.hex}"],
                "reason": self[f"reason-{receipt.uid.hex}"],
            }
            for receipt in self.receipts
        ]

    def clean(self) -> dict[str, Any]:
        """A leave has a reason, a delegate a name, and at least one unit has answered."""
        values = super().clean() or {}
        said = [row.uid.hex for row in self.receipts if values.get(f"answer-{row.uid.hex}")]
        if not said:
            raise forms.ValidationError(_("请至少为一家单位选择答复。"))
        for key in said:
            answer = values[f"answer-{key}"]
            if answer == Answer.LEAVE and not values.get(f"reason-{key}"):
                self.add_error(f"reason-{key}", _("请写明请假原因，如“外出开会”。"))
            if answer == Answer.DELEGATE and not values.get(f"name-{key}"):
                self.add_error(f"name-{key}", _("请写明委派谁参加。"))
        return values

    @property
    def answers(self) -> list[ProxyAnswer]:
        """What the service takes."""
        data = self.cleaned_data
        return [
            ProxyAnswer(
                organization=receipt.organization,
                answer=Answer(data[f"answer-{receipt.uid.hex}"]),
                attendee_name=data[f"name-{receipt.uid.hex}"],
                reason=data[f"reason-{receipt.uid.hex}"],
            )
            for receipt in self.receipts
            if data[f"answer-{receipt.uid.hex}"]
        ]


class PresenceForm(forms.Form):
    """The attendance sheet: a line per organization, guests below."""

    guests = forms.CharField(
        label=_("列席人员"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一人：姓名 单位及职务"),
    )

    def __init__(
        self,
        *args: Any,
        organizations: Sequence[Organization],
        standing: dict[int, Any],
        starts_at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = organizations
        self.starts_at = starts_at
        self.marks = {pk: line.get("marks", "") for pk, line in standing.items()}
        for body in organizations:
            line = standing.get(body.pk, {})
            key = body.uid.hex
            self.fields[f"state-{key}"] = forms.ChoiceField(
                label=body.name,
                choices=PresenceState.choices,
                initial=line.get("state", PresenceState.UNRECORDED),
                widget=forms.RadioSelect,
            )
            self.fields[f"name-{key}"] = forms.CharField(
                label=_("%(unit)s参会人") % {"unit": body.called},
                max_length=50,
                required=False,
                initial=line.get("person_name", ""),
                widget=forms.TextInput(attrs={"data-width": "10"}),
            )
            self.fields[f"reason-{key}"] = forms.CharField(
                label=_("%(unit)s说明") % {"unit": body.called},
                max_length=300,
                required=False,
                initial=line.get("reason", ""),
            )
            for name, words in (
                ("arrived", _("%(unit)s到会时间")),
                ("left", _("%(unit)s离会时间")),
            ):
                self.fields[f"{name}-{key}"] = forms.TimeField(
                    label=words % {"unit": body.called},
                    required=False,
                    initial=line.get(name),
                    widget=forms.TimeInput,
                )
            # What this page showed: who signs in meanwhile is not written over.
            self.fields[f"seen-{key}"] = forms.ChoiceField(
                choices=PresenceState.choices,
                required=False,
                initial=line.get("seen", PresenceState.UNRECORDED),
                widget=forms.HiddenInput,
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each organization with its three fields, for the page."""
        return [
            {
                "organization": body,
                "state": self[f"state-{body.uid.hex}"],
                "name": self[f"name-{body.uid.hex}"],
                "reason": self[f"reason-{body.uid.hex}"],
                "arrived": self[f"arrived-{body.uid.hex}"],
                "left": self[f"left-{body.uid.hex}"],
                "seen": self[f"seen-{body.uid.hex}"],
                "marks": self.marks.get(body.pk, ""),
            }
            for body in self.organizations
        ]

    @property
    def lines(self) -> list[PresenceLine]:
        """What the service takes."""
        data = self.cleaned_data
        return [
            PresenceLine(
                organization=body,
                state=PresenceState(data[f"state-{body.uid.hex}"]),
                person_name=data[f"name-{body.uid.hex}"],
                reason=data[f"reason-{body.uid.hex}"],
                arrived_at=self._moment(data[f"arrived-{body.uid.hex}"]),
                left_at=self._moment(data[f"left-{body.uid.hex}"]),
                seen=PresenceState(data[f"seen-{body.uid.hex}"])
                if data[f"seen-{body.uid.hex}"]
                else None,
            )
            for body in self.organizations
        ]

    def _moment(self, at: time | None) -> datetime | None:
        """A time of day at the meeting; after midnight it is the next day's."""
        if at is None or self.starts_at is None:
            return None
        starts = self.starts_at.astimezone(SHANGHAI)
        found = moment(starts.date(), at)
        return found if found >= starts - timedelta(hours=6) else found + timedelta(days=1)

    @property
    def guest_list(self) -> list[Guest]:
        """Name, then the rest of the line."""
        guests = []
        for line in self.cleaned_data["guests"].splitlines():
            name, _blank, post = line.strip().partition(" ")
            if name:
                guests.append(Guest(person_name=name[:50], post=post.strip()[:150]))
        return guests


class MeetingFilterForm(forms.Form):
    """Which meetings."""

    sentence = _("显示{council}{state}的会议")

    council = any_council()
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("所有")),
            ("open", _("未召开")),
            ("held", _("已召开")),
            ("off", _("已取消")),
        ),
    )

    def __init__(self, *args: Any, councils: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]


def initial_of(meeting: Meeting) -> dict[str, Any]:
    """Return what the form shows of a meeting."""
    starts = meeting.starts_at.astimezone(SHANGHAI)
    return {
        "theme": meeting.theme,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": meeting.ends_at.astimezone(SHANGHAI).time() if meeting.ends_at else None,
        "place": meeting.place,
        "chair_name": meeting.chair_name,
        "recorder_name": meeting.recorder_name,
        "note": meeting.note,
        "clash_reason": meeting.clash_reason,
        "turn_unit": meeting.turn_unit.uid if meeting.turn_unit is not None else None,
        "is_extraordinary": meeting.is_extraordinary,
        "proposer": meeting.proposer,
        "proposal_reason": meeting.proposal_reason,
        "version": meeting.version,
    }
