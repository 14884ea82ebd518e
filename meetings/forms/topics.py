"""Forms of topics (议题征集表)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import TopicResult, TopicState
from meetings.exceptions import ReasonIsMissing, ReferralNeedsAName, VotesAreMissing
from meetings.forms.fields import (
    PHONE,
    SHORT,
    OrganizationField,
    any_council,
    channel_field,
)
from meetings.models import Council, Topic
from meetings.queries.topics import STANDINGS
from meetings.services import Decision
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import PhoneField

_DECISIONS = (
    (TopicState.ACCEPTED, _("列入议程")),
    (TopicState.DEFERRED, _("缓议（下次再议）")),
    (TopicState.REFERRED, _("转办（不上会，转有关方面）")),
    (TopicState.RETURNED, _("退回补充")),
)


class TopicForm(forms.Form):
    """A topic: title and category are enough, the rest helps the convener to decide."""

    title = forms.CharField(label=_("议题名称"), max_length=200)
    category = forms.ChoiceField(label=_("类别"), widget=forms.RadioSelect, initial="service")
    situation = forms.CharField(
        label=_("事由及现状"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    proposal = forms.CharField(
        label=_("建议方案或初步意见"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("希望怎么办、本单位能做什么；没有初步意见的，一般不上会"),
    )
    concerned = forms.CharField(
        label=_("涉及单位"),
        max_length=300,
        required=False,
        help_text=_("需要哪些单位一起办，用顿号隔开"),
    )
    is_coordinated = forms.BooleanField(label=_("已与涉及单位协调过"), required=False)
    proposer_name = forms.CharField(
        label=_("提出人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    proposer_phone = PhoneField(
        label=_("联系电话"), required=False, widget=forms.TextInput(attrs=PHONE)
    )
    # Under which the draft is kept while it is typed, and which version of it was read.
    draft = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, by: Actor, council: Council, by_proxy: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = dictionary(council.area, "topic.category")  # type: ignore[attr-defined]
        if not by_proxy:
            return
        members = council.members.members().values("organization")
        self.fields["organization"] = OrganizationField(
            label=_("提出单位"),
            queryset=Organization.objects.visible_to(by.scope)
            .filter(pk__in=members)
            .order_by("sort", "name"),
            required=False,
            empty_label=council.convener.name,
            help_text=_("替成员单位代录时选择该单位"),
        )
        self.fields["channel"] = channel_field(council.area, required=False)
        self.fields["channel"].help_text = _("代录时填写")
        self.order_fields(("title", "organization", "channel", "category"))


class DecideTopicForm(forms.Form):
    """What becomes of a topic."""

    decision = forms.ChoiceField(
        label=_("审核意见"),
        choices=_DECISIONS,
        initial=TopicState.ACCEPTED,
        widget=forms.RadioSelect,
    )
    referred_to = forms.CharField(
        label=_("转给"),
        max_length=100,
        required=False,
        help_text=_("如“街道城管办”“网格长”"),
        widget=forms.TextInput(attrs={"data-shown-when": "decision=referred"}),
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("缓议、退回时必填，提出单位会看到"),
    )


class ReviewForm(forms.Form):
    """Several topics on one page: each decided or left, and what the chair said to those admitted."""

    chair_opinion = forms.CharField(
        label=_("主任审定意见"),
        max_length=500,
        required=False,
        help_text=_("记在本次列入的议题上，如“同意列入”"),
    )
    chair_name = forms.CharField(
        label=_("审定人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics
        for topic in topics:
            key = topic.uid.hex
            self.fields[f"decision-{key}"] = forms.ChoiceField(
                label=_("“%(title)s”的审核意见") % {"title": topic.title},
                choices=(
                    ("", _("先不定")),
                    (TopicState.ACCEPTED, _("列入")),
                    (TopicState.DEFERRED, _("缓议")),
                    (TopicState.REFERRED, _("转办")),
                    (TopicState.RETURNED, _("退回")),
                ),
                initial="",
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason-{key}"] = forms.CharField(
                label=_("“%(title)s”的理由或转给谁") % {"title": topic.title},
                max_length=500,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Whoever is not admitted reads why, or who takes it over."""
        values = super().clean() or {}
        for topic in self.topics:
            key = topic.uid.hex
            decision = values.get(f"decision-{key}")
            if decision in {"", None, TopicState.ACCEPTED} or values.get(f"reason-{key}"):
                continue
            missing = ReferralNeedsAName if decision == TopicState.REFERRED else ReasonIsMissing
            self.add_error(f"reason-{key}", missing())
        return values

    def rows(self) -> list[dict[str, Any]]:
        """Each topic with its two fields, for the page."""
        return [
            {
                "topic": topic,
                "decision": self[f"decision-{topic.uid.hex}"],
                "reason": self[f"reason-{topic.uid.hex}"],
            }
            for topic in self.topics
        ]

    @property
    def decisions(self) -> list[Decision]:
        """Return what the service takes: a referral's words name to whom."""
        data = self.cleaned_data
        found = []
        for topic in self.topics:
            decision = data[f"decision-{topic.uid.hex}"]
            said = data[f"reason-{topic.uid.hex}"]
            if not decision:
                continue
            refers = decision == TopicState.REFERRED
            found.append(
                Decision(
                    topic,
                    TopicState(decision),
                    reason="" if refers else said,
                    referred_to=said[:100] if refers else "",
                )
            )
        return found


