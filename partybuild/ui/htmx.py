"""What a view says to HTMX."""

import json

from django.http import HttpRequest, HttpResponse


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether HTMX asks for a part of the page (a restored history entry wants the whole)."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def announce(response: HttpResponse, text: str, *, tone: str = "good") -> HttpResponse:
    """Have a sentence shown and spoken after the swap: "已签到：和平小学"."""
    # Escaped to ASCII: headers know no Chinese.
    response["HX-Trigger-After-Settle"] = json.dumps(
        {"announce": {"text": str(text), "tone": tone}}
    )
    return response
