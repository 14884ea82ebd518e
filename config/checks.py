"""`manage.py check --deploy`: the same faults that stop a production server."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from config.safety import database_faults, setting_faults


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name what production must not start with."""
    faults = setting_faults(settings) + database_faults()
    return [Error(fault, id=f"partybuild.E{number:03d}") for number, fault in enumerate(faults, 1)]
