"""The pages of certificates: three people, two looks, and whose copy carries the whole number."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from docx import Document

from members.enums import CertificateState
from members.models import ServiceCertificate
from members.services.certificates import (
    ask_certificate,
    issue_certificate,
    prepare_certificate,
)
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.documents.registry import kind_of
from partybuild.documents.services import draft_of
from tests.documents.test_rendering import text_of_pdf

pytestmark = pytest.mark.django_db
ASK = {"since": "2026-01-01", "until": "2026-03-05", "purpose": "评优"}
CHECK = {"handler_name": "李四", "handler_phone": "0574-1234567"}


@pytest.fixture
def asked(world):
    """The member has asked."""
    return ask_certificate(
        world.a,
        community=world.cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        by=actor_in(world.member_post),
    )


@pytest.fixture
def prepared(world, asked):
    """The worker has checked it."""
    return prepare_certificate(asked, by=actor_in(world.cast.worker), **CHECK)


@pytest.fixture
def issued(world, prepared):
    """The secretary has issued it."""
    issue_certificate(prepared, responsible_name="王书记", by=actor_in(world.cast.secretary))
    prepared.refresh_from_db()
    return prepared


def _url(name, *args):
    return reverse(f"members:certificate-{name}", args=args)


def test_the_draft_says_the_record_before_anybody_has_checked_it(asked):
    kind = kind_of("service.certificate")
    paper = draft_of(kind, kind.find(ServiceCertificate.objects.all(), asked.uid))
    [total] = [
        row for block in paper.plain()["blocks"] for row in block.get("rows", ()) if "合计" in row
    ]
    assert total[1:] == ("2次", "", "", "5")


def test_from_asking_to_the_copy_in_the_pages(world, client_of):
    member = client_of(world.member_post)
    page = member.get(_url("ask"))
    # Everything known is filled in: the community, the first and the last day of service.
    assert page.context["form"].initial["since"] == date(2026, 2, 7)
    answer = member.act(_url("ask"), {"community": str(world.cast.community.uid), **ASK})
    certificate = ServiceCertificate.objects.get()
    assert answer["Location"] == certificate.get_absolute_url()
    worker = client_of(world.cast.worker)
    assert "核对无误" in worker.get(certificate.get_absolute_url()).content.decode()
    worker.act(_url("prepare", certificate.uid), CHECK)
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PREPARED
    # Who checked is told that somebody else has to look.
    assert (
        client_of(world.cast.worker)
        .act(_url("issue", certificate.uid), {"responsible_name": "李四"})
        .status_code
        == 403
    )
    secretary = client_of(world.cast.secretary)
    secretary.act(_url("issue", certificate.uid), {"responsible_name": "王书记"})
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.ISSUED
    assert "下载证明" in member.get(certificate.get_absolute_url()).content.decode()


def test_secretary_who_checked_reads_why_the_issue_is_refused(world, client_of, asked):
    secretary = client_of(world.cast.secretary)
    secretary.act(_url("prepare", asked.uid), CHECK)
    assert "由另一位负责人复核签发" in secretary.get(asked.get_absolute_url()).content.decode()
    refused = secretary.act(_url("issue", asked.uid), {"responsible_name": "王书记"})
    assert refused.status_code == 422
    assert "由您核对" in refused.content.decode()
    asked.refresh_from_db()
    assert asked.state == CertificateState.PREPARED


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("secretary", 200),
        ("worker", 200),
        ("street_staff", 200),
        ("member_post", 200),
        ("district_staff", 403),
        ("city_staff", 403),
        ("liaison", 403),
        ("unit_secretary", 403),
        ("outsider", 404),
        ("sibling_secretary", 404),
    ],
)
def test_who_opens_it(world, client_of, asked, post, status):
    own = world.member_post if post == "member_post" else getattr(world.cast, post)
    assert client_of(own).get(asked.get_absolute_url()).status_code == status


@pytest.mark.parametrize(
    ("name", "data", "state", "may"),
    [
        ("cancel", {}, "asked", {"member_post"}),
        ("prepare", CHECK, "asked", {"secretary", "worker"}),
        ("decline", {"reason": "记录有误"}, "asked", {"secretary", "worker"}),
        ("return", {"reason": "请再核对"}, "prepared", {"secretary", "street_staff"}),
        ("issue", {"responsible_name": "王书记"}, "prepared", {"secretary", "street_staff"}),
    ],
)
@pytest.mark.parametrize(
    "post", ["member_post", "secretary", "worker", "street_staff", "outsider", "liaison"]
)
def test_who_takes_a_step(world, client_of, asked, name, data, state, may, post):
    if state == "prepared":
        prepare_certificate(asked, by=actor_in(world.cast.worker), **CHECK)
    own = world.member_post if post == "member_post" else getattr(world.cast, post)
    answer = client_of(own).act(_url(name, asked.uid), data)
    asked.refresh_from_db()
    assert (asked.state != state) == (post in may)
    # A unit has no sight of it: the member decides who does.
    missing = 404 if post in {"outsider", "liaison"} else 403
    assert answer.status_code == (302 if post in may else missing)


def test_at_the_desk_for_somebody_who_called(world, client_of):
    url = reverse("members:certificate-ask-proxy", args=(world.a.uid,))
    data = {"community": str(world.cast.community.uid), "channel": "phone", **ASK}
    assert client_of(world.cast.outsider).act(url, data).status_code == 404
    assert client_of(world.cast.street_staff).act(url, data).status_code == 403
    assert client_of(world.cast.liaison).act(url, data).status_code == 403
    assert not ServiceCertificate.objects.exists()
    refused = client_of(world.cast.worker).act(url, {**data, "channel": ""})
    assert refused.status_code == 422
    assert "评优" in refused.content.decode()
    client_of(world.cast.worker).act(url, data)
    certificate = ServiceCertificate.objects.get()
    assert (certificate.channel, certificate.purpose) == ("phone", "评优")


def test_days_to_come_are_refused_at_the_field(world, client_of):
    refused = client_of(world.member_post).act(
        _url("ask"),
        {
            "community": str(world.cast.community.uid),
            "since": "2026-03-01",
            "until": "2026-12-31",
        },
    )
    assert refused.status_code == 422
    assert "until" in refused.context["form"].errors
    assert "2026-12-31" in refused.content.decode()


def _words(answer):
    document = Document(io.BytesIO(b"".join(answer)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(each.text for each in document.paragraphs), *cells])


def test_only_the_members_own_copy_carries_the_whole_number(world, client_of, issued):
    number = world.a.person.id_number
    copy = client_of(world.member_post).get(_url("copy", issued.uid, "docx"))
    assert number in _words(copy)
    told = Event.objects.filter(kind="data.downloaded", object_uid=issued.uid)
    assert told.count() == 1
    for post in (world.cast.secretary, world.cast.worker):
        assert client_of(post).get(_url("copy", issued.uid, "docx")).status_code == 404
    from members.queries.certificates import paper_of

    paper = paper_of(issued)
    office = client_of(world.cast.secretary).get(
        reverse("documents:document-file", args=(paper.uid, "docx"))
    )
    words = _words(office)
    assert number not in words
    assert issued.masked_number in words


def test_another_member_has_no_copy(world, client_of, issued):
    from partybuild.access import Role
    from tests.factories.core import make_post

    other = client_of(make_post(Role.MEMBER, person=world.b.person))
    assert other.get(_url("copy", issued.uid, "pdf")).status_code == 404
    assert other.get(issued.get_absolute_url()).status_code == 404


def test_the_public_page_answers_for_the_paper(client, world, issued):
    from members.queries.certificates import paper_of

    page = client.get(reverse("documents:verify"), {"code": paper_of(issued).code})
    sent = page.content.decode()
    for word in ("核验一致", issued.number, "5小时", "安**"):
        assert word in sent
    assert "安一" not in sent
    assert world.a.person.id_number not in sent


def test_the_list_takes_the_same_queries_for_one_and_three(
    world, client_of, asked, django_assert_max_num_queries
):
    client = client_of(world.cast.secretary)
    client.get(_url("list"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        assert client.get(_url("list")).status_code == 200
    for member in (world.b, world.c):
        ask_certificate(
            member,
            community=world.cast.community,
            since=date(2026, 1, 1),
            until=date(2026, 3, 5),
            by=actor_in(world.cast.worker),
            channel="phone",
        )
    with CaptureQueriesContext(connection) as three:
        assert client.get(_url("list")).status_code == 200
    assert len(one) == len(three)


def test_issued_certificates_of_a_list_are_one_file(world, client_of, issued):
    path = _url("list").replace("certificates/", "certificates/print.pdf")
    cast = world.cast
    client = client_of(cast.worker)
    assert "打印已签发的证明（1份）" in client.get(_url("list")).content.decode()
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf"
    [page] = text_of_pdf(b"".join(answer))
    for word in ("安一", "志服", "核验码"):
        assert word in page
    # A member has the own copy; another community has none to print.
    outside = client_of(cast.outsider).get(path, follow=True)
    assert "没有可以打印的" in outside.content.decode()
    own = client_of(world.member_post).get(path, follow=True)
    assert "没有可以打印的" in own.content.decode()
