"""Words that no keyboard writes are no fault of ours."""

from __future__ import annotations

import pytest

from partybuild.exchange.queries import preview_page
from tests.factories.sheets import roster, staged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/organizations/", "/search/", "/units/", "/members/"])
def test_a_zero_byte_is_refused_and_breaks_nothing(cast, client_of, path):
    assert client_of(cast.secretary).get(path, {"q": "和\x00平"}).status_code == 400


def test_a_place_in_a_preview_is_plain_digits(cast):
    from partybuild.accounts.actors import actor_in

    by = actor_in(cast.secretary)
    batch = staged("members", roster([1, "孙八", "", "", "", "", "", "", ""]), by=by)
    assert preview_page(batch, by=by, older="²").rows
