"""What is held about me, who read it, my copy, corrections, consent: for everybody who signs in."""

from __future__ import annotations

import json
import time

import pytest
from django.urls import reverse

from members.models import PartyMember
from members.services import change_member, reveal_phone
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.notices.registry import unwanted
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.models import Obligation
from partybuild.people.enums import Purpose
from partybuild.people.models import Consent, NoticeSeen
from partybuild.people.privacy import CURRENT_NOTICE
from partybuild.people.registry import kinds
from partybuild.people.services import allowed, decide_consent
from partybuild.portal.models import CorrectionRequest
from partybuild.portal.services import answer_correction
from tests.factories.core import PASSWORD, SYSTEM, make_post
from tests.factories.members import make_member, make_report_in, make_services

PHONE, HOME = "13900001111", "望江苑1幢2单元301室"


@pytest.fixture
def member(cast):
    """A member of whom everything is known, reported in and serving."""
    member = make_member(cast.unit, "安一", phone=PHONE, home_building="望江苑1幢")
    change_member(member, home_address=HOME, home_area=cast.community, by=SYSTEM)
    make_report_in(member, cast.community)
    make_services(cast.community, [member])
    return PartyMember.objects.get(pk=member.pk)


@pytest.fixture
def own(member, client_of):
    """The member's own browser."""
    return client_of(make_post(Role.MEMBER, person=member.person))


MY = "/my/data/"


@pytest.mark.django_db
def test_every_role_has_the_page(cast, client_of):
    posts = [
        *(getattr(cast, name) for name in ("city_staff", "street_staff", "secretary", "liaison")),
        *(make_post(role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)),
    ]
    for post in posts:
        answer = client_of(post).get(MY)
        assert answer.status_code == 200, post
        assert post.person.phone in answer.content.decode()


@pytest.mark.django_db
def test_a_member_sees_their_own_data_in_full_and_who_read_it(cast, member, own):
    reveal_phone(member, by=actor_in(cast.worker))
    page = own.get(MY).content.decode()
    for text in (PHONE, member.person.id_number, HOME, "江湾区图书馆", "清扫楼道", "查看手机号"):
        assert text in page
    assert cast.worker.post in page
    # A post of another body, not its holder.
    assert cast.worker.person.name not in page


@pytest.mark.django_db
def test_within_ones_own_body_the_name_is_told(cast, client_of):
    member = make_member(cast.unit, "单位里的人")
    reveal_phone(member, by=actor_in(cast.unit_secretary))
    post = make_post(Role.UNIT_LIAISON, cast.unit, person=member.person)
    page = client_of(post).get(MY).content.decode()
    assert cast.unit_secretary.person.name in page


@pytest.mark.django_db
def test_the_copy_is_whole_quick_and_written_down(cast, member, own):
    began = time.monotonic()
    answer = own.act(reverse("portal:my-data-copy"), {"form": "json"})
    assert time.monotonic() - began < 60
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    copy = json.loads(answer.content)
    assert set(copy["data"]) == {kind.key for kind in kinds()}
    basics = copy["data"]["people.basics"]["rows"][0]
    assert (basics["联系电话"], basics["公民身份号码"]) == (PHONE, member.person.id_number)
    assert len(copy["data"]["members.service"]["rows"]) == 1
    assert Event.objects.filter(kind="privacy.copy_taken").count() == 1
    readable = own.act(reverse("portal:my-data-copy"), {"form": "html"}).content.decode()
    for text in (PHONE, member.person.id_number, HOME, "清扫楼道"):
        assert text in readable
    assert own.get(reverse("portal:my-data-copy")).status_code == 405


@pytest.mark.django_db
def test_nobody_sees_the_data_of_another(cast, member, client_of):
    for name in ("liaison", "secretary", "member"):
        page = client_of(getattr(cast, name)).get(MY).content.decode()
        assert PHONE not in page
        assert member.person.id_number not in page


# -- Consent -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_rests_on_duty_is_not_faked_as_consent(cast, member, own):
    page = own.get(MY).content.decode()
    assert "不以同意为前提" in page
    assert not Consent.objects.exists()
    # Running unasked and waiting for a yes.
    assert allowed(Purpose.REMINDER_MAIL, [member.person_id]) == {member.person_id}
    assert allowed(Purpose.PUBLICATION, [member.person_id]) == set()


