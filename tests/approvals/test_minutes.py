"""Issued minutes are opened for a correction by a second person; what went out stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Minutes, MinutesEdition
from meetings.services import issue_minutes, reopen_minutes, save_minutes
from partybuild.accounts.actors import actor_in
from partybuild.approvals.models import Approval
from partybuild.approvals.services import decide_approval, request_approval
from partybuild.notices.models import Notice
from tests.factories.meetings import make_council, make_held


@pytest.fixture
def minutes(cast, system):
    council = make_council(cast.community, cast.committee, cast.unit)
    held = make_held(council)
    draft = save_minutes(held, text="原来的正文", version=0, by=system)
    return issue_minutes(draft, signer_name="张三", version=draft.version, by=system)


def test_reopening_keeps_the_text_and_issuing_again_tells_the_units(cast, minutes, system):
    asked = request_approval(
        "minutes.reopen", target=minutes, payload={}, reason="数字有误", by=actor_in(cast.secretary)
    )
    assert asked.asked_posts == [cast.street_staff.pk]
    decide_approval(asked, approve=True, opinion="", by=actor_in(cast.street_staff))
    minutes.refresh_from_db()
    assert (minutes.state, minutes.meeting.state) == ("draft", "minuted")
    saved = save_minutes(
        minutes.meeting, text="更正后的正文", version=minutes.version, by=actor_in(cast.secretary)
    )
    issued = issue_minutes(saved, signer_name="李四", version=saved.version, by=system)
    edition = MinutesEdition.objects.get()
    assert (edition.text, edition.signer_name, edition.reason) == ("原来的正文", "张三", "数字有误")
    assert (issued.number, issued.text) == (1, "更正后的正文")
    told = Notice.objects.filter(
        kind="minutes.issued", organization=cast.unit, person=cast.liaison.person, channel="in_app"
    ).order_by("round")
    assert [each.round for each in told] == [1, 2]
    assert "重新印发" in told[1].title


def test_units_read_what_went_out_until_it_is_issued_again(cast, client_of, minutes, system):
    reopen_minutes(minutes, reason="更正", by=system)
    minutes.refresh_from_db()
    save_minutes(minutes.meeting, text="改到一半", version=minutes.version, by=system)
    path = f"{minutes.meeting.get_absolute_url()}minutes/"
    unit = client_of(cast.liaison).get(path).content.decode()
    assert "原来的正文" in unit
    assert "改到一半" not in unit
    office = client_of(cast.secretary).get(path).content.decode()
    assert "改到一半" in office
    assert "原来的正文" in office
    assert (
        "改到一半"
        not in client_of(cast.liaison).get(minutes.meeting.get_absolute_url()).content.decode()
    )


def test_only_issued_minutes_are_opened(cast, minutes, system):
    reopen_minutes(minutes, reason="更正", by=system)
    with pytest.raises(ValidationError):
        reopen_minutes(minutes, reason="再次", by=system)
    with pytest.raises(ValidationError):
        request_approval(
            "minutes.reopen",
            target=Minutes.objects.get(),
            payload={},
            reason="x",
            by=actor_in(cast.secretary),
        )
    assert MinutesEdition.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 302),
        ("street_staff", 302),
        ("worker", 403),
        ("liaison", 403),
        ("outsider", 404),
    ],
)
def test_who_may_ask(cast, client_of, minutes, who, status):
    path = f"{minutes.meeting.get_absolute_url()}minutes/reopen/"
    client = client_of(getattr(cast, who))
    if status == 302:
        assert client.get(path).status_code == 200
        assert "申请更正" in client.get(path.replace("reopen/", "")).content.decode()
    assert client.act(path, {"reason": "数字有误"}).status_code == status
    assert Approval.objects.count() == (status == 302)
    minutes.refresh_from_db()
    assert minutes.is_issued
