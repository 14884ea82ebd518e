"""Pages of a post's evaluation: the community, the member, the unit, and residents behind the link."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.documents.posts import PostEvaluationForm, PostEvaluationTally
from members.models import ClaimEvaluation, PostClaim, ServiceRecord
from members.services import (
    enter_claim_evaluations,
    finish_claim,
    open_post_evaluation,
    say_claim_asked,
    sign_pledge,
)
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.documents.registry import Issue
from partybuild.documents.rendering import as_pdf
from tests.documents.test_rendering import text_of_pdf
from tests.factories.core import SYSTEM
from tests.factories.members import make_claim, make_post_of, make_services

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(world, clock):
    """A post for two, both of whom have served."""
    clock(2026, 3, 5, 9)
    post = make_post_of(world.cast.community, wanted=2)
    claims = [make_claim(post, each) for each in (world.a, world.c)]
    for claim in claims:
        (record,) = make_services(post.community, [claim.member], date=date(2026, 3, 5))
        ServiceRecord.objects.filter(pk=record.pk).update(claim=claim)
    return claims


def path_of(row, what=""):
    return f"{row.get_absolute_url()}evaluation/{what}"


def resident_page(post):
    return link_url(open_post_evaluation(post, by=SYSTEM)).removeprefix(settings.BASE_URL)


def ballot_in(page):
    return re.search(r'name="ballot" value="([0-9a-f-]+)"', page).group(1)


def test_a_resident_answers_without_a_name_about_each_once(served):
    first, second = served
    sign_pledge(first, text="每月一次", due_on=date(2026, 12, 31), by=SYSTEM)
    address = resident_page(first.post)
    browser = Client()
    page = browser.get(address).content.decode()
    assert "1号岗 安" in page
    assert "2号岗在职党员" in page
    assert "安一" not in page
    assert "陈三" not in page
    # Sent empty: comes back with what is missing at its field.
    answer = browser.post(address, {"ballot": ballot_in(page), "side": "served", "comment": "热心"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"claim", "grade"}
    assert "热心" in answer.content.decode()
    said = {"side": "served", "grade": "satisfied", "comment": "热心", "ballot": ballot_in(page)}
    assert browser.post(address, {**said, "claim": str(first.uid)}).status_code == 302
    row = ClaimEvaluation.objects.get()
    assert (row.claim, row.grade, row.comment, row.via) == (first, "satisfied", "热心", "link")
    # The same browser is thanked, and asked about the other one only.
    page = browser.get(address).content.decode()
    assert "谢谢您的评价" in page
    assert "1号岗" not in page
    said = {**said, "claim": str(second.uid), "ballot": ballot_in(page)}
    assert browser.post(address, said).status_code == 302
    page = browser.get(address).content.decode()
    assert "谢谢您的评价" in page
    assert 'name="ballot"' not in page
    browser.post(address, said)
    assert ClaimEvaluation.objects.count() == 2
    # Nothing of it tells who.
    assert {field.name for field in ClaimEvaluation._meta.get_fields()} == {
        "id", "uid", "changed_at", "changed_xid", "claim", "side", "grade", "comment", "via",
        "given_at", "ballot",
    }  # fmt: skip


def test_a_claim_of_another_post_is_not_offered(served, world):
    other = make_claim(make_post_of(world.cast.community, title="巡逻岗"), world.b)
    address = resident_page(served[0].post)
    browser = Client()
    ballot = ballot_in(browser.get(address).content.decode())
    answer = browser.post(
        address,
        {"claim": str(other.uid), "side": "served", "grade": "satisfied", "ballot": ballot},
    )
    assert answer.status_code == 422
    assert not ClaimEvaluation.objects.exists()


def test_what_is_taken_back_meanwhile_says_so_kindly(served):
    address = resident_page(served[0].post)
    ServiceRecord.objects.filter(claim__in=served).update(state="withdrawn")
    page = Client().get(address).content.decode()
    assert "现在没有要评价的服务" in page


def test_the_community_opens_shows_and_closes(served, world, client_of):
    post = served[0].post
    client = client_of(world.cast.secretary)
    assert "开通扫码评价" in client.get(path_of(post)).content.decode()
    client.post(path_of(post, "open/"))
    page = client.get(path_of(post))
    assert page.context["drawing"] is not None
    assert page.context["address"] in page.content.decode()
    client.post(path_of(post, "close/"))
    assert SignedLink.objects.get(action="service_post.evaluate").revoked_at is not None


def test_nothing_served_is_nothing_to_open(world, client_of):
    post = make_post_of(world.cast.community)
    client = client_of(world.cast.secretary)
    assert "还没有可以评价的服务" in client.get(path_of(post)).content.decode()
    client.post(path_of(post, "open/"))
    assert not SignedLink.objects.filter(action="service_post.evaluate").exists()


def test_who_may_enter_answers(served, world, client_of):
    claim = served[0]
    paper = {
        f"{s}-{g}": "0"
        for s in ("resident", "served")
        for g in ("satisfied", "mostly", "dissatisfied")
    }
    codes = {
        name: (
            client_of(post).get(path_of(claim)).status_code,
            client_of(post)
            .post(path_of(claim, "paper/"), {**paper, "served-satisfied": "9"})
            .status_code,
        )
        for name, post in (
            ("outsider", world.cast.outsider),
            ("liaison", world.cast.liaison),
            ("street", world.cast.street_staff),
            ("member", world.member_post),
        )
    }
    assert codes == {
        "outsider": (404, 404),
        "liaison": (403, 403),
        "street": (403, 403),
        "member": (403, 403),
    }
    assert not ClaimEvaluation.objects.exists()
    client = client_of(world.cast.secretary)
    answer = client.post(path_of(claim, "paper/"), {**paper, "served-satisfied": "9"})
    # Saving replaces: what was entered stands there to be put right.
    form = client.get(path_of(claim)).context["paper_form"]
    assert form["served-satisfied"].value() == 9
    assert answer.url == path_of(claim)
    assert ClaimEvaluation.objects.filter(claim=claim).count() == 9


def test_a_refused_number_stands_at_its_field(served, world, client_of):
    claim = served[0]
    enter_claim_evaluations(claim, counts={("served", "satisfied"): 3}, by=SYSTEM)
    client = client_of(world.cast.secretary)
    answer = client.post(path_of(claim, "asked/"), {"asked": "2"})
    assert answer.status_code == 422
    form = answer.context["asked_form"]
    assert (set(form.errors), form["asked"].value()) == ({"asked"}, "2")
    client.post(path_of(claim, "asked/"), {"asked": "5"})
    assert PostClaim.objects.get(pk=claim.pk).evaluation_asked == 5
    assert "未评价2份" in client.get(path_of(claim)).content.decode()


def test_everybody_who_sees_the_claim_reads_grades_and_only_the_community_words(
    served, world, client_of
):
    claim = served[0]
    address = resident_page(claim.post)
    browser = Client()
    ballot = ballot_in(browser.get(address).content.decode())
    browser.post(
        address,
        {"claim": str(claim.uid), "side": "served", "grade": "mostly", "ballot": ballot,
         "comment": "来得晚了一点"},
    )  # fmt: skip
    finish_claim(claim, by=SYSTEM)
    pages = {
        name: client_of(post).get(claim.get_absolute_url()).content.decode()
        for name, post in (
            ("secretary", world.cast.secretary),
            ("liaison", world.cast.liaison),
            ("member", world.member_post),
        )
    }
    for page in pages.values():
        assert ("基本满意1" in page and "已评价" in page) or "群众评价：基本满意1" in page
        assert "来得晚了一点" not in page
    words = client_of(world.cast.secretary).get(path_of(claim)).content.decode()
    assert "来得晚了一点" in words
    # The member's own place, the list of claims, the post.
    assert "群众评价：基本满意1" in client_of(world.member_post).get("/my/").content.decode()
    table = client_of(world.cast.secretary).get("/members/claims/?state=evaluated")
    assert [each.pk for each in table.context["rows"]] == [claim.pk]
    assert "基本满意1" in table.content.decode()
    post = client_of(world.cast.secretary).get(claim.post.get_absolute_url())
    assert post.context["verdict"].answers == 1


def test_one_and_two_claims_take_the_same_queries(
    served, world, client_of, django_assert_num_queries
):
    client = client_of(world.cast.secretary)
    post = served[0].post
    for claim in served:
        enter_claim_evaluations(claim, counts={("served", "satisfied"): 3}, by=SYSTEM)
    client.get(path_of(post))
    with CaptureQueriesContext(
        connection,
    ) as two:
        client.get(path_of(post))
    PostClaim.objects.filter(pk=served[1].pk).update(state="left", ended_on=date(2026, 3, 5))
    with CaptureQueriesContext(connection) as one:
        client.get(path_of(post))
    assert len(one) == len(two)


def test_the_papers_of_a_post(served, world):
    post = served[0].post
    blank = PostEvaluationForm()
    flat = str(blank.compose(post, style=blank.style, issue=Issue()))
    assert "□ 满意" in flat
    assert "1号岗在职党员" in flat
    assert "安一" not in flat
    assert "扫码" not in flat
    open_post_evaluation(post, by=SYSTEM)
    pages = text_of_pdf(as_pdf(blank.compose(post, style=blank.style, issue=Issue())))
    # The picture stands on the sheet that is handed out.
    assert len(pages) == 1
    assert "可以扫码评价" in pages[0]
    enter_claim_evaluations(
        served[0], counts={("served", "satisfied"): 3, ("served", "dissatisfied"): 1}, by=SYSTEM
    )
    say_claim_asked(served[0], asked=10, by=SYSTEM)
    tally = PostEvaluationTally()
    rows = tally.compose(post, style=tally.style, issue=Issue())
    assert "发出10份，未评价6份。有效评价4份，满意率（满意、基本满意占有效评价）75" in str(rows)
