"""Models of the ledger."""

from partybuild.obligations.models.closed_period import ClosedPeriod, ClosedPeriodQuerySet
from partybuild.obligations.models.obligation import Obligation, ObligationQuerySet

__all__ = ("ClosedPeriod", "ClosedPeriodQuerySet", "Obligation", "ObligationQuerySet")
