"""Talking to the short-message gateway."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from partybuild.fields.codes import mask_phone
from partybuild.notices.letters import Letter, Posting, ShortText
from partybuild.notices.smtp import Outcome, ServerDown, Verdict
from partybuild.notices.talking import (
    CONFIGURATION,
    FAULTS,
    Answer,
    Request,
    ask,
    filled,
    hand,
    holds,
    value_at,
    wait_seconds,
)


class SmsCourier:
    """Sends short messages, each over a connection of its own."""

    def send(
        self, letter: Letter | ShortText | Posting, *, before_dot: Callable[[], bool]
    ) -> Outcome:
        """Send one; `before_dot` commits the handover and may stop it."""
        assert isinstance(letter, ShortText)
        gateway = settings.SMS_GATEWAY
        if gateway is None:
            raise ServerDown("没有配置短信网关")
        kind = "application/x-www-form-urlencoded" if gateway.is_form else "application/json"
        request = Request(
            url=gateway.url,
            timeout=gateway.timeout,
            method=gateway.method,
            headers=_headers(gateway),
            body=_body(letter, gateway),
            content_type=kind,
            name="短信网关",
        )
        answer = hand(request, before_dot=before_dot, said=lambda error: _said(error, letter))
        return answer if isinstance(answer, Outcome) else _verdict(answer, gateway, letter)


def _headers(gateway: Any) -> tuple[tuple[str, str], ...]:
    own = ((gateway.token_header, gateway.token),) if gateway.token else ()
    return (*gateway.headers, *own)


def ask_gateway(keys: Sequence[str]) -> dict[str, bool]:
    """Tell of each key whether the gateway took its message; keys it says nothing of are left out."""
    gateway = settings.SMS_GATEWAY
    answers: dict[str, bool] = {}
    if gateway is None or not gateway.status_url:
        return answers
    broken = 0
    for key in keys[:50]:
        request = Request(
            url=gateway.status_url.replace("{id}", quote(key, safe="")),
            timeout=gateway.timeout,
            method="GET",
            headers=_headers(gateway),
            name="短信网关",
        )
        try:
            answer = ask(request)
        except (ServerDown, *FAULTS):
            broken += 1
            if broken > 1:
                break
            continue
        found = _found(answer, gateway)
        if found is not None:
            answers[key] = found
    return answers


def _found(answer: Answer, gateway: Any) -> bool | None:
    if answer.status == 404 and gateway.status_missing_is_404:
        return False
    if answer.status != 200 or not answer.is_whole:
        return None
    if holds(answer, gateway.status_accepted):
        return True
    return False if holds(answer, gateway.status_missing) else None


def _verdict(answer: Answer, gateway: Any, letter: ShortText) -> Outcome:
    status, words = answer.status, _words(answer, letter)
    if status in {429, 503}:
        wait = wait_seconds(answer.retry_after)
        return Outcome(Verdict.LATER, words, is_broken=True, wait_seconds=wait)
    if 200 <= status < 300:
        if not answer.is_whole:
            return Outcome(Verdict.UNKNOWN, "网关的答复不完整")
        if gateway.accepted is None or holds(answer, gateway.accepted):
            theirs = value_at(answer, gateway.provider_id) if gateway.provider_id else None
            return Outcome(Verdict.TAKEN, words, provider_id=theirs or "")
        if value_at(answer, gateway.accepted.path) is None:
            return Outcome(Verdict.UNKNOWN, "网关的答复无法辨认")
        # Its own words for no: a full queue, no balance, a number it does not know.
        return Outcome(Verdict.LATER, words)
    if status >= 500 or status == 409:
        # It may have taken the message before it failed; the same key is known to it already.
        return Outcome(Verdict.UNKNOWN, words, is_broken=True)
    if status < 400 or status in CONFIGURATION:
        # Sent elsewhere or not let in: our own setting, not this message's fault.
        return Outcome(Verdict.LATER, words, is_broken=True)
    return Outcome(Verdict.REFUSED, words)


def _words(answer: Answer, letter: ShortText) -> str:
    rule = settings.SMS_GATEWAY.accepted if settings.SMS_GATEWAY is not None else None
    value = value_at(answer, rule.path) if rule is not None else None
    said = str(answer.status)
    if rule is not None and value:
        said += f" {'.'.join(rule.path)}={value}"
    return _without_number(said, letter)[:200]


def _body(letter: ShortText, gateway: Any) -> bytes:
    values = {
        "{phone}": letter.phone,
        "{text}": letter.text,
        "{link}": letter.link,
        "{title}": letter.title,
        "{id}": letter.notice.message_id,
    }
    found = filled(gateway.template, values)
    if gateway.is_form:
        return urlencode(found).encode()
    return json.dumps(found, ensure_ascii=False).encode()


def _said(error: BaseException, letter: ShortText) -> str:
    return _without_number(f"{type(error).__name__} {error}".strip(), letter)[:200]


def _without_number(text: str, letter: ShortText) -> str:
    return text.replace(letter.phone, mask_phone(letter.phone))
