"""/api/v1/topics/."""

from __future__ import annotations

from typing import Any

from tests.api.contract import ReadContract
from tests.factories.meetings import make_accepted_topic, make_own_council, make_topic


class TestTopics(ReadContract):
    """The contract, and who proposes."""

    resource = "topics"
    key = "topic.view"
    fields = (
        "uid",
        "council",
        "title",
        "organization",
        "proposer_name",
        "proposer_phone",
        "proposed_on",
        "category",
        "situation",
        "proposal",
        "concerned",
        "is_coordinated",
        "state",
        "decision_reason",
        "decided_on",
        "referred_to",
        "chair_opinion",
        "chair_on",
        "result",
        "result_on",
        "result_note",
        "votes_for",
        "votes_against",
        "votes_abstained",
        "changed_at",
    )

    def council(self, cast: Any) -> Any:
        """The community's council, made once."""
        from meetings.models import Council

        return Council.objects.filter(area=cast.community).first() or make_own_council(cast)

    def make(self, cast: Any, number: int) -> list[Any]:
        """Topics submitted to the community's council."""
        council = self.council(cast)
        return [
            make_topic(
                council,
                cast.unit,
                title=f"议题{number}",
                proposer_name="赵钱孙",
                proposer_phone="19900001234",
            )
            for number in range(number)
        ]

    def test_proposer_leaves_masked(self, cast: Any, token_client: Any) -> None:
        """Neither name nor number is in any byte."""
        (topic,) = self.make(cast, 1)
        response = token_client(cast.secretary).get(f"{self.path}{topic.uid}/")
        assert response.json()["proposer_name"] == "赵**"
        assert "赵钱孙" not in response.content.decode()
        assert b"19900001234" not in response.content

    def test_other_members_read_only_what_was_accepted(self, cast: Any, token_client: Any) -> None:
        """P: published to the council."""
        (waiting,) = self.make(cast, 1)
        accepted = make_accepted_topic(self.council(cast), cast.unit, title="列入的议题")
        rows = token_client(cast.second_liaison).get(self.path).json()["results"]
        assert [row["uid"] for row in rows] == [str(accepted.uid)]
        assert token_client(cast.liaison).get(f"{self.path}{waiting.uid}/").status_code == 200
