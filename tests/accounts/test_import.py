"""Offices by sheet: previewed by name, written once, invited in one list, undone as a whole."""

from __future__ import annotations

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment, OneTimeLink, User
from partybuild.accounts.services import invite, use_one_time_link
from partybuild.audit.models import Event
from partybuild.exchange.exceptions import BuiltUpon
from partybuild.exchange.services import undo_batch
from partybuild.people.models import Person
from tests.factories.sheets import applied, counts, staged, workbook

pytestmark = pytest.mark.django_db

HEAD = ["姓名", "手机号", "组织", "岗位", "职务名称", "任期结束"]


@pytest.fixture
def sheet(cast):
    known = cast.second_liaison.person
    return workbook(
        HEAD,
        ["周联络", "19900007001", "江湾区图书馆", "单位联络员", "", ""],
        ["吴书记", "19900007002", "江湾供水公司", "单位书记", "党支部书记", "2027-12-31"],
        # Known already: another post, no second account.
        [known.name, known.phone, "江湾区图书馆", "联络员", "", ""],
        # Above, outside, wrong name, double.
        ["郑越级", "19900007003", "和平社区党委", "社区书记", "", ""],
        ["王越界", "19900007004", "临湖小学", "联络员", "", ""],
        ["冒名人", known.phone, "江湾区图书馆", "联络员", "", ""],
        ["周联络", "19900007001", "江湾区图书馆", "联络员", "", ""],
    )


def test_the_preview_says_who_and_refuses_row_by_row(cast, sheet, client_of):
    batch = staged("appointments", sheet, by=actor_in(cast.secretary))
    assert counts(batch) == {"new": 3, "wrong": 4}
    page = client_of(cast.secretary).get(f"/imports/{batch.uid}/?state=new").content.decode()
    assert "周联络：江湾区图书馆单位联络员" in page
    assert not User.objects.filter(person__name="周联络").exists()


def test_applying_appoints_and_the_invitations_come_in_one_list(cast, sheet, client_of):
    applied("appointments", sheet, by=actor_in(cast.secretary))
    made = Appointment.objects.filter(person__name__in=["周联络", "吴书记"])
    assert {(each.person.name, each.role) for each in made} == {
        ("周联络", "unit_liaison"),
        ("吴书记", "unit_secretary"),
    }
    assert str(made.get(role="unit_secretary").ends_on) == "2027-12-31"
    assert cast.second_liaison.person.appointments.count() == 2
    assert not Person.objects.filter(name__in=["郑越级", "王越界", "冒名人"]).exists()
    users = User.objects.filter(person__name__in=["周联络", "吴书记"])
    page = client_of(cast.secretary).act(
        "/accounts/invite/", {"selected": [str(user.uid) for user in users], "way": "copy"}
    )
    assert page.context["text"].count("/enter/") == 2
    assert OneTimeLink.objects.filter(user__in=users).count() == 2


def test_undoing_takes_people_accounts_and_posts_back(cast, sheet):
    before = (Person.objects.count(), User.objects.count(), Appointment.objects.count())
    batch = applied("appointments", sheet, by=actor_in(cast.secretary))
    undo_batch(batch, reason="传错了", by=actor_in(cast.secretary))
    after = (Person.objects.count(), User.objects.count(), Appointment.objects.count())
    assert after == before
    assert Event.objects.filter(kind="appointment.granted").exists()


def test_undoing_is_refused_once_somebody_has_come(cast, sheet):
    batch = applied("appointments", sheet, by=actor_in(cast.secretary))
    link, _url = invite(User.objects.get(person__name="周联络"), by=actor_in(cast.secretary))
    use_one_time_link(link, by=actor_in(cast.secretary))
    with pytest.raises(BuiltUpon):
        undo_batch(batch, reason="传错了", by=actor_in(cast.secretary))
    assert User.objects.filter(person__name="周联络").exists()
