"""Offices on pages: the three people, the row and not only the status."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partybuild.access import Role
from partybuild.accounts.models import ApiToken, Appointment, User
from partybuild.accounts.services import issue_token
from partybuild.audit.models import Event
from partybuild.calendar import Period, today
from partybuild.obligations.services import pay
from tests.factories.core import SYSTEM, make_post
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db


def page_of(appointment: Appointment, part: str = "") -> str:
    return f"/appointments/{appointment.uid}/{part}"


NEW = {
    "name": "钱新任",
    "phone": "19900007777",
    "role": "unit_liaison",
    "starts_on": "2026-03-05",
    "title": "党建联络员",
}


def test_a_secretary_appoints_and_the_account_comes_with_it(cast, client_of):
    client = client_of(cast.secretary)
    page = client.get("/appointments/new/", {"organization": str(cast.unit.uid)})
    assert page.status_code == 200
    answer = client.act("/appointments/new/", {**NEW, "organization": str(cast.unit.uid)})
    appointment = Appointment.objects.get(title="党建联络员")
    assert answer["Location"] == page_of(appointment)
    assert (appointment.role, appointment.organization) == ("unit_liaison", cast.unit)
    assert appointment.person.user.phone_hash
    assert not appointment.person.user.has_usable_password()
    event = Event.objects.get(kind="appointment.granted", object_uid=appointment.uid)
    assert event.person_id == cast.secretary.person_id
    assert "19900007777" not in client.get(answer["Location"]).content.decode()


def test_whoever_is_known_by_name_and_phone_gets_another_post_and_no_second_account(
    cast, client_of
):
    client = client_of(cast.secretary)
    person = cast.other_liaison.person
    data = {**NEW, "name": person.name, "phone": person.phone, "organization": str(cast.unit.uid)}
    client.act("/appointments/new/", data)
    assert person.appointments.count() == 2
    assert User.objects.filter(person=person).count() == 1
    wrong = client.act("/appointments/new/", {**data, "name": "别人", "title": ""})
    assert wrong.status_code == 422
    assert "核对" in wrong.content.decode()
    assert not Appointment.objects.filter(person__name="别人").exists()


@pytest.mark.parametrize("who", ["liaison", "worker", "member"])
def test_who_may_not_grant_is_refused(cast, client_of, who):
    client = client_of(getattr(cast, who))
    before = Appointment.objects.count()
    assert client.get("/appointments/new/").status_code == 403
    answer = client.act("/appointments/new/", {**NEW, "organization": str(cast.unit.uid)})
    assert answer.status_code == 403
    assert Appointment.objects.count() == before


def test_an_outsider_finds_neither_office_nor_body(cast, client_of):
    client = client_of(cast.outsider)
    data = {**NEW, "organization": str(cast.unit.uid)}
    assert client.act("/appointments/new/", data).status_code == 404
    for part in ("", "end/", "term/", "hand-over/"):
        assert client.get(page_of(cast.liaison, part)).status_code == 404
    end = client.act(page_of(cast.liaison, "end/"), {"on": "2026-03-05", "reason": "试"})
    assert end.status_code == 404
    assert client.act(page_of(cast.liaison, "preview/")).status_code == 404
    cast.liaison.refresh_from_db()
    assert cast.liaison.ends_on is None


def test_a_holder_sees_the_own_office_and_cannot_end_it(cast, client_of):
    client = client_of(cast.liaison)
    assert client.get(page_of(cast.liaison)).status_code == 200
    for part in ("end/", "term/", "hand-over/"):
        assert client.get(page_of(cast.liaison, part)).status_code == 403
    secretary = client_of(cast.secretary)
    refused = secretary.act(page_of(cast.secretary, "end/"), {"on": "2026-03-05", "reason": "试"})
    assert refused.status_code == 422
    cast.secretary.refresh_from_db()
    assert cast.secretary.ends_on is None


def test_ending_today_works_on_the_next_request(cast, client_of):
    holder = client_of(cast.liaison)
    assert holder.get("/notices/").status_code == 200
    form = {"on": "2026-03-05", "reason": "工作调动"}
    client_of(cast.secretary).act(page_of(cast.liaison, "end/"), form)
    assert holder.get("/notices/").status_code == 403
    cast.liaison.refresh_from_db()
    assert cast.liaison.end_reason == "工作调动"


def test_handing_over_ends_the_one_and_begins_the_other(cast, client_of):
    _token, _text = issue_token(
        cast.liaison, name="接口", column="api_read", days=30, by=SYSTEM, operations=["unit.view"]
    )
    holder = client_of(cast.liaison)
    answer = client_of(cast.secretary).act(
        page_of(cast.liaison, "hand-over/"),
        {"name": "孙接任", "phone": "19900008888", "reason": "换届", "title": "联络员"},
    )
    following = Appointment.objects.get(person__name="孙接任")
    assert answer["Location"] == page_of(following)
    cast.liaison.refresh_from_db()
    assert cast.liaison.successor == following
    assert (following.role, following.organization) == ("unit_liaison", cast.unit)
    assert ApiToken.objects.get().revoked_at is not None
    assert holder.get("/notices/").status_code == 403
    assert client_of(following).get("/").status_code == 200


def test_the_page_that_hands_over_says_what_waits_for_the_successor(cast, client_of):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
        make_debt(cast.unit, cast.committee, period=period, due_on=Period.parse(period).end)
    paid = make_debt(cast.unit, cast.committee, period="2025Q4")
    pay(duty=paid.duty, bearer=cast.unit, period="2025Q4", by=SYSTEM)
    make_debt(cast.other_liaison.organization, cast.committee, period="2026Q1")
    page = client_of(cast.secretary).get(page_of(cast.liaison, "hand-over/"))
    (kind,) = page.context["unfinished"]
    assert (kind.name, kind.count, len(kind.first), kind.others) == ("季度填报", 4, 3, 1)
    assert [due_on.month for _title, due_on in kind.first] == [3, 6, 9]
    text = page.content.decode()
    assert "接任人要接着办的事项" in text
    assert "另有1项" in text
    # Those who give posts and look at no work see none of it.
    client = client_of(make_post(Role.SECURITY_ADMIN, name="安全员"))
    client.step_up()
    page = client.get(page_of(cast.liaison, "hand-over/"))
    if page.status_code == 200:
        assert page.context["unfinished"] == []


def test_a_term_is_renewed_until_it_has_ended(cast, client_of, clock):
    client = client_of(cast.secretary)
    form = {"ends_on": "2026-03-31", "reason": "试用一个月"}
    client.act(page_of(cast.liaison, "term/"), form)
    holder = client_of(cast.liaison)
    clock(2026, 3, 31, 23)
    assert holder.get("/notices/").status_code == 200
    clock(2026, 4, 1, 0)
    assert holder.get("/notices/").status_code == 403
    late = client.act(page_of(cast.liaison, "term/"), {"ends_on": "", "reason": "续任"})
    assert late.status_code == 422


def test_the_list_shows_what_lies_in_scope(cast, client_of):
    text = client_of(cast.secretary).get("/appointments/").content.decode()
    assert "联络员甲" in text
    assert "联络员丙" not in text
    of_unit = client_of(cast.secretary).get(f"/appointments/?organization={cast.second_unit.uid}")
    assert "联络员乙" in of_unit.content.decode()
    assert "联络员甲" not in of_unit.content.decode()


def test_the_list_asks_as_often_for_three_rows_as_for_one(cast, client_of):
    client = client_of(cast.secretary)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/appointments/?role=unit_liaison")
        return len(asked)

    few = queries()
    for name in ("甲一", "甲二", "甲三"):
        make_post(Role.UNIT_LIAISON, cast.unit, name=name)
    assert queries() == few


def test_what_a_post_sees_is_counted_within_the_askers_own_scope(cast, client_of):
    client = client_of(cast.secretary)
    assert client.get(page_of(cast.liaison, "preview/")).status_code == 405
    page = client.act(page_of(cast.liaison, "preview/"))
    assert page.status_code == 200
    assert Event.objects.filter(kind="access.previewed", object_uid=cast.liaison.uid).count() == 1
    # The other unit of this liaison lies in another street: it is neither named nor counted.
    make_post(Role.UNIT_LIAISON, cast.other_unit, person=cast.liaison.person)
    again = client.act(page_of(cast.liaison, "preview/"))
    counts = {kind.name: kind.count for kind in page.context["kinds"]}
    assert {kind.name: kind.count for kind in again.context["kinds"]} == counts
    assert "临湖小学" not in again.content.decode()


def test_the_security_administrator_is_told_numbers_and_no_rows(cast, client_of):
    admin = make_post(Role.SECURITY_ADMIN, name="安全员")
    page = client_of(admin).act(page_of(cast.street_staff, "preview/"))
    assert page.status_code == 200
    assert all(kind.first == [] for kind in page.context["kinds"])
    assert any(kind.count for kind in page.context["kinds"])
    assert "江湾区图书馆" not in page.content.decode()


def test_ended_terms_are_history(cast, client_of):
    Appointment.objects.filter(pk=cast.liaison.pk).update(ends_on=today() - timedelta(days=1))
    client = client_of(cast.secretary)
    assert "联络员甲" not in client.get("/appointments/").content.decode()
    assert "联络员甲" in client.get("/appointments/?state=ended").content.decode()
    assert client.get(page_of(cast.liaison)).status_code == 200
