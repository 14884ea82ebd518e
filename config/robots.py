"""The robots of chat groups: which providers are spoken to, and how; one reading of the settings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import environ

from config.sms import Rule


@dataclass(frozen=True)
class RobotAdapter:
    """How one provider's robots are posted to."""

    label: str
    host: str
    path: str
    # {text}, {title}, {url}, {id} stand for the posting's own.
    template: dict[str, Any]
    accepted: Rule
    # The provider's words for "too many at once".
    busy: Rule | None = None
    # The provider's words for an address or key that is wrong: nothing to try again.
    wrong: Rule | None = None
    # The query's field without which an address is none.
    key: str = ""
    # "dingtalk": timestamp and HMAC-SHA256 of it beside the address.
    signature: str = ""
    per_minute: int = 20
    most_bytes: int = 2000


_TEXT = {"msgtype": "text", "text": {"content": "{text}"}}
_OK = Rule(("errcode",), frozenset({"0"}))
KNOWN = {
    "wecom": RobotAdapter(
        label="企业微信群机器人",
        host="qyapi.weixin.qq.com",
        path="/cgi-bin/webhook/send",
        key="key",
        template=_TEXT,
        accepted=_OK,
        busy=Rule(("errcode",), frozenset({"-1", "45009"})),
        wrong=Rule(("errcode",), frozenset({"93000", "93004", "93008", "40058"})),
    ),
    "dingtalk": RobotAdapter(
        label="钉钉群机器人",
        host="oapi.dingtalk.com",
        path="/robot/send",
        key="access_token",
        signature="dingtalk",
        template=_TEXT,
        accepted=_OK,
        busy=Rule(("errcode",), frozenset({"-1", "130101", "130102", "410100"})),
        wrong=Rule(("errcode",), frozenset({"300001", "310000", "300005", "40035", "400101"})),
    ),
}


@dataclass(frozen=True)
class RobotSettings:
    """Who may be spoken to."""

    adapters: dict[str, RobotAdapter] = field(default_factory=lambda: dict(KNOWN))
    # Only where a provider stands in the house's own network, or in tests.
    allow_private: bool = False
    allow_http: bool = False
    timeout: int = 10


def read_robots(env: environ.Env, *, allow_http: bool) -> RobotSettings:
    """Read the ROBOT_… settings."""
    adapters = dict(KNOWN)
    text = env.str("ROBOT_ADAPTERS", default="")
    if text:
        adapters |= _more(text)
    wanted = env.list("ROBOT_KINDS", default=list(adapters))
    if set(wanted) - set(adapters):
        raise environ.ImproperlyConfigured(f"ROBOT_KINDS names none of {', '.join(adapters)}")
    allow_private = env.bool("ROBOT_ALLOW_PRIVATE", default=False)
    return RobotSettings(
        adapters={key: adapters[key] for key in wanted},
        allow_private=allow_private,
        allow_http=allow_http and allow_private,
        timeout=max(1, env.int("ROBOT_TIMEOUT", default=10)),
    )


def _more(text: str) -> dict[str, RobotAdapter]:
    try:
        found = json.loads(text)
        return {
            str(key)[:30]: RobotAdapter(
                label=str(value["label"]),
                host=str(value["host"]),
                path=str(value["path"]),
                key=str(value.get("key", "")),
                template=dict(value["template"]),
                accepted=_rule(value["accepted"]),
                busy=_rule(value["busy"]) if "busy" in value else None,
                wrong=_rule(value["wrong"]) if "wrong" in value else None,
                per_minute=int(value.get("per_minute", 20)),
            )
            for key, value in found.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise environ.ImproperlyConfigured(
            "ROBOT_ADAPTERS must be a JSON object of label, host, path, template, accepted"
        ) from fault


def _rule(text: str) -> Rule:
    path, sign, values = str(text).partition("=")
    if not sign or not path or not values:
        raise ValueError(text)
    return Rule(tuple(path.split(".")), frozenset(values.split(",")))
