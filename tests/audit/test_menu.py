"""Who may search finds the way there."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("post", "words"),
    [
        ("street_staff", "本区域操作记录"),
        ("member", "我的操作记录"),
        ("secretary", None),
        ("city_staff", None),
    ],
)
def test_menu_leads_to_the_log(cast, client_of, post, words):
    page = client_of(getattr(cast, post)).get("/", follow=True).content.decode()
    assert ("/ops/events/" in page) is bool(words)
    assert words is None or words in page
