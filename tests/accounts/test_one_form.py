"""One request, one post; one form, one effect."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connections
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.models import FormNonce
from tests.factories.core import make_post
from tests.factories.meetings import make_own_council
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(cast):
    make_unit_of(cast.unit)
    return make_own_council(cast)


def topic_form(council):
    return reverse("meetings:topic-create", args=(council.uid,))


def topic(**values):
    return {"title": "错峰停车", "category": "service", "situation": "居民反映停车难", **values}


def topics(council):
    return council.topics.count()


def test_a_form_sent_twice_has_one_effect_and_one_answer(client_of, cast, council):
    client = client_of(cast.liaison)
    hidden = {"nonce": str(uuid.uuid4()), "post": str(cast.liaison.uid)}
    first = client.post(topic_form(council), topic(**hidden, then="submit"))
    second = client.post(topic_form(council), topic(**hidden, then="submit"))
    assert first.status_code == second.status_code == 302, first.content.decode()
    assert first["Location"] == second["Location"]
    assert topics(council) == 1


def test_a_refused_form_may_be_sent_again_corrected(client_of, cast, council):
    client = client_of(cast.liaison)
    hidden = {"nonce": str(uuid.uuid4()), "post": str(cast.liaison.uid)}
    refused = client.post(topic_form(council), topic(**hidden, title="", then="submit"))
    assert refused.status_code == 422
    assert "居民反映停车难" in refused.content.decode()
    assert client.post(topic_form(council), topic(**hidden, then="submit")).status_code == 302
    assert topics(council) == 1


def test_somebody_elses_nonce_gives_no_look_at_their_result(client_of, cast, council):
    nonce = uuid.uuid4()
    FormNonce.objects.create(
        nonce=nonce, user_id=cast.outsider.person.user.pk, path="/", location="/meetings/secret/"
    )
    client = client_of(cast.liaison)
    answer = client.post(
        topic_form(council), topic(nonce=str(nonce), post=str(cast.liaison.uid), then="submit")
    )
    assert answer.status_code == 409
    assert topics(council) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_have_one_effect(client_of, cast, council):
    clients = [client_of(cast.liaison) for _number in range(2)]
    hidden = {"nonce": str(uuid.uuid4()), "post": str(cast.liaison.uid)}
    barrier = threading.Barrier(2)

    def send(client):
        try:
            barrier.wait(60)
            client.post(topic_form(council), topic(**hidden, then="submit"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert topics(council) == 1


def test_a_form_from_another_post_is_refused_kindly(client_of, cast, council):
    second = make_post(Role.UNIT_LIAISON, cast.second_unit, person=cast.liaison.person)
    client = client_of(second)
    answer = client.post(
        topic_form(council),
        topic(nonce=str(uuid.uuid4()), post=str(cast.liaison.uid), then="submit"),
    )
    assert answer.status_code == 409
    assert cast.liaison.post in answer.content.decode()
    assert topics(council) == 0


def test_what_only_another_post_may_open_offers_the_switch(client_of, cast):
    make_unit_of(cast.unit)
    make_unit_of(cast.other_unit)
    second = make_post(Role.UNIT_LIAISON, cast.other_unit, person=cast.liaison.person)
    client = client_of(second)
    path = reverse("units:unit-detail", args=(cast.unit.uid,))
    answer = client.get(path)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert str(cast.liaison.uid) in page
    assert cast.unit.name in page
    switched = client.post(reverse("accounts:post-switch"), {"to": cast.liaison.uid, "next": path})
    assert switched["Location"] == path
    assert client.get(path).status_code == 200


def test_what_no_post_may_open_stays_unknown(client_of, cast):
    make_unit_of(cast.other_unit)
    client = client_of(cast.liaison)
    real = client.get(reverse("units:unit-detail", args=(cast.other_unit.uid,)))
    random = client.get(reverse("units:unit-detail", args=(uuid.uuid4(),)))
    assert real.status_code == random.status_code == 404


def test_an_ended_post_is_acted_in_no_longer(client_of, cast, council):
    client = client_of(cast.liaison)
    type(cast.liaison).objects.filter(pk=cast.liaison.pk).update(ends_on="2026-03-04")
    assert client.act(topic_form(council), topic(then="submit")).status_code in {403, 404, 409}
    assert topics(council) == 0


def test_trying_another_post_leaves_nothing_behind(client_of, cast, system):
    from partybuild.notices.enums import Channel
    from partybuild.notices.models import Notice

    make_post(Role.UNIT_LIAISON, cast.other_unit, person=cast.liaison.person)
    notice = Notice.objects.create(
        kind="test.notice",
        subject_label="organizations.Organization",
        subject_uid=cast.other_unit.uid,
        organization=cast.other_unit,
        channel=Channel.IN_APP,
        state="sent",
        title="给临湖小学的通知",
    )
    answer = client_of(cast.liaison).get(reverse("notices:notice-detail", args=(notice.uid,)))
    assert answer.status_code == 403
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("page", ["https://evil.example/x", "javascript:alert(1)"])
def test_no_way_back_to_a_page_that_is_not_ours(client_of, cast, council, page):
    nonce = uuid.uuid4()
    FormNonce.objects.create(
        nonce=nonce, user_id=cast.outsider.person.user.pk, path="/", location=""
    )
    sent = topic(nonce=str(nonce), post=str(cast.liaison.uid))
    answer = client_of(cast.liaison).post(topic_form(council), sent, headers={"referer": page})
    assert answer.status_code == 409
    assert page not in answer.content.decode()
    second = make_post(Role.UNIT_LIAISON, cast.second_unit, person=cast.liaison.person)
    sent = topic(post=str(second.uid))
    answer = client_of(cast.liaison).post(topic_form(council), sent, headers={"referer": page})
    assert answer.status_code == 409
    assert page not in answer.content.decode()


def test_links_and_signing_out_are_written_down(client_of, cast, council, system):
    from partybuild.accounts.services import issue_link, revoke_links
    from partybuild.audit.models import Event

    for _time in range(2):
        issue_link(council, action="council.answer", days=3, by=system)
    assert revoke_links(council, action="council.answer", by=system) == 1
    client_of(cast.liaison).act(reverse("accounts:sign-out"))
    kinds = list(
        Event.objects.filter(
            kind__in=("link.issued", "link.revoked", "session.signed_out")
        ).values_list("kind", flat=True)
    )
    assert sorted(kinds) == ["link.issued", "link.revoked", "session.signed_out"]
