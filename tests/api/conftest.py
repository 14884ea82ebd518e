"""Clients of the REST interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from partybuild.accounts.models import Appointment
from partybuild.accounts.services.tokens import issue_token
from tests.factories.core import SYSTEM


@pytest.fixture
def token_client(db: None) -> Callable[..., Client]:
    """Return a client that speaks with a token of an appointment."""

    def speak(appointment: Appointment, *, column: str = "api_read", **values: Any) -> Client:
        _token, text = issue_token(
            appointment, name="对接", column=column, days=30, by=SYSTEM, **values
        )
        return Client(headers={"authorization": f"Token {text}"})

    return speak
