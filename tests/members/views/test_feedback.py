"""Feedback on pages: who opens what, the signature, the receipt by link, use, objection, review."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Feedback, FeedbackDelivery, FeedbackPart, FeedbackUse, Objection
from members.services import (
    acknowledge_delivery,
    compile_feedback,
    end_report_in,
    evaluate_feedback,
    give_part,
    raise_objection,
    sign_feedback,
)
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from partybuild.areas.models import Parameter
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.documents.registry import Issue, kind_of
from partybuild.obligations.models import Obligation
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in, make_services

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")
SIGN = "/members/feedback/sign/2026Q1/"


@pytest.fixture
def drafts(world, clock, system):
    """Forms of a, b (first unit) and c (second unit) wait for the signature."""
    Parameter.objects.create(area=world.cast.street, key="feedback.cycle", value="quarterly")
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Q1, by=system)
    return world


def sign(world):
    forms = Feedback.objects.drafts().filter(period="2026Q1")
    sign_feedback(
        community=world.cast.community,
        period=Q1,
        picked={form.uid: form.mark for form in forms},
        by=actor_in(world.cast.secretary),
    )


@pytest.fixture
def sent(drafts):
    """Signed and sent."""
    sign(drafts)
    return drafts


def form_of(member):
    return Feedback.objects.current().get(member=member)


def part_of(member, part):
    return FeedbackPart.objects.get(feedback__member=member, part=part)


def posts_of(world):
    cast = world.cast
    return {
        "street": cast.street_staff,
        "city": cast.city_staff,
        "secretary": cast.secretary,
        "worker": cast.worker,
        "outsider": cast.outsider,
        "unit": cast.unit_secretary,
        "liaison": cast.liaison,
        "other_unit": cast.second_liaison,
        "member": world.member_post,
        "stranger": cast.member,
    }


def answers(world, client_of, url):
    """Return 200, 403 … of each post in the order of posts_of."""
    return {name: client_of(post).get(url).status_code for name, post in posts_of(world).items()}


def test_a_draft_is_the_communitys_alone(drafts, client_of):
    found = answers(drafts, client_of, form_of(drafts.a).get_absolute_url())
    assert {name for name, status in found.items() if status == 200} == {
        "street",
        "secretary",
        "worker",
    }
    page = client_of(drafts.member_post).get("/members/me/feedback/").content.decode()
    assert "合格" not in page
    assert "优秀" not in page


def test_a_sent_form_is_read_by_both_sides_and_the_member(sent, client_of):
    found = answers(sent, client_of, form_of(sent.a).get_absolute_url())
    assert {name for name, status in found.items() if status == 200} == {
        "street",
        "secretary",
        "worker",
        "unit",
        "member",
    }


def test_the_liaison_acknowledges_without_reading(sent, client_of):
    delivery = FeedbackDelivery.objects.get(unit=sent.cast.unit)
    client = client_of(sent.cast.liaison)
    page = client.get(delivery.get_absolute_url()).content.decode()
    for secret in ("安一", "白二", "优秀", "合格"):
        assert secret not in page
    done = client.act(reverse("members:feedback-delivery-acknowledge", args=(delivery.uid,)))
    assert done.status_code == 302
    assert form_of(sent.a).receipt_number == form_of(sent.b).receipt_number != ""
    assert form_of(sent.c).receipt_number == ""


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("feedback-evaluate", {"secretary", "worker"}),
        ("feedback-self", {"member"}),
        ("feedback-self-proxy", {"secretary", "worker"}),
        ("feedback-part", {"secretary", "worker"}),
    ],
)
def test_who_is_asked_before_the_signature(drafts, client_of, name, who):
    kinds = {"feedback-self": "self", "feedback-self-proxy": "self", "feedback-part": "masses"}
    row = part_of(drafts.a, kinds[name]) if name in kinds else form_of(drafts.a)
    found = answers(drafts, client_of, reverse(f"members:{name}", args=(row.uid,)))
    assert {post for post, status in found.items() if status == 200} == who
    assert set(found.values()) <= {200, 403, 404}


def test_a_unit_comments_on_its_own_people_alone(world, clock, system, client_of):
    Parameter.objects.create(area=world.cast.street, key="feedback.parts", value=["leader"])
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Q1, by=system)
    client = client_of(world.cast.unit_secretary)
    page = client.get("/members/feedback/comments/").content.decode()
    assert "安一" in page
    assert "陈三" not in page
    url = reverse("members:feedback-part", args=(part_of(world.a, "leader").uid,))
    assert client.act(url, {"grade": "excellent", "text": "工作认真"}).status_code == 302
    assert part_of(world.a, "leader").text == "工作认真"
    theirs = reverse("members:feedback-part", args=(part_of(world.c, "leader").uid,))
    assert client.act(theirs, {"grade": "", "text": "不认识"}).status_code == 404
    assert not part_of(world.c, "leader").is_given


def test_a_unit_says_the_same_of_many_in_one_press(world, clock, system, client_of):
    Parameter.objects.create(area=world.cast.street, key="feedback.parts", value=["leader"])
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Q1, by=system)
    own = [part_of(each, "leader") for each in (world.a, world.b)]
    theirs = part_of(world.c, "leader")
    give = reverse("members:feedback-comments-give")
    client = client_of(world.cast.unit_secretary)
    # Nothing said, or nobody picked: the page comes back with what was chosen and typed.
    refused = client.act(give, {"selected": [str(own[0].uid)], "grade": "qualified"})
    assert refused.status_code == 422
    assert "checked" in refused.content.decode()
    refused = client.act(give, {"text": "表现良好"})
    assert refused.status_code == 422
    assert "表现良好" in refused.content.decode()
    assert "请先勾选" in refused.content.decode()
    assert not FeedbackPart.objects.exclude(given_at=None).exists()
    # Another unit's form in the list of what is picked stays untouched.
    picked = [str(each.uid) for each in (*own, theirs)]
    answer = client.act(
        give, {"selected": picked, "text": "表现良好", "grade": "qualified"}, follow=True
    )
    assert "已为2人填写评议" in answer.content.decode()
    assert [part_of(each, "leader").text for each in (world.a, world.b)] == ["表现良好"] * 2
    assert not part_of(world.c, "leader").is_given
    debts = Obligation.objects.filter(duty="feedback.comment")
    assert debts.filter(state="open").count() == 1


def test_only_who_comments_says_the_same_of_many(drafts, client_of):
    give = reverse("members:feedback-comments-give")
    said = {"selected": [str(part_of(drafts.a, "masses").uid)], "text": "好"}
    for post in (
        drafts.cast.secretary,
        drafts.cast.worker,
        drafts.cast.liaison,
        drafts.cast.member,
    ):
        assert client_of(post).act(give, said).status_code == 403
    assert not FeedbackPart.objects.exclude(given_at=None).exists()


def test_the_community_writes_down_what_a_unit_said_it_used_a_form_for(sent, client_of):
    form = form_of(sent.a)
    url = reverse("members:feedback-use-proxy", args=(form.uid,))
    said = {"kind": "review", "used_on": "2026-04-02", "channel": "phone", "answer": "作为参考"}
    desk = client_of(sent.cast.worker)
    assert "代录结果运用" not in desk.get(form.get_absolute_url()).content.decode()
    acknowledge_delivery(form.delivery, by=actor_in(sent.cast.liaison))
    assert "代录结果运用" in desk.get(form.get_absolute_url()).content.decode()
    refused = desk.act(url, {**said, "channel": ""})
    assert refused.status_code == 422
    assert "作为参考" in refused.content.decode()
    for post in (sent.cast.unit_secretary, sent.cast.liaison, sent.cast.street_staff):
        assert client_of(post).act(url, said).status_code in {403, 404}
    assert client_of(sent.cast.outsider).act(url, said).status_code == 404
    assert not FeedbackUse.objects.exists()
    assert desk.act(url, said).status_code == 302
    use = FeedbackUse.objects.get()
    assert (use.kind, use.channel) == ("review", "phone")
    assert "党务工作者" in use.post
    form = form_of(sent.a)
    assert (form.state, form.answer) == ("used", "作为参考")
    event = Event.objects.filter(kind="feedback.used").get()
    assert event.reason == "电话"
    debt = Obligation.objects.get(duty="feedback.use", subject_uid=form.uid)
    assert debt.state == "filed"


def test_a_refused_part_comes_back_filled_in(drafts, client_of):
    url = reverse("members:feedback-part", args=(part_of(drafts.a, "masses").uid,))
    values = {"satisfied": "0", "basically": "0", "dissatisfied": "0", "unanswered": "4"}
    answer = client_of(drafts.cast.worker).act(url, {**values, "text": "评议会"})
    assert answer.status_code == 422
    assert "至少一票" in answer.content.decode()
    assert "评议会" in answer.content.decode()


def _picked(*forms, **more):
    return {
        "selected": [str(form.uid) for form in forms],
        "seen": " ".join(f"{form.uid}:{form.mark}" for form in forms),
        **more,
    }


def test_one_press_signs_all_that_were_seen(drafts, client_of):
    forms = list(Feedback.objects.drafts())
    answer = client_of(drafts.cast.secretary).act(SIGN, _picked(*forms))
    assert answer.status_code == 302
    assert Feedback.objects.sent().count() == 3


def test_the_list_says_what_is_proposed_for_a_draft(drafts, client_of):
    text = client_of(drafts.cast.secretary).get("/members/feedback/").content.decode()
    assert '合格<span class="soft">（建议）</span>' in text


def picks(page):
    form_seen = page.context["seen"]
    return {"seen": form_seen, "selected": [pair.split(":")[0] for pair in form_seen.split()]}


def test_one_sentence_is_written_into_every_form_without_its_own(drafts, client_of):
    own = form_of(drafts.b)
    evaluate_feedback(own, grade="qualified", conduct="热心助人", by=actor_in(drafts.cast.worker))
    client = client_of(drafts.cast.secretary)
    said = {**picks(client.get(SIGN)), "conduct": " 没有收到反映 "}
    assert client.act(SIGN, said).status_code == 302
    assert form_of(drafts.a).conduct == "没有收到反映"
    assert form_of(drafts.b).conduct == "热心助人"


def test_a_refused_signature_comes_back_as_it_was(drafts, client_of):
    client = client_of(drafts.cast.secretary)
    said = picks(client.get(SIGN))
    kept = said["selected"][0]
    answer = client.act(SIGN, {**said, "selected": [kept], "conduct": "长" * 201})
    assert answer.status_code == 422
    assert answer.context["sign_form"]["conduct"].value() == "长" * 201
    assert [str(form.uid) for form, _why, picked in answer.context["ready"] if picked] == [kept]
    assert not Feedback.objects.sent().exists()


def test_who_is_alike_is_judged_together(drafts, client_of, system):
    idle = [make_member(drafts.cast.unit, f"空{number}") for number in range(3)]
    for member in idle:
        make_report_in(member, drafts.cast.community)
    lone = make_member(drafts.cast.unit, "独")
    stood = make_report_in(lone, drafts.cast.community)
    make_services(drafts.cast.community, [lone], date=date(2026, 3, 1))
    end_report_in(stood, reason="retired", on=date(2026, 3, 20), by=system)
    compile_feedback(drafts.cast.community, Q1, by=system)
    groups = client_of(drafts.cast.secretary).get(SIGN).context["groups"]
    assert [(group["title"], len(group["lines"])) for group in groups] == [
        ("本期没有服务记录", 3),
        ("其他原因", 1),
    ]


@pytest.mark.parametrize("who", ["worker", "outsider", "unit_secretary", "street_staff"])
def test_nobody_else_signs(drafts, client_of, who):
    forms = list(Feedback.objects.drafts())
    client_of(getattr(drafts.cast, who)).act(SIGN, _picked(*forms))
    assert not Feedback.objects.sent().exists()


def test_a_signature_on_what_was_not_shown_signs_nothing(drafts, client_of):
    form = form_of(drafts.a)
    client_of(drafts.cast.secretary).act(SIGN, {"selected": [str(form.uid)], "seen": ""})
    assert form_of(drafts.a).is_draft


def test_several_are_graded_in_one_press(drafts, client_of):
    forms = list(Feedback.objects.drafts())
    url = reverse("members:feedback-grade", args=("2026Q1",))
    client = client_of(drafts.cast.worker)
    client.act(url, _picked(*forms[:2]))
    assert not Feedback.objects.exclude(grade="").exists()
    client.act(url, _picked(*forms[:2], grade="qualified"))
    assert Feedback.objects.filter(grade="qualified").count() == 2


def test_evaluating_leads_to_the_next_exception(drafts, client_of, system):
    for name in ("静五", "静六"):
        make_report_in(make_member(drafts.cast.unit, name), drafts.cast.community)
    compile_feedback(drafts.cast.community, Q1, by=system)
    first, second = Feedback.objects.filter(proposed="").order_by("member_name")
    url = reverse("members:feedback-evaluate", args=(first.uid,))
    client = client_of(drafts.cast.worker)
    assert client.act(url, {"grade": ""}).status_code == 422
    answer = client.act(url, {"grade": "qualified", "opinion": "已说明", "next": "1"})
    assert answer["Location"] == reverse("members:feedback-evaluate", args=(second.uid,))
    answer = client.act(answer["Location"], {"grade": "qualified", "next": "1"})
    assert answer["Location"] == SIGN


def _link(delivery, system):
    link = issue_link(
        delivery,
        action="feedback.acknowledge",
        days=30,
        organization=delivery.unit,
        by=system,
    )
    return link_url(link).removeprefix(settings.BASE_URL)


def test_the_mails_link_acknowledges_and_names_nobody(sent, system):
    delivery = FeedbackDelivery.objects.get(unit=sent.cast.unit)
    client, path = Client(), _link(delivery, system)
    page = client.get(path).content.decode()
    for secret in ("安一", "白二", "优秀", "合格"):
        assert secret not in page
    assert not Feedback.objects.exclude(receipt_number="").exists()
    assert client.post(path).status_code == 302
    number = form_of(sent.a).receipt_number
    assert number
    assert number in client.get(path).content.decode()
    client.post(path)
    assert form_of(sent.a).receipt_number == number


def test_use_of_many_from_the_list(sent, client_of):
    acknowledge_delivery(
        FeedbackDelivery.objects.get(unit=sent.cast.unit), by=actor_in(sent.cast.liaison)
    )
    client = client_of(sent.cast.unit_secretary)
    forms = [form_of(sent.a), form_of(sent.b)]
    picked = {"selected": [str(form.uid) for form in forms]}
    url = reverse("members:feedbacks-use")
    wrong = {"kind": "review", "used_on": "2027-01-01", "answer": "已阅"}
    refused = client.act(url, {**picked, **wrong})
    assert refused.status_code == 422
    # What was written and ticked is still there.
    assert refused.context["use_form"]["answer"].value() == "已阅"
    assert refused.content.decode().count(" checked aria-label=") == 2
    assert client.act(url, wrong).status_code == 422
    assert not FeedbackUse.objects.exists()
    client.act(url, {**picked, "kind": "review", "used_on": "2026-04-02", "answer": "已阅"})
    assert FeedbackUse.objects.count() == 2
    assert form_of(sent.a).answer == "已阅"


def test_a_use_about_another_unit_does_nothing(sent, client_of):
    acknowledge_delivery(
        FeedbackDelivery.objects.get(unit=sent.cast.second_unit),
        by=actor_in(sent.cast.second_liaison),
    )
    values = {"kind": "review", "used_on": "2026-04-02"}
    client = client_of(sent.cast.unit_secretary)
    url = reverse("members:feedback-use", args=(form_of(sent.c).uid,))
    assert client.act(url, values).status_code == 404
    client.act(reverse("members:feedbacks-use"), {**values, "selected": [str(form_of(sent.c).uid)]})
    assert not FeedbackUse.objects.exists()


def test_a_member_objects_and_the_street_revises(sent, client_of):
    form = form_of(sent.a)
    member = client_of(sent.member_post)
    url = reverse("members:feedback-object", args=(form.uid,))
    assert member.act(url, {"text": ""}).status_code == 422
    assert member.act(url, {"text": "漏记一次"}).status_code == 302
    review = reverse("members:feedback-review", args=(form.uid,))
    found = answers(sent, client_of, review)
    assert {name for name, status in found.items() if status == 200} == {"street", "secretary"}
    values = {"decision": "uphold", "review": "属实", "grade": "", "opinion": "补记一次"}
    street = client_of(sent.cast.street_staff)
    answer = street.act(review, values)
    assert answer.status_code == 422
    assert "属实" in answer.content.decode()
    assert (
        client_of(sent.cast.secretary).act(review, {**values, "grade": "excellent"}).status_code
        == 422
    )
    assert Objection.objects.open().exists()
    assert street.act(review, {**values, "grade": "excellent"}).status_code == 302
    revised = form_of(sent.a)
    assert (revised.version, revised.opinion) == (2, "补记一次")
    page = member.get(form.get_absolute_url()).content.decode()
    assert "已有修订版" in page
    assert revised.get_absolute_url() in page


def test_somebody_else_cannot_object(sent, client_of):
    other = make_post(Role.MEMBER, person=sent.b.person)
    url = reverse("members:feedback-object", args=(form_of(sent.a).uid,))
    assert client_of(other).act(url, {"text": "不同意"}).status_code == 404
    assert not Objection.objects.exists()


def test_an_objection_by_telephone_says_so(sent, client_of):
    url = reverse("members:feedback-object-proxy", args=(form_of(sent.a).uid,))
    values = {"text": "漏记一次", "channel": "phone", "on": "2026-04-02"}
    assert client_of(sent.cast.worker).act(url, values).status_code == 302
    assert Objection.objects.get().channel == "phone"


def test_the_paper_says_what_the_form_says(sent, system):
    raise_objection(form_of(sent.a), text="漏记", by=system)
    kind = kind_of("feedback.sheet")
    form = kind.find(Feedback.objects.all(), form_of(sent.a).uid)
    text = str(kind.compose(form, style=kind.style, issue=Issue()).plain())
    for words in (
        "安一",
        "参加活动2次，共5小时",
        "清扫楼道",
        "优秀",
        "群众测评",
        "未评",
        "（盖章）",
    ):
        assert words in text
    assert "2026年第一季度" in text


PAGES = (
    ("secretary", SIGN),
    ("secretary", "/members/feedback/"),
    ("unit_secretary", "/members/feedback/"),
    ("liaison", "/members/feedback/deliveries/"),
)


@pytest.mark.parametrize(("post", "url"), PAGES)
def test_lists_cost_the_same_with_one_row_and_with_three(
    cast, world, client_of, clock, system, post, url
):
    clock(2026, 4, 2)
    client = client_of(getattr(cast, post))

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    compile_feedback(cast.community, Q1, by=system)
    if url != SIGN:
        form = form_of(world.a)
        picked = {form.uid: form.mark}
        sign_feedback(community=cast.community, period=Q1, picked=picked, by=system)
    with_few = count()
    for number in range(3):
        member = make_member(cast.unit)
        make_report_in(member, cast.community)
        make_services(cast.community, [member], date=date(2026, 3, 1 + number))
        compile_feedback(cast.community, Q1, by=system)
        if url != SIGN:
            form = form_of(member)
            picked = {form.uid: form.mark}
            sign_feedback(community=cast.community, period=Q1, picked=picked, by=system)
    assert count() == with_few


def test_the_community_finds_own_words_of_others_closed(drafts, client_of):
    part = part_of(drafts.a, "self")
    give_part(part, text="带头服务", by=actor_in(drafts.member_post))
    worker = client_of(drafts.cast.worker)
    evaluation = reverse("members:feedback-evaluate", args=(part.feedback.uid,))
    url = reverse("members:feedback-self-proxy", args=(part.uid,))
    assert url not in worker.get(evaluation).content.decode()
    assert "本人已自己填写" in worker.get(url).content.decode()
    answer = worker.act(url, {"text": "另说", "channel": "phone", "grade": "", "on": "2026-04-02"})
    assert answer.status_code == 422
    part.refresh_from_db()
    assert part.text == "带头服务"
    # Voices of residents are the community's own to count, and lead back to the form.
    voices = part_of(drafts.a, "masses")
    answer = worker.act(
        reverse("members:feedback-part", args=(voices.uid,)),
        {"satisfied": "9", "basically": "0", "dissatisfied": "0", "unanswered": "1"},
    )
    assert answer.url == evaluation


def test_a_revised_version_and_the_old_one_lead_to_each_other(sent, client_of):
    old = Feedback.objects.get(member=sent.a)
    objection = raise_objection(old, text="漏记", by=actor_in(sent.member_post))
    secretary = client_of(sent.cast.secretary).get(old.get_absolute_url())
    assert not secretary.context["may_review"]
    street = client_of(sent.cast.street_staff)
    assert street.get(old.get_absolute_url()).context["may_review"]
    street.act(
        reverse("members:feedback-review", args=(old.uid,)),
        {"decision": "uphold", "review": "属实", "grade": old.grade},
    )
    objection.refresh_from_db()
    revised = Feedback.objects.get(replaces=old)
    member = client_of(sent.member_post)
    assert old.get_absolute_url() in member.get(revised.get_absolute_url()).content.decode()
    assert revised.get_absolute_url() in member.get(old.get_absolute_url()).content.decode()
    assert revised.opinion == old.opinion


def test_what_still_waits_for_a_comment_stands_first(world, clock, system, client_of):
    Parameter.objects.create(area=world.cast.street, key="feedback.parts", value=["leader"])
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Q1, by=system)
    client = client_of(world.cast.unit_secretary)
    first, *others = client.get("/members/feedback/comments/").context["rows"]
    give = reverse("members:feedback-comments-give")
    client.act(give, {"selected": [str(first.uid)], "text": "表现良好"})
    page = client.get("/members/feedback/comments/")
    assert page.context["rows"] == [*others, first]
    assert others
    after = client.get("/members/feedback/comments/", {"older": str(others[-1].uid)})
    assert after.context["rows"] == [first]
