"""Notice."""

from partybuild.notices.models.notice import Notice

__all__ = ("Notice",)
