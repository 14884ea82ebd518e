"""Changes since last time: complete, in order, never ahead of a transaction still running."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction

from activities.services import change_activity
from members.services import change_post
from partybuild.organizations.services import change_organization
from tests.factories.activities import make_activity
from tests.factories.cast import make_cast
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = "/api/v1/units/"


@pytest.fixture
def committed(clock: Any) -> Any:
    """The cast, committed."""
    return make_cast()


def read(
    client: Any,
    since: str,
    *,
    path: str = UNITS,
    table: str = "organizations_organization",
    **query: str,
) -> Any:
    """Ask for changes once what is committed is below every transaction of the server.

    Other databases of the same server count too: their transactions may hold the feed back a moment.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(changed_xid) < txid_snapshot_xmin(txid_current_snapshot()) "
                f"FROM {table}"
            )
            if cursor.fetchone()[0]:
                break
        time.sleep(0.05)
    return client.get(path, {"changed_since": since, **query})


def names(answer: Any) -> list[str]:
    """Return the names of the rows, in the order sent."""
    return [row["name"] for row in answer.json()["results"]]


def test_feed_begins_with_everything_and_goes_on_with_what_changed(committed, token_client):
    first, second = (make_unit(committed.community, name) for name in ("甲厂", "乙厂"))
    client = token_client(committed.street_staff)
    start = read(client, "start")
    assert names(start) == ["甲厂", "乙厂"]
    assert start.json()["next"] is None
    since = start.json()["changes"]
    again = read(client, since)
    assert names(again) == []
    change_organization(first.organization, name="甲厂（新）", by=_system())
    later = read(client, again.json()["changes"])
    assert names(later) == ["甲厂（新）"]
    change_organization(second.organization, address="东街1号", by=_system())
    assert names(read(client, since)) == ["甲厂（新）", "乙厂"]


def test_feed_pages_show_each_row_once(committed, token_client):
    for number in range(5):
        make_unit(committed.community, f"厂{number}")
    client = token_client(committed.street_staff)
    found, since = [], "start"
    while True:
        answer = read(client, since, limit="2")
        found += names(answer)
        if answer.json()["next"] is None:
            break
        since = answer.json()["next"]
    assert found == [f"厂{number}" for number in range(5)]


def test_feed_waits_for_a_transaction_that_is_still_running(committed, token_client):
    """A slow writer commits after a quick one that began later; nobody's change is skipped."""
    slow = make_unit(committed.community, "慢厂")
    quick = make_unit(committed.community, "快厂")
    client = token_client(committed.street_staff)
    since = read(client, "start").json()["changes"]
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            change_organization(slow.organization, name="慢厂（新）", by=_system())
            written.set()
            go_on.wait(60)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(60)
    change_organization(quick.organization, name="快厂（新）", by=_system())
    during = client.get(UNITS, {"changed_since": since})
    go_on.set()
    writer.join(60)
    after = read(client, during.json()["changes"])
    assert sorted(names(during) + names(after)) == ["快厂（新）", "慢厂（新）"]
    # The control: had the feed run ahead of the slow one, the quick one would stand in `during`.
    assert names(during) == []


def test_feed_takes_no_other_filter(committed, token_client):
    client = token_client(committed.street_staff)
    answer = client.get(UNITS, {"changed_since": "start", "kind": "x"})
    assert (answer.status_code, set(answer.json())) == (400, {"changed_since"})


def test_cursor_of_another_list_is_refused(committed, token_client):
    client = token_client(committed.street_staff)
    cursor = client.get("/api/v1/areas/", {"limit": "1"}).json()["next"]
    assert client.get(UNITS, {"cursor": cursor}).status_code == 400
    assert client.get(UNITS, {"changed_since": cursor}).status_code == 400


def _system() -> Any:
    from partybuild.access import Actor

    return Actor.system("test")


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/api/v1/activities/", "activities_activity"),
        ("/api/v1/service-posts/", "members_servicepost"),
    ],
)
def test_feeds_of_activities_and_posts_tell_what_changed(committed, token_client, path, table):
    client = token_client(committed.street_staff)

    def titles(answer: Any) -> list[str]:
        return [row["title"] for row in answer.json()["results"]]

    def make(title: str) -> Any:
        if table == "activities_activity":
            return make_activity(committed.community, committed.committee, title=title)
        return make_post_of(committed.community, title=title)

    first, _second = make("甲"), make("乙")
    start = read(client, "start", path=path, table=table)
    assert titles(start) == ["甲", "乙"]
    if table == "activities_activity":
        change_activity(first, title="甲（新）", by=_system())
    else:
        change_post(first, title="甲（新）", by=_system())
    later = read(client, start.json()["changes"], path=path, table=table)
    assert titles(later) == ["甲（新）"]
    assert titles(read(client, later.json()["changes"], path=path, table=table)) == []
    # Another street reads none of it.
    outsider = token_client(committed.outsider)
    assert titles(read(outsider, "start", path=path, table=table)) == []


def test_a_claim_brings_its_post_into_the_feed_again(committed, token_client):
    client = token_client(committed.street_staff)
    path, table = "/api/v1/service-posts/", "members_servicepost"
    post = make_post_of(committed.community)
    start = read(client, "start", path=path, table=table).json()
    assert [row["claimed"] for row in start["results"]] == [0]
    member = make_member(committed.unit)
    make_report_in(member, committed.community)
    make_claim(post, member)
    later = read(client, start["changes"], path=path, table="members_postclaim").json()
    assert [row["claimed"] for row in later["results"]] == [1]
    again = read(client, later["changes"], path=path, table="members_postclaim").json()
    assert again["results"] == []
