"""A person's own settings of notices, and their leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partybuild.calendar import today
from partybuild.notices.enums import MailWish
from partybuild.notices.exceptions import QuietHoursHalfSet
from partybuild.people.models import Person

_HOURS = (("", _("不单独设置")), *((str(hour), f"{hour}:00") for hour in range(24)))


def _hour(text: str) -> int | None:
    return int(text) if text else None


class PreferenceForm(forms.Form):
    """Ways and quiet hours."""

    mail = forms.ChoiceField(
        label=_("邮件"), choices=MailWish.choices, widget=forms.RadioSelect, initial=MailWish.DIGEST
    )
    sms = forms.BooleanField(
        label=_("提醒也发短信到我的手机"),
        required=False,
        initial=True,
        help_text=_("只在本地开通了短信提醒时有效，费用由本地承担。"),
    )
    quiet_from = forms.TypedChoiceField(
        label=_("免打扰从几点开始"), choices=_HOURS, required=False, coerce=_hour, empty_value=None
    )
    quiet_to = forms.TypedChoiceField(
        label=_("到几点结束"), choices=_HOURS, required=False, coerce=_hour, empty_value=None
    )

    def __init__(self, *args: Any, place: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mail"].help_text = _(
            "合并的一封每天%(hour)d:00发出，已经办结的事不会写进去。"
        ) % {"hour": place["digest.hour"]}
        if not place["reminder.sms"]:
            self.fields["sms"].help_text = _("本地目前没有开通短信提醒，开通以后才会发。")
        self.fields["quiet_to"].help_text = _(
            "不单独设置的，随本地：%(start)d:00至次日%(end)d:00不发提醒。登录链接、会议变更不受限制。"
        ) % {"start": place["quiet.from"], "end": place["quiet.to"]}

    def clean(self) -> dict[str, Any]:
        """Both ends or none."""
        found: dict[str, Any] = super().clean() or {}
        if (found.get("quiet_from") is None) != (found.get("quiet_to") is None):
            raise QuietHoursHalfSet
        return found


class DelegationForm(forms.Form):
    """Who is told, from when to when, and why."""

    delegate = forms.ChoiceField(label=_("由谁代收"))
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput)
    ends_on = forms.DateField(
        label=_("结束日期"), widget=forms.DateInput, help_text=_("这一天过后自动结束。")
    )
    is_both = forms.TypedChoiceField(
        label=_("邮件和短信发给谁"),
        choices=(("yes", _("两人都发")), ("no", _("只发给代收人"))),
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="yes",
        help_text=_("站内消息两人都能看到。登录链接只发给本人。"),
    )
    reason = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("例如：年休假、外出学习。不要填写病情。")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.uid): each for each in people}
        field = self.fields["delegate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(uid, each.name) for uid, each in self.people.items()]
        self.fields["starts_on"].initial = today()

    def clean_delegate(self) -> Person:
        """The person chosen."""
        return self.people[self.cleaned_data["delegate"]]

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning."""
        found: dict[str, Any] = super().clean() or {}
        starts_on, ends_on = found.get("starts_on"), found.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", ValidationError(_("结束日期不能早于开始日期。")))
        return found
