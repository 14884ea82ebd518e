"""Pages of wishes: who may, who may not, the outsider; what is confidential stands on none of theirs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from members.services import end_report_in
from partybuild.access import Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.exchange.lists import cells, list_of
from partybuild.obligations.registry import duty_of
from partybuild.people.services.sweeping import sweep_retention
from tests.factories.core import SYSTEM, make_area, make_post
from tests.factories.members import make_member, make_report_in
from tests.factories.wishes import TEXTS, WISHER, make_fulfilled, make_wish, make_wish_claim
from wishes.mine import MyWishes
from wishes.models import Wish, WishClaim, Wisher, WishRevisit
from wishes.services import accept_claim

pytestmark = pytest.mark.django_db
LIST, CLAIMS = "/wishes/", "/wishes/claims/"
FORM = {
    **TEXTS,
    "heard_on": "2026-03-04",
    "name": "孙桂英",
    "phone": "139 0000 5678",
    "address": "望江苑3幢2单元501室",
    "circumstances": "独居",
}
CHECKED = {"phoned_on": "2026-03-05", "visited_on": "2026-03-05", "agreed_to_show": "on"}
OFFER = {"promised_on": "2026-03-20", "note": "周末送去"}
DONE = {"fulfilled_on": "2026-03-05", "result": "收音机已送到。"}


@pytest.fixture(autouse=True)
def _fifth_of_march(clock):
    clock(2026, 3, 5, 9)


def url(wish, deed=""):
    return f"/wishes/{wish.uid}/{deed}"


def claim_url(claim, deed):
    return f"{CLAIMS}{claim.uid}/{deed}/"


# -- From the door to the wall ------------------------------------------------------------------
def test_a_community_enters_checks_and_shows_a_wish(world, client_of):
    client = client_of(world.cast.worker)
    assert client.get("/wishes/new/").status_code == 200
    answer = client.post("/wishes/new/", FORM)
    wish = Wish.objects.get()
    assert answer.url == url(wish)
    assert (wish.state, wish.community, wish.heard_on) == (
        "entered",
        world.cast.community,
        date(2026, 3, 4),
    )
    assert Wisher.objects.get().phone == "13900005678"
    client.post(url(wish, "verify/"), {**CHECKED, "verification": "情况属实"})
    wish.refresh_from_db()
    assert (wish.state, wish.agreed_to_show) == ("verified", True)
    assert Wisher.objects.get().verification == "情况属实"
    page = client.get(url(wish))
    assert page.context["may_publish"]
    client.post(url(wish, "publish/"))
    wish.refresh_from_db()
    assert (wish.state, wish.published_on) == ("open", date(2026, 3, 5))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"title": "", "phone": "12"}, {"title", "phone"}),
        ({"heard_on": "2026-03-06"}, {"heard_on"}),
        ({"wanted_by": "2026-03-01"}, {"wanted_by"}),
        ({"shown_name": "孙桂英"}, {"shown_name"}),
        ({"content": "送到望江苑3幢2单元501室"}, {"content"}),
    ],
)
def test_a_refused_wish_comes_back_filled_in(world, client_of, given, fields):
    answer = client_of(world.cast.secretary).post("/wishes/new/", {**FORM, **given})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == fields
    assert form["address"].value() == FORM["address"]
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"agreed_to_show": ""}, "agreed_to_show"),
        ({"phoned_on": "2026-03-06"}, "phoned_on"),
        ({"visited_on": "2026-03-01"}, "visited_on"),
        ({"visited_on": ""}, "visited_on"),
    ],
)
def test_a_check_that_was_not_made_is_refused_at_its_field(world, client_of, given, field):
    wish = make_wish(world.cast.community, state="entered")
    answer = client_of(world.cast.worker).post(
        url(wish, "verify/"), {**CHECKED, "verification": "属实", **given}
    )
    assert answer.status_code == 422
    form = answer.context["verify_form"]
    assert set(form.errors) == {field}
    assert form["verification"].value() == "属实"
    wish.refresh_from_db()
    assert wish.state == "entered"


def test_several_are_shown_in_one_press_and_only_ones_own(world, client_of):
    here = [make_wish(world.cast.community, state="verified") for _each in range(2)]
    entered = make_wish(world.cast.community, state="entered")
    foreign = make_wish(world.cast.other_community, state="verified")
    client = client_of(world.cast.secretary)
    page = client.get(f"{LIST}?state=verified")
    assert page.context["picks"]
    assert page.context["count"] == 2
    picked = {"selected": [str(each.uid) for each in (*here, entered, foreign)]}
    assert client_of(world.cast.street_staff).post("/wishes/publish/", picked).status_code == 403
    client.post("/wishes/publish/", picked)
    states = [Wish.objects.get(pk=each.pk).state for each in (*here, entered, foreign)]
    assert states == ["open", "open", "entered", "verified"]
    answer = client.post("/wishes/publish/", {"selected": ["x"]}, follow=True)
    assert "请先勾选待公示的微心愿" in answer.content.decode()


def test_words_are_corrected_until_somebody_has_it_in_hand(world, client_of):
    wish = make_wish(world.cast.community)
    client = client_of(world.cast.worker)
    assert client.get(url(wish, "edit/")).context["form"]["title"].value() == TEXTS["title"]
    values = {**FORM, "title": "想要一台新收音机", "heard_on": "2026-03-05"}
    client.post(url(wish, "edit/"), values)
    wish.refresh_from_db()
    assert (wish.title, wish.version) == ("想要一台新收音机", 2)
    refused = client.post(url(wish, "edit/"), {**values, "title": "给孙桂英的收音机"})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"title"})
    make_wish_claim(wish, member=world.a)
    assert client.post(url(wish, "edit/"), values).status_code == 422
    assert not client.get(url(wish)).context["may_change"]


def test_what_cannot_be_taken_up_and_what_is_taken_back(world, client_of):
    entered, shown = (
        make_wish(world.cast.community, state="entered"),
        make_wish(world.cast.community),
    )
    claim = make_wish_claim(shown, member=world.a)
    client = client_of(world.cast.secretary)
    assert client.post(url(entered, "decline/"), {"reason": ""}).status_code == 422
    client.post(url(entered, "decline/"), {"reason": "不属于微心愿范围"})
    telling = client.post(url(shown, "withdraw/"), {"reason": "孙桂英说不要了"})
    assert set(telling.context["withdraw_form"].errors) == {"reason"}
    client.post(url(shown, "withdraw/"), {"reason": "家人已买"})
    for row in (entered, shown, claim):
        row.refresh_from_db()
    assert (entered.state, entered.end_reason) == ("declined", "不属于微心愿范围")
    assert (shown.state, claim.state, claim.end_reason) == ("withdrawn", "left", "家人已买")


# -- What is confidential -----------------------------------------------------------------------
def test_who_made_it_is_shown_by_a_press_alone_and_each_look_is_written_down(world, client_of):
    wish = make_wish(world.cast.community)
    client = client_of(world.cast.worker)
    for path in (LIST, url(wish), url(wish, "edit/")):
        page = client.get(path).content.decode()
        assert [word for word in WISHER.values() if word in page] == []
    assert client.get(url(wish, "wisher/")).status_code == 405
    page = client.post(url(wish, "wisher/"))
    assert page.status_code == 200
    assert [word for word in WISHER.values() if word not in page.content.decode()] == []
    assert Event.objects.filter(kind="wish.wisher_shown", object_uid=wish.uid).count() == 1
    assert WISHER["phone"] not in client.get(url(wish)).content.decode()


def test_who_made_it_is_corrected_by_the_community(world, client_of):
    wish = make_wish(world.cast.community)
    client = client_of(world.cast.worker)
    values = {**WISHER, "phone": "13900009999"}
    refused = client.post(url(wish, "wisher/edit/"), {**values, "name": ""})
    assert (refused.status_code, set(refused.context["wisher_form"].errors)) == (422, {"name"})
    assert (
        client_of(world.cast.street_staff).post(url(wish, "wisher/edit/"), values).status_code
        == 403
    )
    client.post(url(wish, "wisher/edit/"), values)
    assert Wisher.objects.get().phone == "13900009999"


def test_what_is_confidential_stands_on_no_page_of_anybody_else(world, client_of):
    held, free = make_wish(world.cast.community), make_wish(world.cast.community)
    make_wish(world.cast.community, state="entered")
    claim = make_fulfilled(held, member=world.a)
    own = make_wish_claim(free, unit=world.cast.unit)
    worker = client_of(world.cast.worker)
    worker.post(url(held, "wisher/"))
    readers = {
        "street": world.cast.street_staff,
        "district": world.cast.district_staff,
        "city": world.cast.city_staff,
        "unit": world.cast.liaison,
        "unit secretary": world.cast.unit_secretary,
        "member": world.member_post,
        "outsider": world.cast.outsider,
    }
    for name, post in readers.items():
        client = client_of(post)
        assert client.post(url(held, "wisher/")).status_code in {403, 404}
        for path in (LIST, CLAIMS, url(held), url(free), "/my/", "/", f"{LIST}?q=孙"):
            page = client.get(path, follow=True).content.decode()
            found = [what for what, word in WISHER.items() if word in page]
            assert (name, path, found) == (name, path, [])
            assert "查看许愿人信息" not in page
    assert (claim.state, own.state) == ("fulfilled", "accepted")


def test_what_was_deleted_in_time_says_so(world, client_of, clock):
    wish = make_wish(world.cast.community)
    client = client_of(world.cast.worker)
    client.post(url(wish, "withdraw/"), {"reason": "不需要了"})
    clock(2027, 6, 1, 9)
    sweep_retention(by=SYSTEM)
    page = client_of(world.cast.worker).get(url(wish)).content.decode()
    assert "按规定删除" in page
    assert "查看许愿人信息" not in page


# -- Who sees what ------------------------------------------------------------------------------
def test_who_sees_a_wish_and_who_may_change_it(world, client_of):
    shown, entered = (
        make_wish(world.cast.community),
        make_wish(world.cast.community, state="entered"),
    )
    seen = {}
    for name, post in (
        ("sibling", world.cast.sibling_secretary),
        ("outsider", world.cast.outsider),
        ("street", world.cast.street_staff),
        ("liaison", world.cast.liaison),
        ("second", world.cast.second_liaison),
        ("other liaison", world.cast.other_liaison),
        ("member", world.member_post),
    ):
        client = client_of(post)
        seen[name] = (
            client.get(url(shown)).status_code,
            client.get(url(entered)).status_code,
            client.post(url(shown, "withdraw/"), {"reason": "x"}).status_code,
        )
    assert seen == {
        "sibling": (404, 404, 404),
        "outsider": (404, 404, 404),
        "street": (200, 200, 403),
        "liaison": (200, 404, 403),
        "second": (200, 404, 403),
        "other liaison": (404, 404, 404),
        "member": (200, 404, 403),
    }
    shown.refresh_from_db()
    assert shown.state == "open"


def test_the_list_is_narrowed_and_says_its_totals(world, client_of):
    grid = make_area("第一网格", Level.GRID, world.cast.community)
    make_wish(world.cast.community, state="entered", title="换水龙头", category="repair", grid=grid)
    make_wish(world.cast.community, title="想学用手机", category="study")
    make_fulfilled(make_wish(world.cast.community), member=world.a)
    client = client_of(world.cast.secretary)

    def titles(query):
        page = client.get(f"{LIST}?{query}")
        return [line["wish"].title for line in page.context["lines"]]

    assert titles("state=entered") == ["换水龙头"]
    assert titles("category=study") == ["想学用手机"]
    assert titles(f"grid={grid.uid}") == ["换水龙头"]
    assert titles("q=手机") == ["想学用手机"]
    assert titles("state=fulfilled") == [TEXTS["title"]]
    assert client.get(LIST).context["totals"] == "待核实1条、待认领1条、待回访1条"
    assert client.get(f"{LIST}?state=entered").context["total"] == 3


def test_members_and_units_find_what_is_free_first(world, client_of):
    make_wish(world.cast.community, state="entered")
    free = make_wish(world.cast.community, title="先登记的")
    held = make_wish_claim(make_wish(world.cast.community, title="后登记的"), member=world.b).wish
    for post in (world.member_post, world.cast.liaison):
        page = client_of(post).get(LIST)
        assert [line["wish"] for line in page.context["lines"]] == [free, held]
    choices = dict(page.context["form"].fields["state"].choices)
    assert "entered" not in choices


@pytest.mark.parametrize("key", ["wish.verify", "wish.decide", "wish.revisit"])
def test_each_duty_leads_to_the_list_of_what_waits(world, client_of, key):
    make_wish(world.cast.community, state="entered")
    make_wish_claim(make_wish(world.cast.community), member=world.a, accepted=False)
    make_fulfilled(make_wish(world.cast.community), member=world.b)
    page = client_of(world.cast.secretary).get(duty_of(key).list_url())
    assert page.status_code == 200
    assert page.context["count"] == 1


def test_the_city_sees_wishes_and_no_names(world, client_of):
    claim = make_wish_claim(make_wish(world.cast.community), member=world.a)
    city = client_of(world.cast.city_staff)
    for path in (LIST, url(claim.wish), CLAIMS):
        page = city.get(path)
        assert page.status_code == 200
        assert "安一" not in page.content.decode()
    assert "已有人认领" in city.get(url(claim.wish)).content.decode()


def test_empty_pages_say_what_to_do(world, client_of):
    assert "登记微心愿" in client_of(world.cast.worker).get(LIST).content.decode()
    assert "社区公示后会显示在这里" in client_of(world.cast.liaison).get(LIST).content.decode()
    end_report_in(world.report_in, reason="transferred", by=actor_in(world.member_post))
    member = client_of(world.member_post)
    assert "去报到" in member.get(LIST).content.decode()
    assert "看看微心愿" in member.get(CLAIMS).content.decode()


@pytest.mark.parametrize("path", [LIST, CLAIMS, "wish"])
@pytest.mark.parametrize("reader", ["secretary", "liaison"])
def test_pages_cost_the_same_with_one_row_and_with_three(world, client_of, path, reader):
    client = client_of(getattr(world.cast, reader))
    wish = make_wish(world.cast.community)
    address = url(wish) if path == "wish" else path

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def grow():
        member = make_member(world.cast.unit)
        make_report_in(member, world.cast.community)
        make_wish_claim(wish, member=member, accepted=False)
        make_wish_claim(make_wish(world.cast.community), member=member)

    grow()
    count()
    one = count()
    grow()
    grow()
    assert count() == one


# -- Claims -------------------------------------------------------------------------------------
def test_a_member_claims_and_fulfils_and_the_community_asks_again(world, client_of):
    wish = make_wish(world.cast.community)
    member, secretary = client_of(world.member_post), client_of(world.cast.secretary)
    assert member.get(url(wish)).context["may_claim"]
    late = member.post(url(wish, "claim/"), {**OFFER, "promised_on": "2026-03-01"})
    assert (late.status_code, set(late.context["claim_form"].errors)) == (422, {"promised_on"})
    assert late.context["claim_form"]["note"].value() == "周末送去"
    assert member.post(url(wish, "claim/"), OFFER).url == url(wish)
    claim = WishClaim.objects.get()
    assert (claim.member, claim.state, claim.note) == (world.a, "proposed", "周末送去")
    assert not member.get(url(wish)).context["may_claim"]
    assert "确定由安一" in secretary.get(url(wish)).content.decode()
    secretary.post(claim_url(claim, "accept"))
    refused = member.post(claim_url(claim, "fulfil"), {**DONE, "fulfilled_on": "2026-03-06"})
    assert set(refused.context["fulfil_form"].errors) == {"fulfilled_on"}
    member.post(claim_url(claim, "fulfil"), DONE)
    claim.refresh_from_db()
    assert (claim.state, claim.result) == ("fulfilled", "收音机已送到。")
    visit = {"visited_on": "2026-03-05", "means": "phone", "grade": "dissatisfied"}
    refused = secretary.post(url(wish, "revisit/"), visit)
    assert set(refused.context["revisit_form"].errors) == {"words"}
    telling = secretary.post(url(wish, "revisit/"), {**visit, "words": "孙桂英说收不到台"})
    assert set(telling.context["revisit_form"].errors) == {"words"}
    secretary.post(url(wish, "revisit/"), {**visit, "words": "收不到台"})
    claim.refresh_from_db()
    assert claim.state == "accepted"
    member.post(claim_url(claim, "fulfil"), {**DONE, "result": "已换一台。"})
    secretary.post(url(wish, "revisit/"), {**visit, "grade": "satisfied", "means": "home"})
    wish.refresh_from_db()
    assert wish.state == "closed"
    assert WishRevisit.objects.count() == 2
    assert member.get(url(wish)).status_code == 200


def test_a_unit_claims_for_itself_and_looks_at_what_its_people_claim(world, client_of):
    own, theirs = make_wish(world.cast.community), make_wish(world.cast.community)
    of_member = make_wish_claim(theirs, member=world.b)
    client = client_of(world.cast.liaison)
    client.post(url(own, "claim/"), OFFER)
    claim = WishClaim.objects.get(wish=own)
    assert (claim.member, claim.unit) == (None, world.cast.unit)
    accept_claim(claim, by=SYSTEM)
    assert client.get(url(theirs)).status_code == 200
    assert not client.get(url(theirs)).context["may_fulfil"]
    for deed, values in (("fulfil", DONE), ("leave", {"reason": "x"})):
        assert client.post(claim_url(of_member, deed), values).status_code == 403
        assert client_of(world.cast.second_liaison).post(claim_url(claim, deed)).status_code == 404
        assert client_of(world.member_post).post(claim_url(claim, deed)).status_code == 404
    client.post(claim_url(claim, "fulfil"), DONE)
    claim.refresh_from_db()
    of_member.refresh_from_db()
    assert (claim.state, of_member.state) == ("fulfilled", "accepted")
    rows = client.get(CLAIMS).context["rows"]
    assert {each.pk for each in rows} == {claim.pk, of_member.pk}


def test_who_does_not_belong_there_does_not_claim(world, client_of):
    wish = make_wish(world.cast.community)
    unreported = client_of(make_post(Role.MEMBER, person=world.d.person))
    assert unreported.post(url(wish, "claim/"), OFFER).status_code == 404
    assert client_of(world.cast.other_liaison).post(url(wish, "claim/"), OFFER).status_code == 404
    assert client_of(world.cast.secretary).post(url(wish, "claim/"), OFFER).status_code == 403
    assert not WishClaim.objects.exists()


def test_what_is_taken_meanwhile_is_said_above_the_form(world, client_of):
    wish = make_wish(world.cast.community)
    make_wish_claim(wish, member=world.b)
    answer = client_of(world.member_post).post(url(wish, "claim/"), OFFER)
    assert answer.status_code == 422
    assert answer.context["claim_form"].non_field_errors()


def test_one_of_several_offers_is_chosen_and_another_declined_by_its_own_form(world, client_of):
    wish = make_wish(world.cast.community)
    first = make_wish_claim(wish, member=world.a, accepted=False)
    second = make_wish_claim(wish, unit=world.cast.second_unit, accepted=False)
    client = client_of(world.cast.secretary)
    refused = client.post(claim_url(first, "decline"), {"reason": ""})
    assert refused.status_code == 422
    errors = {
        line["claim"].pk: bool(line["decline_form"].errors) for line in refused.context["waiting"]
    }
    assert errors == {first.pk: True, second.pk: False}
    client.post(claim_url(first, "decline"), {"reason": "已请单位承担"})
    client.post(claim_url(second, "accept"))
    assert client.post(claim_url(first, "accept"), follow=True).status_code == 200
    for row in (first, second):
        row.refresh_from_db()
    assert (first.state, second.state) == ("declined", "accepted")


def test_nobody_decides_on_their_own_offer(world, client_of):
    wish = make_wish(world.cast.community)
    claim = make_wish_claim(wish, member=world.a, accepted=False)
    both = make_post(Role.COMMUNITY_WORKER, world.cast.committee, person=world.a.person)
    client = client_of(both)
    assert [line["is_about_oneself"] for line in client.get(url(wish)).context["waiting"]] == [True]
    client.post(claim_url(claim, "accept"))
    assert client.post(claim_url(claim, "decline"), {"reason": "x"}).status_code == 422
    claim.refresh_from_db()
    assert claim.state == "proposed"


def test_the_community_enters_every_step_by_proxy(world, client_of):
    wish = make_wish(world.cast.community)
    client = client_of(world.cast.worker)
    form = client.get(url(wish, "claim/proxy/")).context["form"]
    offered = {
        form.fields["member"].label_from_instance(each) for each in form.fields["member"].queryset
    }
    assert {text.partition("（")[0] for text in offered} == {"安一", "白二", "陈三"}
    assert set(form.fields["unit"].queryset) == {world.cast.unit, world.cast.second_unit}
    both = {"member": str(world.a.uid), "unit": str(world.cast.unit.uid)}
    for given, field in (({}, "member"), (both, "unit")):
        refused = client.post(url(wish, "claim/proxy/"), {**OFFER, "channel": "phone", **given})
        assert set(refused.context["form"].errors) == {field}
    refused = client.post(url(wish, "claim/proxy/"), {**OFFER, "member": str(world.a.uid)})
    assert set(refused.context["form"].errors) == {"channel"}
    client.post(
        url(wish, "claim/proxy/"), {**OFFER, "member": str(world.a.uid), "channel": "wechat"}
    )
    claim = WishClaim.objects.get()
    assert (claim.member, claim.channel) == (world.a, "wechat")
    refused = client.post(claim_url(claim, "leave/proxy"), {"reason": "出差"})
    assert refused.context["waiting"][0]["leave_proxy_form"].errors
    client.post(claim_url(claim, "accept"))
    refused = client.post(claim_url(claim, "leave/proxy"), {"channel": "phone"})
    assert set(refused.context["leave_held_form"].errors) == {"reason"}
    refused = client.post(claim_url(claim, "fulfil/proxy"), DONE)
    assert set(refused.context["fulfil_proxy_form"].errors) == {"channel"}
    client.post(claim_url(claim, "fulfil/proxy"), {**DONE, "channel": "paper"})
    claim.refresh_from_db()
    assert claim.state == "fulfilled"
    of_unit = make_wish(world.cast.community)
    client.post(
        url(of_unit, "claim/proxy/"),
        {**OFFER, "unit": str(world.cast.unit.uid), "channel": "phone"},
    )
    other = WishClaim.objects.get(wish=of_unit)
    assert (other.member, other.unit) == (None, world.cast.unit)
    client.post(claim_url(other, "leave/proxy"), {"channel": "phone"})
    other.refresh_from_db()
    assert other.state == "withdrawn"
    for post in (world.cast.liaison, world.cast.street_staff):
        answer = client_of(post).post(url(wish, "claim/proxy/"), {**OFFER, "channel": "phone"})
        assert answer.status_code == 403


def test_an_offer_is_taken_back_and_a_wish_in_hand_needs_a_reason(world, client_of):
    wish = make_wish(world.cast.community)
    member = client_of(world.member_post)
    member.post(url(wish, "claim/"), OFFER)
    member.post(claim_url(WishClaim.objects.get(), "leave"))
    assert WishClaim.objects.get().state == "withdrawn"
    held = make_wish_claim(wish, member=world.a)
    refused = member.post(claim_url(held, "leave"))
    assert set(refused.context["leave_form"].errors) == {"reason"}
    member.post(claim_url(held, "leave"), {"reason": "调动"})
    wish.refresh_from_db()
    held.refresh_from_db()
    assert (wish.state, held.state) == ("open", "left")


# -- A member's own place -----------------------------------------------------------------------
def test_a_member_finds_own_and_free_wishes_in_their_own_place(world, client_of):
    free = make_wish(world.cast.community)
    make_wish(world.cast.other_community)
    held = make_wish_claim(make_wish(world.cast.community), member=world.a)
    section = MyWishes().context(actor_in(world.member_post))
    assert section == {"claims": [held], "others": 1}
    assert free.title in client_of(world.member_post).get("/my/").content.decode()
    assert MyWishes().context(actor_in(world.cast.secretary)) is None
    end_report_in(world.report_in, reason="transferred", by=actor_in(world.member_post))
    assert MyWishes().context(actor_in(world.member_post)) is None


def test_history_tells_deeds_and_units_read_only_their_own(world, client_of):
    wish = make_wish(world.cast.community)
    client_of(world.cast.worker).post(url(wish, "wisher/"))
    make_wish_claim(wish, unit=world.cast.unit)

    def told(post):
        return {entry["text"] for entry in client_of(post).get(url(wish)).context["history"]}

    assert {"登记微心愿", "查看许愿人信息", "认领微心愿"} <= told(world.cast.secretary)
    assert "查看许愿人信息" not in told(world.cast.street_staff)
    assert "登记微心愿" not in told(world.cast.liaison)
    assert "认领微心愿" in told(world.cast.liaison)
    assert told(world.member_post) == set()


# -- The ledger as a file -----------------------------------------------------------------------
def test_the_ledger_names_claimers_to_whom_sees_them_and_never_who_made_a_wish(world):
    make_fulfilled(make_wish(world.cast.community), member=world.a)
    make_wish(world.cast.community, state="entered", title="换水龙头")
    export = list_of("wishes")

    def ledger(post, query=""):
        by, people = actor_in(post), set()
        columns = export.columns(by, unmasked=True)
        rows = list(cells(export, export.rows(by, QueryDict(query)), columns, people))
        return rows, str(rows), people

    for name in ("worker", "street_staff", "city_staff", "liaison"):
        rows, text, people = ledger(getattr(world.cast, name))
        assert (name, len(rows)) == (name, 1 if name == "liaison" else 2)
        assert [word for word in WISHER.values() if word in text] == []
        assert (name, "安一" in text) == (name, name != "city_staff")
        assert people == (set() if name == "city_staff" else {world.a.person_id})
    assert len(ledger(world.cast.worker, "state=entered")[0]) == 1
