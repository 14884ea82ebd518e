"""Places, parameters, words, working days and Party organizations."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.areas.models import DictionaryEntry, Parameter
from partybuild.areas.queries import dictionary, parameter
from partybuild.organizations.models import Organization

pytestmark = pytest.mark.django_db
POSTS = ("city_staff", "street_staff", "secretary", "outsider", "liaison", "member")
PAGES = {
    ("areas:area-list", ()): "......",
    ("areas:parameter-list", ()): "....33",
    ("areas:parameter-change", ("report.due_days",)): "..3333",
    ("areas:dictionary-change", ("unit.kind",)): "..3333",
    ("areas:working-day-list", ()): "....33",
    ("organizations:organization-list", ()): "......",
    ("organizations:organization-create", ()): "3...33",
}
LETTERS = {200: ".", 302: "r", 403: "3", 404: "4"}


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_pages_by_role(cast, client_of, name, args):
    found = "".join(
        LETTERS[client_of(getattr(cast, post)).get(reverse(name, args=args)).status_code]
        for post in POSTS
    )
    assert found == PAGES[name, args]


def test_a_parameter_set_by_the_street_is_shown_with_its_origin_below(cast, client_of):
    url = reverse("areas:parameter-change", args=("report.due_days",))
    assert client_of(cast.street_staff).act(url, {"value": "7"}).status_code == 302
    assert parameter(cast.community, "report.due_days") == 7
    assert parameter(cast.other_community, "report.due_days") == 5
    page = client_of(cast.secretary).get("/areas/parameters/").content.decode()
    assert "7个工作日" in page
    assert "望江街道" in page


def test_a_value_out_of_range_says_what_is_possible(cast, client_of):
    url = reverse("areas:parameter-change", args=("receipt.due_days",))
    response = client_of(cast.street_staff).act(url, {"value": "99"})
    assert response.status_code == 422
    assert "不能大于" in response.content.decode()
    assert not Parameter.objects.exists()


def test_another_streets_area_cannot_be_set(cast, client_of):
    url = reverse("areas:parameter-change", args=("report.due_days",))
    response = client_of(cast.other_street_staff).act(
        f"{url}?area={cast.street.uid}", {"value": "9"}
    )
    assert response.status_code == 404
    assert not Parameter.objects.exists()


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("areas:parameter-change", "report.due_days", {"value": "7"}),
        ("areas:dictionary-change", "unit.kind", {"code": "office", "label": "党政机关"}),
    ],
)
def test_who_sets_something_for_a_community_stays_with_it(cast, client_of, name, key, values):
    url = f"{reverse(name, args=(key,))}?area={cast.community.uid}"
    page = client_of(cast.street_staff).act(url, values, follow=True)
    assert page.context["area"] == cast.community


def test_a_word_is_renamed_for_the_street_only(cast, client_of):
    url = reverse("areas:dictionary-change", args=("unit.kind",))
    client = client_of(cast.street_staff)
    client.act(url, {"code": "office", "label": "党政机关"})
    client.act(url, {"label": "园区"})
    words = dict(dictionary(cast.community, "unit.kind"))
    assert words["office"] == "党政机关"
    assert "园区" in words.values()
    assert dict(dictionary(cast.other_community, "unit.kind"))["office"] == "机关"
    assert "修改字典" in client.get(url).content.decode()
    assert DictionaryEntry.objects.count() == 2


def test_secretary_registers_a_branch_in_the_own_community_only(cast, client_of):
    url = reverse("organizations:organization-create")
    client = client_of(cast.secretary)
    values = {"name": "江湾联合党支部", "kind": "joint_branch"}
    assert client.act(url, {**values, "area": cast.other_community.uid}).status_code == 422
    assert client.act(url, {**values, "area": cast.community.uid}).status_code == 302
    body = Organization.objects.get(name="江湾联合党支部")
    page = reverse("organizations:organization-detail", args=(body.uid,))
    assert client.get(page).status_code == 200
    assert client_of(cast.outsider).get(page).status_code == 404
