"""The pages of signing in: the screen, the scan, the digits, the unit's link, by hand."""

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import Presence, SignIn
from meetings.queries.codes import code_of
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from partybuild.calendar import now
from tests.chance import without_chance
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_notified

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(council, clock):
    """A meeting whose door is open."""
    clock(2026, 3, 5, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 14, 10)
    return meeting


def _scan(meeting, token):
    return reverse("meetings:sign-in-scan", args=(meeting.uid, token))


def test_the_screen_shows_the_code_to_the_organizer_alone(meeting, cast, client_of):
    address = reverse("meetings:code-screen", args=(meeting.uid,))
    page = client_of(cast.secretary).get(address)
    assert page.status_code == 200
    assert code_of(meeting).spelled in page.content.decode()
    assert client_of(cast.worker).get(address).status_code == 200
    assert client_of(cast.liaison).get(address).status_code == 403
    assert client_of(cast.outsider).get(address).status_code == 404


def test_the_screen_s_fragment_is_its_part_of_the_page(meeting, cast, client_of, clock):
    client = client_of(cast.secretary)
    whole = client.get(reverse("meetings:code-screen", args=(meeting.uid,))).content.decode()
    part = client.get(reverse("meetings:code-now", args=(meeting.uid,))).content.decode()
    assert part.strip() in whole


def test_before_the_door_opens_the_screen_says_when(meeting, cast, client_of, clock):
    clock(2026, 3, 12, 9)
    page = client_of(cast.secretary).get(reverse("meetings:code-screen", args=(meeting.uid,)))
    assert "13:30起开放签到" in page.content.decode()
    assert code_of(meeting).spelled not in page.content.decode()


def test_a_scan_signs_in_with_one_press(meeting, cast, client_of, clock):
    client = client_of(cast.liaison)
    page = client.get(_scan(meeting, code_of(meeting).token))
    assert page.status_code == 200
    assert SignIn.objects.count() == 0
    proof = page.context["form"]["code"].initial or page.context["form"].initial["code"]
    # Whoever types slowly is not sent away.
    clock(2026, 3, 12, 14, 15)
    address = reverse("meetings:sign-in", args=(meeting.uid,))
    answer = client.act(address, {"code": proof, "person_name": "李四"})
    assert answer.status_code == 302
    assert Presence.objects.get(organization=cast.unit).person_name == "李四"
    assert "已于14:15签到" in client.get(address).content.decode()


def test_a_screenshot_of_yesterday_is_refused_kindly(meeting, cast, client_of, clock):
    token = code_of(meeting).token
    clock(2026, 3, 12, 14, 12)
    page = client_of(cast.liaison).get(_scan(meeting, token))
    assert page.status_code == 200
    assert "签到码已更新" in page.content.decode()
    assert "6位" in page.content.decode()


def test_outsiders_do_not_sign_in(meeting, cast, client_of):
    token = code_of(meeting).token
    assert client_of(cast.outsider).get(_scan(meeting, token)).status_code == 404
    assert client_of(cast.other_liaison).get(_scan(meeting, token)).status_code == 404
    assert client_of(cast.secretary).get(_scan(meeting, token)).status_code == 403
    answer = client_of(cast.other_liaison).act(
        reverse("meetings:sign-in", args=(meeting.uid,)), {"code": token, "person_name": "张"}
    )
    assert answer.status_code == 404
    assert SignIn.objects.count() == 0


def test_a_stranger_is_asked_to_sign_in(meeting):
    answer = Client().get(_scan(meeting, code_of(meeting).token))
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def test_mistyped_digits_are_counted(meeting, cast, client_of):
    client = client_of(cast.liaison)
    address = reverse("meetings:sign-in", args=(meeting.uid,))
    wrong = "000000" if code_of(meeting).digits != "000000" else "111111"
    for _try in range(12):
        page = client.act(address, {"code": wrong, "person_name": "李四"})
        assert page.status_code == 422
    assert "次数较多" in page.content.decode()
    right = client.act(address, {"code": code_of(meeting).digits, "person_name": "李四"})
    assert right.status_code == 422
    assert SignIn.objects.count() == 0
    # The picture is not to be guessed, so it stays open.
    token = client.get(_scan(meeting, code_of(meeting).token)).context["form"].initial["code"]
    assert client.act(address, {"code": token, "person_name": "李四"}).status_code == 302


