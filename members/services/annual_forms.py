"""Annual forms: started by the unit, completed by the member, filed by the unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import AnnualFormState, EventKind
from members.exceptions import (
    AnnualFormAlreadyDecided,
    AnnualFormNotExplained,
    AnnualFormTooEarly,
    DecidesOnOneself,
    NotOnRosterHere,
)
from members.models import AnnualForm, PartyMember
from members.queries.year_records import FORM_DUTY, needs_explanation, work_of, year_record
from partybuild.access import Actor
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import Period, now, today
from partybuild.documents.composition import number_on_paper
from partybuild.documents.services.numbering import take_number
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, return_debt, void
from partybuild.organizations.models import Organization

# 情况表〔2026〕3号, of the unit that files it.
PREFIX = "情况表"


@transaction.atomic
def start_annual_forms(
    *,
    unit: Organization,
    members: Iterable[PartyMember],
    period: Period,
    due_on: date,
    by: Actor,
) -> list[AnnualForm]:
    """Ask a unit's members for the form of a year; those who have one already are left as they are."""
    if period.start > today():
        raise AnnualFormTooEarly
    started = []
    for member in members:
        work = work_of(member, unit.pk)
        if work is None:
            raise NotOnRosterHere
        form = AnnualForm(
            member=member,
            unit=unit,
            period=str(period),
            due_on=due_on,
            started_on=today(),
            started_by=by.post,
            member_name=member.person.name,
            unit_name=unit.name,
            post=work.post,
            branch_name=str(work.branch) if work.branch else "",
        )
        try:
            # The unique key is the lock: of two starting at once, one inserts and one does not.
            with transaction.atomic():
                form.save()
        except IntegrityError:
            continue
        record_event(EventKind.ANNUAL_FORM_STARTED, target=form, by=by)
        started.append(form)
    owe([_debt(form) for form in started], by=by)
    for form in started:
        _ask(form, by=by)
    return started


def _debt(form: AnnualForm) -> Debt:
    return Debt(
        duty=FORM_DUTY,
        bearer_person=form.member.person,
        owed_to=form.unit,
        unit=form.unit,
        subject=form,
        due_on=form.due_on,
        period=form.period,
    )


def _ask(form: AnnualForm, *, by: Actor, round: int = 1) -> None:  # noqa: A002
    obligation = Obligation.objects.filter(duty=FORM_DUTY, subject_uid=form.uid).first()
    due = _("%(month)d月%(day)d日") % {"month": form.due_on.month, "day": form.due_on.day}
    body = _("报到、服务和认领情况已按社区的记录填好，请核对、补充后在%(due)s前提交给%(unit)s。")
    if round > 1:
        body = _("%(unit)s退回了您的年度情况表：%(reason)s。请修改后再次提交。")
    notify(
        kind="annual_form.asked",
        subject=form,
        recipients=[Recipient(person=form.member.person)],
        title=_("请填写%(period)s进社区联系服务群众情况表") % {"period": form.period_label},
        body=body % {"due": due, "unit": form.unit_name, "reason": form.return_reason},
        by=by,
        round=round,
        period=form.period,
        path=form.get_absolute_url(),
        obligation=obligation,
    )


