"""Saying on the page that an ID number was masked before saving."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from partybuild.fields.text import forget_masked, masked_so_far


class MaskedTextMiddleware:
    """Tell who typed an ID number into a free text that it was masked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forget_masked()
        response = self.get_response(request)
        # A text saved while typing is masked in the table; it is told when the form is sent.
        typing = request.headers.get("X-Autosave") == "1"
        if masked_so_far() and not typing and hasattr(request, "_messages"):
            messages.warning(
                request,
                _(
                    "文本中的公民身份号码已自动遮盖。平台只在专门的栏目里加密保存号码，请勿写在说明、纪要中。"
                ),
            )
        forget_masked()
        return response
