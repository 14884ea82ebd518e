"""Forms of checking in and of the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.enums import CAME, AttendanceState
from activities.models import Activity
from activities.services import AttendanceLine, Kept
from members.models import PartyMember
from partybuild.calendar import SHANGHAI

DEEDS = (("in", _("签到")), ("out", _("签退")))


class CheckInForm(forms.Form):
    """The code on the screen; scanned, it comes along by itself."""

    code = forms.CharField(
        label=_("签到码"),
        max_length=80,
        help_text=_("现场屏幕上二维码下面的6位数字"),
        widget=forms.TextInput(
            attrs={"data-width": "10", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )
    deed = forms.ChoiceField(choices=DEEDS, widget=forms.HiddenInput, initial="in")

    def __init__(self, *args: Any, has_scanned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_scanned:
            self.fields["code"].widget = forms.HiddenInput()


class KeptForm(forms.Form):
    """What a phone hands in that had no network: the code, its pass, and around when it was."""

    code = forms.CharField(max_length=80)
    deed = forms.ChoiceField(choices=DEEDS)
    held = forms.CharField(max_length=80, required=False)
    around = forms.IntegerField(required=False, min_value=0, max_value=99_999_999_999)

    @property
    def kept(self) -> Kept:
        """What the service takes."""
        around = self.cleaned_data["around"]
        return Kept(
            held=self.cleaned_data["held"],
            around=None if around is None else datetime.fromtimestamp(around, UTC),
        )


class _Members(forms.ModelMultipleChoiceField):
    """Members by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Who."""
        return str(obj.person.name)


class AttendanceForm(forms.Form):
    """The sheet: a line per member, those who came without signing up below."""

    others = _Members(
        label=_("没有报名也来了的"),
        queryset=PartyMember.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("登记依据"),
        max_length=300,
        initial=_("纸质签到表"),
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )

    def __init__(
        self,
        *args: Any,
        activity: Activity,
        members: Sequence[PartyMember],
        standing: dict[int, Any],
        others: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        self.members = members
        self.standing = standing
        self.fields["others"].queryset = others  # type: ignore[attr-defined]
        for member in members:
            self._add_line(member, standing.get(member.pk, {}))

    def _add_line(self, member: PartyMember, line: dict[str, Any]) -> None:
        key, words = member.uid.hex, {"name": line.get("name", "")}
        self.fields[f"state-{key}"] = forms.ChoiceField(
            label=_("%(name)s到场情况") % words,
            choices=AttendanceState.choices,
            initial=line.get("state", AttendanceState.UNRECORDED),
            widget=forms.RadioSelect,
        )
        for name, label in (("arrived", _("%(name)s签到时间")), ("left", _("%(name)s签退时间"))):
            self.fields[f"{name}-{key}"] = forms.TimeField(
                label=label % words,
                required=False,
                initial=line.get(name),
                widget=forms.TimeInput,
            )
        self.fields[f"hours-{key}"] = forms.DecimalField(
            label=_("%(name)s时长") % words,
            required=False,
            initial=line.get("hours"),
            min_value=0.5,
            max_value=24,
            step_size=0.5,
            widget=forms.NumberInput(attrs={"data-width": "4", "data-unit": _("小时")}),
        )
        # What this page showed: who checks in meanwhile is not written over.
        self.fields[f"seen-{key}"] = forms.ChoiceField(
            choices=AttendanceState.choices,
            required=False,
            initial=line.get("seen", AttendanceState.UNRECORDED),
            widget=forms.HiddenInput,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Each member with their fields, for the page."""
        return [
            {
                "line": self.standing.get(member.pk, {}),
                **{
                    name: self[f"{name}-{member.uid.hex}"]
                    for name in ("state", "arrived", "left", "hours", "seen")
                },
            }
            for member in self.members
        ]

    @property
    def lines(self) -> list[AttendanceLine]:
        """What the service takes."""
        data = self.cleaned_data
        found = [
            AttendanceLine(
                member=member,
                state=AttendanceState(data[f"state-{member.uid.hex}"]),
                arrived_at=self._moment(data[f"arrived-{member.uid.hex}"]),
                left_at=self._moment(data[f"left-{member.uid.hex}"]),
                hours=data[f"hours-{member.uid.hex}"],
                seen=AttendanceState(data[f"seen-{member.uid.hex}"])
                if data[f"seen-{member.uid.hex}"]
                else None,
            )
            for member in self.members
        ]
        return found + [
            AttendanceLine(
                member=member, state=AttendanceState.PRESENT, seen=AttendanceState.UNRECORDED
            )
            for member in data["others"]
        ]

    def clean(self) -> dict[str, Any]:
        """Times belong to those who came; leaving comes after arriving."""
        values = super().clean() or {}
        for member in self.members:
            key = member.uid.hex
            came = values.get(f"state-{key}") in CAME
            arrived, left = (
                self._moment(values.get(f"{name}-{key}")) for name in ("arrived", "left")
            )
            if came and arrived and left and left <= arrived:
                self.add_error(f"left-{key}", _("签退时间要晚于签到时间。"))
        return values

    def _moment(self, at: time | None) -> datetime | None:
        """A time of day at the activity; after midnight it is the next day's."""
        if at is None:
            return None
        starts = self.activity.starts_at.astimezone(SHANGHAI)
        found = datetime.combine(starts.date(), at, tzinfo=SHANGHAI)
        return found if found >= starts - timedelta(hours=6) else found + timedelta(days=1)
