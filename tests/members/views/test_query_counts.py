"""Lists cost the same with one row and with three."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.services import submit_report_in
from partybuild.obligations.services import open_duties
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit, make_unit_of

pytestmark = pytest.mark.django_db


def _count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries)


LISTS = {
    ("secretary", "/members/"): 12,
    ("liaison", "/members/"): 11,
    ("street_staff", "/members/?side=unit"): 11,
    ("secretary", "/members/report-ins/"): 11,
    ("secretary", "/members/services/"): 10,
    ("secretary", "/members/services/new/"): 10,
    ("secretary", "/members/summaries/sign/2025Q4/"): 18,
    ("secretary", "/units/"): 11,
    ("secretary", "/units/reports/"): 16,
    ("street_staff", "/units/reports/"): 17,
}


@pytest.mark.parametrize(("post", "url"), LISTS)
def test_lists_cost_the_same_with_one_row_and_with_three(cast, client_of, system, post, url):
    unit = make_unit_of(cast.unit)
    client = client_of(getattr(cast, post))

    def one_more(number):
        body = unit.organization if number == 0 else make_unit(cast.community).organization
        member = make_member(cast.unit if number % 2 == 0 else body)
        other = make_member(body)
        make_report_in(member, cast.community, on=date(2025, 12, 1))
        submit_report_in(other, community=cast.community, by=system)
        make_services(cast.community, [member], date=date(2025, 12, 6))

    one_more(0)
    with_one = _count(client, url)
    one_more(1)
    one_more(2)
    open_duties(on=date(2026, 3, 5), by=system)
    assert (with_one, _count(client, url)) == (LISTS[post, url], LISTS[post, url])
