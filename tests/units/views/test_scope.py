"""What a unit has not sent is its own; what a member reads of the employer stops at the history."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from tests.chance import without_chance
from tests.factories.core import make_post
from tests.factories.members import make_member
from tests.factories.units import make_unit_of
from units.models import UnitReport
from units.services import change_contacts, file_report, return_report, save_report_draft

pytestmark = pytest.mark.django_db
SECRET = 731946
NOTHING_DONE = dict.fromkeys(("members", "reported_in", "served", "service_hours", "matters"), 0)


def test_a_draft_stays_with_its_unit(cast, client_of):
    make_unit_of(cast.unit)
    by = actor_in(cast.liaison)
    quarter = Period.parse("2026Q1")
    report = save_report_draft(cast.unit, period=quarter, values={}, by=by)
    values = {field["key"]: SECRET for field in report.form.fields}
    save_report_draft(cast.unit, period=quarter, values=values, by=by)
    report = UnitReport.objects.get(pk=report.pk)
    proxy = reverse("units:report-proxy", args=(cast.unit.uid, "2026Q1"))
    own = reverse("units:report-form", args=("2026Q1",))
    assert str(SECRET) in client_of(cast.liaison).get(own).content.decode()
    for post in (cast.secretary, cast.worker):
        page = client_of(post).get(proxy)
        assert page.status_code == 200
        assert str(SECRET) not in without_chance(page.content.decode())
    detail = reverse("units:report-detail", args=(report.uid,))
    assert client_of(cast.secretary).get(detail).status_code == 404


def test_a_returned_report_being_retyped_stays_with_its_unit(cast, client_of):
    make_unit_of(cast.unit)
    unit, community = actor_in(cast.liaison), actor_in(cast.secretary)
    quarter = Period.parse("2026Q1")
    report = file_report(
        cast.unit, period=quarter, values={**NOTHING_DONE, "work": "报送的内容"}, by=unit
    )
    return_report(report, reason="请补充", by=community)
    save_report_draft(cast.unit, period=quarter, values={"work": "写了一半"}, by=unit)
    detail = reverse("units:report-detail", args=(report.uid,))
    proxy = reverse("units:report-proxy", args=(cast.unit.uid, "2026Q1"))
    own = reverse("units:report-form", args=("2026Q1",))
    assert "写了一半" in client_of(cast.liaison).get(own).content.decode()
    page = client_of(cast.secretary).get(detail).content.decode()
    assert ("报送的内容" in page, "写了一半" in page) == (True, False)
    assert "写了一半" not in client_of(cast.secretary).get(proxy).content.decode()
    filed = file_report(
        cast.unit, period=quarter, values={**NOTHING_DONE, "work": "改好了"}, by=unit
    )
    assert (filed.values["work"], filed.draft) == ("改好了", {})


def test_a_member_reads_the_employer_without_its_history(cast, client_of):
    unit = make_unit_of(cast.unit)
    change_contacts(unit, by=actor_in(cast.liaison), contact_name="孙六")
    employee = make_member(cast.unit)
    post = make_post(Role.MEMBER, person=employee.person)
    path = reverse("units:unit-detail", args=(cast.unit.uid,))
    page = client_of(post).get(path)
    assert page.status_code == 200
    assert page.context["history"] == []
    assert client_of(cast.secretary).get(path).context["history"]
    assert client_of(cast.liaison).get(path).context["history"]
