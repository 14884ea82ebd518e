"""The editor in a browser: saved as one types, two at once, nothing lost when the session has ended."""

from __future__ import annotations

import pytest
from django.urls import reverse

from meetings.models import Minutes
from meetings.services import AgendaLine, circulate_minutes, save_minutes
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "一、通报情况\n会议认为，进展顺利。\n\n二、充电桩\n会议决定，先建20个。"
BOX = "textarea[name=text]"


@pytest.fixture
def meeting(council):
    """A meeting whose minutes are written."""
    held = make_held(council, agenda=[AgendaLine(text="通报情况")])
    save_minutes(held, text=TEXT, version=0, by=SYSTEM)
    return held


def _said(page, words):
    page.wait_for_function(
        "words => document.querySelector('[data-minutes-said]').textContent.includes(words)",
        arg=words,
    )


def test_what_two_type_meets_and_nothing_is_lost_without_a_session(meeting, cast, visit):
    v = visit(cast.secretary, width=390)
    page = v.open(reverse("meetings:minutes-edit", args=(meeting.uid,)))
    assert v.violations() == []
    assert v.overflows() == []
    # Somebody else saves another paragraph.
    save_minutes(meeting, text=TEXT.replace("顺利", "总体顺利"), version=1, by=SYSTEM)
    page.locator(BOX).press("Control+End")
    # At once, not key by key: on a slow machine half of it would be saved by itself.
    page.keyboard.insert_text("会议强调，注意安全。")
    _said(page, "已保存")
    text = Minutes.objects.get().text
    assert "总体顺利" in text
    assert "注意安全" in text
    assert "总体顺利" in page.input_value(BOX)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.insert_text("会后写的。")
    _said(page, "登录已失效")
    page.context.add_cookies(cookies)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("[data-minutes-said] a")
    page.wait_for_selector("[data-minutes-restore]:visible")
    page.click("[data-minutes-restore]")
    _said(page, "已保存")
    assert "会后写的" in Minutes.objects.get().text


def test_a_unit_countersigns_on_a_phone(meeting, cast, visit):
    circulation = circulate_minutes(meeting.minutes, audience="present", version=1, by=SYSTEM)
    v = visit(cast.liaison, width=390)
    page = v.open(circulation.get_absolute_url())
    assert v.violations() == []
    assert v.overflows() == []
    page.check("input[name=answer][value=opinion]")
    page.fill("textarea[name=opinion]", "应为30个")
    page.click("button:has-text('提交会签')")
    page.wait_for_selector("text=会签已收到")
    signature = circulation.signatures.get(organization=cast.unit)
    assert (signature.answer, signature.opinion) == ("opinion", "应为30个")
