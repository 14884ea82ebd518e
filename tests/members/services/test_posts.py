"""Posts, claims and pledges: who proposes, who decides, and that nobody is assigned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from members.exceptions import (
    AlreadyClaimed,
    ClaimAlreadyDecided,
    ClaimerNotReportedIn,
    DecidesOnOneself,
    FewerThanServe,
    NothingServedYet,
    PledgeAlreadySigned,
    PledgeDueTooEarly,
    PledgeNotDue,
    PostIsFull,
    PostIsOver,
    PostNotOpen,
    TooManyClaims,
)
from members.models import Pledge, PostClaim, ServicePost, ServiceRecord
from members.queries.matching import matches_for, reasons_why
from members.services import (
    accept_claim,
    accept_claims,
    change_member,
    change_post,
    close_post,
    decline_claim,
    end_member,
    end_report_in,
    finish_claim,
    leave_post,
    merge_members,
    offer_post,
    propose_claim,
    publish_post,
    record_absence,
    show_pledge,
    sign_pledge,
)
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.core import make_post
from tests.factories.members import (
    make_claim,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
)

pytestmark = pytest.mark.django_db


def debt(duty, claim):
    return Obligation.objects.get(duty=duty, subject_uid=claim.uid)


def test_member_proposes_and_the_community_owes_an_answer(world, system):
    post = make_post_of(world.cast.community)
    claim = propose_claim(post, member=world.a, note="周六都有空", by=system)
    assert (claim.state, claim.member_name, claim.unit_name, claim.note) == (
        "proposed",
        "安一",
        "江湾区图书馆",
        "周六都有空",
    )
    owed = debt("claim.decide", claim)
    assert (owed.bearer_organization_id, owed.owed_to_id, owed.state) == (
        world.cast.committee.pk,
        world.cast.street_committee.pk,
        "open",
    )
    assert Notice.objects.filter(kind="claim.proposed", subject_uid=claim.uid).exists()


def test_accepting_pays_the_answer_and_asks_for_the_pledge(world, system):
    claim = propose_claim(make_post_of(world.cast.community), member=world.a, by=system)
    accepted = accept_claim(claim, by=actor_in(world.cast.secretary))
    assert (accepted.state, accepted.place_number) == ("accepted", 1)
    assert "社区书记" in accepted.decided_by or accepted.decided_by
    assert debt("claim.decide", claim).state == "filed"
    owed = debt("pledge.sign", claim)
    assert (owed.bearer_person_id, owed.owed_to_id, owed.unit_id, owed.state) == (
        world.a.person_id,
        world.cast.committee.pk,
        world.cast.unit.pk,
        "open",
    )
    told = Notice.objects.get(kind="claim.accepted", subject_uid=claim.uid, channel="in_app")
    assert told.person_id == world.a.person_id


def test_declining_says_why_and_thanks(world, system):
    claim = propose_claim(make_post_of(world.cast.community), member=world.a, by=system)
    declined = decline_claim(claim, reason="时间与岗位不一致", by=system)
    assert (declined.state, declined.end_reason) == ("declined", "时间与岗位不一致")
    assert debt("claim.decide", claim).state == "filed"
    told = Notice.objects.filter(kind="claim.declined", subject_uid=claim.uid).first()
    assert "谢谢" in told.body
    assert "时间与岗位不一致" in told.body


def test_nobody_decides_on_their_own_claim(world, system):
    secretary = make_member(world.cast.unit, "书记甲")
    make_report_in(secretary, world.cast.community)
    own = make_post(Role.COMMUNITY_SECRETARY, world.cast.committee, person=secretary.person)
    claim = propose_claim(make_post_of(world.cast.community), member=secretary, by=system)
    for deed in (
        lambda by: accept_claim(claim, by=by),
        lambda by: decline_claim(claim, reason="满", by=by),
        lambda by: record_absence(claim, reason="病", by=by),
        lambda by: finish_claim(claim, by=by),
    ):
        with pytest.raises(DecidesOnOneself):
            deed(actor_in(own))
    assert PostClaim.objects.get().state == "proposed"


def test_only_who_reported_in_here_claims(world, system):
    post = make_post_of(world.cast.sibling)
    with pytest.raises(ClaimerNotReportedIn):
        propose_claim(post, member=world.a, by=system)
    with pytest.raises(ClaimerNotReportedIn):
        propose_claim(make_post_of(world.cast.community), member=world.d, by=system)
    assert not PostClaim.objects.exists()


def test_draft_closed_and_past_posts_take_no_claims(world, system, clock):
    draft = make_post_of(world.cast.community, published=False)
    with pytest.raises(PostNotOpen):
        propose_claim(draft, member=world.a, by=system)
    closed = close_post(make_post_of(world.cast.community), reason="已招满", by=system)
    with pytest.raises(PostNotOpen):
        propose_claim(closed, member=world.a, by=system)
    past = make_post_of(world.cast.community, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 1))
    clock(2026, 3, 5, 9)
    with pytest.raises(PostIsOver):
        propose_claim(past, member=world.a, by=system)


def test_claiming_twice_is_refused(world, system):
    post = make_post_of(world.cast.community, wanted=3)
    propose_claim(post, member=world.a, by=system)
    with pytest.raises(AlreadyClaimed):
        propose_claim(post, member=world.a, by=system)


def test_who_was_declined_may_propose_again(world, system):
    post = make_post_of(world.cast.community)
    decline_claim(propose_claim(post, member=world.a, by=system), reason="暂缓", by=system)
    assert propose_claim(post, member=world.a, by=system).state == "proposed"


def test_as_many_posts_at_a_time_as_the_parameter_says(world, system):
    posts = [make_post_of(world.cast.community, title=f"岗位{n}") for n in range(4)]
    for post in posts[:2]:
        propose_claim(post, member=world.a, by=system)
    with pytest.raises(TooManyClaims):
        propose_claim(posts[2], member=world.a, by=system)
    set_parameter(world.cast.community, key="claim.max_per_member", value=3, by=system)
    propose_claim(posts[2], member=world.a, by=system)
    leave_post(PostClaim.objects.get(post=posts[0]), by=system)
    assert propose_claim(posts[3], member=world.a, by=system).state == "proposed"


def test_no_more_than_wanted_are_taken_on(world, system):
    post = make_post_of(world.cast.community, wanted=1)
    first, second = (propose_claim(post, member=each, by=system) for each in (world.a, world.b))
    accept_claim(first, by=system)
    with pytest.raises(PostIsFull):
        accept_claim(second, by=system)
    with pytest.raises(PostIsFull):
        propose_claim(post, member=world.c, by=system)
    leave_post(first, reason="出差", by=system)
    assert accept_claim(second, by=system).place_number == 1


def test_a_post_cannot_want_fewer_than_serve(world, system):
    post = make_post_of(world.cast.community, wanted=2)
    for each in (world.a, world.b):
        make_claim(post, each)
    with pytest.raises(FewerThanServe):
        change_post(post, wanted=1, by=system)
    assert change_post(post, wanted=3, by=system).wanted == 3


def test_those_who_serve_are_told_of_a_new_time(world, system):
    post = make_post_of(world.cast.community, wanted=2)
    make_claim(post, world.a)
    make_claim(post, world.b, accepted=False)
    change_post(post, title="法律服务岗", by=system)
    assert not Notice.objects.filter(kind="post.changed").exists()
    change_post(post, schedule="每周日上午", by=system)
    told = Notice.objects.filter(kind="post.changed", channel="in_app")
    assert [each.person_id for each in told] == [world.a.person_id]


def test_accepting_several_leaves_those_that_do_not_fit(world, system):
    post = make_post_of(world.cast.community, wanted=2)
    claims = [propose_claim(post, member=each, by=system) for each in (world.a, world.b, world.c)]
    left = accept_claims(claims, by=system)
    assert [claim.member_name for claim, _why in left] == ["陈三"]
    assert PostClaim.objects.accepted().count() == 2


def test_leaving_waiting_and_held_posts_stops_what_is_owed(world, system):
    waiting = propose_claim(make_post_of(world.cast.community), member=world.a, by=system)
    assert leave_post(waiting, by=system).state == "withdrawn"
    assert debt("claim.decide", waiting).state == "not_applicable"
    held = make_claim(make_post_of(world.cast.community), world.b)
    assert leave_post(held, reason="工作调动", by=system).state == "left"
    assert debt("claim.decide", held).state == "filed"
    assert debt("pledge.sign", held).state == "not_applicable"
    assert Notice.objects.filter(kind="claim.left", subject_uid=held.uid).exists()
    with pytest.raises(ClaimAlreadyDecided):
        leave_post(held, by=system)


def test_signed_pledge_stays_paid_when_the_post_is_left(world, system):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    sign_pledge(claim, text="每月两次", due_on=date(2026, 12, 31), by=system)
    leave_post(claim, by=system)
    assert debt("pledge.sign", claim).state == "filed"


def test_absence_is_recorded_with_a_reason(world, system):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    absent = record_absence(claim, reason="因公出差", by=system)
    assert (absent.state, absent.end_reason) == ("absent", "因公出差")
    with pytest.raises(ClaimAlreadyDecided):
        record_absence(claim, reason="因公出差", by=system)


def test_done_stands_on_certified_service(world, system):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    with pytest.raises(NothingServedYet):
        finish_claim(claim, by=system)
    (record,) = make_services(
        world.cast.community, [world.a], content="法律咨询", hours=Decimal(2), certified=False
    )
    ServiceRecord.objects.filter(pk=record.pk).update(claim=claim)
    with pytest.raises(NothingServedYet):
        finish_claim(claim, by=system)
    ServiceRecord.objects.filter(pk=record.pk).update(state="certified")
    done = finish_claim(claim, by=system)
    assert (done.state, done.place_number) == ("done", 1)
    assert debt("pledge.sign", claim).state == "not_applicable"
    # A place that was served is not given away again.
    with pytest.raises(PostIsFull):
        propose_claim(claim.post, member=world.b, by=system)


def test_closing_answers_those_who_wait_and_keeps_those_who_serve(world, system):
    post = make_post_of(world.cast.community, wanted=2)
    held = make_claim(post, world.a)
    waiting = make_claim(post, world.b, accepted=False)
    close_post(post, reason="项目结束。", by=system)
    states = dict(PostClaim.objects.values_list("pk", "state"))
    assert states == {held.pk: "accepted", waiting.pk: "declined"}
    assert debt("claim.decide", waiting).state == "not_applicable"
    told = Notice.objects.filter(kind="claim.declined", subject_uid=waiting.uid).first()
    assert "项目结束。谢谢" in told.body


def test_pledge_is_signed_once_and_after_the_decision(world, system):
    claim = make_claim(make_post_of(world.cast.community), world.a, accepted=False)
    promise = {"text": "每月两次到岗", "due_on": date(2026, 12, 31)}
    with pytest.raises(PledgeNotDue):
        sign_pledge(claim, **promise, by=system)
    accept_claim(claim, by=system)
    with pytest.raises(PledgeDueTooEarly):
        sign_pledge(claim, text="每月两次到岗", due_on=date(2020, 1, 1), by=system)
    pledge = sign_pledge(claim, **promise, channel="paper", on=date(2026, 3, 4), by=system)
    assert (pledge.signed_name, pledge.channel, pledge.signed_on) == (
        "安一",
        "paper",
        date(2026, 3, 4),
    )
    assert debt("pledge.sign", claim).state == "filed"
    with pytest.raises(PledgeAlreadySigned):
        sign_pledge(claim, **promise, by=system)
    assert show_pledge(pledge, is_public=False, by=system).is_public is False
    assert Pledge.objects.count() == 1


def test_ending_a_report_in_ends_claims_there_only(world, system):
    set_parameter(world.cast.street, key="report_in.max_communities", value=2, by=system)
    make_report_in(world.a, world.cast.sibling)
    here = make_claim(make_post_of(world.cast.community), world.a)
    there = make_claim(make_post_of(world.cast.sibling), world.a)
    end_report_in(world.report_in, reason="moved", by=system)
    states = dict(PostClaim.objects.values_list("pk", "state"))
    assert states == {here.pk: "left", there.pk: "accepted"}
    assert PostClaim.objects.get(pk=here.pk).end_reason == "居住地变更"


def test_leaving_the_roster_ends_every_claim(world, system):
    make_claim(make_post_of(world.cast.community), world.a, accepted=False)
    end_member(world.a, on=date(2026, 3, 5), reason="retired", by=system)
    assert PostClaim.objects.get().state == "withdrawn"


def test_merging_keeps_one_claim_per_post(world, system):
    post, other = (make_post_of(world.cast.community, wanted=3, title=t) for t in ("一", "二"))
    make_claim(post, world.a)
    make_claim(post, world.b)
    make_claim(other, world.b)
    merge_members(world.a, world.b, reason="同一人", by=system)
    rows = PostClaim.objects.filter(member=world.a).order_by("pk")
    assert [(each.post.title, each.state) for each in rows] == [
        ("一", "accepted"),
        ("一", "withdrawn"),
        ("二", "accepted"),
    ]


def test_publishing_twice_leaves_one_event(world, system):
    post = make_post_of(world.cast.community, published=False)
    publish_post(post, by=system)
    assert ServicePost.objects.get().published_on is not None
    assert Event.objects.filter(kind="service_post.published").count() == 1


def match_of(post, **values):
    return reasons_why(
        post,
        **{"skills": "", "availability": (), "grid": None, "building": "", **values},
    )


def test_reasons_are_the_members_own_words_times_and_place(world):
    post = make_post_of(world.cast.community, times=["weekends", "evenings"], place="望江苑1幢")
    assert match_of(post, skills="律师、书法", availability=["weekends"]) == ("律师", "周末")
    assert match_of(post, skills="法务管理") == ("法务管理",)
    assert match_of(post, skills="书法", availability=["weekdays"]) == ()
    assert match_of(post, building="望江苑1幢") == ("住在附近",)
    assert match_of(post, grid=7) == ()
    post.grid_id = 7
    assert match_of(post, grid=7) == ("本网格",)


def test_matches_leave_out_who_claimed_and_who_has_enough(world, system):
    for each in (world.a, world.b, world.c):
        change_member(each, skills="律师", by=system)
    change_member(world.c, availability=["weekends"], by=system)
    post = make_post_of(world.cast.community, wanted=2)
    found, count = matches_for(post)
    assert [(each.place.name, each.because) for each in found] == [
        ("陈三", "律师、周末"),
        ("安一", "律师"),
        ("白二", "律师"),
    ]
    assert count == 3
    make_claim(post, world.a, accepted=False)
    for title in ("甲", "乙"):
        make_claim(make_post_of(world.cast.community, title=title), world.b)
    assert [each.place.name for each in matches_for(post)[0]] == ["陈三"]


def test_who_lacks_the_skill_is_named_only_where_nobody_has_it(world, system):
    for each in (world.a, world.b):
        change_member(each, availability=["weekends"], by=system)
    post = make_post_of(world.cast.community, skills="律师", times=["weekends"])
    assert [each.place.name for each in matches_for(post)[0]] == ["安一", "白二"]
    change_member(world.b, skills="律师", by=system)
    assert [each.place.name for each in matches_for(post)[0]] == ["白二"]
    post = make_post_of(world.cast.community, title="不限", skills="", times=["weekends"])
    assert matches_for(post)[1] == 2


def test_an_offer_is_told_once_and_assigns_nobody(world, system):
    post = make_post_of(world.cast.community)
    offer_post(post, members=[world.a, world.b], by=system)
    offer_post(post, members=[world.a, world.b], by=system)
    told = Notice.objects.filter(kind="post.offered", channel="in_app")
    assert {each.person_id for each in told} == {world.a.person_id, world.b.person_id}
    assert told.count() == 2
    assert not PostClaim.objects.exists()
