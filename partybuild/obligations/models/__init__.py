"""Obligation."""

from partybuild.obligations.models.obligation import Obligation

__all__ = ("Obligation",)
