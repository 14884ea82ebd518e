"""Several at once on a wish: it is in one hand, whoever presses first; behind the lock the table refuses too."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from partybuild.calendar import today
from tests.factories.core import SYSTEM
from tests.factories.members import make_member, make_report_in
from tests.factories.wishes import make_wish, make_wish_claim
from tests.members.services.test_posts_at_once import at_once
from wishes.models import Wish, WishClaim
from wishes.services import accept_claim, fulfil_claim, leave_claim, propose_claim, withdraw_wish

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 5


def fresh(claim):
    return WishClaim.objects.select_related("wish__community", "member").get(pk=claim.pk)


@pytest.fixture
def crowd(cast):
    """Five members who have all offered to fulfil one wish."""
    wish = make_wish(cast.community)
    members = [make_member(cast.unit) for _number in range(CROWD)]
    for each in members:
        make_report_in(each, cast.community)
    return wish, [make_wish_claim(wish, accepted=False, member=each) for each in members]


def test_of_five_accepted_at_once_one_has_it(crowd):
    wish, claims = crowd
    outcomes = at_once(
        *(lambda claim=claim: accept_claim(fresh(claim), by=SYSTEM) for claim in claims)
    )
    assert outcomes == ["ClaimAlreadyDecided"] * (CROWD - 1) + ["done"]
    states = sorted(WishClaim.objects.filter(wish=wish).values_list("state", flat=True))
    assert states == ["accepted"] + ["declined"] * (CROWD - 1)


def test_where_no_service_is_asked_the_table_itself_refuses(crowd):
    _wish, claims = crowd
    rows = WishClaim.objects.filter(pk__in=[claim.pk for claim in claims[:2]])
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="accepted", decided_on=today())
    assert rows[:1].get().state == "proposed"


def test_one_offer_twice_at_once_stands_once(cast):
    wish, member = make_wish(cast.community), make_member(cast.unit)
    make_report_in(member, cast.community)
    outcomes = at_once(*[lambda: propose_claim(wish, member=member, by=SYSTEM)] * 3)
    assert outcomes == ["AlreadyClaimed", "AlreadyClaimed", "done"]


@pytest.mark.parametrize("other", ["leave", "withdraw"])
def test_fulfilled_and_ended_at_once_is_one_of_the_two(crowd, other):
    wish, claims = crowd
    claim = accept_claim(fresh(claims[0]), by=SYSTEM)
    end = {
        "leave": lambda: leave_claim(fresh(claim), reason="出差", by=SYSTEM),
        "withdraw": lambda: withdraw_wish(Wish.objects.get(pk=wish.pk), reason="已买", by=SYSTEM),
    }[other]
    outcomes = at_once(
        lambda: fulfil_claim(fresh(claim), fulfilled_on=today(), result="已送到", by=SYSTEM), end
    )
    wish.refresh_from_db()
    claim.refresh_from_db()
    # Whichever comes first, the other is refused, and wish and claim tell the same.
    assert "done" in outcomes
    assert len(set(outcomes)) == 2
    assert (str(wish.state), str(claim.state)) in {
        ("fulfilled", "fulfilled"),
        ("open", "left") if other == "leave" else ("withdrawn", "left"),
    }
