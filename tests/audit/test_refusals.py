"""Who was refused is written down; the visitor cannot tell what exists."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connections, transaction
from django.test import Client

from partybuild.audit.models import Event

pytestmark = pytest.mark.django_db

DISK_FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$
"""
PUT_DISK_FULL = "CREATE TRIGGER a_disk_full BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION disk_full()"


def _refusals():
    return Event.objects.filter(kind="access.refused")


def _words(answer):
    """Return a page without what is new on every page: its request number and its form tokens."""
    sent = answer.content.decode().replace(answer["X-Request-Id"], "")
    return re.sub(r"[A-Za-z0-9]{64}", "", sent)


def test_row_out_of_scope_answers_like_none_and_is_written_down(cast, client_of):
    browser = client_of(cast.outsider)
    there = browser.get(f"/organizations/{cast.committee.uid}/")
    event = _refusals().get()
    unknown = uuid.uuid4()
    nowhere = browser.get(f"/organizations/{unknown}/")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    number = there["X-Request-Id"]
    assert _words(there).replace(str(cast.committee.uid), "") == _words(nowhere).replace(
        str(unknown), ""
    )
    assert (event.object_label, event.object_uid) == (
        "organizations.Organization",
        cast.committee.uid,
    )
    assert (event.result, event.request_id, event.person_id) == (
        "refused",
        number,
        cast.outsider.person_id,
    )
    assert event.object_text == "组织"
    # What does not exist is no refusal.
    assert _refusals().count() == 1


def test_missing_right_is_written_down_with_its_line(cast, client_of):
    assert client_of(cast.secretary).get("/ops/events/").status_code == 403
    event = _refusals().get()
    assert event.changes == {"where": "GET ops:event-list", "right": "audit.view"}


def test_what_another_post_opens_is_no_refusal(cast, client_of):
    from partybuild.access import Role
    from tests.factories.core import make_post
    from tests.factories.units import make_unit_of

    make_unit_of(cast.unit)
    make_post(Role.COMMUNITY_WORKER, cast.committee, person=cast.outsider.person)
    assert client_of(cast.outsider).get(f"/units/{cast.unit.uid}/").status_code == 403
    assert not _refusals().exists()


def test_anonymous_visitor_writes_nothing(cast):
    Client().get(f"/organizations/{cast.committee.uid}/")
    assert not _refusals().exists()


def test_number_of_a_request_is_never_the_callers(cast, client_of):
    chosen = "a" * 32
    answer = client_of(cast.secretary).get("/", headers={"X-Request-Id": chosen})
    assert answer["X-Request-Id"] != chosen


@pytest.mark.django_db(transaction=True)
class TestAuditDown:
    """Sensitive actions fail closed when their event cannot be written."""

    @pytest.fixture(params=["revoked", "disk full"])
    def broken(self, request, settings):
        """Take away the way to write an event, and give it back."""
        role = settings.APP_DATABASE_ROLE
        if request.param == "revoked":
            broken = [f"REVOKE INSERT ON audit_event FROM {role}"]
            mended = [f"GRANT INSERT ON audit_event TO {role}"]
        else:
            broken = [DISK_FULL, PUT_DISK_FULL]
            mended = ["DROP FUNCTION disk_full() CASCADE"]

        def run(statements):
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

        yield lambda: run(broken)
        run(mended)

    def test_change_is_not_made(self, cast, client_of, broken):
        browser = client_of(cast.secretary)
        page = f"/organizations/{cast.committee.uid}/edit/"
        form = browser.get(page).context["form"]
        typed = {name: form[name].value() or "" for name in form.fields}
        broken()
        answer = browser.act(page, {**typed, "short_name": "新简称"})
        cast.committee.refresh_from_db()
        assert answer.status_code == 503
        assert "没有执行" in answer.content.decode()
        assert cast.committee.short_name != "新简称"

    def test_nothing_is_revealed(self, cast, client_of, broken):
        from tests.factories.members import make_member

        member = make_member(cast.unit, phone="19900007777")
        browser = client_of(cast.unit_secretary)
        broken()
        for path, typed in (
            (f"/members/{member.uid}/phone/", {}),
            (f"/members/{member.uid}/id-number/", {"reason": "other", "words": "办理社保"}),
        ):
            answer = browser.act(path, typed)
            sent = answer.content.decode()
            assert answer.status_code in {401, 403, 503}, path
            assert "19900007777" not in sent
            assert member.person.id_number not in sent
        assert not Event.objects.exclude(kind="access.refused").filter(about=[member.person_id])

    def test_page_says_so_when_nobody_is_asked_again(self, cast, client_of, broken):
        from tests.factories.members import make_member

        member = make_member(cast.unit)
        browser = client_of(cast.unit_secretary)
        broken()
        answer = browser.act(f"/members/{member.uid}/phone/")
        assert answer.status_code == 503
        assert "也没有显示任何信息" in answer.content.decode()
