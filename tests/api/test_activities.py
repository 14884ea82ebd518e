"""/api/v1/activities/."""

from __future__ import annotations

from typing import Any

from activities.models import Host
from tests.api.contract import ReadContract
from tests.factories.activities import make_activity


class TestActivities(ReadContract):
    """The contract; who came is not sent, who leads leaves masked."""

    resource = "activities"
    key = "activity.view"
    most_queries = 10
    fields = (
        "uid",
        "community",
        "organizer",
        "hosts",
        "title",
        "kind",
        "themes",
        "content",
        "period",
        "starts_at",
        "ends_at",
        "place",
        "places",
        "sign_up_until",
        "audience",
        "needs",
        "leader_name",
        "leader_phone",
        "state",
        "state_reason",
        "published_at",
        "held_at",
        "others_count",
        "served_count",
        "closing_note",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Activities of the community."""
        return [make_activity(cast.community, cast.committee) for _ in range(number)]

    def test_a_joint_activity_is_one_row_with_its_hosts(self, cast: Any, token_client: Any) -> None:
        """Counted once; the unit that helps sees it, and the bodies that it may see."""
        (activity,) = self.make(cast, 1)
        Host.objects.create(activity=activity, organization=cast.unit, role="helper")
        for post in (cast.street_staff, cast.liaison):
            rows = token_client(post).get(self.path).json()["results"]
            (row,) = [each for each in rows if each["uid"] == str(activity.uid)]
            assert str(cast.unit.uid) in {host["uid"] for host in row["hosts"]}
        assert row["period"] == "2026Q1"

    def test_leader_leaves_masked(self, cast: Any, token_client: Any) -> None:
        """Name and phone are in no byte."""
        activity = make_activity(
            cast.community, cast.committee, leader_name="欧阳静", leader_phone="19912345678"
        )
        for post in (cast.secretary, cast.city_staff):
            response = token_client(post).get(f"{self.path}{activity.uid}/")
            assert response.json()["leader_name"] == "欧**"
            for secret in ("欧阳静", "19912345678"):
                assert secret not in response.content.decode()

    def test_filters_narrow(self, cast: Any, token_client: Any) -> None:
        """By quarter, state and place."""
        (activity,) = self.make(cast, 1)
        make_activity(cast.community, cast.committee, published=False)
        client = token_client(cast.street_staff)

        def uids(**query: str) -> set[str]:
            rows = client.get(self.path, query).json()["results"]
            return {row["uid"] for row in rows}

        assert uids(state="published", period="2026Q1") == {str(activity.uid)}
        assert uids(period="2026Q2") == set()
        assert uids(below=str(cast.sibling.uid)) == set()
        assert len(uids(below=str(cast.community.uid))) == 2
        assert client.get(self.path, {"state": "x"}).status_code == 400