@pytest.mark.django_db
def test_one_click_withdraws_and_stops_mails_that_wait(cast, member, own):
    person = member.person
    person.mail = "an@example.cn"
    person.save()
    for kind, is_reminder in (("test.remind", True), ("test.told", False)):
        notify(
            kind=kind,
            subject=member,
            recipients=[Recipient(person=person)],
            title="x",
            body="",
            is_reminder=is_reminder,
            by=SYSTEM,
        )
    mails = {each.kind: each for each in Notice.objects.filter(person=person, channel="mail")}
    assert unwanted(list(mails.values())) == {}
    url = reverse("portal:consent-change")
    assert own.act(url, {"purpose": "reminder_mail", "is_given": "no"}).status_code == 302
    assert unwanted(list(mails.values())) == {mails["test.remind"].pk: "本人已关闭邮件提醒"}
    own.act(url, {"purpose": "reminder_mail", "is_given": "yes"})
    assert unwanted(list(mails.values())) == {}
    rows = Consent.objects.filter(person=person).order_by("pk")
    assert [(row.is_given, row.version, row.way) for row in rows] == [
        (False, CURRENT_NOTICE.version, "page"),
        (True, CURRENT_NOTICE.version, "page"),
    ]
    kinds_written = Event.objects.filter(kind__startswith="privacy.consent").order_by("pk")
    assert [event.kind for event in kinds_written] == [
        "privacy.consent_withdrawn",
        "privacy.consent_given",
    ]
    assert own.act(url, {"purpose": "nonsense", "is_given": "no"}).status_code == 404


@pytest.mark.django_db
def test_the_same_answer_twice_is_one_row(cast, member):
    for _turn in range(2):
        decide_consent(member.person, purpose=Purpose.PUBLICATION, is_given=True, by=SYSTEM)
    assert Consent.objects.count() == 1
    assert allowed(Purpose.PUBLICATION, [member.person_id]) == {member.person_id}


# -- The notice --------------------------------------------------------------------------------


@pytest.fixture
def signed_in(cast, client):
    """A browser that has just signed in with a password."""
    user = cast.liaison.person.user
    user.username = "lianluo"
    user.set_password(PASSWORD)
    user.save()
    answer = client.post(reverse("accounts:sign-in"), {"login": "lianluo", "password": PASSWORD})
    if "_auth_user_id" not in client.session:
        answer = client.post(reverse("accounts:sign-in"), {"name": "lianluo", "password": PASSWORD})
    assert "_auth_user_id" in client.session, answer.content.decode()[:500]
    return client


@pytest.mark.django_db
def test_a_new_version_is_read_once_after_the_next_sign_in(cast, signed_in):
    first = signed_in.get("/units/")
    assert first.status_code == 302
    assert first["Location"].startswith("/privacy/first/?next=%2Funits%2F")
    page = signed_in.get(first["Location"])
    assert page.status_code == 200
    assert CURRENT_NOTICE.version in page.content.decode()
    # Reading wrote nothing; the button does.
    assert not NoticeSeen.objects.exists()
    seen = signed_in.post(reverse("portal:privacy-seen"), {"next": "/units/"})
    assert (seen.status_code, seen["Location"]) == (302, "/units/")
    row = NoticeSeen.objects.get()
    assert (row.person_id, row.version, row.way) == (
        cast.liaison.person_id,
        CURRENT_NOTICE.version,
        "sign_in",
    )
    assert signed_in.get("/units/").status_code == 200
    signed_in.post(reverse("portal:privacy-seen"), {"next": "https://elsewhere.example/"})
    assert NoticeSeen.objects.count() == 1


