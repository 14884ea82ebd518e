"""Two issue a certificate at once: one paper under one number; with the control that issues two."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from members.enums import CertificateState
from members.models import ServiceCertificate
from members.services import certificates
from members.services.certificates import ask_certificate, issue_certificate, prepare_certificate
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.documents.models import OfficialDocument
from tests.factories.core import SYSTEM
from tests.factories.members import make_services
from tests.members.services.test_certificates import SPAN

pytestmark = pytest.mark.django_db(transaction=True)


def _prepared(world: Any, member: Any) -> ServiceCertificate:
    asked = ask_certificate(member, community=world.cast.community, by=SYSTEM, **SPAN)
    return prepare_certificate(
        asked,
        handler_name="李四",
        handler_phone="0574-1234567",
        by=actor_in(world.cast.worker),
    )


def at_once(*calls: Any) -> list[str]:
    start = threading.Barrier(len(calls))
    outcomes = []

    def run(call: Any) -> None:
        start.wait()
        try:
            call()
            outcomes.append("issued")
        except ValidationError as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def _issue(certificate: ServiceCertificate, name: str, post: Any) -> Any:
    return lambda: issue_certificate(
        ServiceCertificate.objects.get(pk=certificate.pk),
        responsible_name=name,
        by=actor_in(post),
    )


def _two_at_once(world: Any) -> list[str]:
    certificate = _prepared(world, world.a)
    return at_once(
        _issue(certificate, "王书记", world.cast.secretary),
        _issue(certificate, "赵书记", world.cast.street_staff),
    )


def test_of_two_issuers_one_issues_one_paper_under_one_number(world):
    assert _two_at_once(world) == ["CertificateAlreadyDecided", "issued"]
    paper = OfficialDocument.objects.get(kind=certificates.PAPER)
    certificate = ServiceCertificate.objects.get()
    assert (certificate.state, certificate.number) == (CertificateState.ISSUED, paper.number_text)
    assert certificate.responsible_name in str(paper.content)
    assert Event.objects.filter(kind="certificate.issued").count() == 1


def test_control_without_the_claim_two_papers_are_issued(world, monkeypatch):
    both_looked = threading.Barrier(2)

    def look_then_write(certificate: Any, states: Any, **values: Any) -> None:
        found = ServiceCertificate.objects.get(pk=certificate.pk)
        both_looked.wait(60)
        assert found.state in states
        ServiceCertificate.objects.filter(pk=certificate.pk).update(**values)
        certificate.refresh_from_db()

    certificate = _prepared(world, world.a)
    monkeypatch.setattr(certificates, "_claim", look_then_write)
    outcomes = at_once(
        _issue(certificate, "王书记", world.cast.secretary),
        _issue(certificate, "赵书记", world.cast.street_staff),
    )
    assert outcomes == ["issued", "issued"]
    assert OfficialDocument.objects.filter(kind=certificates.PAPER).count() == 2
    assert Event.objects.filter(kind="certificate.issued").count() == 2


def test_two_certificates_at_once_have_two_numbers_in_a_row(world):
    make_services(world.cast.community, [world.b])
    rows = [_prepared(world, member) for member in (world.a, world.b)]
    outcomes = at_once(
        _issue(rows[0], "王书记", world.cast.secretary),
        _issue(rows[1], "王书记", world.cast.street_staff),
    )
    assert outcomes == ["issued", "issued"]
    papers = OfficialDocument.objects.filter(kind=certificates.PAPER)
    numbers = sorted(papers.values_list("number", flat=True))
    assert numbers[1] == numbers[0] + 1
    assert not ServiceCertificate.objects.exclude(number__in=papers.values("number_text")).exists()
