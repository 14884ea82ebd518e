"""Tokens: bound to an appointment, ended with it, never more than it may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partybuild.accounts.models import ApiToken
from partybuild.accounts.services import end_appointment
from partybuild.accounts.services.tokens import revoke_token
from tests.factories.core import SYSTEM

AREAS = "/api/v1/areas/"


def test_revoked_token_answers_nothing_from_the_next_request(cast, token_client):
    client = token_client(cast.street_staff)
    assert client.get(AREAS).status_code == 200
    revoke_token(ApiToken.objects.get(), by=SYSTEM)
    assert client.get(AREAS).status_code == 401


def test_token_ends_with_its_appointment(cast, token_client):
    client = token_client(cast.street_staff)
    end_appointment(cast.street_staff, on=date(2026, 3, 4), reason="调离", by=SYSTEM)
    assert client.get(AREAS).status_code == 401


def test_expired_token_is_refused_and_stays_on_record(cast, token_client):
    client = token_client(cast.street_staff)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert client.get(AREAS).status_code == 401
    assert ApiToken.objects.count() == 1


def test_disabled_account_ends_its_tokens(cast, token_client):
    client = token_client(cast.street_staff)
    user = cast.street_staff.person.user
    user.is_active = False
    user.save()
    assert client.get(AREAS).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Token", "Token x", "Token pb_" + "0" * 64, "Token a b", "Token \xff\xfe", "Bearer x"],
)
def test_nonsense_in_the_header_is_unauthorized(cast, header):
    response = Client(headers={"authorization": header}).get(AREAS)
    assert response.status_code == 401


def test_token_of_administrators_reads_no_business_data(cast, token_client):
    from partybuild.access import Role
    from tests.factories.core import make_post

    admin = make_post(Role.SECURITY_ADMIN, name="安全员")
    client = token_client(admin)
    for resource in ("units", "councils", "meetings", "resolutions", "obligations", "figures"):
        assert client.get(f"/api/v1/{resource}/").status_code == 403, resource


def test_contract_is_served_signed_in_or_by_token(cast, token_client, client_of):
    path = "/api/schema/?format=json"
    assert Client().get(path).status_code == 401
    for client in (token_client(cast.liaison), client_of(cast.member)):
        contract = client.get(path).json()
        assert "/api/v1/areas/" in contract["paths"]


def test_documentation_asks_to_sign_in_and_runs_no_script_of_its_own(cast, client_of):
    assert Client().get("/api/docs/").status_code == 302
    page = client_of(cast.street_staff).get("/api/docs/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "<style" not in html
    assert "<script>" not in html
    assert "http://" not in html
    assert "https://" not in html
