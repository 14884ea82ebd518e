"""T08: the three administrators exclude each other, by every path; installing them; the last one stays."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from itertools import permutations
from threading import Barrier
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from partybuild.access import Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.exceptions import LastAdministrator
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.services import (
    disable_user,
    end_appointment,
    grant_appointment,
    hand_over_appointment,
)
from partybuild.calendar import today
from partybuild.organizations.models import PartyOrganization
from partybuild.people.models import Person
from tests.factories.core import SYSTEM, make_area, make_person, make_post
from tests.meetings.services.test_two_at_once import at_once

pytestmark = pytest.mark.django_db

THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
PAIRS = list(permutations(THREE, 2))


def signed_in(appointment: Appointment) -> Appointment:
    User.objects.filter(person=appointment.person).update(last_login=timezone.now())
    return appointment


def refused(act) -> bool:
    """Tell whether a path is refused; whatever it did is taken back."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except (ValidationError, IntegrityError):
        return True
    return False


def test_each_pairing_is_refused_by_every_path(cast, client_of, capsys):
    paths = {
        "service": lambda person, role: grant_appointment(
            person, role=role, starts_on=today(), by=SYSTEM
        ),
        "model": lambda person, role: Appointment.objects.create(
            person=person, role=role, starts_on=today()
        ),
        "bulk": lambda person, role: Appointment.objects.bulk_create(
            [Appointment(person=person, role=role, starts_on=today())]
        ),
        "sql": lambda person, role: connection.cursor().execute(
            "INSERT INTO accounts_appointment (uid, person_id, role, starts_on, title, end_reason, sort)"
            " VALUES (gen_random_uuid(), %s, %s, %s, '', '', 0)",
            [person.pk, role, today()],
        ),
        "update": lambda person, role: Appointment.objects.filter(
            pk=make_post(Role.MEMBER, name="乙").pk
        ).update(person=person, role=role),
        "second registration": lambda person, role: Appointment.objects.create(
            person=make_person("同一人", phone=person.phone), role=role, starts_on=today()
        ),
        "later term": lambda person, role: Appointment.objects.create(
            person=person, role=role, starts_on=today() + timedelta(days=30)
        ),
    }
    count = 0
    let_through = []
    for first, second in PAIRS:
        person = make_post(first, name="甲").person
        for name, act in paths.items():
            count += 1
            if not refused(lambda act=act, person=person, second=second: act(person, second)):
                let_through.append((first, second, name))
        # And through the page of the security administrator, with the same name and phone.
        admin = make_post(Role.SECURITY_ADMIN, name="安全员")
        count += 1
        client = client_of(admin)
        client.step_up()
        client.act(
            "/appointments/new/",
            {
                "organization": "administrators",
                "name": "甲",
                "phone": person.phone,
                "role": second,
                "starts_on": today().isoformat(),
                "reason": "试",
            },
        )
        if Appointment.objects.filter(person__phone_hash=person.phone_hash).count() != 1:
            let_through.append((first, second, "page"))
    with capsys.disabled():
        print(f"\nT08: {len(PAIRS)} pairings, {count} tries, {len(let_through)} let through")  # noqa: T201
    assert let_through == []


