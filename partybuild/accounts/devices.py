"""The cookie by which a browser is known again, and how its user calls it."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from partybuild.fields import keyed_hash

COOKIE = "device"
KNOWN_DAYS = 400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("UOS", "统信"),
    ("Kylin", "麒麟"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("wxwork", "企业微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("360", "360浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_label(request: HttpRequest) -> str:
    """Return "Windows，Edge": enough to tell one's own devices apart."""
    agent = request.headers.get("User-Agent", "")[:500]
    system = next((word for sign, word in _SYSTEMS if sign in agent), "")
    browser = next((word for sign, word in _BROWSERS if sign in agent), "")
    return "，".join(part for part in (system, browser) if part) or _("其他设备")


def device_hash(request: HttpRequest) -> str:
    """Return the digest of the browser's token, "" where it has none."""
    token = request.COOKIES.get(COOKIE, "")
    return keyed_hash(token, "device") if _TOKEN.fullmatch(token) else ""


def new_token() -> str:
    """Return the token of a device; it changes with each sign-in, so that a planted one is worth nothing."""
    return secrets.token_urlsafe(32)


def keep_token(response: HttpResponse, token: str) -> None:
    """Give the browser its token."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=KNOWN_DAYS * 24 * 3600,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
