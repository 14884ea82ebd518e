"""Forms of resolutions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.enums import TOOK_PLACE, CardClock, CardColor, Closing, ResolutionState
from meetings.forms.fields import (
    PHONE,
    SHORT,
    OrganizationField,
    OrganizationsField,
    any_council,
    channel_field,
)
from meetings.models import AgendaItem, Council, Meeting, Resolution, ResolutionParty
from meetings.queries.cards import ACCEPT, REPORT
from meetings.queries.papers import PROOF
from meetings.services import ResolutionDraft
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.forms import FilesField, FilesInput
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField


def answerable(by: Actor, council: Council) -> QuerySet[Organization]:
    """Return who may be made responsible: the members and the convener."""
    found: QuerySet[Organization] = (
        Organization.objects.visible_to(by.scope)
        .filter(
            Q(pk__in=council.members.members().values("organization")) | Q(pk=council.convener_id)
        )
        .order_by("sort", "name")
    )
    return found


class ResolutionForm(forms.Form):
    """What was decided, who leads, who helps, until when."""

    text = forms.CharField(
        label=_("议定内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead = OrganizationField(label=_("主办单位"), empty_label=_("请选择"), required=False)
    helpers = OrganizationsField(label=_("协办单位"), required=False)
    due_on = forms.DateField(label=_("办理期限"), widget=forms.DateInput, required=False)
    category = forms.ChoiceField(label=_("类别"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: Actor, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = answerable(by, council)
        self.fields["lead"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["helpers"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")),
            *dictionary(council.area, "topic.category"),
        ]

    def clean(self) -> dict[str, Any]:
        """A unit leads or helps, not both."""
        values = super().clean() or {}
        if values.get("lead") and values["lead"] in list(values.get("helpers") or ()):
            self.add_error("helpers", _("主办单位不必再列为协办单位。"))
        return values

    @property
    def draft(self) -> ResolutionDraft:
        """What the services take."""
        return self.draft_under(None)

    def draft_under(self, item: AgendaItem | None) -> ResolutionDraft:
        """What the services take, decided under an item of the agenda."""
        data = self.cleaned_data
        return ResolutionDraft(
            text=data["text"],
            lead=data["lead"],
            helpers=list(data["helpers"]),
            due_on=data["due_on"],
            category=data["category"],
            agenda_item=item,
        )


class AcceptForm(forms.Form):
    """Who is in charge of it."""

    in_charge_name = forms.CharField(
        label=_("责任人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    in_charge_phone = PhoneField(
        label=_("联系电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )


def _proof_field() -> FilesField:
    kind = attachment_kind(PROOF)
    return FilesField(
        label=_("附件"),
        required=False,
        max_files=kind.max,
        widget=FilesInput(
            attrs={
                "accept": ",".join(f".{key}" for key in kind.accept),
                "data-max-mb": str(kind.megabytes),
                "multiple": True,
            }
        ),
        help_text=_(
            "照片、PDF、Word、Excel都可以，最多%(count)d个，每个不超过%(size)dMB。照片里的拍摄地点会自动去掉。"
        )
        % {"count": kind.max, "size": kind.megabytes},
    )


class WorkForm(forms.Form):
    """What was done, or why it is returned, and what shows it."""

    text = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = _proof_field()


class ProxyWorkForm(forms.Form):
    """What a unit has said by telephone, chat or on paper."""

    text = forms.CharField(
        label=_("说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回、进展、办结、延期时填写"),
    )
    due_on = forms.DateField(
        label=_("申请延至"),
        widget=forms.DateInput,
        required=False,
        help_text=_("只有代录延期申请时填写"),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(area)
        self.fields["files"] = _proof_field()
        self.order_fields(("channel", "text", "due_on", "files"))


# Said beside each choice: what the three kinds mean is asked at every verification.
CLOSING_WORDS = (
    (Closing.SUBSTANTIAL, _("实质性办结：问题已经解决，看得见结果")),
    (
        Closing.PROCEDURAL,
        _("程序性办结：该走的程序已走完（已上报、已转办、已答复），结果由别处决定"),
    ),
    (Closing.STAGE, _("阶段性办结：这一阶段的事已做完，还要接着办，到期复查")),
)


class CloseForm(forms.Form):
    """In which way it is closed."""

    closing = forms.ChoiceField(
        label=_("办结类型"),
        choices=CLOSING_WORDS,
        initial=Closing.SUBSTANTIAL,
        widget=forms.RadioSelect,
    )
    review_on = forms.DateField(
        label=_("下次复查日期"),
        widget=forms.DateInput(attrs={"data-shown-when": "closing=stage"}),
        required=False,
        help_text=_("到时会回到会议议程的第一项"),
    )
    text = forms.CharField(label=_("验收意见"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """A stage has its next day, the others have none."""
        values = super().clean() or {}
        if values.get("closing") != Closing.STAGE:
            values["review_on"] = None
        return values


class ExtendForm(forms.Form):
    """Until when, and why."""

    due_on = forms.DateField(label=_("申请延至"), widget=forms.DateInput)
    text = forms.CharField(
        label=_("延期原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = _proof_field()


class DecideExtensionForm(forms.Form):
    """Whether a unit gets more time."""

    due_on = forms.DateField(
        label=_("批准延至"),
        widget=forms.DateInput,
        required=False,
        help_text=_("可以改成另一个日期"),
    )
    opinion = forms.CharField(
        label=_("审批意见"),
        max_length=500,
        required=False,
        help_text=_("不同意时请写明理由"),
    )


class RefuseForm(forms.Form):
    """Why a report is not accepted, and whether there is more time."""

    reason = forms.CharField(label=_("原因"), max_length=300)
    due_on = forms.DateField(
        label=_("新的期限"),
        widget=forms.DateInput,
        required=False,
        help_text=_("不填则仍按原期限"),
    )


class DeadlineForm(forms.Form):
    """A later date, agreed by telephone."""

    due_on = forms.DateField(label=_("新的期限"), widget=forms.DateInput)
    reason = forms.CharField(label=_("原因"), max_length=300)


class ReopenForm(DeadlineForm):
    """Why a closing was wrong, and by when it is to be done."""

    field_order = ("reason", "due_on")


class ReviewForm(forms.Form):
    """What was found when looking again."""

    outcome = forms.ChoiceField(
        label=_("复查结论"),
        choices=(
            ("done", _("后续已完成，不再列入")),
            ("later", _("还要再看，另定复查日期")),
            ("continue", _("要继续办理，在会上重新议定")),
        ),
        initial="done",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("复查情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    review_on = forms.DateField(
        label=_("下次复查日期"),
        widget=forms.DateInput,
        required=False,
        help_text=_("选“还要再看”时填写"),
    )
    meeting = forms.ModelChoiceField(
        label=_("在哪次会上议定"),
        queryset=Meeting.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("请选择"),
        help_text=_("选“要继续办理”时填写"),
    )

    def __init__(self, *args: Any, by: Actor, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Meeting.objects.visible_to(by.scope).filter(council=council, state__in=TOOK_PLACE)
        self.fields["meeting"].queryset = held.order_by("-held_on", "-id")  # type: ignore[attr-defined]


class CardForm(forms.Form):
    """Which card, and why."""

    color = forms.ChoiceField(
        label=_("亮牌"),
        choices=CardColor.choices,
        initial=CardColor.YELLOW,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("原因"), max_length=300)


class HelpersForm(forms.Form):
    """Which units help."""

    helpers = OrganizationsField(label=_("协办单位"), required=False)

    def __init__(
        self, *args: Any, by: Actor, resolution: Resolution, lead: int | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        bodies = answerable(by, resolution.council).exclude(pk=lead or 0)
        self.fields["helpers"].queryset = bodies  # type: ignore[attr-defined]


class BulkProgressForm(forms.Form):
    """One line of progress for each resolution that has something new."""

    def __init__(self, *args: Any, parties: Iterable[ResolutionParty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = list(parties)
        for party in self.parties:
            self.fields[f"text-{party.uid}"] = forms.CharField(
                label=_("进展"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def said(self) -> list[tuple[ResolutionParty, str]]:
        """Return what was written, by party."""
        texts = [(party, self.cleaned_data[f"text-{party.uid}"].strip()) for party in self.parties]
        return [(party, text) for party, text in texts if text]


class ResolutionFilterForm(forms.Form):
    """Which resolutions of the register (议定事项台账)."""

    sentence = _(
        "显示{year}{council}中{state}{card}的议定事项，"
        "责任单位{unit}，类别{category}，办结类型{closing}，内容含{q}"
    )

    year = forms.ChoiceField(label=_("年度"), required=False)
    council = any_council()
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("所有状态")),
            ("unfinished", _("未办结")),
            ("overdue", _("已逾期")),
            ("carried", _("上年接转")),
            ("returned", _("退回协商")),
            ("extension", _("申请延期待审批")),
            ("review", _("到期待复查")),
            *ResolutionState.choices,
        ),
    )
    card = forms.ChoiceField(
        label=_("黄牌、红牌"),
        required=False,
        choices=(
            ("", _("不论有无亮牌")),
            ("any", _("已亮牌")),
            (CardColor.YELLOW, _("黄牌")),
            (CardColor.RED, _("红牌")),
        ),
    )
    unit = forms.ModelChoiceField(
        label=_("责任单位"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("不限"),
    )
    category = forms.ChoiceField(label=_("类别"), required=False)
    closing = forms.ChoiceField(
        label=_("办结类型"), required=False, choices=(("", _("不限")), *Closing.choices)
    )
    q = forms.CharField(label=_("内容"), required=False)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["council"].queryset = Council.objects.visible_to(by.scope)  # type: ignore[attr-defined]
        parties = ResolutionParty.objects.visible_to(by.scope).standing()
        bodies = Organization.objects.visible_to(by.scope).filter(
            pk__in=parties.order_by().values("organization")
        )
        self.fields["unit"].queryset = bodies.order_by("sort", "name")  # type: ignore[attr-defined]
        area = Area.objects.visible_to(by.scope).filter(pk=by.scope.area_id).first()
        self.fields["category"].choices = [("", _("不限")), *dictionary(area, "topic.category")]  # type: ignore[attr-defined]
        this = today().year
        first = (
            Resolution.objects.visible_to(by.scope)
            .order_by()
            .aggregate(first=Min("meeting__held_on"))["first"]
        )
        years = range(this, (first.year if first else this) - 1, -1)
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            ("", _("历年")),
            *((str(year), _("%(year)d年") % {"year": year}) for year in years),
        ]


class SupervisionForm(forms.Form):
    """Which delays."""

    sentence = _("显示{council}中{duty}超期的单位")

    council = any_council()
    duty = forms.ChoiceField(
        label=_("事项"),
        required=False,
        choices=(("", _("接件或办理")), (ACCEPT, _("接件")), (REPORT, _("办理"))),
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = Council.objects.visible_to(by.scope)  # type: ignore[attr-defined]


class CardFilterForm(forms.Form):
    """Which cards."""

    sentence = _("显示{state}的{color}，亮牌依据{clock}")

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(("", _("未撤")), ("lifted", _("已撤")), ("all", _("全部"))),
    )
    color = forms.ChoiceField(
        label=_("牌"), required=False, choices=(("", _("黄牌和红牌")), *CardColor.choices)
    )
    clock = forms.ChoiceField(
        label=_("依据"), required=False, choices=(("", _("不限")), *CardClock.choices)
    )
