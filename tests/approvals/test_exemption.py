"""A unit asks to be let off a debt; its street decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partybuild.access import Refused, Role
from partybuild.accounts.actors import actor_in
from partybuild.approvals.enums import ApprovalState
from partybuild.approvals.exceptions import AlreadyAsked, ApprovalAlreadyDecided, OwnRequest
from partybuild.approvals.models import Approval
from partybuild.approvals.services import (
    decide_approval,
    request_approval,
    sweep_approvals,
    withdraw_approval,
)
from partybuild.audit.models import Event
from partybuild.calendar import now, today
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.services import pay
from tests.factories.core import make_post
from tests.factories.obligations import make_debt


@pytest.fixture
def debt(cast):
    return make_debt(cast.unit, cast.committee, area=cast.community, period="2026Q1")


@pytest.fixture
def asked(cast, debt):
    return request_approval(
        "obligation.exempt",
        target=debt,
        payload={},
        reason="整体搬迁停业",
        by=actor_in(cast.unit_secretary),
    )


def test_the_street_is_told_and_nobody_else(cast, asked):
    assert asked.asked_posts == [cast.street_staff.pk]
    told = Notice.objects.filter(kind="approval.requested", channel="in_app")
    assert [each.person_id for each in told] == [cast.street_staff.person_id]


def test_the_street_approves_and_the_debt_is_let_off(cast, debt, asked, system):
    decided = decide_approval(asked, approve=True, opinion="同意", by=actor_in(cast.street_staff))
    debt.refresh_from_db()
    assert decided.state == ApprovalState.EXECUTED
    assert (debt.state, debt.reason) == (ObligationState.EXEMPT, "整体搬迁停业")
    kinds = list(
        Event.objects.filter(object_uid=debt.uid).order_by("id").values_list("kind", flat=True)
    )
    assert kinds == ["approval.requested", "obligation.exempted", "approval.approved"]
    answer = Notice.objects.get(kind="approval.decided", channel="in_app")
    assert answer.person_id == cast.unit_secretary.person_id


def test_refusing_changes_nothing(cast, debt, asked):
    decide_approval(asked, approve=False, opinion="请按期填报", by=actor_in(cast.street_staff))
    debt.refresh_from_db()
    assert debt.state == ObligationState.OPEN
    asked.refresh_from_db()
    assert asked.state == ApprovalState.REFUSED


def test_the_same_is_asked_once(cast, debt, asked):
    with pytest.raises(AlreadyAsked):
        request_approval(
            "obligation.exempt",
            target=debt,
            payload={},
            reason="再次",
            by=actor_in(cast.unit_secretary),
        )


@pytest.mark.parametrize(
    "who", ["secretary", "worker", "other_street_staff", "liaison", "outsider"]
)
def test_nobody_without_the_right_decides(cast, asked, who):
    with pytest.raises((Refused, OwnRequest)):
        decide_approval(asked, approve=True, opinion="", by=actor_in(getattr(cast, who)))


def test_another_secretary_of_the_unit_does_not_decide(cast, asked):
    colleague = make_post(Role.UNIT_SECRETARY, cast.unit, name="单位书记丁")
    with pytest.raises((Refused, OwnRequest)):
        decide_approval(asked, approve=True, opinion="", by=actor_in(colleague))


def test_the_next_level_up_decides_where_the_street_has_nobody(cast, debt, system):
    post = cast.street_staff
    type(post).objects.filter(pk=post.pk).update(ends_on=today() - timedelta(days=1))
    asked = request_approval(
        "obligation.exempt",
        target=debt,
        payload={},
        reason="停业",
        by=actor_in(cast.unit_secretary),
    )
    assert asked.asked_posts == [cast.district_staff.pk]
    decide_approval(asked, approve=True, opinion="", by=actor_in(cast.district_staff))
    debt.refresh_from_db()
    assert debt.state == ObligationState.EXEMPT


def test_the_security_administrator_decides_where_nobody_else_can(cast, debt):
    staff = [cast.street_staff, cast.district_staff, cast.city_staff]
    type(staff[0]).objects.filter(pk__in=[post.pk for post in staff]).update(
        ends_on=today() - timedelta(days=1)
    )
    security = make_post(Role.SECURITY_ADMIN, name="安全管理员甲")
    asked = request_approval(
        "obligation.exempt",
        target=debt,
        payload={},
        reason="停业",
        by=actor_in(cast.unit_secretary),
    )
    assert asked.is_for_security
    assert asked.asked_posts == [security.pk]
    decide_approval(asked, approve=True, opinion="", by=actor_in(security))
    debt.refresh_from_db()
    assert debt.state == ObligationState.EXEMPT


def test_a_paid_debt_overtakes_the_request(cast, debt, asked, system):
    pay(duty=debt.duty, bearer=cast.unit, period="2026Q1", by=system)
    decided = decide_approval(asked, approve=True, opinion="", by=actor_in(cast.street_staff))
    debt.refresh_from_db()
    assert decided.state == ApprovalState.OVERTAKEN
    assert debt.state == ObligationState.FILED


def test_expiry_is_told_beforehand_and_then_ends_it(cast, clock, debt, asked, system):
    from partybuild.notices.services import plan_reminders

    clock(2026, 3, 11)
    plan_reminders(by=system)
    plan_reminders(by=system)
    soon = Notice.objects.filter(kind="approval.expiring", channel="in_app")
    assert {each.person_id for each in soon} == {
        cast.unit_secretary.person_id,
        cast.street_staff.person_id,
    }
    clock(2026, 3, 13)
    with pytest.raises(ApprovalAlreadyDecided):
        decide_approval(asked, approve=True, opinion="", by=actor_in(cast.street_staff))
    assert sweep_approvals(by=system) == 1
    assert sweep_approvals(by=system) == 0
    asked.refresh_from_db()
    assert asked.state == ApprovalState.EXPIRED
    assert asked.expires_at < now()


def test_a_new_holder_at_the_street_is_told_by_the_sweep(cast, asked, system):
    newcomer = make_post(Role.COMMITTEE, cast.street_committee, name="街道工作人员丙")
    sweep_approvals(by=system)
    asked.refresh_from_db()
    assert sorted(asked.asked_posts) == sorted([cast.street_staff.pk, newcomer.pk])
    assert Notice.objects.filter(
        kind="approval.requested", person=newcomer.person, channel="in_app"
    ).exists()


def test_withdrawn_it_is_gone(cast, debt, asked):
    withdraw_approval(asked, by=actor_in(cast.unit_secretary))
    with pytest.raises(ApprovalAlreadyDecided):
        decide_approval(asked, approve=True, opinion="", by=actor_in(cast.street_staff))
    with pytest.raises(ApprovalAlreadyDecided):
        withdraw_approval(asked, by=actor_in(cast.unit_secretary))


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("unit_secretary", 1),
        ("street_staff", 1),
        ("district_staff", 0),
        ("secretary", 0),
        ("worker", 0),
        ("liaison", 0),
        ("other_street_staff", 0),
        ("member", 0),
    ],
)
def test_who_sees_the_request(cast, asked, who, count):
    assert Approval.objects.visible_to(actor_in(getattr(cast, who)).scope).count() == count


def test_pages_from_asking_to_deciding(cast, client_of, debt):
    unit = client_of(cast.unit_secretary)
    assert "申请免除" in unit.get(debt.get_absolute_url()).content.decode()
    assert "由街道审批" in unit.get(f"{debt.get_absolute_url()}exempt/").content.decode()
    answer = unit.act(f"{debt.get_absolute_url()}exempt/", {"reason": "停业整顿"})
    approval = Approval.objects.get()
    assert answer.url == approval.get_absolute_url()
    assert "撤回申请" in unit.get(answer.url).content.decode()
    assert "等待审批" in unit.get(debt.get_absolute_url()).content.decode()
    assert "停业整顿" in unit.get("/approvals/?list=mine").content.decode()
    street = client_of(cast.street_staff)
    assert "去审批" in street.get("/").content.decode()
    assert "停业整顿" in street.get("/approvals/").content.decode()
    page = street.get(approval.get_absolute_url()).content.decode()
    assert "停业整顿" in page
    assert "已免除" in page
    assert "不同意" in page
    empty = street.act(f"{approval.get_absolute_url()}decide/", {"decision": "refuse"})
    assert empty.status_code == 422
    assert "请写明意见" in empty.content.decode()
    street.act(f"{approval.get_absolute_url()}decide/", {"decision": "approve", "opinion": ""})
    debt.refresh_from_db()
    assert debt.state == ObligationState.EXEMPT
    assert "去审批" not in street.get("/").content.decode()
    again = street.act(f"{approval.get_absolute_url()}decide/", {"decision": "approve"})
    assert again.status_code == 422
    assert client_of(cast.secretary).get(approval.get_absolute_url()).status_code == 404
    assert client_of(cast.liaison).get(approval.get_absolute_url()).status_code == 403
