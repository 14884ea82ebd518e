"""What a second person decides about the ledger."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Scope
from partybuild.accounts.models import Appointment
from partybuild.approvals.models import Approval
from partybuild.approvals.registry import Approvable, Line, register
from partybuild.calendar import today
from partybuild.fields.codes import mask_name
from partybuild.obligations.exceptions import ObligationNotOpen, PeriodNotClosed
from partybuild.obligations.models import ClosedPeriod, Obligation
from partybuild.obligations.services import exempt, reopen_period
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization


@register
class ExemptObligation(Approvable):
    """A unit asks to be let off a debt, or one of its members; its street decides."""

    key = "obligation.exempt"
    name = lazy("免除应办事项")
    effect = lazy("免除后不再提醒和催办，不计入应办，统计时单独列为“已免除”。")

    def holds(self, by: Actor, target: Obligation) -> bool:
        """A unit holds it on what it owes itself; what offices owe is another line."""
        body = target.bearer_organization
        if body is not None and body.kind == OrganizationKind.PARTY:
            return False
        if by.scope.is_unit:
            owes = {target.bearer_organization_id, target.unit_id}
            return by.scope.cell(self.key).allows and by.organization_id in owes
        return super().holds(by, target)

    def about(self, target: Obligation, payload: dict[str, Any]) -> set[int]:
        """Who holds a post in the unit that owes does not decide in another post."""
        bodies = {target.bearer_organization_id, target.unit_id} - {None}
        posts = Appointment.objects.filter(organization__in=bodies).current(today())
        return {*posts.values_list("person", flat=True), target.bearer_person_id} - {None}

    def check(self, target: Obligation, payload: dict[str, Any], *, by: Actor) -> None:
        """Only what is unpaid can be let off."""
        if not target.is_unpaid:
            raise ObligationNotOpen

    def subject(self, approval: Approval, target: Obligation) -> str:
        """The bearer and the duty; a person is not named."""
        body: Organization | None = target.bearer_organization or target.unit
        return f"{body.called if body else ''} {target.title}".strip()

    def describe(self, approval: Approval, target: Obligation, scope: Scope) -> list[Line]:
        """Say whose debt it is and what becomes of it."""
        who = target.bearer_name
        if target.bearer_person is not None and not (scope.is_area or scope.is_unit):
            who = mask_name(who)
        lines = [
            Line(_("承办"), who),
            Line(_("事项"), target.title),
            Line(_("交给"), target.owed_to.called),
            Line(
                _("期限"),
                _("%(year)d年%(month)d月%(day)d日")
                % {
                    "year": target.due_on.year,
                    "month": target.due_on.month,
                    "day": target.due_on.day,
                },
            ),
        ]
        if approval.is_waiting:
            lines.append(Line(_("状态"), target.get_state_display(), _("已免除")))
        return lines

    def still_valid(self, approval: Approval, target: Obligation) -> str:
        """Paid, exempted or voided meanwhile, nothing is left to decide."""
        return "" if target.is_unpaid else _("这件事已经办结、免除或作废")

    def execute(self, approval: Approval, target: Obligation, *, by: Actor) -> None:
        """Let the bearer off for the reason that the unit gave."""
        exempt(target, reason=approval.reason, by=by)


@register
class ReopenPeriod(Approvable):
    """A street's closed quarter is opened again."""

    key = "period.reopen"
    name = lazy("重新打开已关账的季度")
    effect = lazy("重新打开后，该季度数据随台账变动，直到再次关账。打开和再次关账都有记录。")

    def describe(self, approval: Approval, target: ClosedPeriod, scope: Scope) -> list[Line]:
        """Say which quarter of which street, and what stood when it was closed."""
        lines = [
            Line(_("街道"), target.area.name),
            Line(_("季度"), target.period_label),
            Line(_("关账岗位"), target.closed_post),
            Line(_("关账说明"), target.reason),
            Line(_("关账时应办"), _("%(count)d项") % {"count": target.debts}),
            Line(_("其中未办"), _("%(count)d项") % {"count": target.unpaid}),
        ]
        if approval.is_waiting:
            lines.append(Line(_("季度状态"), _("已关账"), _("重新打开")))
        return lines

    def check(self, target: ClosedPeriod, payload: dict[str, Any], *, by: Actor) -> None:
        """Only what is closed is opened."""
        if target.reopened_at is not None:
            raise PeriodNotClosed

    def still_valid(self, approval: Approval, target: ClosedPeriod) -> str:
        """Opened meanwhile, it cannot be opened again."""
        return "" if target.reopened_at is None else _("这个季度已经重新打开")

    def execute(self, approval: Approval, target: ClosedPeriod, *, by: Actor) -> None:
        """Open it."""
        reopen_period(target, reason=approval.reason, by=by)
