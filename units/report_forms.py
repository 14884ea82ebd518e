"""The product's own quarterly form; a city or district may put its own version in its place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

QUARTERLY = "quarterly"
FORM_VERSION = 1


def quarterly_fields() -> list[dict[str, Any]]:
    """Return the fields of the quarterly form: figures first, those the platform knows filled in."""
    return [
        {
            "key": "members",
            "label": _("在册党员"),
            "kind": "integer",
            "unit": _("人"),
            "prefill": "members.on_roster",
            "required": True,
        },
        {
            "key": "reported_in",
            "label": _("已到社区报到党员"),
            "kind": "integer",
            "unit": _("人"),
            "prefill": "members.reported_in",
            "required": True,
        },
        {
            "key": "served",
            "label": _("参加社区服务党员"),
            "kind": "integer",
            "unit": _("人"),
            "prefill": "members.served",
            "required": True,
        },
        {
            "key": "service_hours",
            "label": _("服务时长"),
            "kind": "decimal",
            "unit": _("小时"),
            "prefill": "members.service_hours",
            "required": True,
        },
        {
            "key": "activities",
            "label": _("参加或承办共建活动"),
            "kind": "integer",
            "unit": _("场"),
            "prefill": "",
            "required": False,
        },
        {
            "key": "matters",
            "label": _("为社区和群众办实事"),
            "kind": "integer",
            "unit": _("件"),
            "prefill": "",
            "required": False,
        },
        {
            "key": "work",
            "label": _("主要做法"),
            "kind": "text",
            "unit": "",
            "help": _("一两句话即可"),
            "prefill": "",
            "required": False,
        },
        {
            "key": "needs",
            "label": _("需要社区协调的事项"),
            "kind": "text",
            "unit": "",
            "prefill": "",
            "required": False,
        },
    ]
