"""What a second person decides about joint meetings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from meetings.enums import PartTimeState
from meetings.exceptions import MinutesNotIssued, PartTimeMovedOn
from meetings.models import Minutes, PartTimeMember
from meetings.services import approve_part_time_member, reopen_minutes
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


@register
class ApprovePartTime(Approvable):
    """A candidate for a committee is approved by the street (批复兼职委员)."""

    key = "part_time_member.approve"
    name = lazy("批复兼职委员人选")
    effect = lazy("同意后人选转为“已批复”，由召集单位公示，公示期满后聘任。")

    def area(self, target: PartTimeMember) -> Area | None:
        """The council's."""
        return target.council.area

    def about(self, target: PartTimeMember, payload: dict[str, Any]) -> set[int]:
        """Nobody approves themselves."""
        return {target.person_id}

    def check(self, target: PartTimeMember, payload: dict[str, Any], *, by: Actor) -> None:
        """Only who was reported; not by the one who is to be approved."""
        if target.state != PartTimeState.REPORTED or target.person_id == by.person_id:
            raise PartTimeMovedOn

    def subject(self, approval: Approval, target: PartTimeMember) -> str:
        """The committee and the unit: a person is not named in mails."""
        return f"{target.council.name} {target.organization.called}"

    def describe(self, approval: Approval, target: PartTimeMember, scope: Scope) -> list[Line]:
        """Say who is proposed for what, and who selected them."""
        lines = [
            Line(_("联席会"), target.council.name),
            Line(_("姓名"), target.person_name),
            Line(_("所在单位"), target.unit_name),
            Line(_("单位职务"), target.unit_post or "—"),
            Line(_("拟任职务"), target.title),
            Line(_("分工"), target.division or "—"),
            Line(_("遴选会议"), short_date_cn(target.selected_on) if target.selected_on else "—"),
            Line(_("遴选记录"), target.selection or "—"),
            Line(_("批复文号"), approval.payload.get("number") or "—"),
        ]
        if approval.is_waiting:
            lines.append(
                Line(
                    _("人选状态"),
                    target.get_state_display(),
                    str(PartTimeState.APPROVED.label),
                )
            )
        return lines

    def url(self, approval: Approval, target: PartTimeMember) -> str:
        """The page of the candidate."""
        return target.get_absolute_url()

    def still_valid(self, approval: Approval, target: PartTimeMember) -> str:
        """Sent back or let go meanwhile, nothing is left to decide."""
        return "" if target.state == PartTimeState.REPORTED else _("这位人选已不在待批复")

    def execute(self, approval: Approval, target: PartTimeMember, *, by: Actor) -> None:
        """Approve them."""
        approve_part_time_member(target, number=approval.payload.get("number", ""), by=by)
