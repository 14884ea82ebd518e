"""Calendars: what programs can read, what a person's posts show, what no longer holds."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.conf import settings
from django.urls import reverse
from icalendar import Calendar

from meetings.services import cancel_meeting, change_meeting, postpone_meeting
from partybuild.accounts.actors import actor_in, scopes_of_person
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import end_appointment, issue_link
from partybuild.calendar import SHANGHAI, today
from partybuild.notices.calendars import calendar_file, entries_of
from partybuild.notices.letters import write_letter
from partybuild.notices.models import Notice
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_meeting, make_notified, make_own_council
from tests.factories.members import make_member


@pytest.fixture
def council(cast):
    """The council of the cast's community with its two units."""
    return make_own_council(cast)


def titles(appointment):
    return {entry.title for entry in entries_of(scopes_of_person(appointment.person_id))}


def feed_of(person, client):
    link = issue_link(person, action="notice.inbox", days=400, by=SYSTEM, person=person)
    return client.get(link_url(link).removeprefix(settings.BASE_URL))


def test_a_unit_sees_meetings_it_is_invited_to_and_what_it_owes(council, cast):
    planned = make_meeting(council, theme="还没有通知的会")
    make_notified(council, theme="充电设施")
    seen = titles(cast.liaison)
    assert "和平社区党建联席会：充电设施" in seen
    assert any(title.startswith("到期：回执") for title in seen)
    assert not any(planned.theme in title for title in seen)
    # The convener sees its own plans, others nothing.
    assert f"{council.name}：{planned.theme}" in titles(cast.secretary)
    assert not any("充电" in title for title in titles(cast.other_liaison) | titles(cast.outsider))


def test_the_file_is_what_calendars_take_in(council, cast):
    meeting = make_notified(council, note="请带材料；准时，谢谢\n第二行")
    data = calendar_file(entries_of(scopes_of_person(cast.liaison.person_id)), name="区域化党建")
    assert b"\r\n" in data
    assert max(map(len, data.split(b"\r\n"))) <= 75
    calendar = Calendar.from_ical(data)
    assert calendar["METHOD"] == "PUBLISH"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    event = next(e for e in calendar.walk("VEVENT") if str(meeting.theme) in str(e["SUMMARY"]))
    assert event.decoded("dtstart") == meeting.starts_at.astimezone(SHANGHAI).replace(microsecond=0)
    assert event.decoded("dtend") > event.decoded("dtstart")
    assert str(event["DESCRIPTION"]) == meeting.note
    assert event["STATUS"] == "CONFIRMED"
    days = [e for e in calendar.walk("VEVENT") if str(e["SUMMARY"]).startswith("到期")]
    assert days
    assert days[0]["DTSTART"].params["VALUE"] == "DATE"
    assert days[0].decoded("dtend") - days[0].decoded("dtstart") == timedelta(days=1)


def test_what_is_paid_on_one_page_is_one_entry(cast):
    for number in range(3):
        debt = Debt(
            duty="feedback.send",
            bearer_organization=cast.committee,
            owed_to=cast.unit,
            unit=cast.unit,
            subject=make_member(cast.unit, f"党员{number}"),
            area=cast.community,
            due_on=date(2026, 4, 24),
            period="2026Q1",
        )
        owe([debt], by=SYSTEM)
    found = [each for each in titles(cast.secretary) if "反馈" in each]
    assert found == ["到期：2026年第一季度党员活动情况反馈，共3项"]


def test_a_cancelled_meeting_says_so_under_its_old_uid(council, cast):
    meeting = make_notified(council)
    before = entries_of(scopes_of_person(cast.liaison.person_id))
    cancel_meeting(meeting, reason="改为书面征求意见", by=SYSTEM)
    after = entries_of(scopes_of_person(cast.liaison.person_id))
    uid = f"meeting-{meeting.uid}"
    old = next(entry for entry in before if entry.uid == uid)
    new = next(entry for entry in after if entry.uid == uid)
    assert new.is_cancelled
    assert new.sequence > old.sequence
    assert not any(entry.uid.startswith("debt-") for entry in after)


