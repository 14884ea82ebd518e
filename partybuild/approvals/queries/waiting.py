"""What waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.approvals.models import Approval
from partybuild.approvals.queries.deciding import may_decide
from partybuild.calendar import SHANGHAI


@dataclass(frozen=True)
class ApprovalLine:
    """One request that waits for a person, and the post in which they decide it."""

    approval: Approval
    appointment: Appointment

    @property
    def expires_on(self) -> date:
        """The last day on which it can be decided."""
        return self.approval.expires_at.astimezone(SHANGHAI).date()


def _told(posts: Sequence[Appointment]) -> list[Approval]:
    rows = (
        Approval.objects.waiting()
        .filter(asked_posts__overlap=[post.pk for post in posts])
        .with_names()
        .order_by("expires_at", "id")
    )
    return list(rows)


def waiting_todos(posts: Sequence[Appointment], *, current: int | None) -> list[ApprovalLine]:
    """Return what waits for a person in all their posts, the soonest to expire first; each once."""
    if not posts:
        return []
    found = []
    for approval in _told(posts):
        fitting = [post for post in posts if post.pk in approval.asked_posts]
        post = next((each for each in fitting if each.pk == current), fitting[0])
        found.append(ApprovalLine(approval, post))
    return found


def approval_counts(posts: Sequence[Appointment]) -> dict[int, int]:
    """Return how many requests wait in each post, by the appointment's id; one query for all."""
    counts: dict[int, int] = {}
    if posts:
        keys = {post.pk for post in posts}
        rows = Approval.objects.waiting().filter(asked_posts__overlap=list(keys))
        for asked in rows.values_list("asked_posts", flat=True):
            for key in keys & set(asked):
                counts[key] = counts.get(key, 0) + 1
    return counts


def waiting_here(by: Actor, *, most: int = 300) -> list[Approval]:
    """Return what may be decided in this post, whether it was told or not."""
    rows = Approval.objects.decidable_in(by.scope).waiting().with_names()
    return [each for each in rows.order_by("expires_at", "id")[:most] if may_decide(by, each)]


def approvals_about(target: Model, by: Actor, *keys: str) -> list[Approval]:
    """Return the requests about a row that this post may see and that still wait."""
    rows = Approval.objects.visible_to(by.scope).filter(
        target_uid=target.uid,  # type: ignore[attr-defined]
        key__in=keys,
    )
    return list(rows.waiting().with_names().order_by("id"))
