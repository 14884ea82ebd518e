"""Pages of posts, claims, the board and teams: the member, the community, the unit, the outsider."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Pledge, PostClaim, ServicePost, Team, TeamMember
from members.services import change_member, form_team, join_team, sign_pledge
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.notices.models import Notice
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in

pytestmark = pytest.mark.django_db

FORM = {
    "kind": "post",
    "category": "law",
    "title": "法律咨询岗",
    "content": "解答居民法律问题",
    "wanted": "2",
    "skills": "律师",
    "times": ["weekends"],
    "starts_on": "2026-03-05",
    "contact": "王书记",
    "contact_phone": "0574-88880001",
}


def test_a_community_sets_a_post_from_a_template_and_publishes_it(world, client_of):
    client = client_of(world.cast.secretary)
    page = client.get("/members/posts/new/").content.decode()
    assert "法律咨询岗" in page
    form = client.get("/members/posts/new/?template=law-desk").context["form"]
    assert (form["title"].value(), form["category"].value()) == ("法律咨询岗", "law")
    answer = client.post("/members/posts/new/?template=law-desk", FORM)
    post = ServicePost.objects.get()
    assert answer.url == post.get_absolute_url()
    assert (post.state, post.community, post.wanted) == ("draft", world.cast.community, 2)
    client.post(f"{post.get_absolute_url()}publish/")
    post.refresh_from_db()
    assert post.state == "open"


def test_a_refused_post_comes_back_filled_in(world, client_of):
    client = client_of(world.cast.secretary)
    answer = client.post(
        "/members/posts/new/?template=blank", {**FORM, "title": "", "ends_on": "2026-01-01"}
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"title", "ends_on"}
    assert form["content"].value() == "解答居民法律问题"
    assert not ServicePost.objects.exists()


def test_wanting_fewer_than_serve_is_refused_at_the_field(world, client_of):
    post = make_post_of(world.cast.community, wanted=2)
    for each in (world.a, world.b):
        make_claim(post, each)
    answer = client_of(world.cast.secretary).post(
        f"{post.get_absolute_url()}edit/", {**FORM, "wanted": "1"}
    )
    assert answer.status_code == 422
    assert "wanted" in answer.context["form"].errors
    post.refresh_from_db()
    assert post.wanted == 2


def test_who_sees_a_post_and_who_may_change_it(world, client_of):
    open_, draft = (
        make_post_of(world.cast.community),
        make_post_of(world.cast.community, title="草稿岗", published=False),
    )
    seen = {
        name: (
            client_of(post).get(open_.get_absolute_url()).status_code,
            client_of(post).get(draft.get_absolute_url()).status_code,
            client_of(post).post(f"{open_.get_absolute_url()}close/", {"reason": "满"}).status_code,
        )
        for name, post in (
            ("outsider", world.cast.outsider),
            ("district", world.cast.district_staff),
            ("liaison", world.cast.liaison),
            ("other liaison", world.cast.other_liaison),
            ("member", world.member_post),
        )
    }
    assert seen == {
        "outsider": (404, 404, 404),
        "district": (200, 200, 403),
        "liaison": (200, 404, 403),
        "other liaison": (404, 404, 404),
        "member": (200, 404, 403),
    }
    open_.refresh_from_db()
    assert open_.state == "open"


def test_a_member_claims_signs_and_leaves_on_the_phone(world, client_of):
    post = make_post_of(world.cast.community, wanted=2)
    member, secretary = client_of(world.member_post), client_of(world.cast.secretary)
    page = member.get(post.get_absolute_url())
    assert page.context["may_claim"] is True
    answer = member.post(f"{post.get_absolute_url()}claim/", {"note": "周六有空"})
    claim = PostClaim.objects.get()
    assert answer.url == claim.get_absolute_url()
    assert (claim.state, claim.channel, claim.note) == ("proposed", "", "周六有空")
    secretary.post(f"{claim.get_absolute_url()}accept/")
    page = member.get(claim.get_absolute_url())
    form = page.context["pledge_form"]
    assert post.title in form["text"].value()
    refused = member.post(
        f"{claim.get_absolute_url()}pledge/", {"text": "", "due_on": "2026-12-31"}
    )
    assert refused.status_code == 422
    assert not Pledge.objects.exists()
    member.post(
        f"{claim.get_absolute_url()}pledge/",
        {"text": "每周六到岗", "due_on": "2026-12-31", "is_public": "on"},
    )
    assert Pledge.objects.get().channel == ""
    member.post(f"{claim.get_absolute_url()}pledge/show/", {"show": "no"})
    assert Pledge.objects.get().is_public is False
    member.post(f"{claim.get_absolute_url()}leave/", {"reason": "调动"})
    claim.refresh_from_db()
    assert (claim.state, claim.end_reason) == ("left", "调动")


def test_nobody_acts_on_the_claim_of_another(world, client_of):
    claim = make_claim(make_post_of(world.cast.community), world.b)
    url = claim.get_absolute_url()
    assert client_of(world.member_post).get(url).status_code == 404
    assert client_of(world.member_post).post(f"{url}leave/").status_code == 404
    assert client_of(world.cast.liaison).get(url).status_code == 200
    assert client_of(world.cast.liaison).post(f"{url}leave/").status_code == 403
    assert client_of(world.cast.second_liaison).get(url).status_code == 404
    assert client_of(world.cast.outsider).post(f"{url}decline/", {"reason": "x"}).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "accepted"


def test_the_city_sees_posts_and_no_names(world, client_of, system):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    sign_pledge(claim, text="到岗", due_on=date(2026, 12, 31), by=system)
    city = client_of(world.cast.city_staff)
    page = city.get(claim.post.get_absolute_url())
    assert page.status_code == 200
    assert "安一" not in page.content.decode()
    assert city.get(claim.get_absolute_url()).status_code == 404
    assert "安一" not in city.get("/members/claims/").content.decode()


def test_the_community_enters_every_step_by_proxy(world, client_of):
    post = make_post_of(world.cast.community, wanted=3)
    client = client_of(world.cast.worker)
    refused = client.post(f"{post.get_absolute_url()}claim/proxy/", {"channel": "phone"})
    assert refused.status_code == 422
    client.post(
        f"{post.get_absolute_url()}claim/proxy/",
        {"members": [str(world.a.uid), str(world.b.uid)], "channel": "phone"},
    )
    claims = list(PostClaim.objects.order_by("member_name"))
    assert [(each.member_name, each.channel) for each in claims] == [
        ("安一", "phone"),
        ("白二", "phone"),
    ]
    client.post("/members/claims/accept/", {"selected": [str(each.uid) for each in claims]})
    assert PostClaim.objects.accepted().count() == 2
    url = claims[0].get_absolute_url()
    refused = client.post(
        f"{url}pledge/proxy/",
        {"text": "到岗", "due_on": "2026-12-31", "on": "2099-01-01", "channel": "paper"},
    )
    assert refused.status_code == 422
    assert "on" in refused.context["pledge_proxy_form"].errors
    client.post(
        f"{url}pledge/proxy/",
        {"text": "到岗", "due_on": "2026-12-31", "on": "2026-03-04", "channel": "paper"},
    )
    assert Pledge.objects.get().channel == "paper"
    client.post(f"{url}leave/proxy/", {"reason": "搬家", "channel": "wechat"})
    client.post(f"{claims[1].get_absolute_url()}absent/", {"reason": "出差"})
    states = PostClaim.objects.order_by("member_name").values_list("state", flat=True)
    assert list(states) == ["left", "absent"]


def test_suited_members_are_shown_with_the_reason_and_told(world, client_of, system):
    change_member(world.a, skills="律师、书法", availability=["weekends"], by=system)
    post = make_post_of(world.cast.community)
    client = client_of(world.cast.secretary)
    page = client.get(post.get_absolute_url())
    assert [(match.place.name, match.because) for match in page.context["matches"]] == [
        ("安一", "律师、周末")
    ]
    client.post(f"{post.get_absolute_url()}offer/", {"selected": [str(world.a.uid)]})
    told = Notice.objects.filter(kind="post.offered", channel="in_app")
    assert [each.person_id for each in told] == [world.a.person_id]
    own = client_of(world.member_post).get("/members/posts/")
    assert own.context["suited"] == [(post, "律师、周末")]
    assert "因为：律师、周末" in own.content.decode()


def test_an_offer_reaches_nobody_who_is_not_here(world, client_of):
    post = make_post_of(world.cast.community)
    client_of(world.cast.secretary).post(
        f"{post.get_absolute_url()}offer/", {"selected": [str(world.d.uid)]}
    )
    assert not Notice.objects.filter(kind="post.offered").exists()


def test_the_board_shortens_names_and_keeps_what_was_not_published(world, client_of, system):
    post = make_post_of(world.cast.community, wanted=3)
    make_post_of(world.cast.community, title="未公开的岗", published=False)
    shown, kept = make_claim(post, world.a), make_claim(post, world.b)
    promise = {"due_on": date(2026, 12, 31), "by": system}
    sign_pledge(shown, text="每周六到岗", **promise)
    sign_pledge(kept, text="只对社区说", is_public=False, **promise)
    secretary = client_of(world.cast.secretary)
    board = f"/members/posts/board/{world.cast.community.uid}/"
    assert client_of(world.cast.outsider).get(board).status_code == 404
    assert client_of(world.member_post).post(f"{board}link/").status_code == 403
    secretary.post(f"{board}link/")
    address = link_url(SignedLink.objects.get()).removeprefix(settings.BASE_URL)
    page = Client().get(address).content.decode()
    assert "法律咨询岗" in page
    assert "安**" in page
    assert "每周六到岗" in page
    for hidden in ("安一", "白二", "白**", "只对社区说", "未公开的岗", "13900001111"):
        assert hidden not in page
    assert Client().post(address).status_code == 404
    secretary.post(f"{board}link/", {"do": "stop"})
    assert "每周六到岗" not in Client().get(address).content.decode()


def test_a_team_is_formed_led_and_dissolved(world, client_of):
    client = client_of(world.cast.worker)
    client.post(
        "/members/teams/new/",
        {"name": "平安队", "kind": "patrol", "leader": str(world.a.uid)},
    )
    team = Team.objects.get()
    again = client.post("/members/teams/new/", {"name": "平安队", "kind": "patrol"})
    assert again.status_code == 422
    assert "name" in again.context["form"].errors
    client.post(f"{team.get_absolute_url()}join/", {"selected": [str(world.b.uid)]})
    second = TeamMember.objects.get(member=world.b)
    client.post(f"/members/teams/members/{second.uid}/lead/")
    roles = dict(TeamMember.objects.values_list("member_name", "role"))
    assert roles == {"安一": "member", "白二": "leader"}
    world.report_in.refresh_from_db()
    assert world.report_in.team == team
    client.post(f"/members/teams/members/{second.uid}/leave/")
    client.post(f"{team.get_absolute_url()}end/", {"reason": "合并"})
    team.refresh_from_db()
    world.report_in.refresh_from_db()
    assert (team.end_reason, world.report_in.team) == ("合并", None)
    assert not TeamMember.objects.current().exists()


def test_a_unit_sees_its_own_people_in_a_team(world, client_of, system):
    team = form_team(community=world.cast.community, name="平安队", kind="patrol", by=system)
    for each in (world.a, world.c):
        join_team(team, member=each, by=system)
    seen = {
        name: [
            row.member_name for row in client_of(post).get(team.get_absolute_url()).context["rows"]
        ]
        for name, post in (("unit", world.cast.liaison), ("here", world.cast.secretary))
    }
    assert seen == {"unit": ["安一"], "here": ["安一", "陈三"]}
    assert client_of(world.cast.outsider).get(team.get_absolute_url()).status_code == 404
    assert (
        client_of(world.cast.liaison).post(f"{team.get_absolute_url()}end/", {"reason": "x"})
    ).status_code == 403


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("secretary", "/members/posts/"),
        ("secretary", "/members/claims/"),
        ("liaison", "/members/posts/"),
        ("secretary", "/members/teams/"),
        ("member", "/members/posts/"),
    ],
)
def test_lists_cost_the_same_with_one_row_and_with_three(world, client_of, system, who, path):
    post = world.member_post if who == "member" else getattr(world.cast, who)
    client = client_of(post)

    def one_more(number):
        member = make_member(world.cast.unit)
        make_report_in(member, world.cast.community)
        row = make_post_of(world.cast.community, title=f"岗位{number}", wanted=2)
        make_claim(row, member, accepted=number != 1)
        team = form_team(
            community=world.cast.community, name=f"队{number}", kind="patrol", by=system
        )
        join_team(team, member=member, role="leader", by=system)

    def count():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    one_more(0)
    first = count()
    one_more(1)
    one_more(2)
    assert count() == first


def test_a_member_is_led_to_posts_that_they_can_still_take(world, client_of, system):
    """Not to what is full, not to what asks for a skill they lack, not beyond what one may have."""
    own = client_of(world.member_post)
    community = world.cast.community
    change_member(world.a, skills="园艺", availability=["weekends"], by=system)
    make_post_of(community, title="周末清洁岗", skills="", times=["weekends"])
    make_post_of(community, title="法律咨询岗", skills="律师", times=["weekends"])
    full = make_post_of(community, title="楼栋责任区", skills="", times=["weekends"], wanted=1)
    make_claim(full, world.b)
    page = own.get("/members/posts/")
    assert [post.title for post, _why in page.context["suited"]] == ["周末清洁岗"]
    for title in ("甲岗", "乙岗"):
        make_claim(make_post_of(community, title=title, skills=""), world.a)
    page = own.get("/members/posts/")
    assert page.context["suited"] == []
    third = ServicePost.objects.get(title="周末清洁岗")
    text = own.get(third.get_absolute_url()).content.decode()
    assert ("同时最多2个" in text, 'name="note"' in text) == (True, False)


def test_who_has_said_nothing_of_themselves_is_asked_to(world, client_of):
    text = client_of(world.member_post).get("/members/posts/").content.decode()
    assert "写上专长和可服务时间" in text


def test_the_claims_history_tells_of_the_pledge(world, client_of, system):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    sign_pledge(claim, text="每月一次", due_on=date(2026, 12, 31), by=system)
    page = client_of(world.cast.worker).get(claim.get_absolute_url())
    assert "签订承诺书" in {str(line["text"]) for line in page.context["history"]}
