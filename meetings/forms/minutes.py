"""Forms of minutes: writing, putting two texts together, sending round, signing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import Audience, Countersigned
from meetings.forms.fields import SHORT, channel_field
from meetings.queries.merging import Choice, Piece
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area

_OTHER = "other"


class _TextField(forms.CharField):
    def to_python(self, value: Any) -> str:
        """Take the browser's line ends for what they are."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class MinutesForm(forms.Form):
    """The minutes' text and the version that was read."""

    # Of a form that is shown again: its text was saved before the step that was refused.
    is_saved = False

    text = _TextField(label=_("纪要正文"), widget=forms.Textarea(attrs={"rows": 24}), strip=True)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CirculateForm(MinutesForm):
    """To whom the text is sent for countersigning."""

    audience = forms.ChoiceField(
        label=_("送给"),
        choices=Audience.choices,
        initial=Audience.PRESENT,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("给各单位的说明"), max_length=300, required=False, widget=forms.TextInput
    )


class IssueMinutesForm(MinutesForm):
    """Who signs the minutes, in which post."""

    signer = forms.ChoiceField(label=_("签发人"))
    signer_name = forms.CharField(
        label=_("签发人姓名"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={**SHORT, "data-shown-when": f"signer={_OTHER}"}),
    )
    copies_to = forms.CharField(label=_("抄送"), max_length=300, required=False)
    assigns = forms.BooleanField(label=_("同时把登记的议定事项下达给责任单位"), required=False)

    def __init__(self, *args: Any, signers: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signers = {str(post.uid): post for post in signers}
        self.fields["signer"].choices = [  # type: ignore[attr-defined]
            *((uid, f"{post.person.name}（{post.post}）") for uid, post in self.signers.items()),
            (_OTHER, _("其他人（填写姓名）")),
        ]

    def clean(self) -> dict[str, Any]:
        """A post, or a name."""
        values = super().clean() or {}
        values["signer"] = self.signers.get(values.get("signer", ""))
        if values["signer"] is None and "signer" not in self.errors and not values["signer_name"]:
            self.add_error("signer_name", _("请填写签发人姓名。"))
        return values

    @property
    def signature(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "signer": data["signer"],
            "signer_name": "" if data["signer"] else data["signer_name"],
            "copies_to": data["copies_to"],
        }


class MergeForm(forms.Form):
    """What is kept of each place that two have changed."""

    text = _TextField(widget=forms.HiddenInput, strip=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    other = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, conflicts: Sequence[Piece], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(conflicts)
        for number, piece in enumerate(conflicts):
            self.fields[f"choice-{number}"] = forms.ChoiceField(
                label=_("这一处怎么写"),
                choices=(
                    (Choice.BOTH, _("两段都留")),
                    (Choice.MINE, _("用我写的")),
                    (Choice.THEIRS, _("用对方写的")),
                    (Choice.EDITED, _("自己改")),
                ),
                initial=Choice.BOTH,
                widget=forms.RadioSelect,
            )
            self.fields[f"edited-{number}"] = _TextField(
                label=_("改成"),
                required=False,
                initial="\n".join(piece.kept(Choice.BOTH)),
                widget=forms.Textarea(
                    attrs={"rows": 4, "data-shown-when": f"choice-{number}={Choice.EDITED}"}
                ),
            )

    @property
    def choices(self) -> list[tuple[Choice, str]]:
        """The decisions in their order."""
        data = self.cleaned_data
        return [
            (Choice(data[f"choice-{number}"]), data[f"edited-{number}"])
            for number in range(self.count)
        ]


class CountersignForm(forms.Form):
    """What a unit says to the text."""

    answer = forms.ChoiceField(
        label=_("会签"),
        choices=(
            (Countersigned.AGREED, _("同意")),
            (Countersigned.OPINION, _("有意见")),
        ),
        initial=Countersigned.AGREED,
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("意见"),
        max_length=2000,
        required=False,
        help_text=_("写明哪一处、建议改成什么"),
        widget=forms.Textarea(attrs={"rows": 5, "data-shown-when": "answer=opinion"}),
    )

    def clean(self) -> dict[str, Any]:
        """An opinion has words; who agrees has none."""
        values = super().clean() or {}
        if values.get("answer") == Countersigned.OPINION and not values.get("opinion", "").strip():
            self.add_error("opinion", _("请写明意见。"))
        if values.get("answer") == Countersigned.AGREED:
            values["opinion"] = ""
        return values


class ProxyCountersignForm(CountersignForm):
    """What a unit has said by telephone, chat or on paper."""

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(area)
        # Whoever writes for another says what was said: nothing is chosen beforehand.
        self.fields["answer"].initial = None
        self.order_fields(("channel",))
