"""An address that takes no mail is told to those who can put it right, once."""

from __future__ import annotations

import pytest

from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, plan_reminders, send_notices
from partybuild.notices.services.addresses import KIND
from tests.notices.servers import script

pytestmark = pytest.mark.django_db


@pytest.fixture
def bounced(cast, system, settings):
    """A notice to a unit whose box does not exist."""
    cast.unit.contact_mail = "gone@example.org"
    cast.unit.save()

    def write(number=1):
        notify(
            kind="test",
            subject=cast.committee,
            recipients=[Recipient(organization=cast.unit)],
            title="通知",
            body="内容",
            round=number,
            by=system,
        )
        with script(rcpt="550 no such box") as bad:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", bad.port
            send_notices(by=system)

    write()
    return write


def test_the_community_is_told_once_inside_the_app(cast, system, bounced):
    for number in (2, 3):
        plan_reminders(by=system)
        bounced(number)
    told = Notice.objects.filter(kind=KIND)
    assert {each.person for each in told} == {cast.secretary.person, cast.worker.person}
    assert set(told.values_list("channel", flat=True)) == {Channel.IN_APP}
    assert "550 no such box" in told.first().body
    assert cast.unit.called in told.first().title


def test_another_bad_address_is_told_anew(cast, system, bounced):
    plan_reminders(by=system)
    before = Notice.objects.filter(kind=KIND).count()
    cast.unit.contact_mail = "gone-too@example.org"
    cast.unit.save()
    bounced(2)
    plan_reminders(by=system)
    assert Notice.objects.filter(kind=KIND).count() == 2 * before
    assert Notice.objects.filter(state=NoticeState.FAILED).count() == 2


def test_the_address_itself_is_not_in_the_key(cast, system, bounced):
    plan_reminders(by=system)
    assert "gone" not in Notice.objects.filter(kind=KIND).first().step
