"""A wish from the call at the door to the return visit, and what is never shown of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from members.services import end_member, end_report_in, merge_members
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.people.services.sweeping import sweep_retention
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_report_in
from tests.factories.wishes import TEXTS, WISHER, make_fulfilled, make_wish, make_wish_claim
from wishes.exceptions import (
    AlreadyClaimed,
    CheckedBeforeHeard,
    CheckedInFuture,
    ClaimAlreadyDecided,
    ClaimerNotHere,
    DecidesOnOneself,
    DissatisfactionNeedsWords,
    FulfilledBeforeClaimed,
    FulfilledInFuture,
    LeavingNeedsReason,
    NotAgreedToShow,
    PromisedInPast,
    ShownNameGivesAway,
    TextGivesAway,
    VisitedBeforeFulfilled,
    VisitedInFuture,
    WishAlreadyDecided,
    WishNotOpen,
)
from wishes.models import Wish, WishClaim, Wisher
from wishes.services import (
    accept_claim,
    change_wish,
    change_wisher,
    decline_claim,
    decline_wish,
    enter_wish,
    fulfil_claim,
    leave_claim,
    propose_claim,
    publish_wish,
    publish_wishes,
    revisit_wish,
    show_wisher,
    verify_wish,
    withdraw_wish,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)
LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def _fifth_of_march(clock):
    clock(2026, 3, 5, 9)


def debt(duty, subject):
    return Obligation.objects.get(duty=duty, subject_uid=subject.uid)


def told(kind, subject):
    """What whoever it is for reads: of a body, each of its people reads the same."""
    return Notice.objects.filter(kind=kind, subject_uid=subject.uid, channel="in_app").first()


# -- Heard, checked, shown ------------------------------------------------------------------
def test_a_wish_is_owed_a_call_and_a_visit_before_it_is_shown(world):
    wish = make_wish(world.cast.community, state="entered")
    owed = debt("wish.verify", wish)
    assert (owed.bearer_organization_id, owed.owed_to_id, owed.state) == (
        world.cast.committee.pk,
        world.cast.street_committee.pk,
        "open",
    )
    with pytest.raises(WishAlreadyDecided):
        publish_wish(wish, by=SYSTEM)
    by = actor_in(world.cast.worker)
    verify_wish(wish, phoned_on=DAY, visited_on=DAY, agreed_to_show=True, by=by)
    wish = publish_wish(wish, by=by)
    assert (wish.state, wish.published_on, wish.verified_by) == ("open", DAY, by.post)
    assert debt("wish.verify", wish).state == "filed"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"phoned_on": DAY + LATER}, CheckedInFuture),
        ({"visited_on": DAY + LATER}, CheckedInFuture),
        ({"visited_on": DAY - LATER}, CheckedBeforeHeard),
        ({"agreed_to_show": False}, NotAgreedToShow),
    ],
)
def test_a_check_that_was_not_made_is_refused(world, values, refusal):
    wish = make_wish(world.cast.community, state="entered")
    good = {"phoned_on": DAY, "visited_on": DAY, "agreed_to_show": True}
    with pytest.raises(refusal):
        verify_wish(wish, by=SYSTEM, **{**good, **values})
    wish.refresh_from_db()
    assert (wish.state, wish.phoned_on) == ("entered", None)


def test_the_database_shows_nothing_without_consent(world):
    wish = make_wish(world.cast.community, state="entered")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(
            state="open", published_on=DAY, phoned_on=DAY, visited_on=DAY
        )


@pytest.mark.parametrize(
    ("field", "text", "refusal"),
    [
        ("shown_name", "孙桂英", ShownNameGivesAway),
        ("title", "给孙桂英一台收音机", TextGivesAway),
        ("content", "电话 139 0000 5678 联系", TextGivesAway),
        ("content", "送到望江苑3幢 2单元501室", TextGivesAway),
    ],
)
def test_what_is_shown_gives_nobody_away(world, field, text, refusal):
    with pytest.raises(refusal) as refused:
        make_wish(world.cast.community, **{field: text})
    assert field in refused.value.message_dict
    wish = make_wish(world.cast.community)
    with pytest.raises(refusal):
        change_wish(wish, by=SYSTEM, **{field: text})
    with pytest.raises(TextGivesAway):
        change_wisher(wish, by=SYSTEM, name="收音机")


def test_who_made_it_is_sealed_and_each_look_is_written_down(world):
    wish = make_wish(world.cast.community)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row(wishes_wisher.*)::text, row(wishes_wish.*)::text FROM wishes_wisher, wishes_wish"
        )
        stored = "".join(cursor.fetchone())
    assert not any(each in stored for each in WISHER.values())
    by = actor_in(world.cast.worker)
    assert show_wisher(wish, by=by).name == WISHER["name"]
    event = Event.objects.get(kind="wish.wisher_shown")
    assert (event.object_uid, event.person_id) == (wish.uid, by.person_id)
    change_wisher(wish, phone="13900009999", by=by)
    changed = Event.objects.get(kind="wish.wisher_changed")
    assert changed.changes == {"fields": ["phone"]}
    everything = str(list(Event.objects.values_list("changes", "reason")))
    assert not any(each in everything for each in (*WISHER.values(), "13900009999"))


def test_only_the_community_reads_who_made_it(world):
    wish = make_wish(world.cast.community)
    cast = world.cast
    readers = {
        name
        for name in (
            "city_staff", "district_staff", "street_staff", "secretary", "worker",
            "sibling_secretary", "unit_secretary", "liaison", "other_liaison",
        )
        if Wisher.objects.visible_to(actor_in(getattr(cast, name)).scope).exists()
    }  # fmt: skip
    assert readers == {"secretary", "worker"}
    assert not Wisher.objects.visible_to(actor_in(world.member_post).scope).exists()
    assert Wish.objects.visible_to(actor_in(world.member_post).scope).get() == wish


def test_nothing_unshown_is_seen_by_members_and_units(world):
    for state in ("entered", "verified"):
        make_wish(world.cast.community, state=state)
    shown = make_wish(world.cast.community)
    elsewhere = make_wish(world.cast.other_community)
    for post in (world.member_post, world.cast.liaison, world.cast.unit_secretary):
        assert list(Wish.objects.visible_to(actor_in(post).scope)) == [shown]
    assert list(Wish.objects.visible_to(actor_in(world.cast.other_liaison).scope)) == [elsewhere]
    assert Wish.objects.visible_to(actor_in(world.cast.secretary).scope).count() == 3


def test_what_cannot_be_taken_up_ends_with_the_reason(world):
    wish = decline_wish(
        make_wish(world.cast.community, state="entered"), reason="金额较大，转民政救助", by=SYSTEM
    )
    assert (wish.state, wish.end_reason) == ("declined", "金额较大，转民政救助")
    assert debt("wish.verify", wish).state == "not_applicable"
    with pytest.raises(WishAlreadyDecided):
        decline_wish(make_wish(world.cast.community), reason="无", by=SYSTEM)


def test_several_are_shown_in_one_press(world):
    wishes = [make_wish(world.cast.community, state="verified") for _number in range(3)]
    publish_wish(wishes[1], by=SYSTEM)
    assert publish_wishes(wishes, by=SYSTEM) == 2
    assert Wish.objects.opened().count() == 3


def test_words_change_until_somebody_has_it_in_hand(world):
    wish = make_wish(world.cast.community)
    assert change_wish(wish, title="想要一台新收音机", by=SYSTEM).version == 2
    make_wish_claim(wish, member=world.a)
    with pytest.raises(WishAlreadyDecided):
        change_wish(wish, title="想要一台电视机", by=SYSTEM)


# -- Claimed --------------------------------------------------------------------------------
def test_a_member_offers_and_the_community_decides(world):
    wish = make_wish(world.cast.community)
    claim = propose_claim(wish, member=world.a, note="家里有一台新的", by=SYSTEM)
    assert (claim.claimer, claim.state) == ("安一（江湾区图书馆）", "proposed")
    assert debt("wish.decide", claim).bearer_organization_id == world.cast.committee.pk
    claim = accept_claim(claim, by=actor_in(world.cast.secretary))
    wish.refresh_from_db()
    assert (claim.state, wish.state) == ("accepted", "claimed")
    assert debt("wish.decide", claim).state == "filed"
    owed = debt("wish.fulfil", claim)
    assert (owed.bearer_person_id, owed.owed_to_id, owed.due_on) == (
        world.a.person_id,
        world.cast.committee.pk,
        DAY + timedelta(days=30),
    )
    assert told("wish_claim.accepted", claim).person_id == world.a.person_id


def test_a_unit_offers_too_and_is_owed_nothing_by_its_people(world):
    wish = make_wish(world.cast.community)
    claim = make_wish_claim(wish, unit=world.cast.unit, promised_on=DAY + timedelta(days=3))
    owed = debt("wish.fulfil", claim)
    assert (owed.bearer_organization_id, owed.bearer_person_id) == (world.cast.unit.pk, None)
    assert owed.due_on == DAY + timedelta(days=3)
    assert told("wish_claim.accepted", claim).organization_id == world.cast.unit.pk


def test_the_others_who_offered_are_thanked(world):
    wish = make_wish(world.cast.community)
    first = make_wish_claim(wish, accepted=False, member=world.a)
    second = make_wish_claim(wish, accepted=False, unit=world.cast.second_unit)
    accept_claim(second, by=SYSTEM)
    first.refresh_from_db()
    assert (first.state, first.end_reason) == ("declined", "已由其他认领人承担")
    assert "谢谢" in told("wish_claim.ended", first).body
    assert debt("wish.decide", first).state == "not_applicable"
    with pytest.raises(ClaimAlreadyDecided):
        accept_claim(first, by=SYSTEM)


def test_who_does_not_belong_here_does_not_claim(world):
    wish = make_wish(world.cast.community)
    for whose in ({"member": world.d}, {"unit": world.cast.other_unit}):
        with pytest.raises(ClaimerNotHere):
            propose_claim(wish, by=SYSTEM, **whose)
    # A unit claims where its people have reported in, wherever it lies itself.
    make_report_in(make_member(world.cast.other_unit), world.cast.community)
    propose_claim(wish, unit=world.cast.other_unit, by=SYSTEM)


def test_a_claim_is_refused_where_it_makes_no_sense(world):
    wish = make_wish(world.cast.community)
    with pytest.raises(PromisedInPast):
        propose_claim(wish, member=world.a, promised_on=DAY - LATER, by=SYSTEM)
    propose_claim(wish, member=world.a, by=SYSTEM)
    with pytest.raises(AlreadyClaimed):
        propose_claim(wish, member=world.a, by=SYSTEM)
    propose_claim(wish, unit=world.cast.unit, by=SYSTEM)
    with pytest.raises(AlreadyClaimed):
        propose_claim(wish, unit=world.cast.unit, by=SYSTEM)
    with pytest.raises(WishNotOpen):
        propose_claim(make_wish(world.cast.community, state="verified"), member=world.a, by=SYSTEM)


def test_nobody_decides_on_themselves(world):
    claim = make_wish_claim(make_wish(world.cast.community), accepted=False, member=world.a)
    own = actor_in(
        make_post(Role.COMMUNITY_WORKER, person=world.a.person, organization=world.cast.committee)
    )
    for decide in (accept_claim, lambda row, by: decline_claim(row, reason="不便", by=by)):
        with pytest.raises(DecidesOnOneself):
            decide(claim, by=own)
    wish = make_wish(world.cast.community)
    make_fulfilled(wish, member=world.a)
    with pytest.raises(DecidesOnOneself):
        revisit_wish(wish, visited_on=DAY, means="home", grade="satisfied", by=own)


def test_an_offer_is_taken_back_and_a_wish_in_hand_hangs_out_again(world):
    wish = make_wish(world.cast.community)
    offer = make_wish_claim(wish, accepted=False, member=world.b)
    assert leave_claim(offer, by=SYSTEM).state == "withdrawn"
    claim = make_wish_claim(wish, member=world.a)
    with pytest.raises(LeavingNeedsReason):
        leave_claim(claim, by=SYSTEM)
    left = leave_claim(claim, reason="出差半年", by=SYSTEM)
    wish.refresh_from_db()
    assert (left.state, wish.state) == ("left", "open")
    assert debt("wish.fulfil", claim).state == "not_applicable"
    assert told("wish_claim.left", claim).organization_id == world.cast.committee.pk
    assert propose_claim(wish, member=world.a, by=SYSTEM).state == "proposed"


def test_a_proxy_says_how_it_was_heard(world):
    by = actor_in(world.cast.worker)
    claim = propose_claim(make_wish(world.cast.community), member=world.a, channel="phone", by=by)
    event = Event.objects.get(kind="wish_claim.proposed")
    assert (event.reason, claim.channel) == ("电话", "phone")
    # Nobody is told of what they wrote down themselves.
    assert not Notice.objects.filter(kind="wish_claim.proposed").exists()


# -- Fulfilled, asked again -----------------------------------------------------------------
def test_a_wish_comes_true_and_is_closed_after_the_visit(world):
    wish = make_wish(world.cast.community)
    claim = make_fulfilled(wish, member=world.a)
    wish.refresh_from_db()
    assert (claim.state, wish.state) == ("fulfilled", "fulfilled")
    assert debt("wish.fulfil", claim).state == "filed"
    assert debt("wish.revisit", wish).state == "open"
    revisit_wish(wish, visited_on=DAY, means="home", grade="mostly", by=SYSTEM)
    wish.refresh_from_db()
    assert (wish.state, wish.ended_on) == ("closed", DAY)
    assert debt("wish.revisit", wish).state == "filed"
    assert told("wish_claim.done", claim)
    with pytest.raises(WishAlreadyDecided):
        revisit_wish(wish, visited_on=DAY, means="home", grade="mostly", by=SYSTEM)


def test_who_is_not_content_is_served_again(world, clock):
    wish = make_wish(world.cast.community)
    claim = make_fulfilled(wish, member=world.a)
    with pytest.raises(DissatisfactionNeedsWords):
        revisit_wish(wish, visited_on=DAY, means="phone", grade="dissatisfied", by=SYSTEM)
    for number in (1, 2):
        clock(2026, 3, 9 + number, 9)
        revisit_wish(
            wish, visited_on=DAY, means="phone", grade="dissatisfied", words="声音太小", by=SYSTEM
        ) if number == 1 else fulfil_claim(
            claim, fulfilled_on=date(2026, 3, 11), result="换了一台", by=SYSTEM
        )
        claim.refresh_from_db()
        wish.refresh_from_db()
        if number == 1:
            assert (claim.state, wish.state) == ("accepted", "claimed")
            owed = debt("wish.fulfil", claim)
            assert (owed.state, owed.due_on) == ("open", date(2026, 4, 9))
            assert "声音太小" in told("wish_claim.reopened", claim).body
    assert (claim.state, wish.state, claim.result) == ("fulfilled", "fulfilled", "换了一台")
    assert debt("wish.fulfil", claim).state == "filed"
    again = debt("wish.revisit", wish)
    assert again.state == "open"
    assert again.due_on > date(2026, 3, 11)
    revisit_wish(wish, visited_on=date(2026, 3, 11), means="home", grade="satisfied", by=SYSTEM)
    wish.refresh_from_db()
    assert wish.state == "closed"
    assert wish.revisits.count() == 2


def test_days_that_cannot_be_are_refused(world, clock):
    wish = make_wish(world.cast.community)
    claim = make_wish_claim(wish, member=world.a)
    for day, refusal in ((DAY + LATER, FulfilledInFuture), (DAY - LATER, FulfilledBeforeClaimed)):
        with pytest.raises(refusal):
            fulfil_claim(claim, fulfilled_on=day, result="送到", by=SYSTEM)
    fulfil_claim(claim, fulfilled_on=DAY, result="送到", by=SYSTEM)
    with pytest.raises(ClaimAlreadyDecided):
        fulfil_claim(claim, fulfilled_on=DAY, result="送到", by=SYSTEM)
    for day, refusal in ((DAY + LATER, VisitedInFuture), (DAY - LATER, VisitedBeforeFulfilled)):
        with pytest.raises(refusal):
            revisit_wish(wish, visited_on=day, means="home", grade="satisfied", by=SYSTEM)


def test_a_wish_taken_back_tells_who_had_it(world):
    wish = make_wish(world.cast.community)
    claim = make_wish_claim(wish, member=world.a)
    wish = withdraw_wish(wish, reason="家人已买", by=SYSTEM)
    claim.refresh_from_db()
    assert (wish.state, claim.state) == ("withdrawn", "left")
    assert debt("wish.fulfil", claim).state == "not_applicable"
    assert "家人已买" in told("wish_claim.ended", claim).body
    with pytest.raises(WishAlreadyDecided):
        withdraw_wish(wish, reason="家人已买", by=SYSTEM)


# -- What happens around it -----------------------------------------------------------------
def test_whoever_moves_away_leaves_the_wish_to_others(world):
    wish, other = make_wish(world.cast.community), make_wish(world.cast.community)
    held = make_wish_claim(wish, member=world.a)
    waiting = make_wish_claim(other, accepted=False, member=world.a)
    end_report_in(world.report_in, reason="moved", by=SYSTEM)
    for row in (held, waiting, wish):
        row.refresh_from_db()
    assert (held.state, waiting.state, wish.state) == ("left", "declined", "open")
    assert told("wish_claim.left", held)


def test_whoever_leaves_the_roster_leaves_the_wish_to_others(world):
    wish = make_wish(world.cast.community)
    held = make_wish_claim(wish, member=world.b)
    end_member(world.b, on=DAY, reason="transferred", by=SYSTEM)
    held.refresh_from_db()
    wish.refresh_from_db()
    assert (held.state, wish.state) == ("left", "open")


def test_two_rows_of_one_human_claim_once(world):
    first, second = make_wish(world.cast.community), make_wish(world.cast.community)
    for row in (world.a, world.b):
        make_wish_claim(first, accepted=False, member=row)
    held = make_wish_claim(second, member=world.b)
    merge_members(world.a, world.b, reason="同一人", by=SYSTEM)
    held.refresh_from_db()
    assert (held.member_id, held.state) == (world.a.pk, "accepted")
    states = WishClaim.objects.filter(wish=first).values_list("member", "state")
    assert sorted(states) == [(world.a.pk, "proposed"), (world.a.pk, "withdrawn")]


def test_who_made_it_is_forgotten_in_time(world, clock):
    set_parameter(world.cast.city, key="retention.wisher_days", value=30, by=SYSTEM)
    open_wish, wish = make_wish(world.cast.community), make_wish(world.cast.community)
    make_fulfilled(wish, member=world.a)
    revisit_wish(wish, visited_on=DAY, means="home", grade="satisfied", by=SYSTEM)
    clock(2026, 4, 4, 9)
    assert "retention.wisher_days" not in sweep_retention(by=SYSTEM)
    clock(2026, 4, 5, 9)
    assert sweep_retention(by=SYSTEM)["retention.wisher_days"] == 1
    gone, kept = Wisher.objects.get(wish=wish), Wisher.objects.get(wish=open_wish)
    assert (gone.name, gone.phone, gone.address, gone.circumstances) == ("", "", "", "")
    assert (kept.name, gone.erased_on) == (WISHER["name"], date(2026, 4, 5))


def test_a_wish_needs_its_words(world):
    with pytest.raises(ValidationError) as refused:
        enter_wish(
            community=world.cast.community, wisher=WISHER, by=SYSTEM, **{**TEXTS, "title": ""}
        )
    assert "title" in refused.value.message_dict
