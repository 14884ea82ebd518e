"""Forms of feedback: evaluating, the five parts, receipt, use, objection, review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import FeedbackPartKind, FeedbackState, Grade
from members.models import Feedback, FeedbackPart
from members.queries.feedback import rules_of
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period, today


def _long(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FeedbackFilterForm(forms.Form):
    """Feedback forms as a sentence."""

    period = forms.ChoiceField(label=_("周期"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    grade = forms.ChoiceField(label=_("等次"), required=False)
    q = forms.CharField(label=_("姓名或单位含"), max_length=50, required=False)
    sentence = _("显示{period}{state}、评为{grade}的反馈表，姓名或单位含{q}")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Feedback.objects.visible_to(by.scope)
        periods = sorted(set(rows.order_by().values_list("period", flat=True).distinct()))
        grades = set(rows.order_by().values_list("grade", flat=True).distinct())
        states = [each for each in FeedbackState.choices if by.scope.is_area or each[0] != "draft"]
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("全部周期")),
            *((each, Period.parse(each).label) for each in reversed(periods)),
        ]
        self.fields["state"].choices = [("", _("全部")), *states]  # type: ignore[attr-defined]
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            ("", _("任何等次")),
            *((key, label) for key, label in Grade.choices if key in grades),
        ]


class EvaluateForm(forms.Form):
    """What the community says on one form."""

    grade = forms.ChoiceField(label=_("评价等次"), widget=forms.RadioSelect)
    conduct = forms.CharField(
        label=_("遵守公德公约情况"),
        max_length=200,
        required=False,
        help_text=_("如：遵守居民公约，邻里和睦"),
    )
    problems = _long(_("存在问题"), 300)
    opinion = _long(
        _("社区党组织意见"), 500, help_text=_("不填时，签发时按活动情况和等次自动写一句。")
    )

    def __init__(self, *args: Any, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = rules_of(community).choices()  # type: ignore[attr-defined]


class BulkGradeForm(forms.Form):
    """One grade for the forms that are picked."""

    # It stands beside another button of the same list: signing asks for no grade.
    use_required_attribute = False

    grade = forms.ChoiceField(label=_("评价等次"), widget=forms.Select(attrs={"data-width": "10"}))

    def __init__(self, *args: Any, community: Area, is_alone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Alone in its list, the browser asks for the grade before the ticks are lost.
        self.use_required_attribute = is_alone
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            ("", _("选择等次")),
            *rules_of(community).choices(),
        ]


class SignForm(forms.Form):
    """What the signer says of everybody on the list."""

    # Of several lines, that Enter after the sentence signs nothing.
    conduct = _long(
        _("遵守公德公约情况"),
        200,
        help_text=_(
            "写一句，填入所选的、没有单独写这一栏的表，如：没有收到违反社会公德、居民公约的反映。"
            "不写的，这一栏留空，打印后手写。"
        ),
    )


class WordsForm(forms.Form):
    """党员自评, 领导点评 or 组织考评: a grade if one likes, and words."""

    grade = forms.ChoiceField(label=_("等次"), widget=forms.RadioSelect, required=False)
    text = _long(_("评语"), 500, required=True)

    def __init__(self, *args: Any, part: FeedbackPart, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community = part.feedback.community
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            *rules_of(community).choices(),
            ("", _("不评等次")),
        ]
        if part.part == FeedbackPartKind.SELF:
            self.fields["text"].label = _("自我评价")
            self.fields["text"].help_text = _("写一两句即可，如：参加义诊两次，帮助邻居办理医保。")
        # Whoever writes down another's words says how they came.
        if (by.scope.is_area and part.part != FeedbackPartKind.ORGANIZATION) or _is_community(by):
            add_channel(self, community)


class CommentsForm(forms.Form):
    """One comment for all that are picked; who deserves words of their own is opened."""

    grade = forms.ChoiceField(label=_("等次"), widget=forms.RadioSelect, required=False)
    text = _long(
        _("评语"), 500, required=True, help_text=_("写入所勾选的每一份，签发前可以单独再改。")
    )

    def __init__(self, *args: Any, communities: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A unit's people report in at several communities, each with its own scale.
        known = {grade for area in communities for grade in rules_of(area).scale}
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            *((grade, label) for grade, label in Grade.choices if grade in known),
            ("", _("不评等次")),
        ]


def _is_community(by: Actor) -> bool:
    return by.scope.column in {"community_secretary", "community_worker"}


def add_channel(form: forms.Form, area: Area) -> None:
    """Ask how what is written down by proxy came, and on which day."""
    form.fields["channel"] = forms.ChoiceField(
        label=_("代录方式"), widget=forms.RadioSelect, choices=dictionary(area, "proxy.channel")
    )
    form.fields["on"] = PastDateField(label=_("日期"), initial=today)


class PastDateField(forms.DateField):
    """A day that has come."""

    def clean(self, value: Any) -> Any:
        """Refuse a day that has not."""
        day = super().clean(value)
        if day is not None and day > today():
            raise forms.ValidationError(_("日期不能晚于今天。"))
        return day


class VoicesForm(forms.Form):
    """群众测评: how many said what, and how many sheets came back empty."""

    satisfied = forms.IntegerField(label=_("满意"), min_value=0, max_value=99999, initial=0)
    basically = forms.IntegerField(label=_("基本满意"), min_value=0, max_value=99999, initial=0)
    dissatisfied = forms.IntegerField(label=_("不满意"), min_value=0, max_value=99999, initial=0)
    unanswered = forms.IntegerField(
        label=_("未作答"),
        min_value=0,
        max_value=99999,
        initial=0,
        help_text=_("收回但没有填写的，单独计，不算满意。"),
    )
    text = _long(_("说明"), 500, help_text=_("如：12月20日居民代表评议会，发出15张。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("satisfied", "basically", "dissatisfied", "unanswered"):
            self.fields[name].widget.attrs.update({"data-unit": _("票"), "data-width": "4"})


class ReceiptProxyForm(forms.Form):
    """How the community heard that the unit has received it."""

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_channel(self, area)


class UseForm(forms.Form):
    """What the unit used it for, and what it answers."""

    kind = forms.ChoiceField(label=_("结果运用"), widget=forms.RadioSelect)
    used_on = PastDateField(label=_("运用日期"), initial=today)
    note = forms.CharField(
        label=_("说明"), max_length=300, required=False, help_text=_("如：作为年度民主评议参考")
    )
    answer = _long(_("单位阅处意见"), 500, help_text=_("会送给社区党组织；没有要说的可以不填。"))

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = dictionary(area, "feedback.use")  # type: ignore[attr-defined]


class UseProxyForm(UseForm):
    """The same, as the community heard it from the unit."""

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, area=area, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label=_("代录方式"), widget=forms.RadioSelect, choices=dictionary(area, "proxy.channel")
        )
        self.fields["answer"].help_text = _("单位怎么说的照实写；没有要说的可以不填。")


class ObjectForm(forms.Form):
    """What a member does not agree with."""

    text = _long(
        _("异议内容"),
        500,
        required=True,
        help_text=_("写明哪一处与事实不符、应当怎样。由签发人以外的人复核。"),
    )


class ObjectProxyForm(ObjectForm):
    """The same, written down for the member."""

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_channel(self, area)


class ReviewForm(forms.Form):
    """The reviewer's decision; where the form is revised, what the revised version says."""

    decision = forms.ChoiceField(
        label=_("复核结果"),
        widget=forms.RadioSelect,
        choices=(
            ("reject", _("维持原评价")),
            ("uphold", _("采纳异议，出具修订版")),
        ),
    )
    review = _long(_("复核意见"), 500, required=True, help_text=_("党员本人会看到。"))
    grade = forms.ChoiceField(label=_("修订后的等次"), widget=forms.RadioSelect, required=False)
    conduct = forms.CharField(label=_("遵守公德公约情况"), max_length=200, required=False)
    problems = _long(_("存在问题"), 300)
    opinion = _long(
        _("修订后的社区党组织意见"),
        500,
        help_text=_("不填时，按最新的活动情况和修订后的等次自动写一句。"),
    )

    def __init__(self, *args: Any, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = rules_of(community).choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A revised version says what it says."""
        values = super().clean() or {}
        if values.get("decision") == "uphold" and not values.get("grade"):
            self.add_error("grade", _("出具修订版时必填。"))
        return values
