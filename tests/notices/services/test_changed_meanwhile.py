"""Between planning and sending things change: no message then, or the right one (T43)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.accounts.services import end_appointment
from partybuild.calendar import today
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import plan_reminders, send_notices
from partybuild.notices.services.gathering import gather_digests
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.obligations.services import exempt, pay, void
from partybuild.organizations.services import end_organization
from partybuild.people.models import Person
from tests.factories.core import SYSTEM, make_post, make_unit_organization
from tests.factories.obligations import make_debt
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(cast, clock):
    """Plan the reminder of one debt, due today, to the unit's liaison, who reads mail."""
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="liaison@example.org")
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="unit@example.org")
    cast.unit.refresh_from_db()
    debt = make_debt(
        cast.unit,
        cast.committee,
        duty="test.answer",
        subject=cast.committee,
        due_on="2026-03-06",
    )
    clock(2026, 3, 6)
    plan_reminders(by=SYSTEM)
    assert Notice.objects.mail().count() == 1
    return debt


def yesterday():
    return today() - timedelta(days=1)


def leaves(cast, debt):
    end_appointment(cast.liaison, on=yesterday(), reason="退休", by=SYSTEM)


def is_transferred(cast, debt):
    """To the same post at another unit, which has nothing to answer."""
    end_appointment(cast.liaison, on=yesterday(), reason="调任", by=SYSTEM)
    elsewhere = make_unit_organization("另一单位", cast.community)
    make_post(cast.liaison.role, elsewhere, person=cast.liaison.person)


def body_ends(cast, debt):
    end_organization(cast.unit, on=yesterday(), reason="撤销", by=SYSTEM)


def has_done_it(cast, debt):
    pay(duty="test.answer", bearer=cast.unit, subject=cast.committee, by=SYSTEM)


def is_let_off(cast, debt):
    exempt(debt, reason="停产", by=actor_in(cast.secretary))


def is_called_off(cast, debt):
    void(duty="test.answer", subject=cast.committee, by=SYSTEM)


def has_another_address(cast, debt):
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="new@example.org")


def wants_no_mail_any_more(cast, debt):
    """Took the address off the roster: the body's own is left."""
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="")


WAYS = [
    (leaves, []),
    (is_transferred, []),
    (body_ends, []),
    (has_done_it, []),
    (is_let_off, []),
    (is_called_off, []),
    (has_another_address, ["new@example.org"]),
    (wants_no_mail_any_more, ["unit@example.org"]),
]


@pytest.mark.parametrize(
    ("change", "arrives"), WAYS, ids=lambda value: getattr(value, "__name__", "")
)
def test_what_changes_before_sending_is_heeded(cast, planned, settings, change, arrives):
    change(cast, planned)
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_notices(by=SYSTEM)
    assert keep.addresses == arrives
    state = NoticeState.SENT if arrives else NoticeState.CANCELLED
    assert Notice.objects.mail().get().state == state


def test_control_unchanged_it_arrives(planned, settings):
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_notices(by=SYSTEM)
    assert keep.addresses == ["liaison@example.org"]


@pytest.mark.parametrize(
    "change", [has_done_it, is_let_off, is_called_off], ids=lambda f: f.__name__
)
def test_what_ends_the_debt_stops_even_the_dot(cast, planned, change):
    """Claimed and written already: the handover is refused, the mail is not completed."""
    gather_digests()
    (notice,) = claim_batch()
    change(cast, planned)
    assert not hand_over(notice)
    assert Notice.objects.mail().get().state == NoticeState.CANCELLED
