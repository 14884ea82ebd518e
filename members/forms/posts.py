"""Forms of posts, claims and pledges."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import Availability, ClaimState, PostKind, PostState
from members.models import PartyMember, PostClaim, ServicePost
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from units.forms.units import AreaField, PhoneField

SHORT = {"data-width": "20"}


def grids_of(by: Actor, community: Area) -> Any:
    """Return the grids of a community."""
    rows = Area.objects.visible_to(by.scope).filter(level=Level.GRID, valid_to=None)
    return rows.below(community).order_by("sort", "code", "id")


class PostForm(forms.Form):
    """A post: what, how many, when, where, whom to ask."""

    kind = forms.ChoiceField(
        label=lazy("岗位形式"), choices=PostKind.choices, widget=forms.RadioSelect, initial="post"
    )
    category = forms.ChoiceField(label=lazy("岗位类别"))
    title = forms.CharField(label=lazy("岗位名称"), max_length=100)
    content = forms.CharField(
        label=lazy("服务内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    wanted = forms.IntegerField(
        label=lazy("需要人数"),
        min_value=1,
        max_value=999999,
        initial=1,
        widget=forms.NumberInput(attrs={"data-unit": lazy("人"), "data-width": "4"}),
    )
    skills = forms.CharField(
        label=lazy("专长要求"),
        max_length=200,
        required=False,
        help_text=lazy("用顿号隔开，如：律师、法律；系统据此找合适的党员"),
    )
    times = forms.MultipleChoiceField(
        label=lazy("服务时间"),
        choices=Availability.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    schedule = forms.CharField(
        label=lazy("具体时间"),
        max_length=100,
        required=False,
        help_text=lazy("如：每周六9:00—11:00"),
    )
    grid = AreaField(
        label=lazy("所在网格"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=lazy("全社区"),
    )
    place = forms.CharField(
        label=lazy("服务地点"),
        max_length=200,
        required=False,
        help_text=lazy("责任区请写明范围，如：望江苑1—3幢"),
    )
    starts_on = forms.DateField(label=lazy("开始日期"))
    ends_on = forms.DateField(
        label=lazy("结束日期"), required=False, help_text=lazy("长期岗位不填")
    )
    contact = forms.CharField(
        label=lazy("联系人"), max_length=50, widget=forms.TextInput(attrs=SHORT)
    )
    contact_phone = PhoneField(label=lazy("联系电话"))
    note = forms.CharField(label=lazy("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, by: Actor, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = dictionary(community, "service_post.class")  # type: ignore[attr-defined]
        grids = grids_of(by, community)
        if grids.exists():
            self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        else:
            del self.fields["grid"]

    def clean(self) -> dict[str, Any]:
        """The end lies after the start."""
        values = super().clean() or {}
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("结束日期不能早于开始日期。"))
        return values


def post_initial(post: ServicePost) -> dict[str, Any]:
    """Return what the form shows of a post."""
    names = (
        "kind",
        "category",
        "title",
        "content",
        "wanted",
        "skills",
        "times",
        "schedule",
        "grid",
        "place",
        "starts_on",
        "ends_on",
        "contact",
        "contact_phone",
        "note",
    )
    return {name: getattr(post, name) for name in names}


class PostFilter(forms.Form):
    """Which posts: the sentence above the list."""

    sentence = lazy("显示{state}的{category}岗位，名称含{q}")

    state = forms.ChoiceField(label=lazy("状态"), required=False)
    category = forms.ChoiceField(label=lazy("类别"), required=False)
    q = forms.CharField(label=lazy("名称"), required=False, max_length=50)

    def __init__(self, *args: Any, area: Area | None, drafts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("招募中")),
            *(((PostState.DRAFT, PostState.DRAFT.label),) if drafts else ()),
            (PostState.CLOSED, PostState.CLOSED.label),
            ("all", _("全部")),
        ]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("各类")),
            *dictionary(area, "service_post.class"),
        ]


class ClosePostForm(forms.Form):
    """Why a post takes no more claims."""

    reason = forms.CharField(
        label=lazy("结束原因"),
        max_length=200,
        help_text=lazy("等待确定的党员会收到，如：已招满、项目结束"),
    )


class ClaimForm(forms.Form):
    """A member proposes themselves; nothing has to be said."""

    note = forms.CharField(
        label=lazy("想说的话"),
        max_length=200,
        required=False,
        help_text=lazy("如：可以带设备、只有单周有空"),
    )


class DeclineForm(forms.Form):
    """Why the community cannot take somebody on this time."""

    reason = forms.CharField(
        label=lazy("婉拒原因"),
        max_length=200,
        help_text=lazy("本人会收到，请写得和气些，如：人数已够，下一期优先安排"),
    )


class LeaveForm(forms.Form):
    """Why one steps back, if one wishes to say."""

    reason = forms.CharField(label=lazy("退出原因"), max_length=200, required=False)


class AbsenceForm(forms.Form):
    """Why somebody did not come."""

    reason = forms.CharField(
        label=lazy("未到岗原因"),
        max_length=200,
        help_text=lazy("请先向本人了解，如：因公出差、生病；没有了解到原因的先不要登记"),
    )


class PledgeForm(forms.Form):
    """What is promised, and by when."""

    text = forms.CharField(
        label=lazy("承诺事项"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(label=lazy("完成时限"))
    is_public = forms.BooleanField(
        label=lazy("同意在社区公示栏公开（姓名只显示姓）"), required=False, initial=True
    )


def pledge_initial(claim: PostClaim) -> dict[str, Any]:
    """Return what a pledge of a claim usually says."""
    post = claim.post
    when = post.schedule or post.times_words
    text = _("自愿承担“%(title)s”%(when)s：%(content)s") % {
        "title": post.title,
        "when": _("，%(when)s到岗服务") % {"when": when} if when else "",
        "content": post.content,
    }
    end = post.ends_on or date(today().year, 12, 31)
    return {"text": text[:500], "due_on": max(end, today()), "is_public": True}


class _Channel(forms.Form):
    """How the community heard it."""

    channel = forms.ChoiceField(label=lazy("来源"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class _Members(forms.ModelMultipleChoiceField):
    """Members by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Who."""
        return str(obj.person.name)


class ClaimProxyForm(_Channel):
    """Claiming for members who said so by telephone, chat, on paper or in person."""

    members = _Members(
        label=lazy("替谁认领"),
        queryset=PartyMember.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("members", "channel")

    def __init__(self, *args: Any, members: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, area=area, **kwargs)
        self.fields["members"].queryset = members  # type: ignore[attr-defined]


class LeaveProxyForm(_Channel):
    """Stepping back for somebody who said so elsewhere."""

    reason = forms.CharField(label=lazy("退出原因"), max_length=200, required=False)


class PledgeProxyForm(_Channel):
    """A pledge that was signed on paper or given by word, written down."""

    text = forms.CharField(
        label=lazy("承诺事项"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(label=lazy("完成时限"))
    on = forms.DateField(label=lazy("承诺日期"), initial=today)
    is_public = forms.BooleanField(
        label=lazy("本人同意在社区公示栏公开（姓名只显示姓）"), required=False, initial=True
    )

    field_order = ("text", "due_on", "on", "is_public", "channel")

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("承诺日期不能晚于今天。"))
        return day


class ClaimFilter(forms.Form):
    """Which claims: the sentence above the list."""

    sentence = lazy("显示{state}的认领，岗位或姓名含{q}")

    state = forms.ChoiceField(
        label=lazy("状态"),
        required=False,
        choices=(("", lazy("全部")), *ClaimState.choices),
    )
    q = forms.CharField(label=lazy("名称"), required=False, max_length=50)
