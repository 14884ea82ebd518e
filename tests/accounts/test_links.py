"""Signed links: one object, one action, an end; a page, and a press that posts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from meetings.models import Receipt
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.calendar import now
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_notified, make_own_council
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(cast):
    make_unit_of(cast.unit)
    return make_notified(make_own_council(cast))


@pytest.fixture
def link(cast, meeting):
    return issue_link(meeting, action="meeting.answer", days=30, organization=cast.unit, by=SYSTEM)


def path_of(link):
    return "/" + link_url(link).split("//", 1)[1].split("/", 1)[1]


def answers():
    return Receipt.objects.exclude(answer="waiting").count()


def test_opening_changes_nothing_and_pressing_answers(client, link):
    for method in (client.get, client.head):
        assert method(path_of(link)).status_code == 200
    assert answers() == 0
    client.post(path_of(link), {"answer": "attend", "attendee_name": "李联络", "people": "1"})
    assert answers() == 1


def test_asking_again_gives_the_same_address(cast, meeting, link):
    again = issue_link(meeting, action="meeting.answer", days=10, organization=cast.unit, by=SYSTEM)
    assert link_url(again) == link_url(link)


@pytest.mark.parametrize("fault", ["expired", "taken back", "altered"])
def test_an_unusable_link_says_what_to_do(client, meeting, link, fault):
    path = path_of(link)
    if fault == "expired":
        SignedLink.objects.filter(pk=link.pk).update(expires_at=now() - timedelta(minutes=1))
    elif fault == "taken back":
        revoke_links(meeting, action="meeting.answer", by=SYSTEM)
    else:
        path = path[:-4] + ("AAA/" if not path.endswith("AAA/") else "BBB/")
    for answer in (client.get(path), client.post(path, {"answer": "attend"})):
        assert answer.status_code == 410
        assert "请" in answer.content.decode()
    assert answers() == 0


def test_a_link_of_one_unit_answers_for_no_other(client, cast, meeting, link):
    client.post(
        path_of(link),
        {"unit": str(cast.second_unit.uid), "answer": "attend", "attendee_name": "何某"},
    )
    assert (
        not Receipt.objects.filter(organization=cast.second_unit, meeting=meeting)
        .exclude(answer="waiting")
        .exists()
    )


def test_only_actions_that_the_law_gives_to_links_get_one(cast, meeting):
    with pytest.raises(ValueError, match=r"access\.csv"):
        issue_link(meeting, action="meeting.cancel", days=1, by=SYSTEM)


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_residents_read_that_it_is_over_and_are_not_asked_to_sign_in(
    client, cast, meeting, link, end
):
    board = issue_link(cast.community, action="service_post.board", days=30, by=SYSTEM)
    for each, target in ((board, cast.community), (link, meeting)):
        if end == "revoked":
            revoke_links(target, action=each.action, by=SYSTEM)
        else:
            SignedLink.objects.filter(pk=each.pk).update(expires_at=now() - timedelta(days=1))
    page = client.get(path_of(board))
    assert page.status_code == 410
    assert "这个公示地址已经停用" in page.content.decode()
    assert "登录后办理" not in page.content.decode()
    # A unit's own link still leads to signing in.
    assert "登录后办理" in client.get(path_of(link)).content.decode()
