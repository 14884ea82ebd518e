"""SignOfLife."""

from partybuild.ops.models.sign import SignOfLife

__all__ = ("SignOfLife",)
