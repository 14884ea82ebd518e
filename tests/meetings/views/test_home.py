"""What waits for a decision of the convener stands on home, though nobody owes it."""

from __future__ import annotations

import pytest

from meetings.services import assign_resolution, return_resolution
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


def test_a_resolution_given_back_waits_for_the_convener(council, cast, client_of):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    client = client_of(cast.secretary)
    assert _waiting(client) == []
    return_resolution(resolution.parties.get(), reason="产权不明", by=SYSTEM)
    assert _waiting(client) == [(resolution.text, "协商")]
    for other in (cast.outsider, cast.worker, cast.liaison):
        assert _waiting(client_of(other)) == []
