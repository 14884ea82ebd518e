"""Telling a database that is away from a fault of one row."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError, connection


def is_database_away(error: Exception) -> bool:
    """Whether an error means that the database, or our connection to it, is gone: nothing is the row's fault.

    psycopg2 also raises the bare DatabaseError for a server that hung up.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and (
        connection.connection is None or bool(connection.connection.closed)
    )
