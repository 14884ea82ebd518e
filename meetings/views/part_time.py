"""Part-time committee members: from the proposal to the appointment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import CANDIDATE, PartTimeState
from meetings.forms.part_time import (
    AppointForm,
    ApproveForm,
    AskApproveForm,
    ChangeProposalForm,
    ObjectionForm,
    ProposalForm,
    PublishForm,
    ReasonForm,
    SelectForm,
    SettleForm,
    UnitStepForm,
)
from meetings.models import Council, PartTimeMember, PartTimeObjection, PartTimeReport
from meetings.queries.part_time import part_time_sentence, part_time_steps, part_time_tone
from meetings.services import (
    appoint_part_time_member,
    approve_part_time_member,
    change_part_time_proposal,
    drop_part_time_member,
    propose_part_time_member,
    publish_part_time_member,
    record_objection,
    report_part_time_member,
    return_part_time_member,
    select_part_time_member,
    settle_objection,
)
from meetings.views.answering import form_page, history, refused_page
from meetings.views.councils import find_council
from meetings.views.rights import rights
from members.models import PartyMember
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import Appointment
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.registry import needs_approval
from partybuild.approvals.services import request_approval
from partybuild.areas.queries import parameters_of
from partybuild.calendar import today
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.people.services import create_person

_MOST = 60


def find_part_time(by: Actor, uid: UUID) -> PartTimeMember:
    """Return a part-time member in sight; 404 otherwise."""
    member: PartTimeMember = get_object_or_404(
        PartTimeMember.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "organization__area", "person", "earlier"
        ),
        uid=uid,
    )
    return member


def shows_names(by: Actor) -> bool:
    """Whether the reader's column is sent names of persons at all (access.md)."""
    return by.scope.column != "city"


