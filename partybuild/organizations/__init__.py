"""Bodies that act, and the Party organizations (条)."""
