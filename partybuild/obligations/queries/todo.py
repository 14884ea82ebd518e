"""What a person owes in all their posts, and what is owed to the body they act for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.calendar import today
from partybuild.obligations.enums import UNPAID
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.alike import Alike, Key, gather
from partybuild.obligations.registry import Duty, duties, duty_of


@dataclass(frozen=True)
class Todo:
    """One line of a to-do list: debts that are paid on one page, and the post in which they are paid."""

    alike: Alike
    appointment: Appointment
    url: str

    @property
    def debts(self) -> tuple[Obligation, ...]:
        """Those that were read; there may be more."""
        return self.alike.debts

    @property
    def debt(self) -> Obligation:
        """The most urgent of them."""
        return self.debts[0]

    @property
    def duty(self) -> Duty:
        """The kind of debt."""
        return duty_of(self.debt.duty)

    @property
    def action(self) -> str:
        """The verb on the button."""
        return self.duty.action_for(self.debt)

    @property
    def title(self) -> str:
        """The debt's sentence, or what the debts have in common and how many they are."""
        return self.alike.title

    @property
    def owed_to(self) -> str:
        """Who waits for it, where that is one body that gets something."""
        if self.duty.is_watched or self.alike.count > len(self.debts):
            return ""
        bodies = {debt.owed_to_id for debt in self.debts}
        return self.debt.owed_to.called if len(bodies) == 1 else ""


def waiting_in(appointments: Iterable[Appointment]) -> Q:
    """Return the filter of unpaid debts that show in these posts' to-do lists."""
    named = {duty.key: duty.bearer_roles for duty in duties() if duty.bearer_roles}
    rows = Q(pk__in=[])
    for post in appointments:
        not_theirs = Q(duty__in=[key for key, roles in named.items() if post.role not in roles])
        for duty in duties():
            done = duty.waits_for_others(post) if post.role in duty.bearer_roles else None
            if done is not None:
                not_theirs |= Q(duty=duty.key) & done
        if post.organization_id is not None:
            rows |= Q(bearer_organization=post.organization_id) & ~not_theirs
        else:
            rows |= Q(bearer_person=post.person_id) & ~not_theirs
    return rows & Q(state__in=UNPAID)


def _post_of(
    debt: Obligation, appointments: Sequence[Appointment], first: int | None
) -> Appointment:
    """Return the post in which a debt is paid: the current one where it may, else the first that may."""
    roles = debt.kind.bearer_roles
    fitting = [
        post
        for post in appointments
        if (not roles or post.role in roles)
        and (
            post.organization_id == debt.bearer_organization_id
            if debt.bearer_organization_id is not None
            else post.person_id == debt.bearer_person_id and post.organization_id is None
        )
    ]
    return next((post for post in fitting if post.pk == first), fitting[0])


def todos(
    appointments: Sequence[Appointment], *, current: int | None, most: int = 600
) -> list[Todo]:
    """Return what a person owes in all their posts, most urgent first; each debt once.

    Debts of one duty and period that are paid on the same page are one line; so are those of a
    duty that waits on a list of its own, whatever their period.
    """
    posts = {post.pk: post for post in appointments}

    def line_of(debt: Obligation) -> Key:
        post = _post_of(debt, appointments, current)
        if debt.kind.list_url():
            return (post.pk, debt.duty)
        return (post.pk, debt.kind.safe_url(debt), debt.duty, debt.period)

    rows = Obligation.objects.filter(waiting_in(appointments))
    return [
        Todo(alike, appointment=posts[alike.key[0]], url=_page_of(alike.debts))
        for alike in gather(rows, by=line_of, most=most)
    ]


def _page_of(debts: Sequence[Obligation]) -> str:
    kind = debts[0].kind
    return str((len(debts) > 1 and kind.list_url()) or kind.safe_url(debts[0]))


def todo_counts(appointments: Sequence[Appointment]) -> dict[int, int]:
    """Return how many debts wait in each post, by the appointment's id; one query for all."""
    if not appointments:
        return {}
    rows = (
        Obligation.objects.filter(waiting_in(appointments))
        .values("duty", "bearer_organization", "bearer_person")
        .annotate(number=Count("pk"))
        .order_by()
    )
    counts: dict[int, int] = defaultdict(int)
    for row in rows:
        roles = duty_of(row["duty"]).bearer_roles
        for post in appointments:
            is_bearer = (
                post.organization_id == row["bearer_organization"]
                if row["bearer_organization"] is not None
                else post.organization_id is None and post.person_id == row["bearer_person"]
            )
            if is_bearer and (not roles or post.role in roles):
                counts[post.pk] += row["number"]
    return dict(counts)


@dataclass(frozen=True)
class OwedToMe:
    """What is owed to a body of one duty and period: how many expected, done, overdue."""

    duty: Duty
    period: str
    expected: int
    done: int
    overdue: int

    @property
    def name(self) -> str:
        """2026年第一季度填报."""
        return self.duty.name_in(self.period)

    @property
    def unpaid(self) -> int:
        """How many still owe."""
        return self.expected - self.done


def owed_to_me(actor: Actor, *, most: int = 12) -> list[OwedToMe]:
    """Return what others owe to the actor's body and have not all done, latest period first."""
    if actor.organization_id is None:
        return []
    day = today()
    rows = (
        Obligation.objects.visible_to(actor.scope)
        .filter(owed_to=actor.organization_id)
        .expected()
        .values("duty", "period")
        .annotate(
            expected=Count("pk"),
            done=Count("pk", filter=~Q(state__in=UNPAID)),
            overdue=Count("pk", filter=Q(state__in=UNPAID, due_on__lt=day)),
        )
        .filter(expected__gt=F("done"))
        .order_by("-period", "duty")[:most]
    )
    return [
        OwedToMe(
            duty=duty_of(row["duty"]),
            period=row["period"],
            expected=row["expected"],
            done=row["done"],
            overdue=row["overdue"],
        )
        for row in rows
    ]