@transaction.atomic
def sign_annual_form(
    form: AnnualForm,
    *,
    account: str,
    conduct: str,
    by: Actor,
    explanation: str = "",
    channel: str = "",
    on: date | None = None,
) -> AnnualForm:
    """Freeze the record beside what the member says; `channel` tells how the unit got it on paper."""
    facts = year_record(form.member, Period.parse(form.period))
    if needs_explanation(facts) and not explanation.strip():
        raise AnnualFormNotExplained
    work = work_of(form.member, form.unit_id)
    # Whoever changed posts since the form was started signs as what they are now.
    said = (
        {"post": work.post, "branch_name": str(work.branch) if work.branch else ""} if work else {}
    )
    if (
        not AnnualForm.objects.open()
        .filter(pk=form.pk)
        .update(
            state=AnnualFormState.SIGNED,
            facts=facts,
            member_name=form.member.person.name,
            account=account,
            conduct=conduct,
            explanation=explanation,
            signed_at=now(),
            signed_on=on or today(),
            signed_by=by.post,
            channel=channel,
            return_reason="",
            **said,
        )
    ):
        raise AnnualFormAlreadyDecided
    form.refresh_from_db()
    pay(
        duty=FORM_DUTY,
        bearer=form.member.person,
        subject=form,
        period=form.period,
        paid_with=form,
        on=on,
        by=by,
    )
    record_event(
        EventKind.ANNUAL_FORM_SIGNED,
        target=form,
        by=by,
        reason=channel_word(form.unit.area, channel),
    )
    return form


@transaction.atomic
def return_annual_form(form: AnnualForm, *, reason: str, by: Actor) -> AnnualForm:
    """Send a form back to the member; what was written stays on it, the record is read anew."""
    _refuse_own([form], by)
    if (
        not AnnualForm.objects.signed()
        .filter(pk=form.pk)
        .update(
            state=AnnualFormState.OPEN,
            return_reason=reason,
            facts={},
            signed_at=None,
            signed_on=None,
            signed_by="",
            channel="",
        )
    ):
        raise AnnualFormAlreadyDecided
    form.refresh_from_db()
    return_debt(_key(form), reason=reason, by=by)
    record_event(EventKind.ANNUAL_FORM_RETURNED, target=form, by=by, reason=reason)
    asked = Notice.objects.filter(kind="annual_form.asked", subject_uid=form.uid)
    _ask(form, by=by, round=1 + asked.order_by().values("round").distinct().count())
    return form


def _key(form: AnnualForm) -> dict[str, object]:
    return {
        "duty": FORM_DUTY,
        "bearer": form.member.person,
        "period": form.period,
        "subject": form,
    }


def _number_of(form: AnnualForm) -> str:
    year = today().year
    return number_on_paper(PREFIX, year, take_number(form.unit, prefix=PREFIX, year=year))


@transaction.atomic
def file_annual_forms(forms: Iterable[AnnualForm], *, by: Actor, opinion: str = "") -> int:
    """File signed forms in one press, with the unit's opinion; returns how many were filed."""
    rows = list(forms)
    _refuse_own(rows, by)
    # Locked before a number is taken: of two filing at once the second leaves no gap.
    waiting = set(
        AnnualForm.objects.signed()
        .filter(pk__in=[form.pk for form in rows])
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    for form in rows:
        if form.pk not in waiting:
            continue
        AnnualForm.objects.filter(pk=form.pk).update(
            state=AnnualFormState.FILED,
            opinion=opinion,
            number=_number_of(form),
            filed_at=now(),
            filed_by=by.post,
        )
        form.refresh_from_db()
        record_event(EventKind.ANNUAL_FORM_FILED, target=form, by=by)
    return len(waiting)


@transaction.atomic
def withdraw_annual_form(form: AnnualForm, *, reason: str, by: Actor) -> AnnualForm:
    """Take back a form that was not to be asked for; nothing is owed on it any more."""
    if (
        not AnnualForm.objects.open()
        .filter(pk=form.pk)
        .update(state=AnnualFormState.WITHDRAWN, withdrawn_reason=reason)
    ):
        raise AnnualFormAlreadyDecided
    form.refresh_from_db()
    void(duty=FORM_DUTY, subject=form, bearer=form.member.person, by=by)
    record_event(EventKind.ANNUAL_FORM_WITHDRAWN, target=form, by=by, reason=reason)
    return form


def _refuse_own(forms: Iterable[AnnualForm], by: Actor) -> None:
    if by.person_id is None:
        return
    if any(form.member.person_id == by.person_id for form in forms):
        raise DecidesOnOneself
