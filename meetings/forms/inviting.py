"""Inviting others than the members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import InvitedAs
from meetings.forms.fields import SHORT, OrganizationsField
from meetings.models import Meeting
from partybuild.access import Actor
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization

# More than these are looked for by name.
_OFFERED = 200


class InviteeForm(forms.Form):
    """Bodies and persons who sit in, or come from above."""

    invited_as = forms.ChoiceField(
        label=_("邀请身份"),
        choices=(
            (InvitedAs.GUEST, _("列席：驻区单位、党代表、居民代表等")),
            (InvitedAs.SUPERIOR, _("上级参加：联点领导等")),
        ),
        initial=InvitedAs.GUEST,
        widget=forms.RadioSelect,
    )
    superior = forms.BooleanField(required=False)
    organizations = OrganizationsField(
        label=_("单位"), required=False, help_text=_("勾选的单位会收到通知，可以回执；不计入应到")
    )
    person_name = forms.CharField(
        label=_("人员姓名"),
        max_length=50,
        required=False,
        help_text=_("没有单位的居民代表、党代表等写姓名，通知请另行转告"),
        widget=forms.TextInput(attrs=SHORT),
    )
    post = forms.CharField(
        label=_("人员身份或职务"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
    )

    def __init__(
        self,
        *args: Any,
        by: Actor,
        meeting: Meeting,
        taken: set[int],
        above: Organization | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.above = above
        if above is None:
            del self.fields["superior"]
        else:
            self.fields["superior"].label = _("邀请上级%(name)s派员参加") % {"name": above.name}
        bodies = (
            Organization.objects.visible_to(by.scope)
            .current()
            .exclude(pk__in=taken)
            .filter(area__path__startswith=meeting.council.area.path)
            # A unit's branch comes as its unit; a committee that leads an area comes itself.
            .exclude(kind=OrganizationKind.PARTY, party_organization__leads_area=None)
            .order_by("sort", "id")
        )
        offered = list(bodies.values_list("pk", flat=True)[:_OFFERED])
        self.fields["organizations"].queryset = bodies.filter(pk__in=offered)  # type: ignore[attr-defined]
        if not offered:
            # All of them come as members already: there is nothing to tick.
            self.fields["organizations"].widget = forms.MultipleHiddenInput()

    def clean(self) -> dict[str, Any]:
        """Somebody must be named."""
        values = super().clean() or {}
        chosen = [values.get(name) for name in ("superior", "organizations", "person_name")]
        if not any(chosen):
            raise forms.ValidationError(_("请勾选单位，或填写人员姓名。"))
        return values
