"""Append-only tables: events, changes of rows, seals."""

from partybuild.audit.models.event import Event
from partybuild.audit.models.row_change import Operation, RowChange
from partybuild.audit.models.seal import EventSeal, Log

__all__ = ("Event", "EventSeal", "Log", "Operation", "RowChange")
