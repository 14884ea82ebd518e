"""Forms of certificates of volunteer service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.enums import CertificateState
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today


class CertificateFilterForm(forms.Form):
    """Certificates as a sentence."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(("", _("全部")), *CertificateState.choices),
    )
    sentence = _("显示{state}的证明")


class CertificateForm(forms.Form):
    """What a member asks for: in which community, for which days."""

    community = forms.ModelChoiceField(
        label=_("在哪个社区的服务"),
        queryset=Area.objects.none(),
        to_field_name="uid",
        empty_label=None,
    )
    since = forms.DateField(label=_("服务开始日期"))
    until = forms.DateField(label=_("服务截止日期"))
    volunteer_number = forms.CharField(
        label=_("志愿者编号"),
        max_length=40,
        required=False,
        help_text=_("在全国志愿服务信息系统注册过的填写，没有的留空"),
    )
    purpose = forms.CharField(label=_("用途"), max_length=100, required=False)

    def __init__(self, *args: Any, communities: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["community"]
        field.queryset = communities
        field.label_from_instance = lambda area: area.name
        if len(communities) == 1:
            # Nothing to choose: said in the heading.
            field.widget = forms.HiddenInput()
            field.initial = communities[0]

    def clean(self) -> dict[str, Any]:
        """Days in their order, none of them to come."""
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if until and until > today():
            self.add_error("until", _("截止日期不能晚于今天。"))
        if since and until and until < since:
            self.add_error("until", _("截止日期不能早于开始日期。"))
        return found


class ProxyCertificateForm(CertificateForm):
    """The same at the desk: how the wish came there."""

    channel = forms.ChoiceField(label=_("申请方式"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class PrepareCertificateForm(forms.Form):
    """Who handles it, and how a reader of the paper can ask back."""

    handler_name = forms.CharField(label=_("经办人"), max_length=50)
    handler_phone = forms.CharField(
        label=_("联系电话"), max_length=30, help_text=_("印在证明上，供收件单位核实")
    )
    volunteer_number = forms.CharField(label=_("志愿者编号"), max_length=40, required=False)


class IssueCertificateForm(forms.Form):
    """Who answers for it."""

    responsible_name = forms.CharField(label=_("负责人"), max_length=50)


class ReturnCertificateForm(forms.Form):
    """What the check has to look at again."""

    reason = forms.CharField(label=_("需要重新核对的内容"), max_length=200)


class DeclineCertificateForm(forms.Form):
    """Why there is none."""

    reason = forms.CharField(label=_("不予出具的原因"), max_length=200)
