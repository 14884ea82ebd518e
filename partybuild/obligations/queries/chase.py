"""Who has not, since when, whom to call, when they were last reminded."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from partybuild.accounts.models import SignedLink
from partybuild.calendar import now
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.subjects import read_subjects

CHASE = "chase"
REMINDER = "reminder"
# To the committees above who owes and whom it is owed to.
ESCALATION = "escalation"
# From so many working days before its date a debt is shown as urgent.
SOON = 3


@dataclass(frozen=True)
class ChaseLine:
    """One debt as the one who waits for it sees it."""

    debt: Obligation
    # Working days until its date; negative where it is past.
    days: int
    contact_name: str
    contact_phone: str
    last: Notice | None

    @property
    def left(self) -> str:
        """已逾期2个工作日, 今天到期, 还有3个工作日."""
        if self.days < 0:
            return _("已逾期%(days)d个工作日") % {"days": -self.days}
        return _("还有%(days)d个工作日") % {"days": self.days} if self.days else _("今天到期")

    @property
    def tone(self) -> str:
        """How urgent it is, as the components name it."""
        if self.days < 0:
            return "bad"
        return "warn" if self.days <= SOON else "plain"


def last_reminders(debts: Iterable[Obligation]) -> dict[uuid.UUID, Notice]:
    """Return the newest reminder of each debt that was not taken back, mail before in-app."""
    uids = {debt.uid for debt in debts}
    found: dict[uuid.UUID, Notice] = {}
    notices = (
        Notice.objects.filter(
            Q(debt_uid__in=uids) | Q(debt_uids__overlap=list(uids)), is_reminder=True
        )
        .exclude(state=NoticeState.CANCELLED)
        .order_by("debt_uid", "debt_uids", "-created_at", "-channel", "id")
        .distinct("debt_uid", "debt_uids")
        .select_related("carrier")
    )
    for notice in sorted(notices, key=lambda each: each.created_at):
        for uid in {notice.debt_uid, *notice.debt_uids} & uids:
            found[uid] = notice
    return found


def chase_lines(obligations: Iterable[Obligation]) -> list[ChaseLine]:
    """Return a page of debts with days, contact and last reminder, in a fixed number of queries."""
    debts = read_subjects(obligations)
    if not debts:
        return []
    days = WorkingDays.around_today()
    last = last_reminders(debts)
    return [
        ChaseLine(
            debt=debt,
            days=days.until(debt.due_on),
            contact_name=_contact(debt)[0],
            contact_phone=_contact(debt)[1],
            last=last.get(debt.uid),
        )
        for debt in debts
    ]


def _contact(debt: Obligation) -> tuple[str, str]:
    """Return the office to call; a person's own phone is shown by its own line of access.csv only."""
    if debt.bearer_organization is not None:
        return debt.bearer_organization.contact_name, debt.bearer_organization.contact_phone
    if debt.unit is None:
        return "", ""
    # Whose number it is: the unit's, not that of the person in the line.
    return f"{debt.unit.called} {debt.unit.contact_name}".strip(), debt.unit.contact_phone


def shared_target(debts: Sequence[Obligation]) -> models.Model | None:
    """Return the one object that all these debts are paid at by one link, None where there is none.

    Such a link may stand in a chat group: its page asks which unit answers.
    """
    kinds = {(debt.duty, debt.subject_uid) for debt in debts}
    if len(kinds) != 1 or not debts[0].kind.link_action:
        return None
    target = debts[0].kind.link_target(debts[0])
    if target is None or target.uid != debts[0].subject_uid:
        return None
    return target


def group_link(target: models.Model, action: str) -> SignedLink | None:
    """Return the link for the chat group that stands, if one was made."""
    return SignedLink.objects.filter(
        action=action,
        target_uid=target.uid,  # type: ignore[attr-defined]
        organization=None,
        person=None,
        revoked_at=None,
        expires_at__gt=now(),
    ).first()


def chase_text(lines: Sequence[ChaseLine], *, title: str, url: str) -> str:
    """Return ready words for the chat group: who still owes what, by when, and where to do it."""
    waiting = [line for line in lines if line.debt.is_unpaid]
    if not waiting:
        return ""
    words = [
        _("【提醒】%(title)s，以下%(count)d项还没有办理：")
        % {"title": title, "count": len(waiting)}
    ]
    groups: dict[tuple[object, ...], list[ChaseLine]] = {}
    for line in waiting:
        groups.setdefault(_paid_with(line.debt), []).append(line)
    for number, lines_of_one in enumerate(groups.values(), 1):
        debt = lines_of_one[0].debt
        words.append(
            _("%(number)d. %(who)s：%(what)s（%(when)s）")
            % {
                "number": number,
                "who": debt.bearer_name,
                "what": debt.title
                if len(lines_of_one) == 1
                else _("%(duty)s，共%(count)d项")
                % {"duty": debt.kind.name_in(debt.period), "count": len(lines_of_one)},
                "when": days_words(lines_of_one[0].days, debt),
            }
        )
    words.append(_("请点开办理：%(url)s") % {"url": url})
    words.append(_("已经办理的请忽略。有困难请直接联系我们。"))
    return "\n".join(words)


def _paid_with(debt: Obligation) -> tuple[object, ...]:
    """Return what debts have in common that are one line of the text: they are paid on one page."""
    if not debt.kind.paid_together:
        return (debt.pk,)
    return (
        debt.bearer_organization_id,
        debt.bearer_person_id,
        debt.duty,
        debt.period,
        debt.due_on,
    )


def days_words(days: int, debt: Obligation) -> str:
    """Return 3月10日前，还有2个工作日 / 今天到期 / 已逾期2个工作日."""
    day = _("%(month)d月%(day)d日") % {"month": debt.due_on.month, "day": debt.due_on.day}
    if days < 0:
        return _("应于%(day)s前办理，已逾期%(days)d个工作日") % {"day": day, "days": -days}
    if days == 0:
        return _("%(day)s，今天到期") % {"day": day}
    return _("%(day)s前，还有%(days)d个工作日") % {"day": day, "days": days}


__all__ = (
    "CHASE",
    "ESCALATION",
    "REMINDER",
    "ChaseLine",
    "chase_lines",
    "chase_text",
    "days_words",
    "group_link",
    "last_reminders",
    "shared_target",
)