def test_the_mail_of_a_notice_carries_its_meeting(council, cast):
    meeting = make_notified(council)
    notice = Notice.objects.filter(kind="meeting.notice", channel="mail").first()
    notice.address = "office@example.test"
    letter = write_letter(notice, address=notice.address, url="http://localhost/x")
    mail = message_from_bytes(letter.text, policy=default)
    (part,) = list(mail.iter_attachments())
    assert part.get_content_type() == "text/calendar"
    event = Calendar.from_ical(part.get_content()).walk("VEVENT")[0]
    assert str(event["UID"]) == f"meeting-{meeting.uid}"


def test_the_address_is_made_shown_and_taken_back(council, cast, client_of, client):
    make_notified(council)
    browser = client_of(cast.liaison)
    page = reverse("notices:calendar")
    assert "还没有订阅地址" in browser.get(page).content.decode()
    browser.act(page)
    link = SignedLink.objects.get(action="notice.inbox")
    assert link.person_id == cast.liaison.person_id
    address = link_url(link)
    shown = browser.get(page).content.decode()
    assert address in shown
    assert f'href="webcal://{address.partition("://")[2]}"' in shown
    answer = client.get(address.removeprefix(settings.BASE_URL))
    assert answer["Content-Type"].startswith("text/calendar")
    assert "充电" in answer.content.decode() or "联席会" in answer.content.decode()
    assert client.post(address.removeprefix(settings.BASE_URL)).status_code in {403, 404}
    browser.act(page, {"do": "stop"})
    assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 410


def test_an_ended_post_is_gone_from_the_feed_at_once(council, cast, client):
    make_notified(council)
    assert b"BEGIN:VEVENT" in feed_of(cast.liaison.person, client).content
    end_appointment(
        cast.liaison, on=today() - timedelta(days=1), reason="调离", by=SYSTEM
    ) if cast.liaison.starts_on < today() else cast.liaison.delete()
    assert b"BEGIN:VEVENT" not in feed_of(cast.liaison.person, client).content


def test_no_address_of_somebody_else(council, cast, client_of):
    issue_link(
        cast.liaison.person, action="notice.inbox", days=9, by=SYSTEM, person=cast.liaison.person
    )
    assert (
        "还没有订阅地址"
        in client_of(cast.second_liaison).get(reverse("notices:calendar")).content.decode()
    )


def test_sources_ask_from_a_scope_and_never_for_everybody(council, cast):
    make_notified(council)
    for post in (cast.member, cast.other_liaison):
        assert not any(
            entry.uid.startswith("meeting-") for entry in entries_of([actor_in(post).scope])
        )


def test_the_thanks_and_the_meeting_offer_the_file(council, cast, client, client_of):
    meeting = make_notified(council)
    link = issue_link(meeting, action="meeting.answer", days=9, by=SYSTEM, organization=cast.unit)
    path = link_url(link).removeprefix(settings.BASE_URL)
    answer = client.get(path, {"calendar": "1"})
    assert answer["Content-Type"].startswith("text/calendar")
    own = client_of(cast.liaison).get(reverse("meetings:meeting-calendar", args=(meeting.uid,)))
    assert own.status_code == 200
    foreign = client_of(cast.outsider).get(
        reverse("meetings:meeting-calendar", args=(meeting.uid,))
    )
    assert foreign.status_code == 404


def _components(data):
    """Read a file by the letter of RFC 5545, without the library that wrote it: [(name, lines)]."""
    assert data.endswith(b"\r\n")
    raw = data.split(b"\r\n")[:-1]
    # Folded between octets of one character it would be no UTF-8 line by line.
    assert all(len(line) <= 75 and line.decode() is not None for line in raw)
    lines: list[str] = []
    for line in (each.decode() for each in raw):
        if line[:1] in {" ", "\t"}:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    found, stack = [], []
    for line in lines:
        name, _colon, value = line.partition(":")
        if name == "BEGIN":
            stack.append((value, []))
        elif name == "END":
            assert stack[-1][0] == value
            found.append(stack.pop())
        else:
            stack[-1][1].append((name, value))
    assert not stack
    return found


