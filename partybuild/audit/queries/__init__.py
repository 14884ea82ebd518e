"""Reading events."""

from partybuild.audit.queries.history import HistoryLine, history_of

__all__ = ("HistoryLine", "history_of")
