"""The wave: bodies that owe, their debts, and what changes while the reminders go out."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from partybuild.access import Level, Role
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import end_appointment
from partybuild.areas.services import set_parameter
from partybuild.calendar import SHANGHAI, now, today
from partybuild.calendar.clock import set_play_clock
from partybuild.notices.enums import OUTBOUND, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services.gathering import KIND as DIGEST
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay
from partybuild.organizations.models import Organization
from partybuild.organizations.services import end_organization
from tests.chaos.house import SLACK_SECONDS
from tests.chaos.sink import Taken
from tests.factories.core import (
    SYSTEM,
    make_area,
    make_committee,
    make_person,
    make_post,
    make_unit_organization,
)

# A Thursday, a working day followed by another.
FIRST_DAY = date(2026, 3, 5)
_QUIET_FROM, _QUIET_TO = 21, 8


@dataclass
class Ending:
    """Something that stops reminders: from when on nothing more may go out to whom."""

    at: float
    what: str
    rows: Q


@dataclass
class Clock:
    """The business clock that the storm moves, to read the mail server's times by."""

    moves: list[tuple[float, float]] = field(default_factory=list)

    def set(self, moment: datetime) -> None:
        """Move the clock; nobody sees it halfway."""
        with transaction.atomic():
            set_play_clock(moment)
        at = time.time()
        self.moves.append((at, moment.timestamp() - at))

    def business(self, at: float) -> datetime:
        """Return what the business clock showed at a moment of the wall clock."""
        offset = next(offset for moved, offset in reversed(self.moves) if moved <= at)
        return datetime.fromtimestamp(at + offset, SHANGHAI)


@dataclass
class Wave:
    """Everything that the business tables say ought to be told."""

    dice: random.Random
    clock: Clock = field(default_factory=Clock)
    debts: dict[UUID, int] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    # Debts that were settled or whose bearer changed while being told of.
    touched: set[UUID] = field(default_factory=set)
    number: int = 0
    chases: set[UUID] = field(default_factory=set)
    fresh: list[Organization] = field(default_factory=list)

    def found(self, bodies: int) -> None:
        """Make a place, its committee with a secretary, and bodies that will owe."""
        self.clock.set(datetime(2026, 3, 4, 9, 0, tzinfo=SHANGHAI))
        with transaction.atomic():
            city = make_area("甬城市", Level.CITY, code="3399")
            district = make_area("江湾区", Level.DISTRICT, city, code="339901")
            street = make_area("望江街道", Level.STREET, district, code="339901001")
            self.community = make_area("和平社区", Level.COMMUNITY, street, code="339901001001")
            # One reminder a debt: on the day it is due.
            for key, value in {
                "reminder.before_days": 0,
                "reminder.overdue_times": 0,
                "escalation.open": False,
                "escalation.middle_days": 0,
                "escalation.street_days": 0,
            }.items():
                set_parameter(city, key=key, value=value, by=SYSTEM)
            over = make_committee(street, parent=make_committee(district))
            self.committee = make_committee(self.community, parent=over)
            self.secretary: Appointment = make_post(Role.COMMUNITY_SECRETARY, self.committee)
            self.bodies: list[Organization] = [
                make_unit_organization(
                    f"单位{number}", self.community, contact_mail=f"u{number}@example.org"
                )
                for number in range(bodies)
            ]
            # One in ten has a person who reads mail.
            self.posts: list[Appointment] = [
                make_post(
                    Role.UNIT_LIAISON,
                    body,
                    person=make_person("联络员", mail=f"p{body.pk}@example.org"),
                )
                for body in self.bodies[::10]
            ]

    def owe(self, count: int, *, due_on: date, is_told: bool = True) -> list[UUID]:
        """Write debts of as many bodies; those that fall due today are to be told of."""
        self.number += 1
        chosen = [
            self.bodies[(self.number * 37 + each) % len(self.bodies)] for each in range(count)
        ]
        chosen = [body for body in dict.fromkeys(chosen) if body.valid_to is None]
        period = f"{2026 + self.number // 4}Q{self.number % 4 + 1}"
        wanted = [
            Debt(
                duty="test.report",
                owed_to=self.committee,
                bearer_organization=body,
                due_on=due_on,
                period=period,
            )
            for body in chosen
        ]
        with transaction.atomic():
            owe(wanted, by=SYSTEM)
            rows = Obligation.objects.filter(
                period=period, bearer_organization__in=chosen, due_on=due_on
            )
            # What arose today is not reminded of today: these arose before.
            rows.update(created_at=datetime(2026, 2, 1, 9, tzinfo=SHANGHAI))
        found = dict(rows.values_list("uid", "bearer_organization"))
        if is_told:
            self.debts.update(found)
        return list(found)

    def begin(self) -> None:
        """A new day: every body may owe again; twice a day would wait for the next day's letter."""
        self.fresh = list(self.bodies)
        self.dice.shuffle(self.fresh)

    def _next_body(self) -> Organization:
        while True:
            body = self.fresh.pop()
            if body.valid_to is None:
                return body

    def disturb(self) -> str:
        """Settle a debt, end a body or end a post: from now on nothing goes out for it."""
        kind = self.dice.choice(["pay", "pay", "post", "body"])
        if kind == "pay":
            return self._pay()
        if kind == "post" and len(self.posts) > 1:
            post = self.posts.pop(self.dice.randrange(len(self.posts)))
            self._touch(post.organization_id)
            end_appointment(post, on=today() - timedelta(days=1), reason="调离", by=SYSTEM)
            return self._end("post", Q(person=post.person_id, is_for_post=True))
        if len(self.bodies) < 20:
            return self._pay()
        body = self.bodies.pop(self.dice.randrange(1, len(self.bodies)))
        self.posts = [post for post in self.posts if post.organization_id != body.pk]
        self._touch(body.pk)
        end_organization(body, on=today() - timedelta(days=1), reason="撤销", by=SYSTEM)
        return self._end("body", Q(organization=body.pk))

    def _pay(self) -> str:
        open_debts = list(
            Obligation.objects.unpaid()
            .filter(uid__in=self.debts, due_on__lte=today())
            .select_related("bearer_organization")
            .order_by("-pk")[:60]
        )
        if not open_debts:
            return ""
        debt = self.dice.choice(open_debts)
        self.touched.add(debt.uid)
        pay(duty=debt.duty, bearer=debt.bearer_organization, period=debt.period, by=SYSTEM)
        return self._end("debt", Q(debt_uid=debt.uid))

    def _touch(self, body: int | None) -> None:
        self.touched |= {uid for uid, bearer in self.debts.items() if bearer == body}

    def _end(self, what: str, rows: Q) -> str:
        self.endings.append(Ending(time.time(), what, rows))
        return what


