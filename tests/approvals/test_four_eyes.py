"""T09: every cell marked 2 needs another person who may decide, once, in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from partybuild.access import Role
from partybuild.access.rights import table
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment, User
from partybuild.approvals.enums import ApprovalState
from partybuild.approvals.models import Approval
from partybuild.approvals.registry import approvables
from partybuild.approvals.services import decide_approval, withdraw_approval
from partybuild.audit.models import Event
from partybuild.calendar import now, today
from partybuild.people.models import Person
from tests.approvals.cells import CELLS, POSTS, REFUSED
from tests.factories.core import make_person, make_post


class _RollBack(Exception):
    """Ends one attempt: the next begins from the same rows."""


def test_every_cell_marked_2_is_tried():
    marked = {
        (key, column)
        for key, cells in table().items()
        for column, right in cells.items()
        if right.needs_second_person
    }
    assert marked == set(CELLS)
    assert {key for key, _column in CELLS} == {kind.key for kind in approvables()}


@pytest.mark.parametrize(("key", "column"), sorted(CELLS))
def test_nobody_alone(cast, key, column):
    trial = _Trial(cast, key, column)
    for attempt in ATTEMPTS:
        try:
            with transaction.atomic():
                attempt(trial)
                raise _RollBack
        except _RollBack:
            continue
    # The control: the right person may.
    decided = decide_approval(trial.approval, approve=True, opinion="", by=actor_in(trial.decider))
    assert decided.state == ApprovalState.EXECUTED
    assert trial.case.fingerprint() != trial.before


class _Trial:
    def __init__(self, cast: Any, key: str, column: str) -> None:
        who, make, self.may = CELLS[key, column]
        self.cast = cast
        self.case = make(cast, getattr(cast, who))
        self.requester = self.case.requester
        self.approval = self.case.ask()
        self.decider = getattr(cast, sorted(self.may)[0])
        self.before = self.case.fingerprint()

    def post_like(self, person: Person) -> Appointment:
        """Return a post that may decide, held by somebody else."""
        return make_post(self.decider.role, self.decider.organization, person=person)

    def refused(self, name: str, by: Any) -> None:
        """Approve as somebody: it must be refused and change nothing."""
        approval = Approval.objects.get(pk=self.approval.pk)
        events = Event.objects.count()
        try:
            with transaction.atomic():
                decided = decide_approval(approval, approve=True, opinion="", by=by)
        except (PermissionDenied, ValidationError):
            assert Event.objects.count() == events, name
        else:
            assert decided.state == ApprovalState.OVERTAKEN, name
        self.unchanged(name)

    def unchanged(self, name: str) -> None:
        assert self.case.fingerprint() == self.before, name
        REFUSED[name] += 1


def by_oneself(trial: _Trial) -> None:
    trial.refused("self", actor_in(trial.requester))


def in_another_post(trial: _Trial) -> None:
    trial.refused("second post", actor_in(trial.post_like(trial.requester.person)))


def by_a_second_account(trial: _Trial) -> None:
    twin = make_person("同一人")
    post = trial.post_like(twin)
    # Two accounts may not have one phone; two people's rows may, as when one was typed later.
    Person.objects.filter(pk=twin.pk).update(phone_hash=trial.requester.person.phone_hash)
    trial.refused("second account, same phone", actor_in(post))


def by_a_double(trial: _Trial) -> None:
    twin = make_person("同一人")
    Person.objects.filter(pk=twin.pk).update(merged_into=trial.requester.person)
    post = trial.post_like(twin)
    trial.refused("second account, merged", actor_in(post))
    number = trial.requester.person.id_number_hash
    if not number:
        number = "h"
        Person.objects.filter(pk=trial.requester.person_id).update(id_number_hash=number)
    Person.objects.filter(pk=twin.pk).update(merged_into=None, double_hash=number)
    trial.refused("second account, same number", actor_in(post))


def about_oneself(trial: _Trial) -> None:
    for person in trial.case.about:
        trial.refused("about oneself", actor_in(trial.post_like(person)))


def after_the_role_was_lost(trial: _Trial) -> None:
    Appointment.objects.filter(pk=trial.requester.pk).update(ends_on=today() - timedelta(days=1))
    trial.refused("requester left the post", actor_in(trial.decider))


def after_the_account_was_disabled(trial: _Trial) -> None:
    User.objects.filter(person=trial.requester.person_id).update(is_active=False)
    trial.refused("requester disabled", actor_in(trial.decider))


def again(trial: _Trial) -> None:
    by = actor_in(trial.decider)
    decide_approval(Approval.objects.get(pk=trial.approval.pk), approve=True, opinion="", by=by)
    after = trial.case.fingerprint()
    assert after != trial.before
    before, trial.before = trial.before, after
    trial.refused("replay after approval", by)
    trial.before = before


def after_refusal(trial: _Trial) -> None:
    by = actor_in(trial.decider)
    decide_approval(Approval.objects.get(pk=trial.approval.pk), approve=False, opinion="否", by=by)
    trial.refused("replay after refusal", by)


def after_withdrawal(trial: _Trial) -> None:
    withdraw_approval(Approval.objects.get(pk=trial.approval.pk), by=actor_in(trial.requester))
    trial.refused("replay after withdrawal", actor_in(trial.decider))


def after_its_time(trial: _Trial) -> None:
    Approval.objects.filter(pk=trial.approval.pk).update(expires_at=now() - timedelta(seconds=1))
    trial.refused("expired", actor_in(trial.decider))


def from_elsewhere(trial: _Trial) -> None:
    for name in POSTS:
        if name not in trial.may:
            trial.refused("wrong scope or role", actor_in(getattr(trial.cast, name)))
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        trial.refused("administrator", actor_in(make_post(role, name=f"管理员{role}")))


def by_another_door(trial: _Trial) -> None:
    by = actor_in(trial.decider)
    for kind in ("token", "link", "system", "anonymous"):
        trial.refused("token or link", replace(by, kind=kind))


def after_the_decider_left(trial: _Trial) -> None:
    """Who may decide in one post may not in another one of theirs."""
    other = make_post(Role.UNIT_LIAISON, trial.cast.other_unit, person=trial.decider.person)
    trial.refused("decider in another post", actor_in(other))


ATTEMPTS = (
    by_oneself,
    in_another_post,
    by_a_second_account,
    by_a_double,
    about_oneself,
    after_the_role_was_lost,
    after_the_account_was_disabled,
    again,
    after_refusal,
    after_withdrawal,
    after_its_time,
    from_elsewhere,
    by_another_door,
    after_the_decider_left,
)


@pytest.mark.parametrize(("key", "column"), sorted(CELLS))
def test_everybody_who_may_decide_may(cast, key, column):
    who, make, may = CELLS[key, column]
    case = make(cast, getattr(cast, who))
    approval = case.ask()
    for name in sorted(may):
        try:
            with transaction.atomic():
                decided = decide_approval(
                    Approval.objects.get(pk=approval.pk),
                    approve=True,
                    opinion="",
                    by=actor_in(getattr(cast, name)),
                )
                assert decided.state == ApprovalState.EXECUTED, name
                raise _RollBack
        except _RollBack:
            continue
