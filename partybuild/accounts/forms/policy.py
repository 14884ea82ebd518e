"""Editing the security policy: every figure with what it may be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.accounts.enums import PolicyProfile
from partybuild.accounts.policy import COLUMNS, Policy, profile_of

COLUMN_WORDS = {
    "system_admin": lazy("系统管理员"),
    "security_admin": lazy("安全管理员"),
    "auditor": lazy("审计管理员"),
    "city": lazy("市级工作人员"),
    "district": lazy("区县工作人员"),
    "street": lazy("街道工作人员"),
    "community_secretary": lazy("社区党组织书记"),
    "community_worker": lazy("社区党务工作者"),
    "unit_secretary": lazy("单位党组织书记"),
    "unit_liaison": lazy("单位联络员"),
    "member": lazy("在职党员"),
}


@dataclass(frozen=True)
class Figure:
    """One figure: its words, its unit and its bounds."""

    name: str
    label: Any
    unit: Any
    least: int
    most: int
    help_text: Any = ""


_TIMES, _MINUTES, _HOURS, _DAYS, _SIGNS = (
    lazy("次"),
    lazy("分钟"),
    lazy("小时"),
    lazy("天"),
    lazy("位"),
)
GROUPS: tuple[tuple[Any, tuple[Figure, ...]], ...] = (
    (
        lazy("密码"),
        (
            Figure("password_min_length", lazy("密码最短"), _SIGNS, 8, 64),
            Figure(
                "password_kinds",
                lazy("至少含几种字符"),
                lazy("种"),
                0,
                4,
                lazy("大写字母、小写字母、数字、其他符号；0表示不要求。"),
            ),
            Figure(
                "password_piece",
                lazy("不得含个人信息中连续的"),
                _SIGNS,
                0,
                8,
                lazy("用户名、手机号、身份证号中连续这么多位就不能用；0表示只拦整个号码和姓名。"),
            ),
            Figure("password_history", lazy("不得与最近几次相同"), _TIMES, 0, 24),
            Figure(
                "password_max_days",
                lazy("定期更换"),
                _DAYS,
                0,
                365,
                lazy("只对下面勾选的岗位；0表示不要求。单位联络员一季度来一次，不宜要求。"),
            ),
        ),
    ),
    (
        lazy("登录失败"),
        (
            Figure("fails", lazy("连续失败"), _TIMES, 3, 20),
            Figure("fail_window_minutes", lazy("在多长时间内"), _MINUTES, 5, 120),
            Figure("lock_minutes", lazy("锁定"), _MINUTES, 5, 1440),
            Figure(
                "source_per_hour",
                lazy("同一网络地址每小时失败"),
                _TIMES,
                5,
                1000,
                lazy("达到后，只影响从未登录过的设备；常用设备照常登录。"),
            ),
            Figure(
                "office_per_hour",
                lazy("办公网络每小时失败"),
                _TIMES,
                5,
                10000,
                lazy("许多人共用一个出口地址的单位，在下面登记其地址。"),
            ),
        ),
    ),
    (
        lazy("登录时长"),
        (
            Figure("idle_minutes", lazy("无操作自动退出"), _MINUTES, 5, 240),
            Figure("absolute_hours", lazy("最长登录"), _HOURS, 1, 24),
            Figure("step_up_minutes", lazy("再次验证身份后有效"), _MINUTES, 1, 60),
            Figure("device_days", lazy("设备免动态验证码"), _DAYS, 0, 90),
        ),
    ),
    (
        lazy("个人信息"),
        (
            Figure("reveal_per_hour", lazy("每人每小时查看身份证号"), _TIMES, 1, 500),
            Figure("phone_alarm_per_day", lazy("每人每天查看电话超过多少次报警"), _TIMES, 10, 5000),
        ),
    ),
)
_SETS = (
    (
        "factor_columns",
        lazy("必须使用动态验证码的岗位"),
        lazy("勾选的岗位，下次登录时会一步步引导开通；其他岗位可自愿开通。"),
    ),
    ("rotation_columns", lazy("定期更换密码的岗位"), ""),
)


class PolicyForm(forms.Form):
    """The policy: profile, figures, posts, reason."""

    profile = forms.ChoiceField(
        label=lazy("策略类型"),
        choices=PolicyProfile.choices,
        widget=forms.RadioSelect,
        help_text=lazy("改选类型时，下面没有改动的各项换成新类型的数字。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, current: Policy, **kwargs: Any) -> None:
        initial = {"profile": current.profile}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.current = current
        for _title, figures in GROUPS:
            for each in figures:
                self._add_figure(each, getattr(current, each.name))
        for name, label, help_text in _SETS:
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=[(column, COLUMN_WORDS[column]) for column in COLUMNS],
                initial=sorted(getattr(current, name)),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=help_text,
            )
        self.fields["office_networks"] = forms.CharField(
            label=lazy("办公网络的出口地址"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial="\n".join(current.office_networks),
            help_text=lazy("一行一个地址或网段，例如 203.0.113.8 或 203.0.113.0/28。"),
        )
        for column in COLUMNS:
            self._add_figure(
                Figure(f"idle_days_{column}", COLUMN_WORDS[column], _DAYS, 30, 1500),
                current.idle_days[column],
            )
        self.fields["reason"] = forms.CharField(
            label=lazy("修改理由"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=lazy("会记入操作记录，例如：按等级保护测评意见调整。"),
            error_messages={"required": lazy("请写明修改理由。")},
        )

    def _add_figure(self, figure: Figure, value: int) -> None:
        bounds = _("请填写%(least)d到%(most)d之间的整数。") % {
            "least": figure.least,
            "most": figure.most,
        }
        self.fields[figure.name] = forms.IntegerField(
            label=figure.label,
            initial=value,
            min_value=figure.least,
            max_value=figure.most,
            help_text=figure.help_text,
            widget=forms.NumberInput(attrs={"data-unit": figure.unit, "data-width": "4"}),
            error_messages={
                "required": bounds,
                "invalid": bounds,
                "min_value": bounds,
                "max_value": bounds,
            },
        )

    def sections(self) -> Iterator[tuple[Any, str]]:
        """Yield (title, names of fields) as the page shows them."""
        more = {
            0: " rotation_columns",
            1: " office_networks",
            2: " factor_columns",
        }
        for number, (title, figures) in enumerate(GROUPS):
            yield title, " ".join(each.name for each in figures) + more.get(number, "")
        yield lazy("多久未登录停用账号"), " ".join(f"idle_days_{column}" for column in COLUMNS)

    def clean_office_networks(self) -> list[str]:
        """Return the networks; a whole country is no office."""
        networks = []
        for line in self.cleaned_data["office_networks"].split():
            try:
                network = ipaddress.ip_network(line.strip(), strict=False)
            except ValueError:
                raise ValidationError(
                    _("“%(line)s”不是网络地址，请核对。") % {"line": line[:50]}
                ) from None
            if (network.num_addresses > 2**16 and network.version == 4) or network.prefixlen < 16:
                raise ValidationError(
                    _("网段“%(line)s”太大，请填写单位自己的出口地址。") % {"line": line[:50]}
                )
            networks.append(str(network))
        return networks

    def figures(self) -> dict[str, Any]:
        """Return what the form says, by the names of the policy."""
        values = self.cleaned_data
        found = {each.name: values[each.name] for _title, figures in GROUPS for each in figures}
        for name, _label, _help in _SETS:
            found[name] = frozenset(values[name])
        found["office_networks"] = tuple(values["office_networks"])
        found["idle_days"] = {column: values[f"idle_days_{column}"] for column in COLUMNS}
        if values["profile"] != self.current.profile:
            own = profile_of(values["profile"])
            found = {
                name: getattr(own, name) if value == getattr(self.current, name) else value
                for name, value in found.items()
            }
        return found
