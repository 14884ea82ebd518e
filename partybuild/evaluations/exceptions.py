"""What taking answers may refuse."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MoreAnswersThanAsked(ValidationError):
    """Who did not answer is what was asked less what came in."""

    fields = ("asked",)

    def __init__(self, *, answers: int) -> None:
        super().__init__(
            _("已收到%(answers)d份评价，发出份数不能少于这个数。") % {"answers": answers}
        )
