"""Wishes, who made them, who claims them, and the return visits."""

from wishes.models.claim import WishClaim, WishClaimQuerySet
from wishes.models.revisit import WishRevisit
from wishes.models.wish import Wish, Wisher, WishQuerySet

__all__ = ("Wish", "WishClaim", "WishClaimQuerySet", "WishQuerySet", "WishRevisit", "Wisher")
