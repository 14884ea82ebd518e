"""Verifying the chain, and telling who must know."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partybuild.access import Actor, Role
from partybuild.accounts.models import Appointment
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.audit.queries.verifying import Verification
from partybuild.audit.services import verify_audit
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify


def verify_and_tell(*, by: Actor) -> Verification:
    """Verify the chain; where it does not hold every auditor is told at once."""
    found = verify_audit(by=by)
    if not found.ok:
        event = Event.objects.filter(kind=EventKind.VERIFIED).order_by("-id").first()
        assert event is not None
        auditors = Appointment.objects.filter(role=Role.AUDITOR).current(today())
        notify(
            kind="audit.broken",
            subject=event,
            recipients=[
                Recipient(person=post.person) for post in auditors.select_related("person")
            ],
            title=_("操作记录核对未通过"),
            body=_(
                "系统核对操作记录时发现与封存内容不一致。请打开“审计首页”查看位置，保留现场，并报告安全管理员。"
            ),
            path="/ops/audit/",
            by=by,
        )
    return found
