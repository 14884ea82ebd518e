"""T07: whatever takes a right away takes it with the next request: pages, tokens, downloads, polls, work in the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partybuild.access import Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.models import ApiToken, Appointment
from partybuild.accounts.services import (
    disable_user,
    end_appointment,
    invite,
    issue_link,
    issue_token,
    revoke_links,
    revoke_token,
)
from partybuild.areas.services.register import RegisterEntry, record_register
from partybuild.calendar import today
from partybuild.exchange.enums import BatchState
from partybuild.exchange.services import confirm_batch, running
from partybuild.organizations.services import change_organization, end_organization
from tests.factories.core import SYSTEM, make_post
from tests.factories.sheets import staged, workbook
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


class Doors:
    """Every door that a post has open: a page, a poll, a download, a token, a write, work in the queue."""

    def __init__(self, appointment: Appointment, unit: Any, client_of: Any) -> None:
        self.appointment = appointment
        self.unit = unit
        self.client = client_of(appointment)
        _token, text = issue_token(
            appointment,
            name="试",
            column="api_read",
            days=30,
            operations=["unit.view"],
            by=SYSTEM,
        )
        self.token = _token
        self.text = text

    def page(self) -> bool:
        """A record's page."""
        return self.client.get(f"/units/{self.unit.uid}/").status_code == 200

    def poll(self) -> bool:
        """A part of a page that asks again by itself."""
        headers = {"HX-Request": "true"}
        return self.client.get("/units/", headers=headers).status_code == 200 and (
            self.client.get(f"/units/{self.unit.uid}/", headers=headers).status_code == 200
        )

    def write(self) -> bool:
        """A form that was open before."""
        answer = self.client.act(f"/units/{self.unit.uid}/contacts/", {"contact_name": "改"})
        signs_in = answer.headers.get("Location", "").startswith("/sign-in/")
        return answer.status_code in {302, 422} and not signs_in

    def api(self) -> bool:
        """The token."""
        client = Client(headers={"authorization": f"Token {self.text}"})
        return client.get(f"/api/v1/units/{self.unit.uid}/").status_code == 200

    def all(self) -> dict[str, bool]:
        """Return which doors stand open."""
        return {name: getattr(self, name)() for name in ("page", "poll", "write", "api")}


OPEN = dict.fromkeys(("page", "poll", "write", "api"), True)
SHUT = dict.fromkeys(("page", "poll", "write", "api"), False)


@pytest.fixture
def doors(cast, client_of):
    make_unit_of(cast.unit)
    found = Doors(cast.secretary, cast.unit, client_of)
    assert found.all() == OPEN
    return found


def appointment_ended(doors, cast, clock):
    end_appointment(doors.appointment, on=today(), reason="调离", by=SYSTEM)


def term_over(doors, cast, clock):
    Appointment.objects.filter(pk=doors.appointment.pk).update(ends_on=today())
    assert doors.all() == OPEN
    clock(2026, 3, 6, 0)


def account_disabled(doors, cast, clock):
    disable_user(doors.appointment.person.user, reason="试", by=SYSTEM)


def organization_closed(doors, cast, clock):
    end_organization(cast.committee, on=today(), reason="撤并", by=SYSTEM)


def unit_moved(doors, cast, clock):
    change_organization(cast.unit, area=cast.other_community, by=SYSTEM)


def community_moved(doors, cast, clock):
    """The own committee's area changes: the unit stays where it was."""
    change_organization(cast.committee, area=cast.sibling, by=SYSTEM)


@pytest.mark.parametrize(
    "way",
    [
        appointment_ended,
        term_over,
        account_disabled,
        organization_closed,
        unit_moved,
        community_moved,
    ],
)
def test_what_ends_a_post_shuts_every_door_at_once(doors, cast, clock, way):
    way(doors, cast, clock)
    assert doors.all() == SHUT


