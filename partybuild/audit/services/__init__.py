"""Writing events, sealing, verifying and purging them."""

from partybuild.audit.services.events import record_event, record_events, record_refusal
from partybuild.audit.services.purging import purge_events
from partybuild.audit.services.sealing import seal_events
from partybuild.audit.services.verifying import verify_audit

__all__ = (
    "purge_events",
    "record_event",
    "record_events",
    "record_refusal",
    "seal_events",
    "verify_audit",
)
