"""No address given from outside leads away from this site."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

AWAY = (
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "\thttps://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("away", AWAY)
def test_next_stays_here(cast, client_of, away):
    client = client_of(cast.liaison)
    switched = client.act("/post/", {"to": str(cast.liaison.uid), "next": away})
    assert switched["Location"] == "/"
    assert client.get("/sign-in/", {"next": away})["Location"] == "/"
    assert client.post("/ui/preferences/", {"next": away})["Location"] == "/"
    chased = client.act("/obligations/chase/", {"next": away})
    assert chased["Location"] == "/obligations/"


def test_another_host_is_refused(cast, client_of):
    answer = client_of(cast.liaison).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
