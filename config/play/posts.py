"""Posts: set and published, claimed, decided, pledged, served, finished, evaluated, left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from uuid import uuid5

from django.http import HttpRequest

from config.play.city import PlayCity, PlayCommunity
from config.play.days import BY_PHONE, LATE, NEVER, PROMPT, REMINDED, Days
from members.enums import ClaimState, PostState, Side, TeamRole
from members.exceptions import PostIsFull
from members.models import MemberPlace, Pledge, PostClaim, ServicePost
from members.queries.matching import matches_for
from members.queries.post_templates import TEMPLATES
from members.queries.posts import DECIDE_DUTY, PLEDGE_DUTY, standing_count
from members.services import (
    accept_claim,
    certify_records,
    close_post,
    decline_claim,
    enter_claim_evaluations,
    evaluate_post,
    finish_claim,
    form_team,
    join_team,
    leave_post,
    offer_post,
    open_post_evaluation,
    propose_claim,
    publish_post,
    record_absence,
    say_claim_asked,
    set_post,
    sign_pledge,
)
from members.services.service_records import enter_claim_services
from partybuild import calendar
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of_link
from partybuild.areas.queries import parameter
from partybuild.evaluations.enums import EvaluatedBy, Satisfaction

# What goes differently, by the community's place in the street.
POSTS_PER_COMMUNITY = 2
TEAMS = 3
DECIDES_LATE, NEVER_DECIDES = 4, 10
# Every so many communities one offers its posts, and one closes a post early.
OFFERS, CLOSES = 4, 5


@dataclass
class Posts:
    """What every community asks its members to do, and what becomes of it."""

    city: PlayCity
    days: Days
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("posts")

    def write(self) -> None:
        """Put the quarter's posts on the calendar."""
        for number, community in enumerate(self.city.communities):
            if number < TEAMS:
                self.days.on(
                    self.days.start(2),
                    lambda community=community: self._form_team(community),  # type: ignore[misc]
                )
            for turn in range(POSTS_PER_COMMUNITY):
                template = TEMPLATES[(POSTS_PER_COMMUNITY * number + turn) % len(TEMPLATES)]
                self.days.on(
                    self.days.start(3 + turn),
                    lambda community=community, number=number, key=template.key, turn=turn: (  # type: ignore[misc]
                        self._set(community, number, key, turn)
                    ),
                )

    def _form_team(self, community: PlayCommunity) -> None:
        require(community.secretary, "team.change")
        team = form_team(
            community=community.area,
            name="平安志愿服务队",
            kind="patrol",
            by=community.secretary,
        )
        for turn, place in enumerate(self._places(community)[:4]):
            role = TeamRole.MEMBER if turn else TeamRole.LEADER
            join_team(team, member=place.member, role=role, by=community.secretary)
        community.team = team
        self.days.done["teams formed"] += 1

    def _places(self, community: PlayCommunity) -> list[MemberPlace]:
        return list(
            MemberPlace.objects.filter(side=Side.COMMUNITY, community=community.area)
            .select_related("member__person")
            .order_by("pk")
        )

    # -- The community sets a post -------------------------------------------------------------------
    def _set(self, community: PlayCommunity, number: int, key: str, turn: int) -> None:
        require(community.worker, "service_post.change")
        values = next(each for each in TEMPLATES if each.key == key).initial()
        values.setdefault("place", "党群服务中心")
        post = set_post(
            community=community.area,
            grid=community.grids[0] if turn else None,
            contact=community.worker.name,
            contact_phone="0399-8700 0000",
            by=community.worker,
            **values,
        )
        post = publish_post(post, by=community.secretary)
        self.days.done["posts published"] += 1
        if number % OFFERS == 0:
            suited, _count = matches_for(post, most=5)
            offer_post(post, members=[each.place.member for each in suited], by=community.worker)
            self.days.done["posts offered"] += 1
        wishes = min(post.wanted + 1, 5)
        for _turn in range(wishes):
            day = self.days.start(7 + self.dice.randrange(18))
            self.days.on(day, lambda: self._propose(post, community, number))
        for wait in (32, 46):
            self.days.on(self.days.start(wait), lambda: self._serve(post, community))
        if number % CLOSES == CLOSES - 1 and turn:
            self.days.on(self.days.start(50), lambda: self._close(post, community))

    def _close(self, post: ServicePost, community: PlayCommunity) -> None:
        close_post(post, reason="本季度招募结束", by=community.secretary)
        self.days.done["posts closed"] += 1

    # -- A member proposes themselves ------------------------------------------------------------------
    def _propose(self, post: ServicePost, community: PlayCommunity, number: int) -> None:
        most = parameter(community.area, "claim.max_per_member")
        asked = set(PostClaim.objects.filter(post=post).values_list("member", flat=True))
        free = [place for place in self._places(community) if place.member_id not in asked]
        if not free or PostClaim.objects.holding().filter(post=post).count() >= post.wanted:
            return
        member = self.dice.choice(free).member
        if standing_count(member) >= most:
            return
        voice = self.city.voice(member.pk)
        by = voice or community.worker
        require(by, "service_post.claim" if voice else "service_post.claim_proxy")
        claim = propose_claim(post, member=member, channel="" if voice else "wechat", by=by)
        self.days.done["claims proposed"] += 1
        if number == NEVER_DECIDES and self.dice.random() < 0.5:
            self.days.leave(DECIDE_DUTY, community.committee, "does not decide", subject=claim)
            return
        wait = 6 if number == DECIDES_LATE else self.dice.choice((1, 1, 2))
        self.days.on(
            self.days.after(calendar.today(), wait), lambda: self._decide(claim, community)
        )

    def _decide(self, claim: PostClaim, community: PlayCommunity) -> None:
        claim.refresh_from_db()
        if claim.state != ClaimState.PROPOSED:
            return
        require(community.secretary, "service_post.decide")
        if self.dice.random() < 0.1:
            decline_claim(claim, reason="这一期已另有安排，下一期优先请您", by=community.secretary)
            self.days.done["claims declined"] += 1
            return
        try:
            claim = accept_claim(claim, by=community.secretary)
        except PostIsFull:
            decline_claim(claim, reason="人数已满", by=community.secretary)
            self.days.done["claims declined"] += 1
            return
        self.days.done["claims accepted"] += 1
        self._expect_pledge(claim, community)
        fate = self.dice.random()
        if fate < 0.12:
            day = self.days.after(calendar.today(), 12)
            deed = self._leave if fate < 0.07 else self._absent
            self.days.on(day, lambda: deed(claim, community))

    # -- The pledge --------------------------------------------------------------------------------------
    def _expect_pledge(self, claim: PostClaim, community: PlayCommunity) -> None:
        habit = self.days.habit(self.dice)
        if habit == NEVER:
            self.days.leave(PLEDGE_DUTY, claim.member.person, "does not sign", subject=claim)
            return
        wait = {PROMPT: 1, REMINDED: 4, BY_PHONE: 3, LATE: 7}[habit]
        self.days.on(
            self.days.after(calendar.today(), wait),
            lambda: self._sign(claim, community, habit == BY_PHONE),
        )

    def _sign(self, claim: PostClaim, community: PlayCommunity, by_phone: bool) -> None:
        claim.refresh_from_db()
        if claim.state != ClaimState.ACCEPTED:
            return
        voice = None if by_phone else self.city.voice(claim.member_id)
        by: Actor = voice or community.worker
        require(by, "service_post.claim" if voice else "service_post.claim_proxy")
        sign_pledge(
            claim,
            text=f"自愿承担“{claim.post.title}”，按时到岗，热心服务居民。",
            due_on=date(calendar.today().year, 12, 31),
            is_public=self.dice.random() < 0.8,
            channel="" if voice else "paper",
            by=by,
        )
        self.days.done["pledges signed"] += 1

    # -- Service in a post -------------------------------------------------------------------------------
    def _serve(self, post: ServicePost, community: PlayCommunity) -> None:
        claims = list(
            PostClaim.objects.accepted().filter(post=post).select_related("post__community")
        )
        if not claims:
            return
        require(community.worker, "service.enter")
        require(community.secretary, "service.certify")
        records = enter_claim_services(
            claims,
            date=calendar.today(),
            hours=Decimal(2),
            own_hours={claims[0].pk: Decimal("2.5")},
            by=community.worker,
        )
        certify_records(records, by=community.secretary)
        self.days.done["person-times of service in a post certified"] += len(records)
        signed = set(Pledge.objects.filter(claim__in=claims).values_list("claim", flat=True))
        for claim in claims:
            # What was promised has been done; who has not signed yet serves on.
            if claim.pk in signed and self.dice.random() < 0.5:
                finish_claim(claim, by=community.secretary)
                self.days.done["claims finished"] += 1
                self._evaluate(claim, community)

    def _evaluate(self, claim: PostClaim, community: PlayCommunity) -> None:
        """Of those served some answer behind the link, some on paper, some not at all."""
        number = self.days.done["claims finished"]
        if number % 4 == 0:
            return
        require(community.secretary, "service_post.decide")
        link = open_post_evaluation(claim.post, by=community.secretary)
        served = actor_of_link(link, request=HttpRequest())
        for grade in (Satisfaction.SATISFIED, Satisfaction.MOSTLY)[: number % 3]:
            ballot = uuid5(claim.uid, grade)
            # The form sent twice is one answer.
            for _twice in range(2):
                evaluate_post(
                    claim.post,
                    claim=claim,
                    side=EvaluatedBy.SERVED,
                    grade=grade,
                    ballot=ballot,
                    by=served,
                )
        counts = {(str(EvaluatedBy.RESIDENT), str(Satisfaction.SATISFIED)): 1 + number % 3}
        enter_claim_evaluations(claim, counts=counts, by=community.worker)
        say_claim_asked(claim, asked=8, by=community.worker)
        self.days.done["evaluations of posts"] += claim.evaluations.count()

    def _leave(self, claim: PostClaim, community: PlayCommunity) -> None:
        if self._is_held(claim):
            voice = self.city.voice(claim.member_id)
            leave_post(
                claim,
                reason="近期外出学习",
                channel="" if voice else "phone",
                by=voice or community.worker,
            )
            self.days.done["posts left"] += 1

    def _absent(self, claim: PostClaim, community: PlayCommunity) -> None:
        if self._is_held(claim):
            record_absence(claim, reason="本人来电告知临时出差", by=community.worker)
            self.days.done["absences noted"] += 1

    def _is_held(self, claim: PostClaim) -> bool:
        claim.refresh_from_db()
        is_open = claim.post.state in {PostState.OPEN, PostState.CLOSED}
        return is_open and claim.state == ClaimState.ACCEPTED