@pytest.mark.django_db(transaction=True)
def test_the_shell_is_refused_too(cast):
    """The application's own role, in a process of its own."""
    person = make_post(Role.SYSTEM_ADMIN, name="甲").person
    code = (
        "from partybuild.accounts.models import Appointment;"
        "from partybuild.calendar import today;"
        f"Appointment.objects.create(person_id={person.pk}, role='auditor', starts_on=today())"
    )
    name = connection.settings_dict["NAME"]
    url, owner = (
        urlunsplit(urlsplit(os.environ[each])._replace(path=f"/{name}"))
        for each in ("DATABASE_URL", "DATABASE_OWNER_URL")
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        env={**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": owner},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "exclude each other" in done.stderr
    assert Appointment.objects.filter(person=person).count() == 1


def test_two_grants_at_once_are_one_too_many(cast):
    """A business post beside an administrator's is refused in both orders."""
    admin = make_post(Role.AUDITOR, name="甲")
    assert refused(lambda: make_post(Role.UNIT_LIAISON, cast.unit, person=admin.person))
    assert refused(lambda: make_post(Role.AUDITOR, person=cast.liaison.person))


def test_whoever_has_left_one_post_may_take_another(cast):
    first = signed_in(make_post(Role.SYSTEM_ADMIN, name="甲"))
    signed_in(make_post(Role.SYSTEM_ADMIN, name="乙"))
    end_appointment(first, on=today(), reason="轮岗", by=SYSTEM)
    assert grant_appointment(first.person, role=Role.AUDITOR, starts_on=today(), by=SYSTEM)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_the_last_one_who_can_sign_in_stays(cast, role):
    last = signed_in(make_post(role, name="甲"))
    # Appointed, but never come: nobody could work on.
    other = make_post(role, name="乙")
    for act in (
        lambda: end_appointment(last, on=today(), reason="调离", by=SYSTEM),
        lambda: end_appointment(last, on=date(2027, 1, 1), reason="调离", by=SYSTEM),
        lambda: disable_user(last.person.user, reason="试", by=SYSTEM),
        lambda: hand_over_appointment(last, successor=make_person("丙"), reason="试", by=SYSTEM),
    ):
        with pytest.raises(LastAdministrator), transaction.atomic():
            act()
    with pytest.raises(ValidationError), transaction.atomic():
        make_post(role, name="丁", ends_on=date(2026, 12, 31))
    signed_in(other)
    end_appointment(last, on=today(), reason="调离", by=SYSTEM)
    assert not Appointment.objects.filter(pk=last.pk).current(today()).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
@pytest.mark.parametrize("first", ["ends", "disables"])
@pytest.mark.parametrize("second", ["ends", "disables"])
def test_of_two_who_end_each_other_at_once_one_stays(cast, role, first, second):
    """Two real transactions: the second waits for the first, then finds nobody else left."""
    for number in range(3):
        one = signed_in(make_post(role, name=f"甲{number}"))
        other = signed_in(make_post(role, name=f"乙{number}"))
        User.objects.filter(person__appointments__role=role).exclude(
            person__in=(one.person, other.person)
        ).update(is_active=False)
        results = at_once(_stops(one, first), _stops(other, second))
        assert sorted(type(each).__name__ for each in results) == ["LastAdministrator", "NoneType"]
        assert len(_who_can_work(role)) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_gone(cast, monkeypatch):
    """The control: with nothing locked, each sees the other still in office."""
    one = signed_in(make_post(Role.SYSTEM_ADMIN, name="甲"))
    other = signed_in(make_post(Role.SYSTEM_ADMIN, name="乙"))
    both_looked = Barrier(2)

    def look(role, *, without):
        held = Appointment.objects.filter(role=role).current(today()).exclude(person=without)
        assert held.exists()
        both_looked.wait(timeout=60)

    monkeypatch.setattr(
        "partybuild.accounts.services.appointments.demand_other_administrator", look
    )
    assert at_once(_stops(one, "ends"), _stops(other, "ends")) == [None, None]
    assert _who_can_work(Role.SYSTEM_ADMIN) == set()


def _stops(appointment, how):
    if how == "ends":
        return lambda: end_appointment(
            Appointment.objects.get(pk=appointment.pk), on=today(), reason="调离", by=SYSTEM
        )
    return lambda: disable_user(
        User.objects.get(person=appointment.person), reason="调离", by=SYSTEM
    )


def _who_can_work(role):
    posts = Appointment.objects.filter(role=role, person__user__is_active=True).current(today())
    return set(posts.values_list("person", flat=True))


def test_the_security_administrator_names_the_others_and_never_oneself(cast):
    admin = signed_in(make_post(Role.SECURITY_ADMIN, name="安全员"))
    by = actor_in(admin)
    with pytest.raises(ValidationError):
        grant_appointment(admin.person, role=Role.AUDITOR, starts_on=today(), reason="试", by=by)
    with pytest.raises(ValidationError):
        # Without a reason.
        grant_appointment(make_person("甲"), role=Role.AUDITOR, starts_on=today(), by=by)
    assert grant_appointment(
        make_person("乙"), role=Role.AUDITOR, starts_on=today(), reason="任命文件", by=by
    )


def test_installing_prints_a_link_for_each_and_again_only_for_who_has_not_come(clock, capsys):
    arguments = ("--system", "张三:sys-zhang", "--security", "李四:19900001111")
    call_command("install_administrators", *arguments, "--audit", "王五:audit:wang@demo.example")
    out = capsys.readouterr().out
    links = [word for word in out.replace("：", " ").split() if word.startswith("http")]
    assert len(links) == len(set(links)) == 3
    assert set(Appointment.objects.values_list("role", flat=True)) == set(THREE)
    assert not User.objects.exclude(password__startswith="!").exists()
    path = "/" + links[0].split("//", 1)[1].split("/", 1)[1]
    client = Client()
    page = client.get(path).content.decode()
    assert "张三" in page
    assert client.post(path, {"has_read": "on"}).status_code == 302
    call_command("install_administrators", *arguments)
    again = capsys.readouterr().out
    assert "已登录过" in again
    assert again.count("http") == 1
    assert links[1] not in again
    assert Person.objects.count() == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("--system", "张三:19900001111", "--security", "张三:19900001111"),
        ("--system", "张三:admin", "--security", "李四:admin"),
        ("--system", "张三"),
    ],
)
def test_installing_one_person_twice_is_refused(clock, arguments):
    with pytest.raises(CommandError):
        call_command("install_administrators", *arguments)
    assert not Appointment.objects.exists()


def test_there_is_no_superuser_and_no_admin_site(client, settings):
    assert not any(name.startswith("django.contrib.admin") for name in settings.INSTALLED_APPS)
    assert not hasattr(User, "is_superuser")
    assert not hasattr(User, "is_staff")


def test_the_first_committee_is_registered_once(clock, capsys):
    make_area("望江街道", Level.STREET, code="339901001")
    for _time in range(2):
        call_command("install_committee", "339901001", "望江街道党工委")
    assert PartyOrganization.objects.get().leads_area.code == "339901001"
    with pytest.raises(CommandError):
        call_command("install_committee", "000000000", "某党工委")
