"""The auditor's pages in a real browser, on a desk and on a phone."""

from __future__ import annotations

import pytest

from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.audit.services import record_event, record_refusal, seal_events, verify_audit
from partybuild.organizations.services import change_organization
from tests.factories.core import make_post
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worked(cast):
    """A morning's work, some of it refused."""
    by = actor_in(cast.secretary)
    change_organization(cast.committee, by=by, short_name="和平党委", address="江边路9号")
    record_refusal(
        actor_in(cast.outsider),
        where="GET members:member-detail",
        key="member.view",
        label="members.PartyMember",
        uid=cast.committee.uid,
        named="党员",
    )
    record_event(
        "session.failed", target=None, by=Actor.anonymous(source="10.1.2.3"), result="refused"
    )
    record_event(
        "data.exported", target=None, by=by, reason="季度通报附件", about=[cast.member.person_id]
    )
    seal_events()
    verify_audit(by=Actor.system("verify_audit"))
    return cast


@pytest.mark.parametrize("width", [1440, 390])
def test_auditor_reads_searches_and_verifies(worked, visit, width):
    auditor = make_post(Role.AUDITOR, name="审计员甲")
    visitor = visit(auditor, width=width)
    event = Event.objects.get(kind="organization.changed")
    pages = {
        "home": "/ops/audit/",
        "list": "/ops/events/",
        "detail": f"/ops/events/{event.uid}/",
        "export": "/ops/events/export/?kind=organization.changed",
    }
    for name, path in pages.items():
        page = visitor.open(path)
        shoot(page, f"audit-{name}-{width}")
        assert visitor.violations() == [], name
        assert visitor.overflows() == [], name
    page = visitor.open("/ops/audit/")
    page.get_by_role("button", name="现在核对").click()
    page.wait_for_load_state("networkidle")
    assert "核对完成" in page.content()
    shoot(page, f"audit-verified-{width}")
    assert visitor.troubles == []
    assert visitor.elsewhere == []


@pytest.mark.parametrize("width", [1440, 390])
def test_record_tells_before_and_after(worked, visit, width):
    visitor = visit(worked.secretary, width=width)
    page = visitor.open(f"/organizations/{worked.committee.uid}/")
    shoot(page, f"history-{width}")
    assert "由“未填”改为“江边路9号”" in page.inner_text("main")
    assert visitor.violations() == []
    assert visitor.overflows() == []
