"""Many at once on a post: never more than are wanted; with the control that oversells."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from members.exceptions import ClaimAlreadyDecided, FewerThanServe, PostIsFull, TooManyClaims
from members.models import PostClaim, ServicePost
from members.services import accept_claim, change_post, claims, close_post, propose_claim
from tests.factories.core import SYSTEM
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8


def at_once(*calls: Any) -> list[str]:
    start = threading.Barrier(len(calls))
    outcomes = []

    def run(call):
        start.wait()
        try:
            call()
            outcomes.append("done")
        except (ValidationError, IntegrityError) as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.fixture
def crowd(cast):
    """Eight members who have all claimed a post that wants three."""
    post = make_post_of(cast.community, wanted=3)
    members = [make_member(cast.unit) for _number in range(CROWD)]
    for each in members:
        make_report_in(each, cast.community)
    return post, [make_claim(post, each, accepted=False) for each in members]


def accept_all(rows):
    return at_once(
        *(
            lambda pk=row.pk: accept_claim(
                PostClaim.objects.select_related("post", "member").get(pk=pk), by=SYSTEM
            )
            for row in rows
        )
    )


def test_of_eight_accepted_at_once_exactly_three_are_taken_on(crowd):
    _post, rows = crowd
    outcomes = accept_all(rows)
    assert outcomes == [PostIsFull.__name__] * 5 + ["done"] * 3
    held = PostClaim.objects.holding().order_by("place_number")
    assert [each.place_number for each in held] == [1, 2, 3]


def _wait_then_read(meeting_point):
    def unlocked(post):
        meeting_point.wait(timeout=60)
        return ServicePost.objects.get(pk=post.pk)

    return unlocked


def test_without_the_lock_and_the_numbered_places_it_oversells(crowd, monkeypatch):
    _post, rows = crowd
    counted = threading.Barrier(CROWD)

    def counted_only(post):
        taken = PostClaim.objects.holding().filter(post=post).count()
        counted.wait(timeout=60)
        if taken >= post.wanted:
            raise PostIsFull
        return threading.get_ident() % 1_000_000

    monkeypatch.setattr(claims, "locked_post", _wait_then_read(threading.Barrier(CROWD)))
    monkeypatch.setattr(claims, "_free_place", counted_only)
    accept_all(rows)
    assert PostClaim.objects.holding().count() > 3


def test_without_the_lock_the_numbered_places_still_hold(crowd, monkeypatch):
    _post, rows = crowd
    monkeypatch.setattr(claims, "locked_post", _wait_then_read(threading.Barrier(CROWD)))
    accept_all(rows)
    assert PostClaim.objects.holding().count() <= 3


def test_of_two_accepting_the_same_claim_one_does(crowd):
    post, rows = crowd
    outcomes = accept_all([rows[0], rows[0]])
    assert outcomes == [ClaimAlreadyDecided.__name__, "done"]
    assert PostClaim.objects.holding().filter(post=post).count() == 1


def test_accepting_and_wanting_fewer_never_leave_one_too_many(crowd):
    post, rows = crowd
    for row in rows[:2]:
        accept_claim(row, by=SYSTEM)
    outcomes = at_once(
        lambda: accept_claim(
            PostClaim.objects.select_related("post", "member").get(pk=rows[2].pk), by=SYSTEM
        ),
        lambda: change_post(ServicePost.objects.get(pk=post.pk), wanted=2, by=SYSTEM),
    )
    assert outcomes in (
        [FewerThanServe.__name__, "done"],
        [PostIsFull.__name__, "done"],
    )
    post.refresh_from_db()
    assert PostClaim.objects.holding().filter(post=post).count() <= post.wanted


def test_a_member_claiming_many_at_once_stays_within_the_limit(cast):
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    posts = [make_post_of(cast.community, title=f"岗位{number}") for number in range(5)]
    outcomes = at_once(
        *(lambda post=post: propose_claim(post, member=member, by=SYSTEM) for post in posts)
    )
    assert outcomes == [TooManyClaims.__name__] * 3 + ["done"] * 2
    assert PostClaim.objects.standing().filter(member=member).count() == 2


def test_without_the_members_lock_the_limit_is_passed(cast, monkeypatch):
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    posts = [make_post_of(cast.community, title=f"岗位{number}") for number in range(5)]
    counted = threading.Barrier(5)
    real = claims.standing_count

    def counted_together(one):
        number = real(one)
        counted.wait(timeout=60)
        return number

    monkeypatch.setattr(claims, "_locked_member", lambda one: one)
    monkeypatch.setattr(claims, "standing_count", counted_together)
    at_once(*(lambda post=post: propose_claim(post, member=member, by=SYSTEM) for post in posts))
    assert PostClaim.objects.standing().filter(member=member).count() == 5


def test_closing_while_claims_come_in_leaves_nobody_waiting(cast):
    post = make_post_of(cast.community, wanted=9)
    members = [make_member(cast.unit) for _number in range(4)]
    for each in members:
        make_report_in(each, cast.community)
    at_once(
        *(lambda each=each: propose_claim(post, member=each, by=SYSTEM) for each in members),
        lambda: close_post(ServicePost.objects.get(pk=post.pk), reason="结束", by=SYSTEM),
    )
    assert not PostClaim.objects.proposed().filter(post=post).exists()