@pytest.mark.django_db
def test_it_is_not_in_the_way_of_what_needs_no_sign_in(cast, signed_in):
    for path in ("/privacy/", "/help/", "/suggestions/new/"):
        assert signed_in.get(path).status_code == 200, path
    assert signed_in.get("/l/nonsense/").status_code != 302
    answer = signed_in.post(reverse("portal:privacy-seen"), {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_older_versions_can_still_be_read(client):
    assert "以前的版本" in client.get("/privacy/?version=2026-1").content.decode()
    assert "以前的版本" not in client.get("/privacy/?version=nonsense").content.decode()


# -- Correction --------------------------------------------------------------------------------


def _ask(own, body, wanted="职务应为副馆长"):
    return own.act(
        reverse("portal:correction-create"),
        {"organization": str(body.uid), "matter": "职务", "wanted": wanted},
    )


@pytest.mark.django_db
def test_a_correction_goes_to_who_keeps_it_and_is_owed(cast, member, own, client_of):
    page = own.get(reverse("portal:correction-create")).content.decode()
    assert "江湾区图书馆" in page
    assert "和平社区党委" in page
    assert _ask(own, cast.unit).status_code == 302
    wish = CorrectionRequest.objects.get()
    debt = Obligation.objects.get(duty="privacy.correction")
    assert (debt.bearer_organization_id, debt.due_on) == (cast.unit.pk, wish.due_on)
    assert "安一" not in str(debt.subject_label)
    todo = client_of(cast.unit_secretary).get("/").content.decode()
    assert "有人申请更正个人信息" in todo
    answered = client_of(cast.liaison).act(
        wish.get_absolute_url(), {"is_corrected": "yes", "answer": "已改为副馆长"}
    )
    assert answered.status_code == 302
    wish.refresh_from_db()
    debt.refresh_from_db()
    assert (wish.state, wish.answered_post) == ("done", cast.liaison.post)
    assert debt.state == "filed"
    assert "已改为副馆长" in own.get(MY).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("unit_secretary", 200),
        ("liaison", 200),
        ("second_liaison", 404),
        ("secretary", 404),
        ("street_staff", 404),
        ("city_staff", 404),
    ],
)
def test_only_the_body_that_was_asked_reads_it(cast, member, own, client_of, post, status):
    _ask(own, cast.unit, wanted=f"电话应为{PHONE}")
    wish = CorrectionRequest.objects.get()
    answer = client_of(getattr(cast, post)).get(wish.get_absolute_url())
    assert answer.status_code == status
    assert (PHONE in answer.content.decode()) is (status == 200)


@pytest.mark.django_db
def test_nobody_answers_themselves_and_nobody_twice(cast, client_of):
    from partybuild.portal.exceptions import CorrectionAnswered

    own = client_of(cast.liaison)
    _ask(own, cast.unit)
    wish = CorrectionRequest.objects.get()
    assert own.get(wish.get_absolute_url()).status_code == 404
    answer_correction(wish, is_corrected=False, answer="与档案一致", by=SYSTEM)
    with pytest.raises(CorrectionAnswered):
        answer_correction(wish, is_corrected=True, answer="x", by=SYSTEM)
    wish.refresh_from_db()
    assert (wish.state, wish.answer) == ("refused", "与档案一致")


@pytest.mark.django_db
def test_a_body_that_does_not_keep_it_cannot_be_chosen(cast, member, own):
    assert _ask(own, cast.other_unit).status_code == 422
    assert not CorrectionRequest.objects.exists()


# -- In the browser ----------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_in_a_browser(cast, member, visit, width):
    reveal_phone(member, by=actor_in(cast.worker))
    post = make_post(Role.MEMBER, person=member.person)
    visitor = visit(post, width=width)
    for name, path in (
        ("my_data", MY),
        ("correction", reverse("portal:correction-create")),
        ("privacy_first", reverse("portal:privacy-first")),
        ("privacy", "/privacy/"),
    ):
        page = visitor.open(path)
        _shoot(page, f"{name}-{width}")
        assert visitor.violations() == []
        assert visitor.overflows() == []
    visitor.open(MY)
    visitor.page.get_by_role("button", name="关闭", exact=True).click()
    visitor.page.wait_for_url("**/my/data/")
    assert Consent.objects.filter(is_given=False).count() == 1
    assert visitor.troubles == []
    assert visitor.elsewhere == []


def _shoot(page, name):
    import os
    from pathlib import Path

    folder = os.environ.get("SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
