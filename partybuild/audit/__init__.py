"""Append-only events: who did what, in which post, when and why; values only."""
