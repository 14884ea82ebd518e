"""Whether enough member units are there, and how many are expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from meetings.enums import Answer, InvitedAs, PresenceState
from meetings.models import Meeting, Presence, Receipt
from meetings.queries.charter import charter_of
from meetings.queries.clashes import bodies_asked


@dataclass(frozen=True)
class Quorum:
    """应到, 实到, 请假: each unit counts once, however many people it sends."""

    due: int
    came: int
    late: int
    leave: int
    absent: int
    people: int
    # 0 where the charter asks for none.
    needed: int

    @property
    def unrecorded(self) -> int:
        """Units of which nobody has written down anything: not the same as absent."""
        return self.due - self.came - self.leave - self.absent

    @property
    def is_met(self) -> bool:
        """Whether enough are there; without a rule there is nothing to meet."""
        return self.came >= self.needed

    @property
    def tone(self) -> str:
        """As the sentence is colored."""
        if not self.needed:
            return "info"
        return "good" if self.is_met else "warn"

    @property
    def sentence(self) -> str:
        """应到12家，实到8家…."""
        said = _(
            "应到%(due)d家，实到%(came)d家（%(people)d人），请假%(leave)d家，缺席%(absent)d家，未登记%(unrecorded)d家。"
        ) % {
            "due": self.due,
            "came": self.came,
            "people": self.people,
            "leave": self.leave,
            "absent": self.absent,
            "unrecorded": self.unrecorded,
        }
        if not self.needed:
            return said
        if self.is_met:
            return said + _("章程要求到会%(needed)d家，已达到。") % {"needed": self.needed}
        return said + _("章程要求到会%(needed)d家，还差%(short)d家。") % {
            "needed": self.needed,
            "short": self.needed - self.came,
        }


def quorum_of(
    meeting: Meeting, receipts: Iterable[Receipt], presences: Iterable[Presence]
) -> Quorum:
    """Count the member units of a meeting; guests and the convener do not count."""
    members = [row for row in receipts if row.invited_as == InvitedAs.MEMBER]
    due = {row.organization_id for row in members} or set(bodies_asked(meeting.council))
    lines = {row.organization_id: row for row in presences if row.organization_id in due}
    states = Counter(row.state for row in lines.values())
    # Leave that was asked for beforehand stands until the sheet says otherwise.
    asked = sum(
        row.answer == Answer.LEAVE
        and (
            row.organization_id not in lines
            or lines[row.organization_id].state == PresenceState.UNRECORDED
        )
        for row in members
    )
    return Quorum(
        due=len(due),
        came=states[PresenceState.PRESENT] + states[PresenceState.LATE],
        late=states[PresenceState.LATE],
        leave=states[PresenceState.LEAVE] + asked,
        absent=states[PresenceState.ABSENT],
        people=sum(row.people for row in lines.values() if row.came),
        needed=charter_of(meeting.council).needed(len(due)),
    )
