"""Reads of accounts and appointments."""
