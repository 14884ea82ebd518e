"""The first community's council in full: charter, representatives, rotating chair, part-time members."""

from __future__ import annotations

from datetime import date, timedelta

from config.demo.services.people import Staff
from meetings.enums import Audience, Countersigned, PresenceState
from meetings.models import Council
from meetings.services import (
    PresenceLine,
    account_for_year,
    appoint_part_time_member,
    approve_part_time_member,
    change_charter,
    change_representative,
    circulate_minutes,
    countersign_minutes,
    create_council,
    hold_meeting,
    invite_units,
    plan_meeting,
    propose_part_time_member,
    publish_part_time_member,
    record_objection,
    record_presence,
    report_part_time_member,
    save_minutes,
    select_part_time_member,
    send_notice,
    set_rotation,
    settle_objection,
)
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.calendar import SHANGHAI, Period, now, today
from partybuild.people.services import create_person
from units.models import ResidentUnit

# How many days ago the publication began: 30 is over, 2 still runs.
_OVER, _RUNS = 30, 2


def tell_of_council(
    council: Council, units: list[ResidentUnit], staff: Staff, *, by: Actor
) -> None:
    """Let the council settle its charter, its units their people, and its chair an order."""
    council.refresh_from_db()
    change_charter(
        council,
        rules={"rotation": "meeting", "meeting.quorum": "half"},
        version=council.version,
        by=by,
    )
    for place, unit in enumerate(units):
        member = council.members.members().get(organization=unit.pk)
        secretary = staff.unit_secretaries[unit.pk].person
        liaison = staff.liaisons[unit.pk].person
        newer = change_representative(
            member,
            representative_name=secretary.name,
            representative_post="党组织书记",
            liaison_name=liaison.name,
            liaison_phone=liaison.phone,
            channel="paper",
            on=today() - timedelta(days=400),
            by=by,
        )
        if place == 1:
            change_representative(
                newer,
                representative_name=secretary.name,
                representative_post="党总支书记",
                liaison_name=secretary.name,
                liaison_phone=secretary.phone,
                channel="phone",
                on=today() - timedelta(days=40),
                by=by,
            )
    set_rotation(council, organizations=[unit.organization for unit in units[:4]], by=by)
    _committee(council, units, staff, by)


def _committee(council: Council, units: list[ResidentUnit], staff: Staff, by: Actor) -> None:
    """Found the community's 大党委 with part-time members at every step."""
    founded = today() - timedelta(days=600)
    committee = create_council(
        area=council.area,
        kind="community_committee",
        name=f"{council.area.name}大党委",
        convener=council.convener,
        founded_on=founded,
        by=by,
    )
    invite_units(
        committee,
        organizations=[unit.organization for unit in units[:4]],
        joined_on=founded,
        channel="paper",
        by=by,
    )
    day = today()
    steps = (
        ("appointed", "联系老旧小区改造", day.replace(day=1) - timedelta(days=300), 3),
        ("appointed", "联系青少年暑期服务", day - timedelta(days=3 * 365 - 40), 3),
        ("published", "联系居民健康服务", day, 3),
        ("reported", "联系供水和管网检修", day, 3),
    )
    for unit, (state, division, term_from, years) in zip(units, steps, strict=False):
        _walk(
            committee,
            unit,
            staff=staff,
            state=state,
            division=division,
            term_from=term_from,
            years=years,
            by=by,
        )
    visitor = create_person(name="方新民", by=by)
    propose_part_time_member(
        committee,
        person=visitor,
        organization=units[0].organization,
        unit_post="业务部主任",
        division="联系文化活动",
        proposal="热心社区文化，多次参加联席会。",
        by=by,
    )
    _countersigning(committee, units[:4], staff, by)


