"""Entering somebody never tells whether their ID number stands elsewhere (T12)."""

from __future__ import annotations

import re

import pytest

from members.exceptions import MemberAlreadyRegistered
from members.models import DoubleCase, Employment, PartyMember
from members.services import add_member
from members.services.doubles import dissolve_double
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.exchange.queries.preview import preview_page
from partybuild.people.models import Person
from tests.factories.core import SYSTEM, id_number, make_post
from tests.factories.members import make_member
from tests.factories.sheets import applied, counts, roster, staged
from tests.factories.units import make_unit_of

KNOWN, NEW = id_number(401, born="19850607"), id_number(402, born="19850607")


@pytest.fixture
def elsewhere(cast):
    """A member on the roster of a unit elsewhere."""
    for body in (cast.unit, cast.other_unit):
        make_unit_of(body)
    return make_member(
        cast.other_unit, "真名字", id_number=KNOWN, phone="13911110000", skills="真特长"
    )


def _typed(number: str) -> dict[str, str]:
    return {
        "name": "来人甲",
        "id_number": number,
        "phone": "13922220000",
        "kind": "full",
        "category": "in_service",
        "post": "科员",
    }


_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|"
    r'datetime="[^"]*"|'
    r'name="csrf(?:middlewaretoken|-token)" (?:value|content)="[^"]*"'
)


def _plain(page: str) -> str:
    return _CHANGING.sub("·", page)


