"""The ledger of wishes (微心愿台账) as a file: what may be shown, never who made them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as lazy

from members.personal import MASKED, treatment
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.evaluations.enums import Satisfaction
from partybuild.exchange.lists import ListColumn, ListExport, register_list
from partybuild.fields.codes import mask_name
from units.views.scope import area_of
from wishes.enums import WishState
from wishes.models import Wish, WishClaim, WishRevisit
from wishes.views.wishes import filter_of, narrowed_wishes, sees_claims


@register_list
class WishExport(ListExport):
    """One line per wish: heard, checked, shown, claimed, fulfilled, asked again."""

    key = "wishes"
    name = lazy("微心愿台账")
    line = "wish.view"
    # Whoever claimed one is told who took the list away.
    person = "claimer_person"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them, each with the claim that has it in hand, where that is in sight."""
        rows = narrowed_wishes(Wish.objects.visible_to(by.scope), filter_of(by, query))
        claims = WishClaim.objects.visible_to(by.scope).holding()
        held = claims.filter(wish=OuterRef("pk")).order_by()
        visits = WishRevisit.objects.visible_to(by.scope).filter(wish=OuterRef("pk"))
        last = visits.order_by("-visited_on", "-id")
        found: QuerySet[Any] = rows.annotate(
            claimer_person=Subquery(held.values("member__person")[:1]),
            claimer_member=Subquery(held.values("member_name")[:1]),
            claimer_unit=Subquery(held.values("unit_name")[:1]),
            claimed_on=Subquery(held.values("decided_on")[:1]),
            promised_on=Subquery(held.values("promised_on")[:1]),
            fulfilled_on=Subquery(held.values("fulfilled_on")[:1]),
            asked_again_on=Subquery(last.values("visited_on")[:1]),
            grade=Subquery(last.values("grade")[:1]),
        )
        return found.order_by("-heard_on", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """What may be shown and how far it has come."""
        area = area_of(by)
        classes = {key: str(text) for key, text in dictionary(area, "wish.class")}
        sources = {key: str(text) for key, text in dictionary(area, "wish.source")}
        states = {key: str(text) for key, text in WishState.choices}
        grades = {key: str(text) for key, text in Satisfaction.choices}
        masked = treatment(by, "name") == MASKED
        columns = [
            ListColumn(lazy("微心愿"), ("title",), width=24),
            ListColumn(lazy("公示称呼"), ("shown_name",)),
            ListColumn(lazy("心愿类别"), ("category",), lambda key: classes.get(key, key)),
            ListColumn(lazy("心愿内容"), ("content",), width=40),
            ListColumn(lazy("社区"), ("community__name",)),
            ListColumn(lazy("网格"), ("grid__name",)),
            ListColumn(lazy("希望实现日期"), ("wanted_by",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("公示日期"), ("published_on",)),
        ]
        if by.scope.is_area:
            columns += [
                ListColumn(lazy("征集日期"), ("heard_on",)),
                ListColumn(lazy("征集方式"), ("channel",), lambda key: sources.get(key, key)),
                ListColumn(lazy("电话核实日期"), ("phoned_on",)),
                ListColumn(lazy("上门核实日期"), ("visited_on",)),
            ]
        if sees_claims(by):
            columns += [
                ListColumn(
                    lazy("认领人"),
                    ("claimer_member",),
                    (lambda name: mask_name(name or "")) if masked else None,
                ),
                ListColumn(lazy("认领单位"), ("claimer_unit",), width=24),
                ListColumn(lazy("认领日期"), ("claimed_on",)),
                ListColumn(lazy("计划兑现日期"), ("promised_on",)),
                ListColumn(lazy("兑现日期"), ("fulfilled_on",)),
                ListColumn(lazy("回访日期"), ("asked_again_on",)),
                ListColumn(lazy("满意度"), ("grade",), lambda key: grades.get(key, key or "")),
            ]
        columns += [
            ListColumn(lazy("结束日期"), ("ended_on",)),
            ListColumn(lazy("原因"), ("end_reason",), width=24),
        ]
        return columns
