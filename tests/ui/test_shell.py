"""The frame of every page: words per role, posts, preferences, refusals."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import POST_KEY
from partybuild.ui.context_processors import build_shell
from partybuild.ui.navigation import BOTTOM, WORDS

pytestmark = pytest.mark.django_db


class Session(SessionBase):
    """A session that is nowhere kept."""

    def __init__(self) -> None:
        super().__init__()
        self._session_cache = {}


def request_of(appointment=None, path="/", **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.session = Session()
    request.resolver_match = None
    request.user = AnonymousUser()
    if appointment is not None:
        request.user = appointment.person.user
        request.session[POST_KEY] = str(appointment.uid)
    return request


def test_no_role_has_more_than_six_words():
    assert {role: len(words) for role, words in WORDS.items() if len(words) > 6} == {}


def test_every_role_in_use_has_words():
    reserved = {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}
    assert set(WORDS) == set(Role) - reserved


def test_shell_of_a_stranger_names_nobody():
    shell = build_shell(request_of())
    assert shell.actor is None
    assert shell.posts == []
    assert shell.navigation == []


def test_phone_bar_has_four_words_at_most(cast):
    shell = build_shell(request_of(cast.secretary))
    assert len(shell.bottom) + bool(shell.more) <= BOTTOM
    assert [*shell.bottom, *shell.more] == shell.navigation


def test_shell_takes_a_fixed_number_of_queries(cast, django_assert_num_queries):
    request = request_of(cast.secretary)
    # The clock, posts, debts, notices.
    with django_assert_num_queries(4):
        build_shell(request)


def test_post_acted_in_is_marked(cast):
    posts = build_shell(request_of(cast.secretary)).posts
    assert [(post.uid, post.is_current) for post in posts] == [(str(cast.secretary.uid), True)]


def test_cookies_choose_letters_and_density():
    assert build_shell(request_of(text="large", density="compact")).css == "elder compact"
    assert build_shell(request_of(text="nonsense")).css == ""


def test_preference_is_kept_and_leads_back(client):
    response = client.post(
        reverse("ui:preference-save"), {"text": "large", "next": reverse("ui:gallery")}
    )
    assert response["Location"] == reverse("ui:gallery")
    assert response.cookies["text"].value == "large"
    assert response.cookies["text"]["httponly"]


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_preference_leads_nowhere_else(client, place):
    response = client.post(reverse("ui:preference-save"), {"text": "large", "next": place})
    assert response["Location"] == "/"


def test_preference_takes_known_values_only(client):
    response = client.post(reverse("ui:preference-save"), {"text": "<script>"})
    assert "text" not in response.cookies


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_refusal_says_what_to_do(name, cast):
    request = request_of(cast.secretary)
    html = render_to_string(f"{name}.html", {"request_id": "abc123"}, request=request)
    assert "data-refusal" in html
    assert "abc123" in html


@pytest.mark.parametrize("name", ["400", "500"])
def test_refusal_needs_neither_request_nor_database(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "data-refusal" in render_to_string(f"{name}.html")
