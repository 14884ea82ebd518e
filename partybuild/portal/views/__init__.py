"""Shared pages."""
