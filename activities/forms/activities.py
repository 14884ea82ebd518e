"""Forms of activities."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, Audience, HostRole
from activities.exceptions import CorrectionNeedsAReason
from activities.models import Activity
from members.models import PartyMember
from members.queries.letters import communities_to_choose_from
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import SHANGHAI, today
from partybuild.organizations.models import Organization
from units.forms.units import AreaField, PhoneField
from units.queries import committees_of

SHORT = {"data-width": "20"}


class _Bodies(forms.ModelMultipleChoiceField):
    """Several bodies by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The full name: short names may be alike."""
        return str(obj.name)


class _Communities(forms.ModelMultipleChoiceField):
    """Several communities of one street by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The name alone: they are of one street."""
        return str(obj.name)


class _HelpersForm(forms.Form):
    """The bodies and communities that help the organizer."""

    helpers = _Bodies(
        label=_("协办单位"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    communities = _Communities(
        label=_("协办社区"),
        queryset=Area.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("在这些社区报到的党员也可以报名；几家合办只算一场。"),
    )

    def offer(self, by: Actor, area: Area, *, organizer: int | None) -> None:
        """Offer the units in sight, and the communities of the street to a post of an area."""
        bodies = Organization.objects.visible_to(by.scope).filter(resident_unit__is_current=True)
        if organizer is not None:
            bodies = bodies.exclude(pk=organizer)
        street = area.parent_id if area.level == Level.COMMUNITY else area.pk
        near = communities_to_choose_from().filter(parent=street).exclude(pk=area.pk)
        if not by.scope.is_area:
            near = near.none()
        for name, rows in (("helpers", bodies), ("communities", near)):
            if rows.exists():
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def joined(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put the committees of the chosen communities among the bodies."""
        if together := values.pop("communities", None):
            committees = committees_of(together).values()
            values["helpers"] = [*(values.get("helpers") or ()), *committees]
        return values