@dataclass
class Findings:
    """What a look at the invariants found; each line names its rows."""

    notices: int = 0
    # Letters that carry several notices.
    letters: int = 0
    lost: int = 0
    duplicates: int = 0
    unknown: int = 0
    was_unknown: int = 0
    lines: list[str] = field(default_factory=list)

    def say(self, invariant: str, words: str, rows: Sequence[Any]) -> int:
        """Write down a breach and count it."""
        if rows:
            self.lines.append(f"{invariant}: {len(rows)} {words}: {list(rows)[:3]}")
        return len(rows)

    @property
    def is_good(self) -> bool:
        """Whether nothing at all was found."""
        return not self.lines


def look(wave: Wave, taken: Sequence[Taken], chases: set[UUID]) -> Findings:
    """Check I1–I6 of a house at rest."""
    found = Findings()
    outbound = list(
        Notice.objects.filter(channel__in=OUTBOUND).select_related("carrier").order_by("pk")
    )
    found.notices = sum(each.kind != DIGEST for each in outbound)
    found.letters = sum(each.kind == DIGEST for each in outbound)
    found.was_unknown = sum(each.was_unknown for each in outbound)
    copies = Counter(each.message_id for each in taken)
    _intents(found, wave, chases)
    _fates(found, outbound, copies)
    _moments(found, wave, outbound, taken)
    return found


def _intents(found: Findings, wave: Wave, chases: set[UUID]) -> None:
    """I1: every debt is told of once by each channel; what was settled meanwhile, at most once."""
    told: dict[UUID, Counter[tuple[str, str]]] = {}
    rows = Notice.objects.filter(is_reminder=True, debt_uid__isnull=False)
    for uid, kind, channel in rows.values_list("debt_uid", "kind", "channel"):
        told.setdefault(uid, Counter())[(kind, channel)] += 1
    wanted = dict.fromkeys(wave.debts, ("reminder",)) | dict.fromkeys(chases, ("chase",))
    missing, doubled = [], []
    for uid, kinds in wanted.items():
        counts = told.get(uid, Counter())
        for kind in kinds:
            for channel in ("in_app", "mail"):
                count = counts[(kind, channel)]
                if count == 0 and uid not in wave.touched:
                    missing.append((uid, channel))
                if count > 1:
                    doubled.append((uid, channel, count))
    found.lost += found.say("I1", "never written", missing)
    found.duplicates += found.say("I1", "written twice", doubled)
    found.say("I1", "told of without reason", sorted(set(told) - set(wanted)))


