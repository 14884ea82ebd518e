"""Who a paper went to, who took it, who signed for it; the register of numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.documents.exceptions import AlreadySignedFor
from partybuild.documents.models import Delivery
from partybuild.documents.registry import kind_of
from partybuild.documents.services import (
    issue_document,
    set_style,
    sign_for_document,
    withdraw_document,
)
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_notified

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
