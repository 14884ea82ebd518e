"""Every page opens for whom it is meant, and for nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from members.models import ServiceRecord
from members.services import sign_summary
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")

POSTS = (
    "city_staff",
    "district_staff",
    "street_staff",
    "secretary",
    "worker",
    "outsider",
    "unit_secretary",
    "liaison",
    "other_liaison",
    "member_post",
)
# One letter per post above: . 200, r redirect, 4 = 404, 3 = 403.
PAGES = {
    "member-list": "........ .r",
    "member-create": "333..... .3",
    "report-in-desk": "333...3333",
    "report-in-list": "333...3333",
    "service-list": "..........",
    "service-create": "33....3333",
    "summary-list": "..........",
    "my-report-in": "333333333.",
    "my-data": "333333333.",
}


def _post(world, name):
    return world.member_post if name == "member_post" else getattr(world.cast, name)


def _status(letter):
    return {".": 200, "r": 302, "4": 404, "3": 403}[letter]


@pytest.mark.parametrize("name", PAGES)
def test_list_pages_by_role(world, client_of, name):
    expected = dict(zip(POSTS, PAGES[name].replace(" ", ""), strict=True))
    found = {
        post: client_of(_post(world, post)).get(reverse(f"members:{name}")).status_code
        for post in POSTS
    }
    assert found == {post: _status(letter) for post, letter in expected.items()}


DETAILS = {
    "member-detail": "4....4..4.",
    "report-in-detail": "4....4..4.",
    "service-sheet": "4....4..4.",
    "summary-detail": "4....4..4.",
    "member-change": "433..4..43",
    "member-end": "433..4..43",
}


@pytest.mark.parametrize("name", DETAILS)
def test_details_by_role(world, client_of, clock, name):
    clock(2026, 4, 2)
    cast = world.cast
    summary = sign_summary(
        community=cast.community, unit=cast.unit, period=Q1, by=actor_in(cast.secretary)
    )
    uid = {
        "member-detail": world.a.uid,
        "member-change": world.a.uid,
        "member-end": world.a.uid,
        "report-in-detail": world.report_in.uid,
        "service-sheet": ServiceRecord.objects.filter(member=world.a).first().sheet,
        "summary-detail": summary.uid,
    }[name]
    found = "".join(
        {200: ".", 302: "r", 404: "4", 403: "3"}[
            client_of(_post(world, post)).get(reverse(f"members:{name}", args=(uid,))).status_code
        ]
        for post in POSTS
    )
    assert found == DETAILS[name]
