"""Reads of the ledger."""

from partybuild.obligations.queries.chase import ChaseLine, chase_lines, chase_text, last_reminders
from partybuild.obligations.queries.subjects import read_subjects
from partybuild.obligations.queries.todo import Todo, owed_to_me, todo_counts, todos

__all__ = (
    "ChaseLine",
    "Todo",
    "chase_lines",
    "chase_text",
    "last_reminders",
    "owed_to_me",
    "read_subjects",
    "todo_counts",
    "todos",
)
