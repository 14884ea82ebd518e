"""Telling a database that is away, or a disk that is full, from a fault of one row."""

from __future__ import annotations

import errno

import psycopg2
import psycopg2.errors
from django.db import DatabaseError, InterfaceError, OperationalError, connection


def is_database_away(error: BaseException) -> bool:
    """Whether an error means that the database, or our connection to it, is gone: nothing is the row's fault.

    For a server that hung up in the middle psycopg2 raises the bare DatabaseError, and not always
    knows yet that its connection is closed; what the server itself says of a row has its SQLSTATE.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    if type(cause) is psycopg2.DatabaseError and cause.pgcode is None:
        return True
    return connection.connection is None or bool(connection.connection.closed)


def is_disk_full(error: BaseException) -> bool:
    """Whether an error means that a disk has no room, the database's or our own: nothing was kept."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error.__cause__, psycopg2.errors.DiskFull)
