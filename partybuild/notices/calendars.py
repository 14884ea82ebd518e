"""Meetings and deadlines as calendar files (RFC 5545) that phones and office programs take in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from partybuild.access import Scope
from partybuild.calendar import SHANGHAI, now

if TYPE_CHECKING:
    from partybuild.notices.models import Notice

# How far back a subscribed calendar reaches, and how often programs are asked to look again.
PAST = timedelta(days=60)
REFRESH = "PT1H"


@dataclass(frozen=True)
class CalendarEntry:
    """One entry: a meeting with its hours, or a deadline, which takes its whole day."""

    uid: str
    title: str
    starts: datetime | date
    ends: datetime | None = None
    place: str = ""
    text: str = ""
    url: str = ""
    # A later version of an entry replaces the earlier one of the same uid.
    sequence: int = 0
    is_cancelled: bool = False
    # How long before it the calendar reminds; none for deadlines, of which we remind ourselves.
    alarms: tuple[timedelta, ...] = ()


Source = Callable[[Scope], Iterable[CalendarEntry]]
Invitation = Callable[["Notice"], CalendarEntry | None]
_sources: list[Source] = []
_invitations: list[Invitation] = []


def calendar_source(function: Source) -> Source:
    """Register what yields a scope's entries, from `earliest()` on."""
    _sources.append(function)
    return function


def invitation(function: Invitation) -> Invitation:
    """Register what gives the entry that a notice's mail carries along, None for other notices."""
    _invitations.append(function)
    return function


def earliest() -> datetime:
    """Return the moment from which entries are shown."""
    return now() - PAST


def entries_of(scopes: Iterable[Scope]) -> list[CalendarEntry]:
    """Return the entries of a person's posts, each once."""
    found: dict[str, CalendarEntry] = {}
    for scope in scopes:
        for source in _sources:
            for entry in source(scope):
                found.setdefault(entry.uid, entry)
    return list(found.values())


def invitation_of(notice: Notice) -> CalendarEntry | None:
    """Return the entry that goes along with a notice."""
    return next((entry for ask in _invitations if (entry := ask(notice)) is not None), None)


def invitation_file(entry: CalendarEntry, *, address: str) -> tuple[str, bytes]:
    """Return the method and the .ics file of a mail to one address.

    REQUEST puts it into the calendar, a later one of a higher SEQUENCE moves it, CANCEL takes it out.
    RSVP=FALSE: answers are given on our own page, not to a mailbox that nobody reads.
    """
    method = "CANCEL" if entry.is_cancelled else "REQUEST"
    calendar = _calendar(method)
    event = _event(entry)
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = settings.PRODUCT_NAME
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["RSVP"] = "FALSE"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    event.add("attendee", attendee)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return method, calendar.to_ical()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PRODUCT_NAME}//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def calendar_file(entries: Iterable[CalendarEntry], *, name: str = "") -> bytes:
    """Return an .ics file to take or subscribe to; METHOD:PUBLISH: it invites nobody."""
    calendar = _calendar("PUBLISH")
    if name:
        calendar.add("name", name)
        calendar["X-WR-CALNAME"] = vText(name)
        calendar["X-WR-TIMEZONE"] = vText("Asia/Shanghai")
        calendar["REFRESH-INTERVAL;VALUE=DURATION"] = REFRESH
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    data: bytes = calendar.to_ical()
    return data


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now())
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    if isinstance(entry.starts, datetime):
        start = entry.starts.astimezone(SHANGHAI)
        event.add("dtstart", start)
        # Nobody said how long: calendars need an end, an hour and a half is usual.
        end = entry.ends.astimezone(SHANGHAI) if entry.ends else start + timedelta(minutes=90)
        event.add("dtend", end)
        event.add("transp", "OPAQUE")
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    if entry.url:
        event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for before in () if entry.is_cancelled else entry.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event
