"""Models of the ledger."""

from partybuild.obligations.models.chase import Chase
from partybuild.obligations.models.closed_period import ClosedPeriod, ClosedPeriodQuerySet
from partybuild.obligations.models.obligation import Obligation, ObligationQuerySet

__all__ = ("Chase", "ClosedPeriod", "ClosedPeriodQuerySet", "Obligation", "ObligationQuerySet")
