"""Large type is kept with the person, carried by the browser, and offered before signing in."""

from __future__ import annotations

import pytest

from partybuild.accounts.models import User
from partybuild.audit.models import Event
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.django_db
SAVE = "/ui/preferences/"


@pytest.fixture
def user(cast):
    found: User = cast.member.person.user
    found.username = "dangyuan"
    found.set_password(PASSWORD)
    found.save()
    return found


def sign_in(client):
    return client.post("/sign-in/", {"name": "dangyuan", "password": PASSWORD})


def test_it_is_offered_before_signing_in(client, db):
    assert "大字版" in client.get("/sign-in/").content.decode()
    client.post(SAVE, {"text": "large", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert 'class="elder"' in page
    assert "标准版" in page


def test_chosen_before_signing_in_it_is_the_persons(client, user):
    client.post(SAVE, {"text": "large"})
    sign_in(client)
    user.refresh_from_db()
    assert user.elder_mode
    assert client.cookies["text"].value == "large"
    assert client.cookies["text_chosen"].value == ""


def test_the_person_finds_it_on_another_browser(client, user):
    User.objects.filter(pk=user.pk).update(elder_mode=True)
    sign_in(client)
    assert client.cookies["text"].value == "large"


def test_the_next_person_at_the_same_browser_reads_as_they_like(client, user):
    client.cookies["text"] = "large"
    sign_in(client)
    user.refresh_from_db()
    assert (user.elder_mode, client.cookies["text"].value) == (False, "")


def test_pressed_when_signed_in_it_is_kept_with_one_event(client_of, cast):
    client = client_of(cast.member)
    for _press in range(2):
        client.post(SAVE, {"text": "large"})
    assert User.objects.get(person=cast.member.person).elder_mode
    assert Event.objects.filter(kind="account.reading").count() == 1
    client.post(SAVE, {"text": ""})
    assert not User.objects.get(person=cast.member.person).elder_mode


def test_density_is_no_choice_of_type(client, user):
    client.post(SAVE, {"density": "compact"})
    assert "text_chosen" not in client.cookies
