"""The gallery shows every component; every component says what it needs."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from partybuild.ui.components.library import COMPONENTS
from partybuild.ui.templatetags import ui  # noqa: F401  registers the components

TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.mark.django_db
def test_gallery_shows_every_component(cast, client_of):
    html = client_of(cast.secretary).get(reverse("ui:gallery")).content.decode()
    shown = re.findall(r'data-component="(\w+)"', html)
    assert sorted(shown) == sorted(COMPONENTS)


@pytest.mark.django_db
def test_gallery_asks_for_sign_in(client):
    assert client.get(reverse("ui:gallery")).status_code == 302


@pytest.mark.django_db
def test_gallery_answers_a_wrong_form_with_its_errors(cast, client_of):
    response = client_of(cast.secretary).act(reverse("ui:gallery"), {"phone": "138"})
    assert response.status_code == 422
    assert "请填写会议主题。" in response.content.decode()


@pytest.mark.parametrize(
    "path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda p: p.stem
)
def test_component_opens_with_a_comment_naming_its_variables(path):
    assert re.match(r"\{% comment %\}\n.+?\n\{% endcomment %\}", path.read_text(), re.DOTALL)


def test_component_files_are_components():
    files = {path.stem for path in (TEMPLATES / "components").glob("[!_]*.html")}
    # Django itself draws formsets by this one.
    assert files - {"formset"} == set(COMPONENTS)
