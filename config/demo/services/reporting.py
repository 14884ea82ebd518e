"""Reporting in, as far as the roster does not tell it: letters, units, other registers, moves, renewals."""

from __future__ import annotations

from datetime import date, timedelta

from config.demo.services.people import Staff, id_number
from config.demo.services.places import Places
from members.enums import MemberCategory
from members.models import ReportIn
from members.queries.report_ins import renewal_due, unreported
from members.queries.unit_report_ins import known_of
from members.services import (
    confirm_report_in,
    confirm_unit_report_in,
    issue_letters,
    move_report_in,
    renew_report_in,
    submit_at_desk,
    submit_report_in,
    submit_unit_report_in,
)
from partybuild.accounts.actors import actor_in
from partybuild.calendar import today
from units.models import ResidentUnit

# Kept by the community without a unit: (name, birth date, register, skills).
NEIGHBORS = (
    ("贺松年", date(1953, 4, 12), MemberCategory.RETIRED, "书法、合唱"),
    ("顾惠兰", date(1955, 9, 20), MemberCategory.RETIRED, "退休教师，课业辅导"),
    ("蒋伯远", date(1949, 11, 3), MemberCategory.RETIRED, ""),
    ("欧阳晓舟", date(1991, 6, 17), MemberCategory.FLOATING, "摄影、视频剪辑"),
    ("冉小梅", date(1994, 2, 25), MemberCategory.FLOATING, ""),
    ("陶立群", date(1968, 8, 8), MemberCategory.DIRECT, "水电维修"),
    ("骆青", date(1976, 1, 30), MemberCategory.DIRECT, "调解"),
)
# Units that have handed in their report-in, by their place in their community's list.
TAKEN_IN, WAITING, BY_PROXY = (0, 1), 2, 3


def report_in_more(places: Places, staff: Staff, units_of: list[list[ResidentUnit]]) -> None:
    """Let units report in, letters be written and used, neighbors be entered, one member move."""
    for number in range(len(places.communities)):
        _units(places, staff, units_of, number)
    _letters(places, staff, units_of[0][0])
    _neighbors(places, staff)
    _move_and_renew(places, staff)


def _units(places: Places, staff: Staff, units_of: list[list[ResidentUnit]], number: int) -> None:
    community = places.communities[number]
    secretary = actor_in(staff.secretaries[number])
    for place, unit in enumerate(units_of[number][: BY_PROXY + 1]):
        known = known_of(unit.organization)
        known["head_name"] = known["head_name"] or unit.organization.contact_name or "负责人"
        known["contact_name"] = known["contact_name"] or known["head_name"]
        known["contact_phone"] = known["contact_phone"] or "0571-86000000"
        by_proxy = place == BY_PROXY
        report_in = submit_unit_report_in(
            unit=unit.organization,
            community=community,
            services=["governance", "safety"],
            resources="会议室一间，双休日可借用。",
            channel="paper" if by_proxy else "",
            on=today() - timedelta(days=2 if place == WAITING else 60),
            by=secretary if by_proxy else actor_in(staff.liaisons[unit.pk]),
            **known,
        )
        if place in TAKEN_IN:
            confirm_unit_report_in(
                report_in, opinion="同意接收", on=today() - timedelta(days=58), by=secretary
            )


def _letters(places: Places, staff: Staff, unit: ResidentUnit) -> None:
    """Of the first unit: two letters wait, one has been used and waits, one has its receipt."""
    liaison = actor_in(staff.liaisons[unit.pk])
    people = [job.member for job in unreported(unit.organization.pk)[:5]]
    issue_letters(people[:4], unit=unit.organization, by=liaison)
    for place, member in enumerate(people[2:4]):
        report_in = submit_report_in(
            member, community=places.communities[0], building="望江苑3幢", by=liaison
        )
        if place:
            confirm_report_in(report_in, by=actor_in(staff.secretaries[0]))


def _neighbors(places: Places, staff: Staff) -> None:
    community, worker = places.communities[0], actor_in(staff.workers[0])
    for number, (name, born, category, skills) in enumerate(NEIGHBORS, start=1):
        submit_at_desk(
            community=community,
            id_number=id_number(born, 900 + number),
            name=name,
            channel="in_person",
            category=category,
            building="望江苑5幢",
            skills=skills,
            on=today() - timedelta(days=30),
            by=worker,
        )
    names = [neighbor[0] for neighbor in NEIGHBORS]
    for report_in in ReportIn.objects.waiting().filter(
        community=community, stated_name__in=names[:-1]
    ):
        confirm_report_in(report_in, by=actor_in(staff.secretaries[0]))


def _move_and_renew(places: Places, staff: Staff) -> None:
    worker = actor_in(staff.workers[1])
    there = (
        ReportIn.objects.standing()
        .filter(community=places.communities[1])
        .select_related("community", "member__person")
        .order_by("pk")
    )
    moving = there.first()
    if moving is not None:
        move_report_in(
            moving,
            community=places.communities[0],
            building="望江苑8幢",
            note="本人来电告知已搬家",
            channel="phone",
            by=worker,
        )
    day = today()
    for report_in in there[1:9]:
        if renewal_due(report_in, day) is not None:
            renew_report_in(report_in, channel="phone", by=worker)
