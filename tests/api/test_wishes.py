"""Endpoint of wishes: what hung in public, nothing of who made or claimed it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.api.contract import ReadContract
from tests.factories.members import make_member, make_report_in
from tests.factories.wishes import TEXTS, WISHER, make_wish, make_wish_claim

pytestmark = pytest.mark.django_db


class TestWishes(ReadContract):
    """The contract; neither wisher nor claimer is sent, the contact leaves masked."""

    resource = "wishes"
    key = "wish.view"
    fields = (
        "uid",
        "community",
        "category",
        "title",
        "content",
        "shown_name",
        "wanted_by",
        "contact",
        "contact_phone",
        "channel",
        "heard_on",
        "published_on",
        "state",
        "ended_on",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Wishes that hang in public."""
        return [make_wish(cast.community, title=f"心愿{at}") for at in range(number)]

    def test_neither_wisher_nor_claimer_is_sent(self, cast: Any, token_client: Any) -> None:
        """Names, phone, home and circumstances are in no byte, whoever asks."""
        member = make_member(cast.unit, name="欧阳静")
        make_report_in(member, cast.community)
        wish = make_wish(cast.community)
        make_wish_claim(wish, member=member)
        secrets = (*WISHER.values(), "欧阳静", TEXTS["contact"], TEXTS["contact_phone"])
        for reader in (cast.secretary, cast.city_staff, cast.liaison):
            client = token_client(reader)
            for path in (self.path, f"{self.path}{wish.uid}/"):
                body = client.get(path).content.decode()
                assert "孙奶奶" in body
                assert [each for each in secrets if each in body] == []

    @pytest.mark.parametrize("state", ["entered", "verified"])
    def test_what_was_not_shown_leaves_for_nobody(
        self, cast: Any, token_client: Any, state: str
    ) -> None:
        """Not even for the community that keeps it."""
        wish = make_wish(cast.community, state=state)
        for reader in (cast.secretary, cast.street_staff, cast.liaison):
            client = token_client(reader)
            assert client.get(self.path).json()["results"] == []
            assert client.get(f"{self.path}{wish.uid}/").status_code == 404

    def test_filters_narrow(self, cast: Any, token_client: Any, clock: Any) -> None:
        """By area, state, class and day of showing."""
        clock(2026, 3, 5, 9)
        first = make_wish(cast.community, title="甲")
        clock(2026, 3, 9, 9)
        make_wish(cast.sibling, title="乙", category="company")
        client = token_client(cast.street_staff)

        def titles(**query: str) -> list[str]:
            answer = client.get(self.path, query)
            assert answer.status_code == 200, answer.content
            return sorted(row["title"] for row in answer.json()["results"])

        assert titles() == ["乙", "甲"]
        assert titles(below=str(cast.community.uid)) == ["甲"]
        assert titles(category="company") == ["乙"]
        assert titles(state="open") == ["乙", "甲"]
        assert titles(state="closed") == []
        assert titles(published_from="2026-03-06") == ["乙"]
        assert titles(published_to="2026-03-05") == ["甲"]
        assert client.get(self.path, {"state": "entered"}).status_code == 400
        assert first.published_on == date(2026, 3, 5)
