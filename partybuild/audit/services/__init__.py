"""Writing events."""

from partybuild.audit.services.events import record_event, record_refusal

__all__ = ("record_event", "record_refusal")
