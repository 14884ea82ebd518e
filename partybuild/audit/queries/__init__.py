"""Reading events."""

from partybuild.audit.queries.history import HistoryLine, history_of
from partybuild.audit.queries.readings import readings_about

__all__ = ("HistoryLine", "history_of", "readings_about")