def _pages(client) -> list[str]:
    member = PartyMember.objects.filter(person__name="来人甲").get()
    return [
        _plain(client.get(path).content.decode())
        for path in ("/members/", "/members/?q=来人甲", member.get_absolute_url())
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("post", ["unit_secretary", "liaison"])
def test_the_form_answers_alike_for_a_known_and_a_new_number(cast, elsewhere, client_of, post):
    from django.db import transaction

    answers, pages = [], []
    client = client_of(getattr(cast, post))
    for number in (KNOWN, NEW):
        mark = transaction.savepoint()
        typed = _typed(number)
        # As a browser sends them: the post acted in, then what was typed under 职务.
        sent = {**typed, "post": [str(client.appointment.uid), typed["post"]]}
        answer = client.act("/members/new/", sent)
        answers.append((answer.status_code, answer["Location"]))
        pages.append(_pages(client))
        transaction.savepoint_rollback(mark)
    assert answers[0] == answers[1] == (302, "/members/")
    # The two numbers share a birth date: no byte differs.
    assert pages[0] == pages[1]
    assert "真名字" not in "".join(pages[0])
    assert "科员" in pages[0][0]


@pytest.mark.django_db
def test_what_was_typed_is_taken_in_and_the_case_is_seen_where_the_first_stands(cast, elsewhere):
    by = actor_in(cast.liaison)
    made = add_member(unit=cast.unit, by=by, name="来人甲", id_number=KNOWN, phone="13922220000")
    made.refresh_from_db()
    assert made.pk != elsewhere.pk
    assert (made.person.name, made.person.id_number) == ("来人甲", KNOWN)
    assert (made.person.is_double, made.person.id_number_hash) == (True, "")
    elsewhere.person.refresh_from_db()
    assert (elsewhere.person.name, elsewhere.person.phone) == ("真名字", "13911110000")
    case = DoubleCase.objects.get()
    assert (case.member_id, case.double_id, case.state) == (elsewhere.pk, made.pk, "open")
    theirs = make_post(Role.UNIT_SECRETARY, cast.other_unit, name="单位书记丙")
    seen_by = {
        post: DoubleCase.objects.visible_to(actor_in(post).scope).count()
        for post in (theirs, cast.other_street_staff, cast.unit_secretary, cast.street_staff)
    }
    assert list(seen_by.values()) == [1, 1, 0, 0]


@pytest.mark.django_db
def test_entered_again_it_is_ones_own_entry(cast, elsewhere):
    by = actor_in(cast.liaison)
    for _turn in range(2):
        try:
            add_member(unit=cast.unit, by=by, name="来人甲", id_number=KNOWN)
        except MemberAlreadyRegistered:
            continue
    assert Person.objects.filter(double_hash__gt="").count() == 1
    assert DoubleCase.objects.count() == 1


@pytest.mark.django_db
def test_who_stands_in_sight_is_told(cast):
    make_unit_of(cast.unit)
    make_member(cast.unit, "本单位的人", id_number=KNOWN)
    with pytest.raises(MemberAlreadyRegistered):
        add_member(unit=cast.unit, by=actor_in(cast.liaison), name="来人甲", id_number=KNOWN)


@pytest.mark.django_db
def test_the_right_name_and_number_of_somebody_on_no_roster_is_one_person(cast, elsewhere):
    pending = make_member(None, "没有单位的人", id_number=NEW)
    by = actor_in(cast.liaison)
    assert add_member(unit=cast.unit, by=by, name="没有单位的人", id_number=NEW).pk == pending.pk
    assert not DoubleCase.objects.exists()


@pytest.mark.django_db
def test_the_wrong_name_for_a_number_shows_nothing_of_its_owner(cast, elsewhere):
    make_member(None, "没有单位的人", id_number=NEW, skills="真特长")
    made = add_member(unit=cast.unit, by=actor_in(cast.liaison), name="来人甲", id_number=NEW)
    assert (made.person.name, made.skills) == ("来人甲", "")


def _line(number: str, name: str = "来人甲") -> list:
    return [1, name, number, "13922220000", "正式党员", "", "", "科员", ""]


@pytest.mark.django_db
def test_an_import_by_a_unit_previews_and_writes_alike(cast, elsewhere):
    by = actor_in(cast.unit_secretary)
    previews = []
    for number in (KNOWN, NEW):
        batch = staged("members", roster(_line(number)), by=by)
        page = preview_page(batch, by=by)
        text = "|".join(
            f"{row.state}{row.note}{[(cell.text, cell.state, cell.old, cell.sentence) for cell in row.shown]}"
            for row in page.rows
        )
        previews.append((counts(batch), text.replace(number, "·")))
    assert previews[0] == previews[1]
    batch = applied("members", roster(_line(KNOWN)), by=by)
    assert counts(batch) == {"new": 1}
    made = PartyMember.objects.get(person__name="来人甲")
    assert made.person.is_double
    assert DoubleCase.objects.get().member_id == elsewhere.pk
    assert Employment.objects.current().get(member=elsewhere).unit_id == cast.other_unit.pk
    again = staged("members", roster(_line(KNOWN)), by=by)
    assert counts(again) == {"same": 1}


@pytest.mark.django_db
def test_an_import_by_a_community_shows_no_name_that_was_not_typed(cast, elsewhere, client_of):
    by = actor_in(cast.secretary)
    applied("members", roster(_line(KNOWN)), by=by)
    page = client_of(cast.secretary).get("/members/").content.decode()
    assert "来人甲" in page
    assert "真名字" not in page
    elsewhere.person.refresh_from_db()
    assert elsewhere.person.name == "真名字"


@pytest.mark.django_db
@pytest.mark.parametrize("keep", ["member", "double"])
def test_settling_leaves_the_number_on_one_of_the_two(cast, elsewhere, keep):
    by = actor_in(cast.liaison)
    add_member(unit=cast.unit, by=by, name="来人甲", id_number=KNOWN)
    case = DoubleCase.objects.get()
    dissolve_double(case, keep_number_on=getattr(case, keep), by=SYSTEM)
    case = DoubleCase.objects.get()
    numbers = {name: getattr(case, name).person.id_number for name in ("member", "double")}
    assert numbers == {name: KNOWN if name == keep else "" for name in ("member", "double")}
    assert not Person.objects.filter(is_double=True).exists()
    assert Person.objects.filter(id_number_hash__gt="", pk=getattr(case, keep).person_id).exists()
    assert case.state == "merged"
