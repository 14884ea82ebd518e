"""The signed links of reports and summaries: one object, one page, one press."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from members.models import ServiceSummary
from members.services import sign_summary
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from units.models import UnitReport

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")


def _path(link):
    return link_url(link).removeprefix(settings.BASE_URL)


@pytest.fixture
def report_path(world, system):
    """The address in the reminder of the first unit's quarter."""
    open_duties(on=date(2026, 3, 5), by=system)
    debt = Obligation.objects.get(duty="report.file", bearer_organization=world.cast.unit)
    return _path(
        issue_link(debt, action="report.file", days=30, organization=world.cast.unit, by=system)
    )


@pytest.fixture
def summary_path(world, system, clock):
    """The address in the mail about the first unit's summary."""
    clock(2026, 4, 2)
    cast = world.cast
    summary = sign_summary(
        community=cast.community, unit=cast.unit, period=Q1, by=actor_in(cast.secretary)
    )
    return _path(
        issue_link(
            summary, action="summary.acknowledge", days=30, organization=cast.unit, by=system
        )
    )


def test_opening_a_report_link_changes_nothing(report_path):
    response = Client().get(report_path)
    assert response.status_code == 200
    assert "江湾区图书馆" in response.content.decode()
    assert not UnitReport.objects.exists()


def test_a_report_link_files_with_one_press_and_shows_the_receipt(world, report_path):
    client = Client()
    response = client.post(report_path, {"nil": "1"})
    assert (response.status_code, response["Location"]) == (302, report_path)
    report = UnitReport.objects.get()
    assert (report.unit, report.state, report.is_nil) == (world.cast.unit, "filed", True)
    assert report.receipt_number in client.get(report_path).content.decode()
    client.post(report_path, {"nil": "1"})
    assert Event.objects.filter(kind="report.filed_nil").count() == 1


def test_a_refused_report_link_comes_back_filled_in(report_path):
    response = Client().post(
        report_path,
        {
            "v_members": "99",
            "v_reported_in": "2",
            "v_served": "2",
            "v_service_hours": "7.5",
            "v_work": "组织义诊",
        },
    )
    assert response.status_code == 422
    assert "组织义诊" in response.content.decode()
    assert not UnitReport.objects.exclude(state="draft").exists()


def test_an_altered_link_says_what_to_do(report_path):
    assert Client().get(report_path[:-3] + "xx/").status_code == 410


def test_an_expired_link_files_nothing(report_path, clock):
    clock(2026, 6, 1)
    assert Client().post(report_path, {"nil": "1"}).status_code == 410
    assert not UnitReport.objects.exists()


def test_a_summary_link_shows_figures_and_no_names(summary_path):
    page = Client().get(summary_path).content.decode()
    assert "7.5" in page
    assert "安一" not in page
    assert ServiceSummary.objects.get().state == "sent"


def test_a_summary_link_acknowledges_once(world, summary_path):
    client = Client()
    client.post(summary_path)
    client.post(summary_path)
    summary = ServiceSummary.objects.get()
    assert (summary.state, summary.acknowledged_by) == ("acknowledged", "江湾区图书馆（办理链接）")
    assert summary.receipt_number in client.get(summary_path).content.decode()
    assert Event.objects.filter(kind="summary.acknowledged").count() == 1


def test_a_summary_link_answers_with_the_receipt_or_after_it(world, summary_path):
    client = Client()
    client.post(summary_path, {"answer": ""})
    assert ServiceSummary.objects.get().answer == ""
    assert client.post(summary_path, {"answer": "  "}).status_code == 422
    client.post(summary_path, {"answer": "已在支部会上通报。"})
    client.post(summary_path, {"answer": "第二次"})
    summary = ServiceSummary.objects.get()
    assert (summary.answer, summary.answered_by) == (
        "已在支部会上通报。",
        "江湾区图书馆（办理链接）",
    )
    assert "已在支部会上通报。" in client.get(summary_path).content.decode()


def test_the_units_answer_is_not_shown_to_its_members(world, summary_path, client_of):
    Client().post(summary_path, {"answer": "张某需加强。"})
    summary = ServiceSummary.objects.get()
    assert (
        "张某需加强。"
        in client_of(world.cast.liaison).get(summary.get_absolute_url()).content.decode()
    )
    page = client_of(world.member_post).get(summary.get_absolute_url()).content.decode()
    assert "张某需加强。" not in page


def test_a_member_sees_own_lines_only(world, summary_path, client_of):
    summary = ServiceSummary.objects.get()
    page = client_of(world.member_post).get(summary.get_absolute_url()).content.decode()
    assert "安一" in page
    assert "白二" not in page
