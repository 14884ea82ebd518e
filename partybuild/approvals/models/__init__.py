"""Models of approvals."""

from partybuild.approvals.models.approval import Approval, ApprovalQuerySet

__all__ = ("Approval", "ApprovalQuerySet")
