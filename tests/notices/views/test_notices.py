"""Inbox, delivery log, outbox: everybody sees their own."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.queries import unread_count
from partybuild.notices.services import Recipient, notify
from tests.factories.core import make_post, make_unit_organization

pytestmark = pytest.mark.django_db


def write(cast, *bodies, title="联席会议通知", **values):
    """Send a notice from the community to bodies."""
    notify(
        **{
            "kind": title,
            "subject": cast.committee,
            "recipients": [Recipient(organization=body) for body in bodies or (cast.unit,)],
            "title": title,
            "body": "请按时参加。",
            "path": "/meetings/",
            "by": actor_in(cast.secretary),
            **values,
        }
    )


def in_app_of(person):
    return Notice.objects.get(person=person, channel="in_app")


def test_each_holder_has_their_own_and_reads_their_own(cast, client_of):
    write(cast)
    mine = in_app_of(cast.liaison.person)
    address = reverse("notices:notice-detail", args=(mine.uid,))
    assert client_of(cast.outsider).get(address).status_code == 404
    assert client_of(cast.unit_secretary).get(address).status_code == 404
    assert client_of(cast.secretary).get(address).status_code == 404
    assert in_app_of(cast.liaison.person).read_at is None
    assert unread_count(actor_in(cast.liaison)) == 1
    assert client_of(cast.liaison).get(address).status_code == 200
    assert in_app_of(cast.liaison.person).read_at is not None
    assert unread_count(actor_in(cast.liaison)) == 0
    assert unread_count(actor_in(cast.unit_secretary)) == 1


def test_the_list_marks_nothing_and_the_button_marks_all_of_mine(cast, client_of):
    write(cast)
    client = client_of(cast.liaison)
    client.get("/notices/")
    assert unread_count(actor_in(cast.liaison)) == 1
    assert client.get("/notices/read/").status_code == 405
    client.act("/notices/read/")
    assert unread_count(actor_in(cast.liaison)) == 0
    assert unread_count(actor_in(cast.unit_secretary)) == 1


def test_a_notice_to_a_body_without_holders_waits_for_the_first(cast, client_of):
    empty = make_unit_organization("新来的单位", cast.community)
    write(cast, empty)
    liaison = make_post(Role.UNIT_LIAISON, empty, name="联络员新")
    assert unread_count(actor_in(liaison)) == 1


@pytest.mark.parametrize(
    ("who", "rows"),
    [("secretary", 3), ("worker", 3), ("street_staff", 3), ("outsider", 0), ("liaison", 0)],
)
def test_the_log_is_of_those_who_sent(cast, client_of, who, rows):
    write(cast)
    response = client_of(getattr(cast, who)).get("/notices/log/")
    assert response.context["count"] == rows


def test_the_log_shows_no_address(cast, client_of):
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="secret@example.org")
    cast.unit.refresh_from_db()
    write(cast)
    Notice.objects.mail().update(address="secret@example.org", state=NoticeState.SENT)
    page = client_of(cast.secretary).get("/notices/log/").content.decode()
    assert "secret@example.org" not in page
    assert page.count("联席会议通知") == 3


@pytest.mark.parametrize(
    ("state", "rows"), [("seen", 1), ("unseen", 1), ("waiting", 1), ("failed", 0)]
)
def test_the_log_counts_what_it_lists(cast, client_of, state, rows):
    write(cast)
    client_of(cast.liaison).get(
        reverse("notices:notice-detail", args=(in_app_of(cast.liaison.person).uid,))
    )
    response = client_of(cast.secretary).get(f"/notices/log/?state={state}")
    assert (response.context["count"], len(response.context["page"].rows)) == (rows, rows)


def test_the_outbox_says_nothing_of_what_mails_say(cast, client_of):
    write(cast, title="机密会议标题")
    Notice.objects.mail().update(state=NoticeState.UNKNOWN, unknown_at="2026-03-05T01:00Z")
    notice = Notice.objects.mail().get()
    address = reverse("notices:outbox-settle", args=(notice.uid,))
    for who in (cast.secretary, cast.street_staff, cast.liaison):
        assert client_of(who).get("/notices/outbox/").status_code == 403
    assert client_of(cast.secretary).act(address, {"accepted": "yes"}).status_code == 403
    assert client_of(cast.outsider).act(address, {"accepted": "yes"}).status_code == 404
    admin = client_of(make_post(Role.SYSTEM_ADMIN, name="系统甲"))
    page = admin.get("/notices/outbox/").content.decode()
    assert "机密会议标题" not in page
    assert str(notice.uid.hex) in page
    admin.act(address, {"accepted": "yes"})
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_ask_as_much_for_three_as_for_one(
    cast, client_of, rows, django_assert_num_queries
):
    for number in range(rows):
        write(cast, title=f"通知{number}")
    reader, sender = client_of(cast.liaison), client_of(cast.secretary)
    with django_assert_num_queries(8):
        assert len(reader.get("/notices/").context["page"].rows) == rows
    with django_assert_num_queries(8):
        assert len(sender.get("/notices/log/").context["page"].rows) == 3 * rows
