"""Forms of part-time committee members, one per step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import PartTimeEnd
from meetings.forms.fields import PHONE, SHORT, OrganizationField, channel_field
from meetings.models import PartTimeMember
from partybuild.calendar import today
from partybuild.people.enums import Gender
from partybuild.people.models import Person
from units.forms.units import PhoneField

_TALL = forms.Textarea(attrs={"rows": 3})


class UnitStepForm(forms.Form):
    """First the unit: whoever is known there is offered next."""

    unit = OrganizationField(label=_("所在单位"))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = bodies
        field.empty_label = _("请选择")


class ProposalForm(forms.Form):
    """Who is proposed: one whom the platform knows in the unit, or somebody else by name."""

    person = forms.ChoiceField(label=_("人选"), required=False, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("姓名"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    gender = forms.ChoiceField(
        label=_("性别"), choices=(("", _("不填")), *Gender.choices), required=False
    )
    phone = PhoneField(label=_("联系电话"), required=False, widget=forms.TextInput(attrs=PHONE))
    unit_post = forms.CharField(
        label=_("单位职务"), max_length=100, widget=forms.TextInput(attrs=SHORT)
    )
    title = forms.CharField(
        label=_("拟任职务"),
        max_length=50,
        initial="兼职委员",
        widget=forms.TextInput(attrs=SHORT),
    )
    division = forms.CharField(label=_("拟分工"), max_length=200, required=False)
    proposal = forms.CharField(label=_("推荐理由"), max_length=500, required=False, widget=_TALL)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.uid): person for person in people}
        if not people:
            del self.fields["person"]
            return
        field: Any = self.fields["person"]
        field.choices = [
            *((uid, person.name) for uid, person in self.people.items()),
            ("", _("名单里没有，在下面填写")),
        ]
        self.fields["name"].help_text = _("上面名单里没有时填写")

    def clean_person(self) -> Person | None:
        """The person behind the choice."""
        return self.people.get(self.cleaned_data["person"])

    def clean(self) -> dict[str, Any]:
        """Somebody is named, one way or the other."""
        values = super().clean() or {}
        if not values.get("person") and not (values.get("name") or "").strip():
            self.add_error("name", _("请选择人选，或填写姓名。"))
        return values


class ChangeProposalForm(forms.Form):
    """What is corrected before the street decides."""

    unit_post = forms.CharField(
        label=_("单位职务"), max_length=100, widget=forms.TextInput(attrs=SHORT)
    )
    title = forms.CharField(label=_("拟任职务"), max_length=50, widget=forms.TextInput(attrs=SHORT))
    division = forms.CharField(label=_("拟分工"), max_length=200, required=False)
    proposal = forms.CharField(label=_("推荐理由"), max_length=500, required=False, widget=_TALL)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SelectForm(forms.Form):
    """The Party organization's meeting and what it said."""

    selected_on = forms.DateField(label=_("会议日期"), widget=forms.DateInput)
    selection = forms.CharField(
        label=_("会议名称和结论"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如：和平社区党委会议研究，一致同意推荐"),
    )


class ApproveForm(forms.Form):
    """The number of the paper that approves."""

    number = forms.CharField(
        label=_("批复文号"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
        help_text=_("如：望江党工委〔2026〕5号"),
    )


class AskApproveForm(ApproveForm):
    """The same, asked of a second person."""

    reason = forms.CharField(
        label=_("审查意见"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=_("经审查，符合条件，建议同意。"),
        help_text=_("写给另一位审批人看，也会留在记录里"),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=300)


class PublishForm(forms.Form):
    """Where the name hangs, from when."""

    published_on = forms.DateField(label=_("公示开始"), widget=forms.DateInput)
    published_at = forms.CharField(
        label=_("公示方式"),
        max_length=200,
        help_text=_("如：社区公示栏、人选所在单位公示栏"),
    )


class ObjectionForm(forms.Form):
    """What somebody objects; they need not be named."""

    said_on = forms.DateField(label=_("反映日期"), widget=forms.DateInput)
    sayer_name = forms.CharField(
        label=_("反映人"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
        help_text=_("不愿具名的可以不填；只有审批和公示的工作人员看得到"),
    )
    text = forms.CharField(label=_("反映内容"), max_length=500, widget=_TALL)


class SettleForm(forms.Form):
    """What came out of it."""

    is_upheld = forms.TypedChoiceField(
        label=_("核实结果"),
        choices=(("no", _("不属实，或不影响聘任")), ("yes", _("属实，不宜聘任"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(label=_("核实情况"), max_length=500, widget=_TALL)


class _TermForm(forms.Form):
    """Until when a term runs, and with which work."""

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning."""
        values = super().clean() or {}
        start, end = values.get("term_from"), values.get("term_to")
        if start and end and end <= start:
            self.add_error("term_to", _("任期截止日期应晚于开始日期。"))
        return values


class AppointForm(_TermForm):
    """The term and the division of work."""

    term_from = forms.DateField(label=_("任期自"), widget=forms.DateInput)
    term_to = forms.DateField(label=_("任期至"), widget=forms.DateInput)
    division = forms.CharField(
        label=_("分工"), max_length=200, help_text=_("聘书上会写明，如：联系老旧小区改造")
    )


class RenewForm(_TermForm):
    """Until when, and with which work, the term goes on."""

    term_to = forms.DateField(label=_("新任期至"), widget=forms.DateInput)
    division = forms.CharField(label=_("分工"), max_length=200)


class EndTermForm(forms.Form):
    """How and why a term ends."""

    kind = forms.ChoiceField(
        label=_("离任方式"), choices=PartTimeEnd.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("任期届满的可以不填")
    )

    def clean(self) -> dict[str, Any]:
        """What ends before its time says why."""
        values = super().clean() or {}
        if values.get("kind") != PartTimeEnd.TERM and not (values.get("reason") or "").strip():
            self.add_error("reason", _("请写明原因。"))
        return values


class AccountForm(forms.Form):
    """The report on a year's work."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int)
    text = forms.CharField(
        label=_("述职内容"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("参加会议、完成分工和议定事项、服务社区的情况"),
    )

    def __init__(self, *args: Any, member: PartTimeMember, by_proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = today().year
        years = [each for each in (year, year - 1) if _serves_in(member, each)]
        field: Any = self.fields["year"]
        field.choices = [(each, _("%(year)d年") % {"year": each}) for each in years or [year]]
        if by_proxy:
            self.fields["channel"] = channel_field(member.council.area, required=True)


def _serves_in(member: PartTimeMember, year: int) -> bool:
    return member.term_from is not None and member.term_from.year <= year


class EvaluateForm(forms.Form):
    """What the committee says of a report."""

    evaluation = forms.CharField(label=_("评议意见"), max_length=500, widget=_TALL)