class ChairForm(forms.Form):
    """What the chair said to a topic."""

    opinion = forms.CharField(
        label=_("主任审定意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    name = forms.CharField(
        label=_("审定人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )


_VOTES = {"data-width": "2", "data-unit": _("票")}


class ResultsForm(forms.Form):
    """What a meeting made of the topics on its agenda, one line each."""

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics
        choices = [("", _("未登记")), *TopicResult.choices]
        for topic in topics:
            key = topic.uid.hex
            self.fields[f"result-{key}"] = forms.ChoiceField(
                label=_("讨论结果"),
                choices=choices,
                initial=topic.result,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"seen-{key}"] = forms.CharField(
                initial=topic.result, required=False, widget=forms.HiddenInput
            )
            self.fields[f"note-{key}"] = forms.CharField(
                label=_("说明"),
                max_length=500,
                required=False,
                initial=topic.result_note,
            )
            for name, label in (
                ("for", _("赞成")),
                ("against", _("反对")),
                ("abstained", _("弃权")),
            ):
                self.fields[f"{name}-{key}"] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=999,
                    required=False,
                    initial=getattr(topic, f"votes_{name}"),
                    widget=forms.NumberInput(
                        attrs={**_VOTES, "data-shown-when": f"result-{key}=passed|rejected"}
                    ),
                )

    def clean(self) -> dict[str, Any]:
        """A vote has its count."""
        values = super().clean() or {}
        for topic in self.topics:
            key = topic.uid.hex
            if values.get(f"result-{key}") in {TopicResult.PASSED, TopicResult.REJECTED} and (
                values.get(f"for-{key}") is None
            ):
                self.add_error(f"for-{key}", VotesAreMissing())
        return values

    def rows(self) -> list[dict[str, Any]]:
        """Each topic with its fields, for the page."""
        return [
            {
                "topic": topic,
                "result": self[f"result-{topic.uid.hex}"],
                "seen": self[f"seen-{topic.uid.hex}"],
                "note": self[f"note-{topic.uid.hex}"],
                "votes": [
                    self[f"{name}-{topic.uid.hex}"] for name in ("for", "against", "abstained")
                ],
            }
            for topic in self.topics
        ]

    def results(self) -> Iterable[tuple[Topic, dict[str, Any]]]:
        """Yield what the service takes for each topic that something is said of."""
        data = self.cleaned_data
        for topic in self.topics:
            key = topic.uid.hex
            if not data[f"result-{key}"]:
                continue
            votes = {
                f"votes_{name}": data[f"{name}-{key}"] for name in ("for", "against", "abstained")
            }
            unchanged = (
                data[f"result-{key}"] == topic.result
                and data[f"note-{key}"] == topic.result_note
                and all(
                    getattr(topic, name) == value or not topic.votes_for
                    for name, value in votes.items()
                )
            )
            if unchanged:
                continue
            yield (
                topic,
                {
                    "result": TopicResult(data[f"result-{key}"]),
                    "note": data[f"note-{key}"],
                    "seen": data[f"seen-{key}"],
                    **votes,
                },
            )


class ChangeCallForm(forms.Form):
    """Until when topics are called for, for which day, about what."""

    due_on = forms.DateField(label=_("征集截止"), widget=forms.DateInput)
    meeting_on = forms.DateField(
        label=_("拟开会日期"), widget=forms.DateInput, required=False, help_text=_("未定可先空着")
    )
    note = forms.CharField(
        label=_("征集重点"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CallForTopicsForm(ChangeCallForm):
    """The same, and whom to ask."""

    audience = forms.ChoiceField(
        label=_("征集范围"),
        choices=(("all", _("全部成员单位")), ("some", _("部分成员单位"))),
        initial="all",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organizations"] = _Bodies(
            label=_("选择单位"),
            queryset=bodies,
            to_field_name="uid",
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"data-shown-when": "audience=some"}),
        )

    def clean(self) -> dict[str, Any]:
        """Everybody, unless some are named."""
        values = super().clean() or {}
        chosen = list(values.pop("organizations", ()) or ())
        audience = values.pop("audience", "") or "all"
        if audience == "some" and not chosen:
            self.add_error("organizations", _("请至少选择一家成员单位。"))
        values["organizations"] = chosen if audience == "some" else None
        return values


class _Bodies(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class NothingForm(forms.Form):
    """From where a proxy knows that a unit has no topic."""

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(area, required=False)


class TopicFilterForm(forms.Form):
    """Which topics."""

    sentence = _("显示{council}{year}{state}的议题，名称或单位含{q}")

    council = any_council()
    year = forms.TypedChoiceField(
        label=_("提出年度"), required=False, coerce=int, empty_value=None, choices=()
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("所有")),
            *((key, words) for key, (words, _condition) in STANDINGS.items()),
            ("accepted", _("列入（全部）")),
            ("deferred", _("缓议（全部）")),
        ),
    )
    q = forms.CharField(label=_("名称或单位"), required=False)

    def __init__(self, *args: Any, councils: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            ("", _("各年")),
            *((year, _("%(year)d年") % {"year": year}) for year in years),
        ]
