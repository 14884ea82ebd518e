"""Writing notices, sending them, settling what is unknown."""

from partybuild.notices.services.channels import (
    is_paused,
    pause_channel,
    requeue_failed,
    resume_channel,
)
from partybuild.notices.services.notify import (
    Recipient,
    cancel_reminders,
    notify,
    rewrite_held,
    take_back,
)
from partybuild.notices.services.planning import plan_reminders
from partybuild.notices.services.reading import mark_all_read, mark_read
from partybuild.notices.services.reconciling import reconcile_unknown, settle
from partybuild.notices.services.sending import send_notices

__all__ = (
    "Recipient",
    "cancel_reminders",
    "is_paused",
    "mark_all_read",
    "mark_read",
    "notify",
    "pause_channel",
    "plan_reminders",
    "reconcile_unknown",
    "requeue_failed",
    "resume_channel",
    "rewrite_held",
    "send_notices",
    "settle",
    "take_back",
)
