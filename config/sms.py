"""The short-message gateway: one reading of its settings that stops with the name of what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import environ

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Rule:
    """`field=value,value`: what a field of the gateway's JSON answer says; dots lead inwards."""

    path: tuple[str, ...]
    values: frozenset[str]


@dataclass(frozen=True)
class SmsGateway:
    """Where short messages go, fixed by who installs the product."""

    url: str
    is_form: bool = False
    # What is sent: {phone}, {text}, {link}, {title}, {id} stand for the message's own.
    template: dict[str, Any] = field(
        default_factory=lambda: {"phone": "{phone}", "text": "{text}", "id": "{id}"}
    )
    token_header: str = "Authorization"
    token: str = field(default="", repr=False)
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    # Where the answer says what the provider calls the message.
    provider_id: tuple[str, ...] = ()
    timeout: int = 10
    signature: str = ""
    # Without a rule every 2xx with a whole body is a yes.
    accepted: Rule | None = None
    # Asked for messages whose answer was lost; {id} stands for the key.
    status_url: str = ""
    status_accepted: Rule | None = None
    # Without one of the two nothing is ever called "not accepted", so nothing is sent twice.
    status_missing: Rule | None = None
    status_missing_is_404: bool = False


def read_gateway(env: environ.Env, *, product: str, allow_http: bool) -> SmsGateway | None:
    """Read the SMS_… settings; None where no gateway is set."""
    url = env.str("SMS_GATEWAY_URL", default="")
    if not url:
        return None
    _check_address("SMS_GATEWAY_URL", url, allow_http=allow_http)
    status_url = env.str("SMS_GATEWAY_STATUS_URL", default="")
    if status_url:
        _check_address("SMS_GATEWAY_STATUS_URL", status_url, allow_http=allow_http)
        if urlsplit(status_url)[:2] != urlsplit(url)[:2]:
            raise environ.ImproperlyConfigured(
                "SMS_GATEWAY_STATUS_URL must be on the host of SMS_GATEWAY_URL"
            )
        if "{id}" not in status_url:
            raise environ.ImproperlyConfigured("SMS_GATEWAY_STATUS_URL must hold {id}")
    form = env.str("SMS_GATEWAY_FORMAT", default="json")
    if form not in {"json", "form"}:
        raise environ.ImproperlyConfigured("SMS_GATEWAY_FORMAT must be json or form")
    header = env.str("SMS_GATEWAY_TOKEN_HEADER", default="Authorization")
    token = env.str("SMS_GATEWAY_TOKEN", default="")
    if not header.replace("-", "").isalnum() or not token.isprintable():
        raise environ.ImproperlyConfigured("SMS_GATEWAY_TOKEN or its header is not one line")
    missing = env.str("SMS_GATEWAY_STATUS_MISSING", default="")
    return SmsGateway(
        url=url,
        is_form=form == "form",
        template=_template(env, is_form=form == "form"),
        token_header=header,
        token=token,
        method=_method(env),
        headers=_headers(env),
        provider_id=tuple(
            part for part in env.str("SMS_GATEWAY_PROVIDER_ID", default="").split(".") if part
        ),
        timeout=max(1, env.int("SMS_GATEWAY_TIMEOUT", default=10)),
        signature=env.str("SMS_SIGNATURE", default=product),
        accepted=_rule(env, "SMS_GATEWAY_ACCEPTED"),
        status_url=status_url,
        status_accepted=_rule(env, "SMS_GATEWAY_STATUS_ACCEPTED"),
        status_missing=None if missing == "404" else _rule(env, "SMS_GATEWAY_STATUS_MISSING"),
        status_missing_is_404=missing == "404",
    )


def _method(env: environ.Env) -> str:
    method = env.str("SMS_GATEWAY_METHOD", default="POST").upper()
    if method not in {"POST", "PUT"}:
        raise environ.ImproperlyConfigured("SMS_GATEWAY_METHOD must be POST or PUT")
    return method


def _headers(env: environ.Env) -> tuple[tuple[str, str], ...]:
    text = env.str("SMS_GATEWAY_HEADERS", default="")
    if not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(value, str)
        and value.isprintable()
        and name.replace("-", "").isalnum()
        and name.lower() not in {"host", "content-length", "content-type", "connection"}
        for name, value in found.items()
    ):
        raise environ.ImproperlyConfigured(
            "SMS_GATEWAY_HEADERS must be a JSON object of header lines, none of them the request's own"
        )
    return tuple(found.items())


def _check_address(name: str, url: str, *, allow_http: bool) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (
        parts.scheme == "http" and (allow_http or parts.hostname in _LOOPBACK)
    )
    if not secure or not parts.hostname or parts.username or parts.fragment:
        raise environ.ImproperlyConfigured(
            f"{name} must be https://host/path without a user name (http only to this machine)"
        )


def _template(env: environ.Env, *, is_form: bool) -> dict[str, Any]:
    text = env.str("SMS_GATEWAY_TEMPLATE", default="")
    if not text:
        return SmsGateway(url="").template
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    whole = json.dumps(found)
    if (
        not isinstance(found, dict)
        or "{phone}" not in whole
        or "{id}" not in whole
        or not ("{text}" in whole or "{link}" in whole)
        or (is_form and not all(isinstance(value, str) for value in found.values()))
    ):
        raise environ.ImproperlyConfigured(
            "SMS_GATEWAY_TEMPLATE must be a JSON object that holds {phone}, {id} and {text} or {link}"
        )
    return found


def _rule(env: environ.Env, name: str) -> Rule | None:
    text = env.str(name, default="")
    if not text:
        return None
    path, sign, values = text.partition("=")
    if not sign or not path or not values:
        raise environ.ImproperlyConfigured(f"{name} must be field=value")
    return Rule(tuple(path.split(".")), frozenset(values.split(",")))
