"""What a second person decides about joint meetings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from meetings.exceptions import MinutesNotIssued
from meetings.models import Minutes
from meetings.services import reopen_minutes
from partybuild.access import Actor, Scope
from partybuild.approvals.models import Approval
from partybuild.approvals.registry import Approvable, Line, register
from partybuild.areas.models import Area
from partybuild.ui.filters import short_date_cn


@register
class ReopenMinutes(Approvable):
    """Issued minutes are opened for a correction."""

    key = "minutes.reopen"
    name = lazy("更正已印发的纪要")
    effect = lazy(
        "同意后纪要回到起草状态，原文保留；重新印发时，收到过纪要的单位会再次收到通知。编号不变。"
    )

    def area(self, target: Minutes) -> Area | None:
        """The council's."""
        return target.council.area

    def check(self, target: Minutes, payload: dict[str, Any], *, by: Actor) -> None:
        """Only issued minutes are opened."""
        if not target.is_issued:
            raise MinutesNotIssued

    def subject(self, approval: Approval, target: Minutes) -> str:
        """The meeting and the number."""
        return f"{target.meeting.theme} {target.number_label}".strip()

    def describe(self, approval: Approval, target: Minutes, scope: Scope) -> list[Line]:
        """Say which minutes, and that they become a draft."""
        lines = [
            Line(_("联席会"), target.council.name),
            Line(_("会议"), target.meeting.theme),
            Line(_("编号"), target.number_label),
            Line(_("签发"), target.signer_name),
            Line(_("印发日期"), short_date_cn(target.issued_on) if target.issued_on else ""),
        ]
        if approval.is_waiting:
            lines.append(Line(_("纪要状态"), target.get_state_display(), _("起草中，原文保留")))
        return lines

    def url(self, approval: Approval, target: Minutes) -> str:
        """The page of the minutes."""
        return reverse("meetings:minutes-detail", args=(target.meeting.uid,))

    def still_valid(self, approval: Approval, target: Minutes) -> str:
        """Opened meanwhile, nothing is left to decide."""
        return "" if target.is_issued else _("这份纪要已经重开")

    def execute(self, approval: Approval, target: Minutes, *, by: Actor) -> None:
        """Open them."""
        reopen_minutes(target, reason=approval.reason, by=by)
