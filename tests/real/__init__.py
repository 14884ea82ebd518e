"""Tests on files as they came out of systems in use; they are not part of the repository."""