def _one(data, component):
    [lines] = [dict(lines) for name, lines in _components(data) if name == component]
    return lines


def _attached(meeting, kind):
    notice = Notice.objects.filter(kind=kind, subject_uid=meeting.uid, channel="mail").last()
    letter = write_letter(notice, address="office@example.test", url="http://localhost/x")
    mail = message_from_bytes(letter.text, policy=default)
    (part,) = list(mail.iter_attachments())
    return part.get_param("method"), part.get_payload(decode=True)


def test_the_mail_invites_and_asks_for_no_mail_in_return(council, cast):
    meeting = make_notified(
        council, note="请带材料；准时，谢谢\n第二行" * 3, starts_at=at(2026, 3, 12)
    )
    method, data = _attached(meeting, "meeting.notice")
    assert method == "REQUEST"
    assert _one(data, "VCALENDAR")["METHOD"] == "REQUEST"
    event = _one(data, "VEVENT")
    assert event["UID"] == f"meeting-{meeting.uid}"
    assert event["DTSTART;TZID=Asia/Shanghai"] == "20260312T143000"
    assert event["STATUS"] == "CONFIRMED"
    [attendee] = [value for name, value in event.items() if name.startswith("ATTENDEE")]
    assert attendee == "mailto:office@example.test"
    assert any("RSVP=FALSE" in name for name in event)
    assert any(name.startswith("ORGANIZER") for name in event)
    assert "\\n第二行" in event["DESCRIPTION"]
    zone = _one(data, "VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    alarms = [dict(lines) for name, lines in _components(data) if name == "VALARM"]
    assert {alarm["TRIGGER"] for alarm in alarms} == {"-P1D", "-PT1H"}
    assert {alarm["ACTION"] for alarm in alarms} == {"DISPLAY"}


def test_changed_postponed_and_cancelled_keep_the_uid_and_count_up(council, cast, clock):
    clock(2026, 3, 2, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    steps = [_attached(meeting, "meeting.notice")]
    # What is still held says what holds now: a change is told of what has gone out.
    clock(2026, 3, 2, 10)
    change_meeting(meeting, version=meeting.version, place="图书馆报告厅", by=SYSTEM)
    steps.append(_attached(meeting, "meeting.changed"))
    postpone_meeting(meeting, starts_at=at(2026, 3, 19), reason="场地维修", by=SYSTEM)
    steps.append(_attached(meeting, "meeting.postponed"))
    cancel_meeting(meeting, reason="台风", by=SYSTEM)
    steps.append(_attached(meeting, "meeting.cancelled"))
    events = [_one(data, "VEVENT") for _method, data in steps]
    assert [method for method, _data in steps] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert {event["UID"] for event in events} == {f"meeting-{meeting.uid}"}
    numbers = [int(event["SEQUENCE"]) for event in events]
    # A mail is written when it goes out: it says what holds then, never a smaller number.
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[1] < numbers[2] < numbers[3]
    assert events[1]["LOCATION"] == "图书馆报告厅"
    assert events[2]["DTSTART;TZID=Asia/Shanghai"] == "20260319T143000"
    assert events[3]["STATUS"] == "CANCELLED"
    assert "BEGIN:VALARM" not in steps[3][1].decode()


def test_the_address_is_renewed_by_its_owner(council, cast, client_of, client):
    browser, page = client_of(cast.liaison), reverse("notices:calendar")
    browser.act(page)
    old = link_url(SignedLink.objects.get(action="notice.inbox"))
    browser.act(page, {"do": "renew"})
    new = link_url(SignedLink.objects.get(action="notice.inbox", revoked_at=None))
    assert new != old
    assert client.get(old.removeprefix(settings.BASE_URL)).status_code == 410
    assert client.get(new.removeprefix(settings.BASE_URL)).status_code == 200