@require_GET
def part_time_list(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show who serves on a committee beside their own work, who is on the way, whose term is over soon."""
    by = actor_of(request)
    require(by, "part_time_member.view")
    council = find_council(by, uid)
    every = list(
        PartTimeMember.objects.visible_to(by.scope)
        .filter(council=council)
        .select_related("organization")
        .order_by("sort", "organization__sort", "id")
    )
    day = today()
    serving = [each for each in every if each.is_in_office]
    rules = parameters_of(council.area, ("parttime.least", "parttime.most"))
    return render(
        request,
        "meetings/part_time_list.html",
        {
            "council": council,
            "serving": [(each, _left(each, day)) for each in serving],
            "candidates": [
                (each, part_time_tone(each, day)) for each in every if each.state in CANDIDATE
            ],
            "past": [
                each
                for each in every
                if each.state in {PartTimeState.ENDED, PartTimeState.RENEWED, PartTimeState.DROPPED}
            ],
            "least": rules["parttime.least"],
            "most": rules["parttime.most"],
            "is_few": len(serving) < rules["parttime.least"],
            "is_many": len(serving) > rules["parttime.most"],
            "shows_names": shows_names(by),
            **rights(by, council, "part_time_member.propose"),
        },
    )


_SOON_DAYS = 90


def _left(member: PartTimeMember, day: date) -> str:
    """Say that a term is over, or soon will be; "" where there is time."""
    assert member.term_to is not None
    days = (member.term_to - day).days
    if days < 0:
        return _("任期已满，请办理续聘或离任")
    return _("还有%(days)d天届满") % {"days": days} if days <= _SOON_DAYS else ""


@require_GET
def part_time_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one term: how far, what comes next, reports, objections, papers."""
    by = actor_of(request)
    member = find_part_time(by, uid)
    day = today()
    allowed = rights(
        by,
        member,
        "part_time_member.propose",
        "part_time_member.approve",
        "part_time_member.appoint",
        "part_time_member.report",
    )
    is_self = by.person_id == member.person_id
    objections = (
        list(PartTimeObjection.objects.visible_to(by.scope).filter(member=member))
        if by.scope.is_area and not is_self
        else []
    )
    return render(
        request,
        "meetings/part_time_detail.html",
        {
            "member": member,
            "council": member.council,
            "sentence": part_time_sentence(member, day),
            "steps": part_time_steps(member),
            "tone": part_time_tone(member, day),
            "is_over": member.is_over(day),
            "may_appoint_now": member.published_until is not None
            and day > member.published_until
            and all(each.settled_on for each in objections)
            and not any(each.is_upheld for each in objections),
            "objections": objections,
            "reports": list(PartTimeReport.objects.visible_to(by.scope).filter(member=member)),
            "asked": approvals_about(member, by, "part_time_member.approve"),
            "asks": needs_approval(by, "part_time_member.approve"),
            "is_self": is_self,
            "is_area": by.scope.is_area,
            "shows_names": shows_names(by),
            "history": history(member, by.scope),
            **allowed,
        },
    )


@require_http_methods(["GET", "POST"])
def part_time_create(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Propose somebody: first the unit, then the person."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "part_time_member.propose", target=council)
    bodies = _bodies(by, council)
    back = reverse("meetings:part-time-list", args=(council.uid,))
    unit_form = UnitStepForm(own_query(request, UnitStepForm), bodies=bodies)
    if not unit_form.is_valid():
        return render(
            request,
            "meetings/part_time_unit.html",
            {"council": council, "form": unit_form, "cancel_url": back},
        )
    unit: Organization = unit_form.cleaned_data["unit"]
    form = ProposalForm(request.POST or None, people=_people(by, unit))
    if form.is_valid():
        data = dict(form.cleaned_data)
        named = {name: data.pop(name) for name in ("name", "gender", "phone")}
        person = data.pop("person", None)
        try:
            if person is None:
                person = create_person(by=by, **named)
            member = propose_part_time_member(
                council, person=person, organization=unit, by=by, **data
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已登记推荐人选。下一步提交党组织会议遴选。"))
            return redirect(member)
    return form_page(
        request,
        "meetings/part_time_create.html",
        form,
        {"council": council, "unit": unit, "cancel_url": back},
    )


def _bodies(by: Actor, council: Council) -> QuerySet[Organization]:
    """Return the bodies that a candidate may come from: the council's members and those in sight."""
    members = council.members.members().values("organization")
    bodies: QuerySet[Organization] = (
        Organization.objects.visible_to(by.scope)
        .current()
        .filter(Q(pk__in=members) | Q(area__path__startswith=council.area.path, kind="unit"))
        .exclude(pk=council.convener_id)
        .order_by("sort", "name")
    )
    return bodies


def _people(by: Actor, unit: Organization) -> list[Person]:
    """Return whom the platform knows in a unit and the reader may see: its posts, then its members."""
    posts = (
        Appointment.objects.visible_to(by.scope)
        .filter(organization=unit.pk)
        .current(today())
        .select_related("person")
    )
    members = (
        PartyMember.objects.visible_to(by.scope)
        .on_roster()
        .filter(employments__unit=unit.pk, employments__valid_to=None)
        .select_related("person")
    )
    found = {row.person.pk: row.person for row in posts[:_MOST]}
    found |= {row.person.pk: row.person for row in members[:_MOST]}
    return sorted(found.values(), key=lambda person: (person.sort, person.pinyin, person.pk))


@dataclass(frozen=True)
class Step:
    """One step of a candidate as a page: its right, words, form and service."""

    key: str
    title: str
    note: str
    save: str
    done: str
    act: Callable[..., Any]
    form: Callable[..., Form]
    states: tuple[str, ...]
    kind: str = "primary"
    initial: dict[str, Any] = field(default_factory=dict)


def step_page(request: HttpRequest, by: Actor, member: PartTimeMember, step: Step) -> HttpResponse:
    """Show a step's form, take it, and lead back to the candidate."""
    require(by, step.key, target=member)
    if member.state not in step.states and request.method == "GET":
        return redirect(member)
    form = step.form(request.POST or None, initial=step.initial)
    if form.is_valid():
        try:
            done = step.act(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, step.done)
            # A term renewed is a row of its own.
            return redirect(done if isinstance(done, PartTimeMember) else member)
    return form_page(
        request,
        "meetings/part_time_step.html",
        form,
        {
            "member": member,
            "title": step.title,
            "note": step.note,
            "save": step.save,
            "kind": step.kind,
            "shows_names": shows_names(by),
        },
    )


def as_step(step_of: Callable[[PartTimeMember], Step]) -> Callable[..., HttpResponse]:
    """Turn what a candidate's step says into its page."""

    @require_http_methods(["GET", "POST"])
    def page(request: HttpRequest, uid: UUID) -> HttpResponse:
        by = actor_of(request)
        member = find_part_time(by, uid)
        return step_page(request, by, member, step_of(member))

    # Not functools.wraps: whoever asks for the page's source is to find what asks for the right.
    page.__name__, page.__doc__ = step_of.__name__, step_of.__doc__
    return page


@as_step
def part_time_change(member: PartTimeMember) -> Step:
    """Correct a proposal."""
    names = ("unit_post", "title", "division", "proposal", "version")
    return Step(
        key="part_time_member.propose",
        title=_("修改推荐"),
        note="",
        save=_("保存"),
        done=_("已保存。"),
        act=change_part_time_proposal,
        form=ChangeProposalForm,
        states=(PartTimeState.PROPOSED, PartTimeState.SELECTED),
        initial={name: getattr(member, name) for name in names},
    )


@as_step
def part_time_select(member: PartTimeMember) -> Step:
    """Write down the Party organization's meeting."""
    return Step(
        key="part_time_member.propose",
        title=_("登记遴选"),
        note=_("党组织会议研究后登记；记录会随人选一起上报。"),
        save=_("保存"),
        done=_("已登记遴选。下一步上报批复。"),
        act=select_part_time_member,
        form=SelectForm,
        states=(PartTimeState.PROPOSED, PartTimeState.SELECTED),
        initial={
            "selected_on": member.selected_on or today(),
            "selection": member.selection,
        },
    )


@require_POST
def part_time_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Report a selected candidate to the committee above."""
    by = actor_of(request)
    member = find_part_time(by, uid)
    require(by, "part_time_member.propose", target=member)
    try:
        report_part_time_member(member, by=by)
    except ValidationError as refused:
        return refused_page(request, refused, back=member.get_absolute_url(), title=_("没有上报"))
    messages.success(request, _("已上报，等待上级批复。"))
    return redirect(member)


@require_http_methods(["GET", "POST"])
def part_time_approve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approve a reported candidate; where the line asks for a second person, ask one."""
    by = actor_of(request)
    member = find_part_time(by, uid)
    require(by, "part_time_member.approve", target=member)
    if member.state != PartTimeState.REPORTED and request.method == "GET":
        return redirect(member)
    asks = needs_approval(by, "part_time_member.approve")
    form = (AskApproveForm if asks else ApproveForm)(request.POST or None)
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            if asks:
                request_approval(
                    "part_time_member.approve",
                    target=member,
                    payload={"number": number},
                    reason=form.cleaned_data["reason"],
                    by=by,
                )
            else:
                approve_part_time_member(member, number=number, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已提出，另一位审批人同意后生效。") if asks else _("已批复同意。"),
            )
            return redirect(member)
    return form_page(
        request,
        "meetings/part_time_step.html",
        form,
        {
            "member": member,
            "title": _("批复同意"),
            "note": _("由街道另一位有权限的同志或上一级审批后生效，两个人看过才算数。")
            if asks
            else "",
            "save": _("提请审批") if asks else _("批复同意"),
            "kind": "primary",
            "shows_names": shows_names(by),
            "shows_facts": True,
        },
    )


@as_step
def part_time_return(member: PartTimeMember) -> Step:
    """Send a reported candidate back."""
    return Step(
        key="part_time_member.approve",
        title=_("退回人选"),
        note=_("退回后，上报单位可以补充材料重新上报，或另行推荐。"),
        save=_("退回"),
        done=_("已退回，上报单位会收到通知。"),
        act=return_part_time_member,
        form=ReasonForm,
        states=(PartTimeState.REPORTED,),
    )


@as_step
def part_time_publish(member: PartTimeMember) -> Step:
    """Begin the publication."""
    days = parameters_of(member.council.area, ("publicity.days",))["publicity.days"]
    return Step(
        key="part_time_member.appoint",
        title=_("开始公示"),
        note=_("公示%(days)d个工作日，当天不算；可在人选页打印公示稿张贴。") % {"days": days},
        save=_("开始公示"),
        done=_("公示已开始。期间收到的意见请逐条登记。"),
        act=publish_part_time_member,
        form=PublishForm,
        states=(PartTimeState.APPROVED,),
        initial={"published_on": today()},
    )


@as_step
def part_time_object(member: PartTimeMember) -> Step:
    """Write down what somebody objects."""
    return Step(
        key="part_time_member.appoint",
        title=_("登记公示异议"),
        note=_("逐条登记、逐条核实；核实清楚以前不能聘任。"),
        save=_("登记"),
        done=_("已登记，请核实后填写结果。"),
        act=record_objection,
        form=ObjectionForm,
        states=(PartTimeState.PUBLISHED,),
        initial={"said_on": today()},
    )


@require_http_methods(["GET", "POST"])
def objection_settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down what came out of an objection."""
    by = actor_of(request)
    objection: PartTimeObjection = get_object_or_404(
        PartTimeObjection.objects.visible_to(by.scope).select_related(
            "member__council__area", "member__person", "member__organization"
        ),
        uid=uid,
    )
    member = objection.member

    def settle(_member: PartTimeMember, **values: Any) -> Any:
        return settle_objection(objection, **values)

    return step_page(
        request,
        by,
        member,
        Step(
            key="part_time_member.appoint",
            title=_("核实公示异议"),
            note=objection.text,
            save=_("保存"),
            done=_("已登记核实结果。"),
            act=settle,
            form=SettleForm,
            states=(PartTimeState.PUBLISHED,),
        ),
    )


@as_step
def part_time_appoint(member: PartTimeMember) -> Step:
    """Appoint after the publication."""
    years = parameters_of(member.council.area, ("parttime.term_years",))["parttime.term_years"]
    start = today()
    return Step(
        key="part_time_member.appoint",
        title=_("聘任"),
        note=_("聘任后可以打印聘书；本人和所在单位会收到通知。"),
        save=_("聘任"),
        done=_("已聘任。聘书可在“文书”中生成。"),
        act=appoint_part_time_member,
        form=AppointForm,
        states=(PartTimeState.PUBLISHED,),
        initial={
            "term_from": start,
            "term_to": in_years(start, years) - timedelta(days=1),
            "division": member.division,
        },
    )


def in_years(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@as_step
def part_time_drop(member: PartTimeMember) -> Step:
    """Let a candidate go."""
    return Step(
        key="part_time_member.appoint",
        title=_("不再聘任"),
        note=_("人选材料保留在历史中；以后可以重新推荐。"),
        save=_("确定不再聘任"),
        done=_("已登记为不再聘任。"),
        act=drop_part_time_member,
        form=ReasonForm,
        states=CANDIDATE,
        kind="danger",
    )
