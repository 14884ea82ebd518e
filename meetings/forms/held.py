"""The form of a meeting that was held already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms.fields import SHORT, OrganizationField, OrganizationsField
from meetings.forms.meetings import MeetingForm, PresenceForm
from meetings.models import Topic
from meetings.services import PaperSignature, ResolutionDraft
from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.forms.attachments import FilesField
from partybuild.organizations.models import Organization

SCAN = "meeting.minutes_scan"
_OTHER = "other"


class HeldMeetingForm(MeetingForm, PresenceForm):
    """A meeting already held, in one form: when, who came, what was minuted, signed and decided."""

    RESOLUTIONS = 8
    # The first ones are in sight, the others behind one press.
    SHOWN = 3
    # Nobody wrote down how long it took.
    topic_minutes = None
    text_minutes = None

    minutes_text = forms.CharField(
        label=_("纪要正文"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    scans = FilesField(
        label=_("纪要扫描件或照片"),
        required=False,
        help_text=_("可以只上传扫描件，不录正文。退回修改时需要重新选择文件。"),
    )
    is_signed = forms.BooleanField(label=_("纪要已经签发印发（纸质）"), required=False)
    signer = forms.ChoiceField(
        label=_("签发人"),
        required=False,
        widget=forms.Select(attrs={"data-shown-when": "is_signed=on"}),
    )
    signer_name = forms.CharField(
        label=_("签发人姓名"),
        max_length=50,
        required=False,
        help_text=_("签发人不在上面的名单里时填写"),
        widget=forms.TextInput(attrs={**SHORT, "data-shown-when": "is_signed=on"}),
    )
    issued_on = forms.DateField(
        label=_("印发日期"),
        required=False,
        widget=forms.DateInput(attrs={"data-shown-when": "is_signed=on"}),
    )
    copies_to = forms.CharField(
        label=_("抄送"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"data-shown-when": "is_signed=on"}),
    )

    def __init__(
        self,
        *args: Any,
        by: Actor,
        topics: Iterable[Topic],
        organizations: Sequence[Organization],
        standing: dict[int, Any],
        signers: Sequence[Appointment],
        convener: Organization,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            *args, topics=topics, organizations=organizations, standing=standing, **kwargs
        )
        self.fields["items"].help_text = _("一行一项")
        self.signers = {str(post.uid): post for post in signers}
        self.fields["signer"].choices = [  # type: ignore[attr-defined]
            *((uid, f"{post.person.name}（{post.post}）") for uid, post in self.signers.items()),
            (_OTHER, _("其他人（填写姓名）")),
        ]
        kind = attachment_kind(SCAN)
        self.fields["scans"].widget.attrs |= {
            "accept": ",".join(f".{key}" for key in kind.accept),
            "data-max-mb": str(kind.megabytes),
            "multiple": True,
        }
        bodies = Organization.objects.visible_to(by.scope).filter(
            pk__in=[convener.pk, *(body.pk for body in organizations)]
        )
        for number in range(1, self.RESOLUTIONS + 1):
            self._add_resolution(number, bodies)

    def _add_resolution(self, number: int, bodies: Any) -> None:
        self.fields[f"text-{number}"] = forms.CharField(
            label=_("议定事项%(number)d") % {"number": number}, max_length=500, required=False
        )
        self.fields[f"lead-{number}"] = OrganizationField(
            label=_("主办单位"), queryset=bodies, required=False, empty_label=_("（暂不确定）")
        )
        self.fields[f"due-{number}"] = forms.DateField(
            label=_("办理期限"), required=False, widget=forms.DateInput
        )
        self.fields[f"helpers-{number}"] = OrganizationsField(
            label=_("协办单位"), queryset=bodies, required=False
        )

    def clean(self) -> dict[str, Any]:
        """What is signed has a signer and a day; a unit leads or helps; what is led says what."""
        values = super().clean() or {}
        if values.get("is_signed"):
            if not self.signers.get(values.get("signer", "")) and not values.get("signer_name"):
                self.add_error("signer_name", _("请填写签发人姓名。"))
            if not values.get("issued_on") and "issued_on" not in self.errors:
                self.add_error("issued_on", _("请填写印发日期。"))
            if not values.get("minutes_text", "").strip() and not values.get("scans"):
                self.add_error("minutes_text", _("请录入纪要正文，或上传扫描件。"))
        for number in range(1, self.RESOLUTIONS + 1):
            lead, helpers = values.get(f"lead-{number}"), values.get(f"helpers-{number}") or ()
            if lead is not None and lead in list(helpers):
                self.add_error(f"helpers-{number}", _("主办单位不必再列为协办单位。"))
            rest = (lead, values.get(f"due-{number}"), *helpers)
            if any(rest) and not values.get(f"text-{number}") and f"text-{number}" in self.fields:
                self.add_error(f"text-{number}", _("请写明议定内容。"))
        return values

    def resolution_rows(self) -> list[dict[str, Any]]:
        """The fields of each resolution, for the page."""
        return [
            {
                "number": number,
                "text": self[f"text-{number}"],
                "lead": self[f"lead-{number}"],
                "due": self[f"due-{number}"],
                "helpers": self[f"helpers-{number}"],
            }
            for number in range(1, self.RESOLUTIONS + 1)
        ]

    @property
    def first_rows(self) -> list[dict[str, Any]]:
        """Those in sight."""
        return self.resolution_rows()[: self.SHOWN]

    @property
    def more_rows(self) -> list[dict[str, Any]]:
        """Those behind one press."""
        return self.resolution_rows()[self.SHOWN :]

    @property
    def has_more(self) -> bool:
        """Whether something was typed there."""
        return any(row["text"].value() or row["text"].errors for row in self.more_rows)

    @property
    def resolutions(self) -> list[ResolutionDraft]:
        """Those that say something."""
        data = self.cleaned_data
        return [
            ResolutionDraft(
                text=data[f"text-{number}"],
                lead=data[f"lead-{number}"],
                helpers=list(data[f"helpers-{number}"]),
                due_on=data[f"due-{number}"],
            )
            for number in range(1, self.RESOLUTIONS + 1)
            if data[f"text-{number}"]
        ]

    @property
    def signature(self) -> PaperSignature | None:
        """How the minutes went out on paper, if they did."""
        data = self.cleaned_data
        if not data.get("is_signed"):
            return None
        signer = self.signers.get(data["signer"])
        return PaperSignature(
            issued_on=data["issued_on"],
            signer=signer,
            signer_name="" if signer else data["signer_name"],
            copies_to=data["copies_to"],
        )
