"""志愿服务记录证明: asked for, checked by one, issued by another, withdrawn with its paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from members.enums import CertificateState
from members.exceptions import (
    CertificateAlreadyAsked,
    CertificateAlreadyDecided,
    CertificateNoLongerMatches,
    DecidesOnOneself,
    IdNumberNotRegistered,
    NothingToCertify,
    SecondLookByAnother,
)
from members.models import ServiceCertificate
from members.queries.certificates import paper_of
from members.services import correct_service
from members.services.certificates import (
    ask_certificate,
    cancel_certificate,
    decline_certificate,
    issue_certificate,
    prepare_certificate,
    return_certificate,
)
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.documents.queries import verify
from partybuild.documents.services import withdraw_document
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.people.models import Person
from tests.factories.core import make_post
from tests.factories.members import make_services

pytestmark = pytest.mark.django_db
SPAN = {"since": date(2026, 1, 1), "until": date(2026, 3, 5)}


def _ask(world, **values):
    return ask_certificate(
        world.a,
        community=world.cast.community,
        by=actor_in(world.member_post),
        **{**SPAN, **values},
    )


def _prepare(certificate, by):
    return prepare_certificate(
        certificate, handler_name="李四", handler_phone="0574-1234567", by=by
    )


@pytest.fixture
def prepared(world):
    """A certificate that the worker has checked."""
    return _prepare(_ask(world), actor_in(world.cast.worker))


def test_asking_owes_the_community_an_answer(world):
    certificate = _ask(world, purpose="升学")
    debt = Obligation.objects.get(duty="certificate.issue")
    assert debt.bearer_organization == world.cast.committee
    assert debt.owed_to == world.cast.street_committee
    assert debt.state == ObligationState.OPEN
    notice = Notice.objects.filter(kind="certificate.asked").first()
    # A list of notices names nobody.
    assert notice is not None
    assert "安一" not in notice.title + notice.body
    assert Event.objects.filter(kind="certificate.asked", object_uid=certificate.uid).count() == 1


def test_without_certified_service_there_is_nothing_to_certify(world):
    with pytest.raises(NothingToCertify):
        ask_certificate(
            world.d, community=world.cast.community, by=actor_in(world.member_post), **SPAN
        )
    make_services(world.cast.community, [world.a], certified=False, date=date(2025, 6, 1))
    with pytest.raises(NothingToCertify):
        _ask(world, since=date(2025, 6, 1), until=date(2025, 6, 30))


def test_one_is_asked_for_at_a_time(world):
    certificate = _ask(world)
    with pytest.raises(CertificateAlreadyAsked):
        _ask(world)
    cancel_certificate(certificate, by=actor_in(world.member_post))
    assert Obligation.objects.get(duty="certificate.issue").state == ObligationState.NOT_APPLICABLE
    assert _ask(world).state == CertificateState.ASKED


def test_the_check_freezes_what_the_records_say(world, prepared):
    assert (prepared.times, prepared.hours) == (2, Decimal("5.0"))
    assert [line["content"] for line in prepared.lines] == ["清扫楼道", "义诊"]
    number = world.a.person.id_number
    assert prepared.masked_number == f"{number[:3]}{'*' * (len(number) - 4)}{number[-1]}"


def test_who_checked_does_not_issue(world):
    by = actor_in(world.cast.secretary)
    certificate = _prepare(_ask(world), by)
    with pytest.raises(SecondLookByAnother):
        issue_certificate(certificate, responsible_name="王书记", by=by)
    # Another post of the same human is no other person.
    other = make_post(
        Role.COMMITTEE, world.cast.street_committee, person=world.cast.secretary.person
    )
    with pytest.raises(SecondLookByAnother):
        issue_certificate(certificate, responsible_name="王书记", by=actor_in(other))
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PREPARED
    issue_certificate(certificate, responsible_name="街道", by=actor_in(world.cast.street_staff))


def test_nobody_decides_on_their_own(world):
    certificate = _ask(world)
    Person.objects.filter(pk=world.a.person_id).update(merged_into=world.cast.worker.person_id)
    certificate.member.person.refresh_from_db()
    with pytest.raises(DecidesOnOneself):
        _prepare(certificate, actor_in(world.cast.worker))
    with pytest.raises(DecidesOnOneself):
        decline_certificate(certificate, reason="无", by=actor_in(world.cast.worker))


def test_issuing_gives_number_paper_and_answer(world, prepared):
    document = issue_certificate(
        prepared, responsible_name="王书记", by=actor_in(world.cast.secretary)
    )
    prepared.refresh_from_db()
    assert prepared.state == CertificateState.ISSUED
    assert prepared.number == document.number_text == "志服〔2026〕1号"
    text = str(document.content)
    for word in (
        "安一",
        "志愿者编号",
        "居民身份证",
        prepared.masked_number,
        "5",
        "清扫楼道",
        "王书记",
        "李四",
        "0574-1234567",
        world.cast.committee.name,
        document.number_text,
    ):
        assert word in text
    assert world.a.person.id_number not in text
    assert Obligation.objects.get(duty="certificate.issue").state == ObligationState.FILED
    told = Notice.objects.filter(kind="certificate.issued").first()
    assert told is not None
    assert told.person_id == world.a.person_id


def test_the_verification_page_shows_a_forged_figure_and_no_whole_name(world, prepared):
    document = issue_certificate(
        prepared, responsible_name="王书记", by=actor_in(world.cast.secretary)
    )
    found = verify(document.code)
    facts = {str(label): value for label, value in found.facts}
    assert found.is_valid
    assert found.number == prepared.number
    assert facts["服务时长"] == "5小时"
    assert facts["服务次数"] == "2次"
    assert facts["志愿者"].startswith("安")
    assert "安一" not in facts["志愿者"]


def test_a_record_corrected_after_the_check_stops_the_issue(world, prepared):
    record = world.a.service_records.order_by("id").first()
    correct_service(
        record, changes={"hours": ["2.5", "1.0"]}, reason="多记", by=actor_in(world.cast.secretary)
    )
    by = actor_in(world.cast.secretary)
    with pytest.raises(CertificateNoLongerMatches):
        issue_certificate(prepared, responsible_name="王书记", by=by)
    return_certificate(prepared, reason="时长已更正", by=by)
    again = _prepare(prepared, actor_in(world.cast.worker))
    issue_certificate(again, responsible_name="王书记", by=by)
    assert again.hours == Decimal("3.5")


def test_without_an_id_number_it_is_not_prepared(world):
    certificate = _ask(world)
    person = world.a.person
    Person.objects.filter(pk=person.pk).update(id_number=b"", id_number_hash="", double_hash="")
    certificate.member.person.refresh_from_db()
    with pytest.raises(IdNumberNotRegistered):
        _prepare(certificate, actor_in(world.cast.worker))


def test_declining_says_why(world):
    certificate = _ask(world)
    decline_certificate(certificate, reason="记录正在核实", by=actor_in(world.cast.worker))
    assert certificate.state == CertificateState.DECLINED
    told = Notice.objects.filter(kind="certificate.declined").first()
    assert told is not None
    assert "记录正在核实" in told.body
    with pytest.raises(CertificateAlreadyDecided):
        _prepare(certificate, actor_in(world.cast.worker))


def test_withdrawing_the_paper_withdraws_the_certificate(world, prepared):
    document = issue_certificate(
        prepared, responsible_name="王书记", by=actor_in(world.cast.secretary)
    )
    withdraw_document(document, reason="重复出具", by=actor_in(world.cast.secretary))
    prepared.refresh_from_db()
    assert (prepared.state, prepared.reason) == (CertificateState.WITHDRAWN, "重复出具")
    assert paper_of(prepared) is None
    assert not verify(document.code).is_valid
    assert Notice.objects.filter(kind="certificate.withdrawn").exists()


def test_when_issuing_fails_nothing_is_left(world, prepared, monkeypatch):
    from members.services import certificates

    def broken(*args, **values):
        raise RuntimeError("no paper")

    monkeypatch.setattr(certificates, "issue_document", broken)
    with pytest.raises(RuntimeError):
        issue_certificate(prepared, responsible_name="王书记", by=actor_in(world.cast.secretary))
    prepared = ServiceCertificate.objects.get()
    assert prepared.state == CertificateState.PREPARED
    assert Obligation.objects.get(duty="certificate.issue").state == ObligationState.OPEN
