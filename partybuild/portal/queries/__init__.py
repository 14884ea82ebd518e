"""Reads of the shared pages."""
