"""A unit's year-end and vetting: annual forms, opinions asked for and answered, what was used."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from config.demo.services.people import Staff
from config.demo.services.places import Places
from members.enums import ServiceState, Side
from members.models import MemberPlace, PartyMember
from members.queries.year_records import needs_explanation, year_record
from members.services import (
    acknowledge_reply,
    answer_request,
    ask_opinion,
    file_annual_forms,
    record_reply_use,
    sign_annual_form,
    start_annual_forms,
)
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period, add_working_days, today
from units.models import ResidentUnit

# Of the forms: how many the unit has filed, how many the members have signed besides.
_FILED, _SIGNED = 3, 2
_ACCOUNT = "利用休息日参加社区服务，为独居老人检修水电，向邻居宣传垃圾分类。"
_CONDUCT = "遵守社会公德和居民公约，邻里和睦，没有群众反映的问题。"


def tell_of_opinions(places: Places, staff: Staff, *, by: Actor) -> None:
    """Let the first community's first unit ask for last year's forms, and for two opinions."""
    community = places.communities[0]
    unit = next(unit for unit in places.units if unit.organization.area_id == community.pk)
    _annual_forms(unit, staff, by=by)
    done = Q(member__service_records__state=ServiceState.CERTIFIED)
    rows = (
        MemberPlace.objects.filter(unit=unit.pk, side=Side.COMMUNITY, community=community)
        .annotate(served=Count("member__service_records", filter=done))
        .order_by("-served", "sort", "name", "id")
    )
    members = [place.member for place in rows.select_related("member__person")[:2]]
    asking, secretary = (
        actor_in(staff.unit_secretaries[unit.pk]),
        actor_in(staff.secretaries[0]),
    )
    for place, member in enumerate(members):
        [request] = ask_opinion(
            member,
            communities=[community],
            asker=unit.organization,
            purpose="promotion" if place == 0 else "award",
            question="请介绍报到、服务情况和群众口碑。" if place == 0 else "",
            since=Period.of(today(), "year").previous().start,
            due_on=add_working_days(today(), 5),
            by=asking,
        )
        if place == 0:
            answer_request(
                request,
                conduct=_CONDUCT,
                problems="",
                opinion="该同志报到后积极参加社区服务，群众口碑好，同意推荐。",
                version=request.version,
                by=secretary,
            )
            acknowledge_reply(request, by=asking)
            record_reply_use(request, use="inspection", on=today(), note="列入考察材料", by=asking)


def _annual_forms(unit: ResidentUnit, staff: Staff, *, by: Actor) -> None:
    year = Period.of(today(), "year").previous()
    rows = MemberPlace.objects.on_rosters().filter(unit=unit.pk, member__category="in_service")
    members = PartyMember.objects.filter(pk__in=rows.values("member")).select_related("person")
    forms = start_annual_forms(
        unit=unit.organization,
        members=members.order_by("person__sort", "pk")[: _FILED + _SIGNED + 3],
        period=year,
        due_on=add_working_days(today(), 8),
        by=actor_in(staff.liaisons[unit.pk]),
    )
    # The first stays open: somebody has to see what a member sees.
    for form in forms[1 : 1 + _FILED + _SIGNED]:
        record = year_record(form.member, year)
        sign_annual_form(
            form,
            account=_ACCOUNT,
            conduct=_CONDUCT,
            explanation=_explanation(record),
            by=by,
        )
    file_annual_forms(
        forms[1 : 1 + _FILED], opinion="情况属实。", by=actor_in(staff.unit_secretaries[unit.pk])
    )


def _explanation(record: dict[str, Any]) -> str:
    if not needs_explanation(record):
        return ""
    if record["is_reported_in"]:
        return "报到较晚，未及参加服务，今年已补上。"
    return "上年度长期在外地工作，未到社区报到，今年已补办。"