def _link(meeting, unit=None):
    link = issue_link(meeting, action="meeting.answer", days=3, organization=unit, by=SYSTEM)
    return "/" + link_url(link).split("/", 3)[3]


def test_the_unit_s_link_signs_in_with_the_room_s_digits(meeting, cast):
    browser, path = Client(), _link(meeting, cast.unit)
    page = browser.get(path)
    assert "会议签到" in page.content.decode()
    assert code_of(meeting).digits not in without_chance(page.content.decode())
    words = {"deed": "sign_in", "person_name": "李四", "unit": str(cast.unit.uid)}
    refused = browser.post(path, {**words, "code": "12"})
    assert refused.status_code == 422
    done = browser.post(path, {**words, "code": code_of(meeting).digits})
    assert "签到成功" in done.content.decode()
    row = SignIn.objects.get()
    assert (row.organization, row.via, row.person) == (cast.unit, "link", None)


def test_the_group_s_link_asks_which_unit_first(meeting, cast):
    browser, path = Client(), _link(meeting)
    words = {"deed": "sign_in", "person_name": "李四", "code": code_of(meeting).digits}
    assert "请选择您的单位" in browser.post(path, words).content.decode()
    browser.post(path, {**words, "unit": str(cast.second_unit.uid)})
    assert SignIn.objects.get().organization == cast.second_unit


def test_by_hand_is_the_organizer_s(meeting, cast, client_of):
    address = reverse("meetings:sign-in-hand", args=(meeting.uid,))
    words = {
        "organization": str(cast.unit.uid),
        "person_name": "李四",
        "reason": "手机不便",
    }
    assert client_of(cast.liaison).act(address, words).status_code == 403
    assert client_of(cast.outsider).act(address, words).status_code == 404
    assert client_of(cast.secretary).act(address, {**words, "reason": ""}).status_code == 422
    assert not SignIn.objects.exists()
    assert client_of(cast.worker).act(address, words).status_code == 302
    assert SignIn.objects.get().reason == "手机不便"


def test_the_organizer_s_list_names_who_has_just_come(meeting, cast, client_of):
    address = reverse("meetings:presence-now", args=(meeting.uid,))
    client = client_of(cast.secretary)
    assert "HX-Trigger-After-Settle" not in client.get(address)
    SignIn.objects.create(
        meeting=meeting,
        organization=cast.unit,
        person_name="李四",
        via="code",
        signed_at=now(),
    )
    answer = client.get(address)
    assert "李四" in answer.content.decode()
    assert "announce" in answer["HX-Trigger-After-Settle"]
    assert client_of(cast.liaison).get(address).status_code == 403


def test_the_sheet_keeps_who_signed_in_while_it_was_open(meeting, cast, client_of, clock):
    client = client_of(cast.secretary)
    address = reverse("meetings:presence-edit", args=(meeting.uid,))
    form = client.get(address).context["form"]
    words = {name: form[name].value() or "" for name in form.fields}
    words[f"state-{cast.second_unit.uid.hex}"] = "absent"
    words[f"state-{cast.unit.uid.hex}"] = "absent"
    browser = Client()
    browser.post(
        _link(meeting, cast.unit),
        {"deed": "sign_in", "person_name": "李四", "code": code_of(meeting).digits},
    )
    answer = client.act(address, words, follow=True)
    assert "以签到为准" in answer.content.decode()
    states = dict(Presence.objects.values_list("organization__name", "state"))
    assert states == {cast.unit.name: "present", cast.second_unit.name: "absent"}
