"""What waits for a decision of the convener stands on home, though nobody owes it."""

from __future__ import annotations

import pytest

from meetings.services import accept_resolution, assign_resolution, report_completion
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_resolution, make_topic

pytestmark = pytest.mark.django_db


def _waiting(client):
    return [(line.title, line.action) for line in client.get("/").context["waiting"]]


def test_topics_wait_for_the_convener_alone(council, cast, client_of):
    make_topic(council, cast.unit)
    assert _waiting(client_of(cast.secretary)) == [(f"审核{council.name}议题1件", "审核")]
    for other in (cast.street_staff, cast.liaison, cast.outsider):
        assert _waiting(client_of(other)) == []


def test_a_reported_resolution_waits_for_verification(council, cast, client_of):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    party = resolution.parties.get()
    accept_resolution(party, by=SYSTEM)
    client = client_of(cast.secretary)
    assert _waiting(client) == []
    report_completion(party, text="已装好", by=SYSTEM)
    assert _waiting(client) == [(resolution.text, "验收")]
    assert _waiting(client_of(cast.outsider)) == []
