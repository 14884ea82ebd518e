"""The pages of signing in and planning in a real browser: readable by everybody, on screen and phone."""

import pytest
from django.urls import reverse

from meetings.queries.codes import code_of
from partybuild.calendar import now
from tests.factories.meetings import at, make_notified

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def meeting(council, clock):
    """A meeting whose door is open."""
    clock(2026, 3, 5, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 14, 10)
    return meeting


def _clean(seen):
    return (seen.violations(), seen.overflows(), seen.troubles, seen.elsewhere) == ([], [], [], [])


@pytest.mark.parametrize("width", [1440, 390])
def test_organizer_s_pages(meeting, cast, visit, width):
    seen = visit(cast.secretary, width=width)
    for name in (
        "meeting-detail",
        "code-screen",
        "presence-edit",
        "receipts-proxy",
        "meeting-invite",
    ):
        seen.open(reverse(f"meetings:{name}", args=(meeting.uid,)))
        assert _clean(seen), name
    seen.open(reverse("meetings:year-plan", args=(meeting.council.uid,)))
    assert _clean(seen)


def test_liaison_signs_in_on_the_phone(meeting, cast, visit):
    seen = visit(cast.liaison, width=390)
    page = seen.open(
        reverse("meetings:sign-in-scan", args=(meeting.uid, code_of(meeting, now()).token))
    )
    assert _clean(seen)
    page.fill("[name=person_name]", "李四")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    assert "签到成功" in page.content()
    assert _clean(seen)
    assert meeting.sign_ins.get().person_name == "李四"
