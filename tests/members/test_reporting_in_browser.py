"""A member reports in on a phone, from the letter's code or signed in: in under a minute, typing nothing."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.urls import reverse

from members.models import PartyMember, ReportIn
from members.queries.letters import standing_link
from members.services import issue_letter
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from tests.factories.core import make_post
from tests.factories.members import make_unit_report_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A minute, less what a person needs to read the page and to find the button.
SECONDS = 60 - 25


def _slow(page):
    """Let the phone hang on a poor network: 400 ms to and fro, 50 kB a second."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 400,
            "downloadThroughput": 50_000,
            "uploadThroughput": 25_000,
        },
    )


@pytest.fixture
def letter(world, clock):
    """An open letter for who has not reported in; the unit knows where they live."""
    clock(2026, 3, 5, 9)
    PartyMember.objects.filter(pk=world.d.pk).update(
        home_area=world.cast.community, home_building="望江苑9幢"
    )
    return issue_letter(world.d, unit=world.cast.unit, by=actor_in(world.cast.liaison))


def _press_once(visitor, path):
    """Open a page on a poor network, press 报到 and wait for the answer; return how long it took."""
    _slow(visitor.page)
    began = time.monotonic()
    page = visitor.open(path)
    # What is typed or chosen would be an interaction more: the one press is all.
    page.get_by_role("button", name="报到", exact=True).click()
    page.wait_for_load_state("networkidle")
    return time.monotonic() - began


def test_from_the_letters_code_with_one_press_and_nothing_typed(world, letter, visit):
    path = link_url(standing_link(letter)).removeprefix(settings.BASE_URL)
    visitor = visit(width=390, height=844)
    visitor.open(path)
    assert visitor.violations() == []
    assert visitor.overflows() == []
    took = _press_once(visitor, path)
    assert took < SECONDS, f"{took:.1f} s"
    assert visitor.page.get_by_text("已提交报到").is_visible()
    report_in = ReportIn.objects.get(member=world.d)
    assert (report_in.community, report_in.building, report_in.unit) == (
        world.cast.community,
        "望江苑9幢",
        world.cast.unit,
    )
    assert (visitor.troubles, visitor.elsewhere) == ([], [])


def test_signed_in_with_one_press_and_nothing_typed(world, letter, visit):
    visitor = visit(make_post(Role.MEMBER, person=world.d.person), width=390, height=844)
    took = _press_once(visitor, reverse("members:my-report-in"))
    assert took < SECONDS, f"{took:.1f} s"
    assert visitor.page.get_by_text("等社区确认").first.is_visible()
    assert ReportIn.objects.get(member=world.d).state == "submitted"
    assert visitor.violations() == []
    assert visitor.overflows() == []


def test_typing_the_code_leads_to_the_same_page(letter, visit):
    visitor = visit(width=390, height=844)
    page = visitor.open(reverse("members:letter-open"))
    assert visitor.violations() == []
    page.get_by_label("报到码").fill(letter.code_shown.lower())
    page.get_by_role("button", name="下一步").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="报到", exact=True).is_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_of_unit_and_community_are_accessible(world, letter, visit, width):
    cast = world.cast
    report_in = make_unit_report_in(cast.unit, cast.community, confirmed=False)
    faults = {}
    for post, addresses in (
        (
            cast.liaison,
            (
                reverse("members:unreported-list"),
                reverse("members:letter-list"),
                letter.get_absolute_url(),
                reverse("members:letter-issue", args=(world.d.uid,)),
                reverse("members:unit-report-in-create"),
            ),
        ),
        (
            cast.secretary,
            (
                reverse("members:register-list"),
                reverse("members:report-in-desk"),
                world.report_in.get_absolute_url(),
                reverse("members:report-in-move", args=(world.report_in.uid,)),
                report_in.get_absolute_url(),
                reverse("members:unit-report-in-list"),
            ),
        ),
    ):
        visitor = visit(post, width=width)
        for address in addresses:
            visitor.open(address)
            if found := visitor.violations() + visitor.overflows():
                faults[address] = found
        assert visitor.troubles == []
    assert faults == {}