def _countersigning(committee: Council, units: list[ResidentUnit], staff: Staff, by: Actor) -> None:
    """Hold a meeting just now whose minutes are out for countersigning: one agrees, one has words to change."""
    # On the next five minutes; near midnight the demo does without it.
    starts_at = now().astimezone(SHANGHAI).replace(second=0, microsecond=0)
    starts_at += timedelta(minutes=5 - starts_at.minute % 5)
    if starts_at.date() != today():
        return
    committee.refresh_from_db()
    change_charter(committee, rules={"minutes.countersign": True}, version=committee.version, by=by)
    committee.refresh_from_db()
    meeting = plan_meeting(
        committee,
        theme="研究冬季居民服务和兼职委员分工",
        starts_at=starts_at,
        period=Period.of(today()),
        place=f"{committee.area.name}党群服务中心二楼会议室",
        chair_name=by.name,
        by=by,
    )
    meeting = send_notice(meeting, urgent_reason="天气转冷，供暖和供水保障需要当天商定", by=by)
    lines = [
        PresenceLine(
            unit.organization,
            PresenceState.PRESENT,
            person_name=staff.unit_secretaries[unit.pk].person.name,
            post="书记",
        )
        for unit in units
    ]
    record_presence(meeting, lines=lines, by=by)
    meeting = hold_meeting(meeting, by=by)
    text = (
        "会议研究了冬季居民服务和兼职委员分工。\n"
        "供水公司介绍了管网防冻安排，各单位表示支持。会议要求，遇有停水停暖，两小时内在居民群里通报。"
    )
    minutes = save_minutes(meeting, text=text, version=0, by=by)
    circulation = circulate_minutes(
        minutes, audience=Audience.PRESENT, version=minutes.version, by=by
    )
    answers = (
        (units[1], Countersigned.AGREED, ""),
        (units[2], Countersigned.OPINION, "建议把“两小时内”改为“一小时内”，家长更放心。"),
    )
    for unit, answer, opinion in answers:
        countersign_minutes(
            circulation.signatures.get(organization=unit.organization),
            answer=answer,
            opinion=opinion,
            by=actor_in(staff.liaisons[unit.pk]),
        )


def _walk(
    committee: Council,
    unit: ResidentUnit,
    *,
    staff: Staff,
    state: str,
    division: str,
    term_from: date,
    years: int,
    by: Actor,
) -> None:
    day = today()
    # When the publication began; a term begins a week after it is over.
    began = day - timedelta(days=_RUNS) if state == "published" else day - timedelta(days=_OVER)
    if state == "appointed":
        began = term_from - timedelta(days=20)
    member = propose_part_time_member(
        committee,
        person=staff.unit_secretaries[unit.pk].person,
        organization=unit.organization,
        unit_post="党组织书记",
        division=division,
        proposal="熟悉社区情况，所在单位与社区共建基础好。",
        on=began - timedelta(days=60),
        by=by,
    )
    select_part_time_member(
        member,
        selected_on=began - timedelta(days=45),
        selection=f"{committee.convener.name}会议研究，一致同意推荐",
        by=by,
    )
    report_part_time_member(
        member, by=by, on=day - timedelta(days=3) if state == "reported" else began - timedelta(40)
    )
    if state == "reported":
        return
    approve_part_time_member(
        member,
        number=f"望江党工委〔{began.year}〕5号",
        on=began - timedelta(days=10),
        by=actor_in(staff.street),
    )
    publish_part_time_member(
        member,
        published_on=began,
        published_at="社区公示栏、所在单位公示栏",
        by=by,
    )
    if state == "published":
        objection = record_objection(
            member, said_on=day - timedelta(days=1), text="平时在社区不常见到", by=by
        )
        settle_objection(objection, is_upheld=False, finding="每月第一周到社区坐诊，有登记", by=by)
        return
    appoint_part_time_member(
        member,
        term_from=term_from,
        term_to=term_from.replace(year=term_from.year + years, day=min(term_from.day, 28))
        - timedelta(days=1),
        division=division,
        appointed_on=term_from,
        by=by,
    )
    account_for_year(
        member,
        year=day.year,
        text=f"本年度{division}，参加联席会议，协调单位会议室向居民开放，完成议定事项2项。",
        channel="",
        by=actor_in(staff.unit_secretaries[unit.pk]),
    )