class ActivityForm(_HelpersForm):
    """What, when, where, for whom; the first six are enough."""

    field_order = (
        *("title", "kind", "day", "starts", "ends", "place", "places", "audience", "until"),
        *("content", "needs", "themes", "helpers", "communities"),
    )

    title = forms.CharField(label=_("活动名称"), max_length=100)
    kind = forms.ChoiceField(label=_("活动类别"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("日期"), widget=forms.DateInput)
    starts = forms.TimeField(label=_("开始时间"), widget=forms.TimeInput, initial=time(9))
    ends = forms.TimeField(label=_("结束时间"), widget=forms.TimeInput, initial=time(11))
    place = forms.CharField(label=_("地点"), max_length=200)
    places = forms.IntegerField(
        label=_("名额"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=_("不限人数的不填；报满后自动排候补"),
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "4"}),
    )
    audience = forms.ChoiceField(
        label=_("面向"), choices=Audience.choices, widget=forms.RadioSelect, initial="community"
    )
    until = forms.DateField(
        label=_("报名截止"),
        required=False,
        widget=forms.DateInput,
        help_text=_("截止当天18:00；不填的到活动开始为止"),
    )
    content = forms.CharField(
        label=_("活动内容"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    needs = forms.CharField(
        label=_("对参加人的要求"),
        required=False,
        max_length=200,
        help_text=_("如：自备手套；有医护专长的优先"),
    )
    themes = forms.MultipleChoiceField(
        label=_("主题"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leader_name = forms.CharField(
        label=_("负责人"), required=False, max_length=50, widget=forms.TextInput(attrs=SHORT)
    )
    leader_phone = PhoneField(label=_("负责人电话"), required=False)

    def __init__(
        self, *args: Any, by: Actor, area: Area, activity: Activity | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = dictionary(area, "activity.kind")  # type: ignore[attr-defined]
        self.fields["themes"].choices = dictionary(area, "activity.theme")  # type: ignore[attr-defined]
        if activity is not None:
            # Places have a door of their own: somebody may be taking one.
            del self.fields["places"], self.fields["helpers"], self.fields["communities"]
            return
        self.offer(by, area, organizer=by.organization_id)
        if area.level < Level.COMMUNITY:
            self.order_fields(["title", "community"])
            self.fields["community"] = AreaField(
                label=_("举办社区"),
                queryset=Area.objects.visible_to(by.scope).filter(
                    level=Level.COMMUNITY, valid_to=None
                ),
            )
            self.order_fields(["title", "community"])

    def clean_day(self) -> Any:
        """An activity is planned for a day to come."""
        day = self.cleaned_data["day"]
        if day < today():
            raise forms.ValidationError(_("日期不能早于今天。已经办过的，请到“服务记录”登记。"))
        return day

    def clean(self) -> dict[str, Any]:
        """Turn days and times into moments; the end lies after the start."""
        values = super().clean() or {}
        day, starts, ends = (values.get(name) for name in ("day", "starts", "ends"))
        if day and starts and ends:
            if ends <= starts:
                self.add_error("ends", _("结束时间要晚于开始时间。"))
            values["starts_at"] = datetime.combine(day, starts, tzinfo=SHANGHAI)
            values["ends_at"] = datetime.combine(day, ends, tzinfo=SHANGHAI)
        if until := values.get("until"):
            values["sign_up_until"] = datetime.combine(until, time(18), tzinfo=SHANGHAI)
            if day and until > day:
                self.add_error("until", _("报名截止不能晚于活动当天。"))
        else:
            values["sign_up_until"] = None
        for name in ("day", "starts", "ends", "until"):
            values.pop(name, None)
        return self.joined(values)


class HelpersForm(_HelpersForm):
    """Who helps, said anew; with a reason once the activity is published."""

    reason = forms.CharField(label=_("调整原因"), max_length=200, required=False)

    def __init__(self, *args: Any, by: Actor, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(by, activity.community, organizer=activity.organizer_id)
        rows = activity.hosts.filter(role=HostRole.HELPER).select_related("organization")
        helping = {row.organization_id: row.organization for row in rows}
        for name, found in self._offered().items():
            chosen = [choice for choice, body in found if body in helping]
            self.initial[name] = chosen
            for _choice, body in found:
                helping.pop(body, None)
        # Whom this post does not see stays as it is.
        self.kept = list(helping.values())
        if activity.state == ActivityState.DRAFT:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = CorrectionNeedsAReason.sentence
            self.fields["reason"].help_text = _("增加和移出的单位、社区会收到通知，写明这个原因")

    def _offered(self) -> dict[str, list[tuple[Any, int]]]:
        """Return {field: what may be chosen there, with the key of the body that it stands for}."""
        found: dict[str, list[tuple[Any, int]]] = {}
        if "helpers" in self.fields:
            bodies = self.fields["helpers"].queryset  # type: ignore[attr-defined]
            found["helpers"] = [(each, each.pk) for each in bodies]
        if "communities" in self.fields:
            areas = list(self.fields["communities"].queryset)  # type: ignore[attr-defined]
            committees = committees_of(areas)
            found["communities"] = [
                (each, committees[each.pk].pk) for each in areas if each.pk in committees
            ]
        return found

    def clean(self) -> dict[str, Any]:
        """Communities help through their committees."""
        values = self.joined(super().clean() or {})
        values["helpers"] = [*(values.get("helpers") or ()), *self.kept]
        return values


def initial_of(activity: Activity) -> dict[str, Any]:
    """Return what the form shows of an activity."""
    starts = activity.starts_at.astimezone(SHANGHAI)
    until = activity.sign_up_until
    return {
        **{
            name: getattr(activity, name)
            for name in (
                "title",
                "kind",
                "place",
                "audience",
                "content",
                "needs",
                "themes",
                "leader_name",
                "leader_phone",
            )
        },
        "day": starts.date(),
        "starts": starts.time(),
        "ends": activity.ends_at.astimezone(SHANGHAI).time(),
        "until": until.astimezone(SHANGHAI).date() if until else None,
    }


class PlacesForm(forms.Form):
    """How many may come."""

    places = forms.IntegerField(
        label=_("名额"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=_("不填表示不限；增加名额，候补按先后自动补上"),
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "4"}),
    )


class CancelForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(
        label=_("取消原因"), max_length=300, help_text=_("已报名和候补的人都会收到")
    )


class WithdrawForm(forms.Form):
    """Why somebody cannot come, if they wish to say."""

    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class WithdrawProxyForm(WithdrawForm):
    """How somebody said that they cannot come, and why."""

    channel = forms.ChoiceField(label=_("本人怎样告知"), widget=forms.RadioSelect, initial="phone")
    field_order = ("channel", "reason")

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class _Members(forms.ModelMultipleChoiceField):
    """Members by name and unit."""

    def label_from_instance(self, obj: Any) -> str:
        """Who, and of where: two may have one name."""
        return f"{obj.person.name}"


class ProxyForm(forms.Form):
    """Signing others up who said so by telephone, chat, on paper or in person."""

    members = _Members(
        label=_("替谁报名"),
        queryset=PartyMember.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(label=_("来源"), widget=forms.RadioSelect, initial="phone")

    def __init__(self, *args: Any, members: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class ActivityFilter(forms.Form):
    """Which activities: the sentence above the list."""

    sentence = _("显示{state}的{theme}活动，名称含{q}")

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("即将举办")),
            ("past", _("已经过去")),
            ("draft", _("还没有发布")),
            ("cancelled", _("已取消")),
        ),
    )
    theme = forms.ChoiceField(label=_("主题"), required=False)
    q = forms.CharField(label=_("名称"), required=False, max_length=50)

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [  # type: ignore[attr-defined]
            ("", _("各主题")),
            *dictionary(area, "activity.theme"),
        ]
