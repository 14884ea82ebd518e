"""What waits on the home pages: several of one kind as one line, and nothing one has done one's part in."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from members.models import ServiceCertificate
from members.queries.feedback import SEND_DUTY as FEEDBACK
from members.queries.summaries import SEND_DUTY as SUMMARY
from members.services import submit_report_in
from members.services.certificates import ask_certificate, prepare_certificate
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import todo_counts, todos
from partybuild.obligations.registry import Debt, duty_of
from partybuild.obligations.services import owe
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_services

pytestmark = pytest.mark.django_db


def lines_of(post):
    return [(each.title, each.url) for each in todos([post], current=post.pk)]


def _report_in(cast, name):
    member = make_member(cast.unit, name)
    return submit_report_in(member, community=cast.community, by=actor_in(cast.member))


def test_several_that_reported_in_are_one_line_and_each_its_own_debt(cast):
    first = _report_in(cast, "安一")
    [(_title, url)] = lines_of(cast.secretary)
    assert url == first.get_absolute_url()
    _report_in(cast, "白二")
    _report_in(cast, "陈三")
    assert lines_of(cast.secretary) == [("3人报到待确认", reverse("members:report-in-list"))]
    assert todo_counts([cast.secretary]) == {cast.secretary.pk: 3}


@pytest.fixture
def asked(world):
    make_services(world.cast.community, [world.a], date=date(2026, 3, 1))
    return ask_certificate(
        world.a,
        community=world.cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        by=actor_in(world.member_post),
    )


def _prepare(asked, post):
    return prepare_certificate(
        asked, handler_name=post.person.name, handler_phone="0574-1", by=actor_in(post)
    )


def certificates_of(post):
    return [line for line in lines_of(post) if "证明" in line[0]]


def test_a_checked_certificate_waits_for_who_issues_it_alone(world, asked):
    cast = world.cast
    assert certificates_of(cast.worker) == certificates_of(cast.secretary) != []
    _prepare(asked, cast.worker)
    assert certificates_of(cast.worker) == []
    assert todo_counts([cast.worker]).get(cast.worker.pk, 0) == 0
    assert certificates_of(cast.secretary) == [
        ("签发一份志愿服务记录证明", asked.get_absolute_url())
    ]


def test_what_the_secretary_checked_waits_for_the_other_secretary(world, asked, client_of):
    cast = world.cast
    second = make_post(Role.COMMUNITY_SECRETARY, cast.committee)
    _prepare(asked, cast.secretary)
    assert certificates_of(cast.secretary) == []
    assert len(certificates_of(second)) == 1
    home = client_of(cast.street_staff).get("/")
    assert [line.title for line in home.context["waiting"] if "证明" in line.title] == []


def test_what_the_only_secretary_checked_is_issued_by_the_street(world, asked, client_of):
    cast = world.cast
    _prepare(asked, cast.secretary)
    home = client_of(cast.street_staff).get("/")
    [line] = [line for line in home.context["waiting"] if "证明" in line.title]
    assert line.title == "签发1份志愿服务记录证明"
    shown = client_of(cast.street_staff).get(line.url)
    assert [row.pk for row in shown.context["rows"]] == [asked.pk]
    told = Notice.objects.filter(kind="certificate.prepared").values_list("organization", flat=True)
    assert set(told) == {cast.street_committee.pk}
    assert ServiceCertificate.objects.prepared().count() == 1


def test_hundreds_of_one_duty_are_counted_and_hide_no_other(cast):
    def debt(number, duty, **values):
        return Debt(
            duty=duty,
            bearer_organization=cast.committee,
            owed_to=cast.unit,
            unit=cast.unit,
            subject=members[number],
            area=cast.community,
            **values,
        )

    members = [make_member(cast.unit) for _ in range(3)]
    owe([debt(0, FEEDBACK, due_on=date(2026, 1, 23), period="2025")], by=SYSTEM)
    first = Obligation.objects.get(duty=FEEDBACK)
    rows = [
        Obligation(
            **{
                field.attname: getattr(first, field.attname)
                for field in Obligation._meta.concrete_fields
                if field.attname not in {"id", "uid", "subject_uid"}
            },
            subject_uid=uuid4(),
        )
        for _ in range(350)
    ]
    Obligation.objects.bulk_create(rows)
    # Later than all the others: it stood behind them and was not shown.
    owe([debt(1, SUMMARY, due_on=date(2026, 4, 15), period="2026Q1")], by=SYSTEM)
    titles = [title for title, _url in lines_of(cast.secretary)]
    assert len(titles) == 2
    assert titles[0].endswith("共351项")


def test_the_period_stands_after_the_verb():
    assert duty_of("summary.acknowledge").name_in("2026Q3") == "签收2026年第三季度服务情况汇总"
    assert duty_of("feedback.acknowledge").name_in("2026H2") == "签收2026年下半年党员活动情况反馈表"
    assert duty_of("summary.send").name_in("2026Q3") == "2026年第三季度服务情况汇总"
