"""Reads of notices, and of the demo's mailbox."""

from partybuild.notices.queries.inbox import unread_count
from partybuild.notices.queries.mailbox import Mail, ask, mails

__all__ = ("Mail", "ask", "mails", "unread_count")
