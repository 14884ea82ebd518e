"""What is counted of wishes.

Counts of wishes hold nobody back: a wish is no person of a roster, each that was shown hangs on a wall
with its resident's consent, and its rows name neither wisher nor claimer. What a resident said at the
return visit is theirs, as every answer is: where only totals are seen, few stay out.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from partybuild.calendar import Period
from partybuild.evaluations.enums import Satisfaction
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Frozen
from partybuild.indicators.registry import Column, Indicator, register
from wishes.enums import HOLDING, ClaimState, WishState
from wishes.models import Wish, WishClaim, WishRevisit

_COLUMNS = (
    Column(lazy("微心愿"), lambda row: row.title),
    Column(lazy("社区"), lambda row: row.community.name),
    Column(lazy("征集日期"), lambda row: row.heard_on, "date"),
    Column(lazy("公示日期"), lambda row: row.published_on, "date"),
    Column(lazy("状态"), lambda row: (str(row.get_state_display()), "plain"), "status"),
)


def _came_true(day: Any, lookup: str) -> Exists:
    """Return the condition of wishes that came true up to or before a day."""
    claims = WishClaim.objects.filter(
        wish=OuterRef("pk"), state=ClaimState.FULFILLED, **{f"fulfilled_on__{lookup}": day}
    )
    return Exists(claims)


def _hanging(period: Period) -> QuerySet[Wish]:
    """Return the wishes that hung in a period and had not come true before it."""
    rows: QuerySet[Wish] = (
        Wish.objects.filter(published_on__lte=period.end)
        .filter(Q(ended_on=None) | Q(ended_on__gte=period.start))
        .exclude(state=WishState.WITHDRAWN, ended_on__lte=period.end)
        .exclude(_came_true(period.start, "lt"))
    )
    return rows


def _taken_on(period: Period) -> QuerySet[Wish]:
    """Return those of them that somebody had in hand at its end."""
    claims = WishClaim.objects.filter(
        Q(state__in=HOLDING) | Q(state=ClaimState.LEFT, ended_on__gt=period.end),
        wish=OuterRef("pk"),
        decided_on__lte=period.end,
    )
    return _hanging(period).filter(Exists(claims))


class _OfWishes(Indicator):
    """A figure whose rows are wishes."""

    unit = lazy("条")
    group = Group.WISH
    keys = Frozen("community")
    related = ("community",)
    columns = _COLUMNS


@register
class WishesHeard(_OfWishes):
    """Wishes that communities heard."""

    key = "wish.heard"
    name = lazy("征集微心愿")
    definition = lazy("征集日期在本期内的居民微心愿，含待核实、未通过和已撤回的。")
    words = {Part.NUMERATOR: lazy("征集")}

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the wishes."""
        return Wish.objects.filter(heard_on__range=(period.start, period.end))


@register
class WishesClaimed(_OfWishes):
    """Wishes that somebody has taken on."""

    key = "wish.claimed"
    name = lazy("微心愿认领")
    definition = lazy(
        "本期内公示过、本期开始前还没有兑现的微心愿中，期末已由党员或单位认领、经社区确定且未退出的；"
        "撤回的不计。"
    )
    is_detail = True
    rate = lazy("微心愿认领率")
    words = {
        Part.NUMERATOR: lazy("已认领"),
        Part.DENOMINATOR: lazy("公示"),
        Part.MISSING: lazy("待认领"),
    }

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the wishes that hung."""
        return _hanging(period)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those taken on."""
        return _taken_on(period)


@register
class WishesFulfilled(_OfWishes):
    """Wishes that have come true."""

    key = "wish.fulfilled"
    name = lazy("微心愿兑现")
    definition = lazy(
        "本期已认领的微心愿（同微心愿认领）中，期末已兑现的；回访不满意、正在继续兑现的不算。"
    )
    is_detail = True
    rate = lazy("微心愿兑现率")
    words = {
        Part.NUMERATOR: lazy("已兑现"),
        Part.DENOMINATOR: lazy("认领的"),
        Part.MISSING: lazy("正在兑现"),
    }

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return those taken on."""
        return _taken_on(period)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those that came true."""
        return _taken_on(period).filter(_came_true(period.end, "lte"))


def _grade(row: WishRevisit) -> tuple[str, str]:
    tone = "warn" if row.grade == Satisfaction.DISSATISFIED else "good"
    return str(row.get_grade_display()), tone


@register
class VisitsSatisfied(Indicator):
    """Return visits at which the wisher was satisfied, wholly or mostly."""

    key = "wish.satisfied"
    name = lazy("微心愿回访")
    unit = lazy("次")
    definition = lazy(
        "本期内的微心愿回访中，许愿人表示满意和基本满意的；还没有回访的不计，一条微心愿回访几次计几次。"
    )
    group = Group.WISH
    keys = Frozen("wish__community", through="wish__")
    about_persons = True
    # Several visits for one wish ask one person.
    person = "wish"
    is_detail = True
    rate = lazy("微心愿满意率")
    words: ClassVar[dict[Part, Any]] = {
        Part.NUMERATOR: lazy("回访满意和基本满意"),
        Part.DENOMINATOR: lazy("回访"),
        Part.MISSING: lazy("不满意"),
    }
    related = ("wish__community",)
    columns = (
        Column(lazy("微心愿"), lambda row: row.wish.title),
        Column(lazy("社区"), lambda row: row.wish.community.name),
        Column(lazy("回访日期"), lambda row: row.visited_on, "date"),
        Column(lazy("满意度"), _grade, "status"),
        Column(lazy("许愿人意见"), lambda row: row.words),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the visits."""
        return WishRevisit.objects.filter(visited_on__range=(period.start, period.end))

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those satisfied."""
        return self.denominator(period).exclude(grade=Satisfaction.DISSATISFIED)
