"""Several report-ins confirmed in one press, placed in one grid and team along with it."""

from __future__ import annotations

import pytest

from members.models import ReportIn
from members.services import form_team, submit_report_in
from partybuild.access import Level
from tests.factories.core import SYSTEM, make_area
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db
PATH = "/members/report-ins/"


@pytest.fixture
def waiting(world):
    """Three who wait for the community."""
    members = [make_member(world.cast.unit) for _number in range(3)]
    return [submit_report_in(each, community=world.cast.community, by=SYSTEM) for each in members]


def test_those_picked_are_placed_in_the_grid_and_team_chosen(world, waiting, client_of):
    grid = make_area("第一网格", Level.GRID, world.cast.community, code="33990100100101")
    team = form_team(community=world.cast.community, name="望江先锋队", kind="other", by=SYSTEM)
    client = client_of(world.cast.worker)
    assert set(client.get(PATH).context["form"].fields) == {"grid", "team"}
    picked = [str(each.uid) for each in waiting[:2]]
    answer = client.act(
        f"{PATH}confirm/", {"selected": picked, "grid": str(grid.uid), "team": str(team.uid)}
    )
    assert answer.status_code == 302
    rows = ReportIn.objects.filter(uid__in=picked)
    assert set(rows.values_list("state", "grid", "team")) == {("confirmed", grid.pk, team.pk)}
    waiting[2].refresh_from_db()
    assert (waiting[2].state, waiting[2].grid) == ("submitted", None)


def test_a_grid_of_elsewhere_is_refused_and_the_ticks_stay(world, waiting, client_of):
    make_area("第一网格", Level.GRID, world.cast.community, code="33990100100101")
    other = make_area("别处网格", Level.GRID, world.cast.sibling, code="33990100100201")
    picked = [str(waiting[0].uid)]
    answer = client_of(world.cast.worker).act(
        f"{PATH}confirm/", {"selected": picked, "grid": str(other.uid)}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"grid"}
    assert answer.context["picked"] == set(picked)
    assert not ReportIn.objects.filter(uid__in=picked).exclude(state="submitted").exists()


def test_without_grids_and_teams_nothing_is_asked(world, waiting, client_of):
    client = client_of(world.cast.worker)
    assert client.get(PATH).context["form"] is None
    client.act(f"{PATH}confirm/", {"selected": [str(waiting[0].uid)]})
    waiting[0].refresh_from_db()
    assert waiting[0].state == "confirmed"