def test_an_area_that_moves_takes_its_units_along(cast, client_of):
    make_unit_of(cast.unit)
    doors = Doors(cast.street_staff, cast.unit, client_of)
    assert doors.page()
    assert doors.api()
    record_register(
        [
            RegisterEntry(
                code=cast.community.code,
                name=cast.community.name,
                level=Level.COMMUNITY,
                kind=cast.community.kind,
                parent_code=cast.other_street.code,
                sort=0,
                area=cast.community,
            ),
            # The register names the street that it goes to.
            RegisterEntry(
                code=cast.other_street.code,
                name=cast.other_street.name,
                level=Level.STREET,
                kind=cast.other_street.kind,
                parent_code=cast.district.code,
                sort=0,
                area=cast.other_street,
            ),
        ],
        by=SYSTEM,
        reason="区划调整",
    )
    assert not doors.page()
    assert not doors.poll()
    assert not doors.api()


@pytest.mark.parametrize("way", ["revoked", "expired"])
def test_a_token_answers_no_more(doors, way):
    if way == "revoked":
        revoke_token(doors.token, by=SYSTEM)
    else:
        ApiToken.objects.filter(pk=doors.token.pk).update(
            expiry=timezone.now() - timedelta(seconds=1)
        )
    assert not doors.api()
    assert doors.page()


def test_another_post_is_another_sight(cast, client_of):
    """The person switches in one tab: what the other tab shows and sends is of the new post."""
    make_unit_of(cast.unit)
    second = make_post(Role.UNIT_LIAISON, cast.other_unit, person=cast.secretary.person)
    doors = Doors(cast.secretary, cast.unit, client_of)
    assert doors.page()
    doors.client.act("/post/", {"to": str(second.uid)})
    assert doors.client.get(f"/units/{cast.unit.uid}/").status_code == 403
    # A form that was begun in the first post does not act in the second.
    late = doors.client.act(f"/units/{cast.unit.uid}/contacts/", {"contact_name": "改"})
    assert late.status_code == 409


def test_a_person_who_is_transferred_is_out_of_sight(cast, client_of):
    from members.services import employ, end_employment
    from tests.factories.members import make_member

    make_unit_of(cast.unit)
    make_unit_of(cast.other_unit)
    member = make_member(cast.unit)
    path = f"/members/{member.uid}/"
    before, after = client_of(cast.liaison), client_of(cast.other_liaison)
    assert (before.get(path).status_code, after.get(path).status_code) == (200, 404)
    (employment,) = member.employments.all()
    end_employment(employment, on=today(), reason="调出", by=SYSTEM)
    employ(member, unit=cast.other_unit, valid_from=today(), by=SYSTEM)
    assert (before.get(path).status_code, after.get(path).status_code) == (404, 200)


def test_a_signed_link_that_is_taken_back_opens_nothing(cast, client):
    from tests.factories.meetings import make_notified, make_own_council

    make_unit_of(cast.unit)
    meeting = make_notified(make_own_council(cast))
    link = issue_link(meeting, action="meeting.answer", days=30, organization=cast.unit, by=SYSTEM)
    path = "/" + link_url(link).split("//", 1)[1].split("/", 1)[1]
    assert client.get(path).status_code == 200
    revoke_links(meeting, action="meeting.answer", by=SYSTEM)
    assert client.get(path).status_code == 410


def test_an_invitation_dies_with_the_last_post(cast, client):
    _link, url = invite(cast.liaison.person.user, by=actor_in(cast.secretary))
    path = "/" + url.split("//", 1)[1].split("/", 1)[1]
    assert client.get(path).status_code == 200
    end_appointment(cast.liaison, on=today(), reason="调离", by=SYSTEM)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("way", ["ended", "disabled"])
def test_work_in_the_queue_asks_again(cast, way):
    """An import that waits for its worker, as every export does."""
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(["单位名称", "住所"], ["某厂", "一号"]), by=by)
    confirm_batch(batch, by=by)
    if way == "ended":
        end_appointment(cast.secretary, on=today(), reason="调离", by=SYSTEM)
    else:
        disable_user(cast.secretary.person.user, reason="试", by=SYSTEM)
    running.run_apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.STAGED
