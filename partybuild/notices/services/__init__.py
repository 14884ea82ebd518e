"""Writing notices, sending them, settling what is unknown."""

from partybuild.notices.services.notify import Recipient, cancel_reminders, notify, take_back
from partybuild.notices.services.planning import plan_reminders
from partybuild.notices.services.reading import mark_all_read, mark_read
from partybuild.notices.services.reconciling import reconcile_unknown, settle
from partybuild.notices.services.sending import send_notices

__all__ = (
    "Recipient",
    "cancel_reminders",
    "mark_all_read",
    "mark_read",
    "notify",
    "plan_reminders",
    "reconcile_unknown",
    "send_notices",
    "settle",
    "take_back",
)
