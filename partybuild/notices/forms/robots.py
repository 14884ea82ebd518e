"""Setting a group's robot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partybuild.notices.robots import check_address
from partybuild.notices.services.robots import Group


class RobotForm(forms.Form):
    """Which group, which kind, the address and the secret; both are written and never shown again."""

    group = forms.ChoiceField(label=_("哪个群"), help_text=_("每个群设一个机器人。"))
    kind = forms.ChoiceField(label=_("类型"))
    name = forms.CharField(
        label=_("群名称"), max_length=60, help_text=_("例如：和平社区联席会工作群。")
    )
    address = forms.CharField(
        label=_("机器人地址"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=_("在群里添加机器人后整段复制Webhook地址。保存后加密存放，不再显示。"),
    )
    secret = forms.CharField(
        label=_("加签密钥"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=_("钉钉机器人安全设置选“加签”时填写，以SEC开头。企业微信不用填。"),
    )

    def __init__(self, *args: Any, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(each.uid or ""): each for each in groups}
        self._choices("group", [(key or "own", each.name) for key, each in self.groups.items()])
        adapters = settings.ROBOTS.adapters
        self._choices("kind", [(key, adapter.label) for key, adapter in adapters.items()])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_group(self) -> Group:
        """The group chosen."""
        chosen = self.cleaned_data["group"]
        return self.groups["" if chosen == "own" else chosen]

    def clean(self) -> dict[str, Any]:
        """The address is one of this kind's."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") and found.get("address"):
            found["address"] = found["address"].strip()
            try:
                check_address(found["kind"], found["address"])
            except forms.ValidationError as refused:
                self.add_error("address", refused)
        return found
