"""Who a paper went to, who took it, who signed for it; the register of numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import Answer
from meetings.models import Meeting
from meetings.services import (
    accept_resolution,
    answer_notice,
    assign_resolution,
    issue_minutes,
    save_minutes,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.calendar import add_working_days, today
from partybuild.documents.exceptions import AlreadySignedFor
from partybuild.documents.models import Delivery, OfficialDocument
from partybuild.documents.registry import kind_of
from partybuild.documents.services import (
    issue_document,
    set_style,
    sign_for_document,
    withdraw_document,
)
from partybuild.documents.services.numbering import receipt_number
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_notified, make_resolution

NOTICE = "meeting.notice"


@pytest.fixture
def notice(council, cast):
    """A notice that went to both units."""
    set_style(kind_of(NOTICE), area=cast.community, by=SYSTEM, prefix="和平党委")
    return issue_document(kind_of(NOTICE), make_notified(council), by=SYSTEM)


def signing(document) -> str:
    """Return where one signs."""
    return reverse("documents:document-sign", args=(document.uid,))


def test_an_issued_notice_goes_to_everybody_invited(notice, cast):
    gone = {row.organization_id for row in Delivery.objects.filter(document=notice)}
    assert gone == {cast.unit.pk, cast.second_unit.pk}


def test_the_office_sees_who_took_it_and_who_signed(notice, cast, client_of):
    unit = client_of(cast.liaison)
    page = unit.get(notice.get_absolute_url()).content.decode()
    assert "签收" in page
    assert cast.second_unit.called not in page
    unit.get(reverse("documents:document-file", args=(notice.uid, "pdf")))
    office = client_of(cast.secretary)
    before = office.get(notice.get_absolute_url()).content.decode()
    assert "发往2家，0家已签收。" in before
    assert before.count("未签收") == 2
    assert unit.act(signing(notice)).status_code == 302
    after = office.get(notice.get_absolute_url()).content.decode()
    assert "发往2家，1家已签收。" in after
    row = Delivery.objects.get(document=notice, organization=cast.unit)
    assert row.signed_by == actor_in(cast.liaison).post
    assert Event.objects.filter(kind="document.signed_for", object_uid=notice.uid).count() == 1
    assert 'action="' + signing(notice) not in unit.get(notice.get_absolute_url()).content.decode()


def test_nobody_signs_for_another(notice, cast, client_of):
    for post in ("secretary", "street_staff", "outsider", "other_liaison"):
        assert client_of(getattr(cast, post)).act(signing(notice)).status_code in {403, 404}, post
    assert not Delivery.objects.signed().exists()


def test_what_is_out_of_force_is_not_signed_for(notice, cast, client_of):
    withdraw_document(notice, reason="印错", by=SYSTEM)
    client = client_of(cast.liaison)
    answer = client.act(signing(notice), follow=True)
    assert "已经签收，或者已经作废" in answer.content.decode()
    assert not Delivery.objects.signed().exists()


@pytest.mark.django_db(transaction=True)
def test_two_signing_at_once_sign_once(notice, cast):
    row = Delivery.objects.get(document=notice, organization=cast.unit)
    by = actor_in(cast.liaison)

    def press(_turn: int) -> int:
        try:
            sign_for_document(row, by=by)
        except AlreadySignedFor:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(8))) == 1
    assert Event.objects.filter(kind="document.signed_for").count() == 1


def test_a_further_edition_goes_out_anew(notice, cast):
    sign_for_document(
        Delivery.objects.get(document=notice, organization=cast.unit), by=actor_in(cast.liaison)
    )
    meeting = notice_meeting(notice)
    meeting.place = "图书馆报告厅"
    meeting.save()
    second = issue_document(kind_of(NOTICE), meeting, by=SYSTEM)
    assert second.pk != notice.pk
    assert Delivery.objects.filter(document=second, signed_at=None).count() == 2


def notice_meeting(document):
    """Return the meeting of a notice."""
    from meetings.models import Meeting

    return Meeting.objects.get(uid=document.subject_uid)


# -- the register of numbers ----------------------------------------------------------------


def test_the_register_shows_every_number_withdrawn_ones_too(notice, council, cast, client_of):
    meeting = notice_meeting(notice)
    meeting.place = "图书馆报告厅"
    meeting.save()
    issue_document(kind_of(NOTICE), meeting, by=SYSTEM)
    other = issue_document(
        kind_of(NOTICE), make_notified(council, theme="第二次", place="别处"), by=SYSTEM
    )
    withdraw_document(other, reason="会议取消", by=SYSTEM)
    page = client_of(cast.secretary).get(reverse("documents:number-list")).content.decode()
    assert "已用到2号" in page
    for said in ("和平党委〔2026〕1号", "和平党委〔2026〕2号", "会议取消", "第2版"):
        assert said in page
    assert page.count('<th scope="row">') == 2


def test_the_register_leaves_out_numbers_that_no_paper_took(notice, cast, client_of):
    receipt_number(cast.committee, 2026)
    page = client_of(cast.secretary).get(reverse("documents:number-list"))
    assert [str(series) for series, _shown in page.context["every"]] == ["和平党委〔2026〕"]
    assert "回执" not in page.content.decode().split("<main", 1)[1]


def test_others_see_no_numbers_of_ours(notice, cast, client_of):
    for post in ("outsider", "sibling_secretary", "other_liaison"):
        page = client_of(getattr(cast, post)).get(reverse("documents:number-list"))
        assert "和平党委" not in page.content.decode()


def test_the_register_costs_the_same_for_one_and_three(
    notice, council, cast, client_of, django_assert_num_queries
):
    client = client_of(cast.secretary)
    address = reverse("documents:number-list")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for turn in range(2):
        issue_document(kind_of(NOTICE), make_notified(council, theme=f"第{turn}次"), by=SYSTEM)
    with django_assert_num_queries(len(one)):
        client.get(address)


# -- What is owed until somebody signs ---------------------------------------------------------------


@pytest.fixture
def paper(held, cast):
    """Minutes that went to both units with the meeting's notice."""
    minutes = save_minutes(held, text="会议听取了工作情况。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=SYSTEM)
    return OfficialDocument.objects.get(subject_uid=minutes.uid)


@pytest.fixture
def held(council):
    """A meeting to which both units were invited."""
    return make_held(council)


def owing(document) -> dict[str, str]:
    """Return who owes a signature for a paper, with the state of the debt."""
    rows = Obligation.objects.filter(duty="document.sign", subject_uid=document.uid)
    return dict(rows.values_list("bearer_organization__name", "state"))


def test_each_receiver_owes_its_signature_and_pays_it_by_signing(paper, cast, client_of):
    assert owing(paper) == {cast.unit.name: "open", cast.second_unit.name: "open"}
    home = client_of(cast.liaison).get("/").content.decode()
    assert f"签收《{paper.title}》" in home
    assert client_of(cast.liaison).act(signing(paper)).status_code == 302
    assert owing(paper) == {cast.unit.name: "filed", cast.second_unit.name: "open"}
    debt = Obligation.objects.get(duty="document.sign", bearer_organization=cast.unit)
    assert debt.due_on == add_working_days(today(), 5)


def test_a_place_may_ask_for_no_signature(held, cast):
    set_parameter(cast.community, key="document.sign_days", value=0, by=SYSTEM)
    minutes = save_minutes(held, text="会议听取了工作情况。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="王书记", version=minutes.version, by=SYSTEM)
    assert owing(OfficialDocument.objects.get(subject_uid=minutes.uid)) == {}


def test_out_of_force_nobody_owes_a_signature(paper, cast, client_of):
    client_of(cast.liaison).act(signing(paper))
    withdraw_document(paper, reason="印错", by=SYSTEM)
    assert owing(paper) == {cast.unit.name: "filed", cast.second_unit.name: "not_applicable"}


def test_the_office_enters_what_a_unit_said_on_the_telephone(paper, cast, client_of):
    row = Delivery.objects.get(document=paper, organization=cast.second_unit)
    address = reverse("documents:document-sign-proxy", args=(row.uid,))
    assert client_of(cast.liaison).act(address, {"channel": "phone"}).status_code in {403, 404}
    assert client_of(cast.outsider).act(address, {"channel": "phone"}).status_code == 404
    office = client_of(cast.secretary)
    assert address in office.get(paper.get_absolute_url()).content.decode()
    assert office.get(address).status_code == 200
    assert office.act(address, {"channel": "x"}).status_code == 422
    row.refresh_from_db()
    assert row.signed_at is None
    assert office.act(address, {"channel": "phone"}).status_code == 302
    row.refresh_from_db()
    assert (row.channel, row.signed_by) == ("phone", actor_in(cast.secretary).post)
    assert owing(paper)[cast.second_unit.name] == "filed"
    assert office.act(address, {"channel": "phone"}).status_code == 422


def test_who_answers_the_notice_has_signed_for_it(notice, cast):
    """No second duty beside the receipt; the answer is the signature."""
    assert owing(notice) == {}
    meeting = Meeting.objects.get(uid=notice.subject_uid)
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=SYSTEM, channel="paper")
    row = Delivery.objects.get(document=notice, organization=cast.unit)
    assert (row.signed_at is not None, row.channel) == (True, "paper")


def test_who_accepts_an_assignment_has_signed_for_it(held, cast):
    resolution = make_resolution(held, cast.unit, cast.second_unit)
    assign_resolution(resolution, by=SYSTEM)
    lead = resolution.parties.get(role="lead")
    accept_resolution(lead, by=actor_in(cast.liaison))
    document = OfficialDocument.objects.get(subject_uid=resolution.uid)
    assert owing(document) == {}
    assert [row.organization for row in Delivery.objects.filter(document=document).signed()] == [
        cast.unit
    ]


def test_who_answered_before_the_paper_was_drawn_up_is_not_asked_to_sign(council, cast, client_of):
    meeting = make_notified(council)
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=actor_in(cast.liaison))
    set_style(kind_of(NOTICE), area=cast.community, by=SYSTEM, prefix="和平党委")
    paper = issue_document(kind_of(NOTICE), meeting, by=SYSTEM)
    page = client_of(cast.secretary).get(paper.get_absolute_url()).content.decode()
    assert "发往2家，0家已签收。另有1家在文书生成前已经答复，不必再签收。" in page
    assert (page.count("已答复"), page.count("未签收")) == (1, 1)
    own = client_of(cast.liaison).get(paper.get_absolute_url()).content.decode()
    assert "已答复" in own
    assert 'action="' + signing(paper) not in own
    # Who answers afterwards signs by it, as ever; and the answer of one round says nothing of the next.
    answer_notice(
        meeting,
        organization=cast.second_unit,
        answer=Answer.ATTEND,
        by=actor_in(cast.second_liaison),
    )
    assert Delivery.objects.signed().get(document=paper).organization == cast.second_unit
    Meeting.objects.filter(pk=meeting.pk).update(notice_round=2)
    page = client_of(cast.secretary).get(paper.get_absolute_url()).content.decode()
    assert "已答复" not in page


def test_a_slip_drawn_up_after_it_was_accepted_asks_for_nothing(council, cast, client_of):
    resolution = make_resolution(make_held(council), lead=cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    accept_resolution(resolution.parties.get(), by=actor_in(cast.liaison))
    slip = issue_document(kind_of("resolution.assignment"), resolution, by=SYSTEM)
    page = client_of(cast.secretary).get(slip.get_absolute_url()).content.decode()
    assert "已答复" in page
    assert "未签收" not in page
