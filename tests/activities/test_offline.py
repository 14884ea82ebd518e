"""Checking in with a phone whose network is switched off and on again; the pages for everybody's eyes."""

import re
from datetime import datetime

import pytest
from django.urls import reverse

from activities.enums import AttendanceState
from activities.models import Attendance
from activities.queries.codes import code_of
from activities.services import (
    AttendanceLine,
    enter_contribution,
    open_evaluation,
    record_attendance,
    sign_up,
)
from partybuild.access import Role
from partybuild.accounts.links import link_url
from partybuild.calendar import SHANGHAI, now
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFF = re.compile("ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def activity(cast, clock):
    """One that the cast's member has signed up for; its door is open."""
    clock(2026, 3, 10, 9)
    [member] = make_reported_in(cast.unit, cast.community, 1)
    cast.member = make_post(Role.MEMBER, person=member.person)
    activity = make_activity(
        cast.community, cast.committee, starts_at=datetime(2026, 3, 14, 9, tzinfo=SHANGHAI)
    )
    sign_up(activity, member=member, by=SYSTEM)
    clock(2026, 3, 14, 8, 50)
    return activity


def _path(activity, name="check-in", *args):
    return reverse(f"activities:{name}", args=(activity.uid, *args))


def _worker_stands(page):
    page.wait_for_function(
        "navigator.serviceWorker.ready.then((each) => each.active.state === 'activated')"
    )


def _says(page, words):
    page.wait_for_function(
        "(words) => document.querySelector('[data-check-in-said]')?.textContent.includes(words)",
        arg=words,
    )


def test_a_code_scanned_without_a_network_is_handed_in_when_it_is_back(
    activity, cast, visit, clock
):
    seen = visit(cast.member, width=390)
    page = seen.open(_path(activity, "activity-detail"))
    _worker_stands(page)
    token, moment = code_of(activity).token, now()
    seen.context.set_offline(True)
    page.goto(f"{seen.address}{_path(activity, 'check-in-scan', token)}")
    assert seen.violations() == []
    page.click("button[value=in]")
    _says(page, "记下")
    assert not Attendance.objects.exists()
    # Five minutes go by: no code of then would be taken at once any more.
    clock(2026, 3, 14, 8, 56)
    seen.context.set_offline(False)
    _says(page, "已补传")
    row = Attendance.objects.get(activity=activity)
    assert row.state == AttendanceState.PRESENT
    assert row.arrived_at <= moment
    assert (moment - row.arrived_at).total_seconds() < 60
    assert row.delivered_at is not None
    assert page.evaluate("JSON.parse(localStorage['check-in']).kept.length") == 0
    assert [each for each in seen.troubles if not OFF.search(each)] == []


def test_digits_typed_into_an_open_page_are_kept_without_a_worker(activity, cast, visit, clock):
    seen = visit(cast.member, width=390, service_workers="block")
    page = seen.open(_path(activity))
    seen.context.set_offline(True)
    page.fill("[name=code]", code_of(activity).spelled)
    page.click("[data-check-in-form] button[type=submit]")
    _says(page, "记下")
    clock(2026, 3, 14, 8, 56)
    seen.context.set_offline(False)
    _says(page, "已补传")
    assert Attendance.objects.get(activity=activity).delivered_at is not None


def test_control_the_same_code_without_having_been_kept_is_refused(activity, cast, visit, clock):
    code = code_of(activity).token
    clock(2026, 3, 14, 8, 56)
    seen = visit(cast.member, width=390)
    page = seen.open(_path(activity, "check-in-scan", code))
    assert "签到码已经更换" in page.content()
    assert not Attendance.objects.exists()


def test_the_kept_page_names_nobody_and_needs_a_pass(activity, cast, visit):
    seen = visit(cast.member, width=390)
    page = seen.open(_path(activity, "activity-detail"))
    _worker_stands(page)
    kept = page.evaluate(
        """async () => {
            const texts = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const each of await cache.keys()) {
                    if (each.url.endsWith('/activities/offline/')) texts.push(await (await cache.match(each)).text());
                }
            }
            return texts;
        }"""
    )
    assert len(kept) == 1
    assert cast.member.person.name not in kept[0]
    page.evaluate("localStorage.clear()")
    seen.context.set_offline(True)
    page.goto(f"{seen.address}{_path(activity)}")
    _says(page, "还没有联网打开过")


def test_with_a_network_it_is_one_press(activity, cast, visit):
    seen = visit(cast.member, width=390)
    page = seen.open(_path(activity, "check-in-scan", code_of(activity).token))
    assert (seen.violations(), seen.overflows()) == ([], [])
    page.click("[data-check-in-form] button[type=submit]")
    page.wait_for_url("**/check-in/")
    assert "签退" in page.content()
    assert Attendance.objects.get(activity=activity).delivered_at is None
    assert seen.troubles == []


@pytest.mark.parametrize("width", [1440, 390])
def test_organizer_s_pages(activity, cast, visit, clock, width):
    clock(2026, 3, 10, 9)
    members = make_reported_in(cast.unit, cast.community, 2)
    clock(2026, 3, 14, 9, 10)
    lines = [AttendanceLine(member=each, state=AttendanceState.PRESENT) for each in members]
    record_attendance(activity, lines=lines, reason="纸质签到表", by=SYSTEM)
    enter_contribution(
        activity, organization=cast.committee, item="工具", amount=3, measure="set", by=SYSTEM
    )
    link = open_evaluation(activity, by=SYSTEM)
    seen = visit(cast.secretary, width=width)
    for name in (
        "activity-detail",
        "code-screen",
        "attendance-edit",
        "activity-hold",
        "evaluation",
    ):
        seen.open(_path(activity, name))
        assert (seen.violations(), seen.overflows(), seen.troubles) == ([], [], []), name
    resident = visit(width=width)
    page = resident.open("/" + link_url(link).split("/", 3)[3])
    assert (resident.violations(), resident.overflows()) == ([], [])
    page.check("input[name=grade][value=mostly]")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    assert "谢谢您的评价" in page.content()
    assert activity.evaluations.get().grade == "mostly"