def _fates(found: Findings, outbound: Sequence[Notice], copies: Counter[str]) -> None:
    """I2, I3, I4: each row's state agrees with the mail server's log."""
    at_rest = {NoticeState.SENT, NoticeState.CANCELLED, NoticeState.UNKNOWN}
    # What went in a letter has its letter's fate.
    sent = [each for each in outbound if each.fate.state == NoticeState.SENT]
    silent = [each.pk for each in outbound if each.fate.state not in {*at_rest, NoticeState.FAILED}]
    failed = [(each.pk, each.error) for each in outbound if each.state == NoticeState.FAILED]
    found.lost += found.say("I2", "never went out", silent)
    found.lost += found.say("I2", "given up", failed)
    found.lost += found.say(
        "I2",
        "sent, and not in the log",
        [each.pk for each in sent if not copies[each.fate.message_id]],
    )
    known = {each.message_id: each for each in outbound}
    extra = [(copies[each], each) for each in copies if copies[each] > 1]
    found.duplicates += found.say("I3", "arrived more than once", extra)
    found.duplicates += found.say("I3", "arrived and unheard of", sorted(set(copies) - set(known)))
    stopped = (NoticeState.CANCELLED, NoticeState.FAILED)
    found.duplicates += found.say(
        "I3",
        "stopped, and arrived all the same",
        [each.pk for each in outbound if each.state in stopped and copies[each.message_id]],
    )
    found.unknown += found.say(
        "I4", "unknown", [each.pk for each in outbound if each.state == NoticeState.UNKNOWN]
    )


def _moments(
    found: Findings, wave: Wave, outbound: Sequence[Notice], taken: Sequence[Taken]
) -> None:
    """I5, I6: nothing before it was due, in quiet hours, or after its reason had gone."""
    known = {each.message_id: each for each in outbound}
    early, quiet = [], []
    for each in taken:
        notice = known.get(each.message_id)
        if notice is None:
            continue
        at = wave.clock.business(each.at)
        if at < notice.not_before - timedelta(seconds=1):
            early.append((notice.pk, str(at)))
        before = at - timedelta(seconds=SLACK_SECONDS)
        if notice.is_reminder and _is_quiet(at) and _is_quiet(before):
            quiet.append((notice.pk, str(at)))
    found.say("I5", "before it was due", early)
    found.say("I5", "in quiet hours", quiet)
    arrived = {each.message_id: each.at for each in taken}
    late = []
    for ending in wave.endings:
        # A letter goes on for what else it tells of.
        alone = Notice.objects.filter(ending.rows, channel__in=OUTBOUND)
        for notice in alone.exclude(state=NoticeState.GATHERED):
            at_wall = arrived.get(notice.message_id)
            if at_wall is not None and at_wall > ending.at + SLACK_SECONDS:
                late.append((ending.what, notice.pk, round(at_wall - ending.at, 1)))
    found.say("I6", "after their reason had gone", late)


def _is_quiet(moment: datetime) -> bool:
    return moment.hour >= _QUIET_FROM or moment.hour < _QUIET_TO


def at_rest(wave: Wave) -> bool:
    """Whether everything is written and nothing is on its way any more."""
    moving = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER, NoticeState.UNKNOWN)
    due = Q(state=NoticeState.QUEUED, not_before__gt=now() + timedelta(minutes=5))
    if Notice.objects.filter(channel__in=OUTBOUND, state__in=moving).exclude(due).exists():
        return False
    told = Notice.objects.filter(debt_uid__in=wave.debts, kind="reminder", channel="mail")
    waiting = set(wave.debts) - wave.touched
    return waiting <= set(told.values_list("debt_uid", flat=True))


def hurry() -> None:
    """Let the minutes pass that a refused mail waits before it is tried again."""
    Notice.objects.filter(state=NoticeState.QUEUED, retry_at__isnull=False).update(retry_at=None)
