"""Meetings: the list, the record, planning, notifying, postponing, cancelling."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import (
    NOT_YET_HELD,
    TOOK_PLACE,
    Answer,
    CirculationState,
    MeetingState,
    ResolutionState,
    TopicState,
)
from meetings.exceptions import RoomIsTaken
from meetings.forms.meetings import (
    MeetingFilterForm,
    MeetingForm,
    NotifyForm,
    PostponeForm,
    ReasonForm,
    initial_of,
)
from meetings.models import (
    AgendaItem,
    Council,
    Invitee,
    Meeting,
    Minutes,
    MinutesCirculation,
    Presence,
    Receipt,
    Resolution,
    Topic,
    TopicCall,
)
from meetings.queries.agendas import followed_up, overrun, timed
from meetings.queries.charter import charter_of, period_of
from meetings.queries.clashes import clashes_of, places_of
from meetings.queries.codes import is_sign_in_open
from meetings.queries.delivery import deliveries_of
from meetings.queries.links import group_link, meeting_text
from meetings.queries.next_steps import next_step
from meetings.queries.quorum import quorum_of
from meetings.queries.rotation import on_turn, turns_of
from meetings.queries.standing import (
    earlier_resolutions,
    lead_of,
    meeting_sentence,
    meeting_steps,
    meeting_tone,
    presence_counts,
    receipt_counts,
    resolution_tone,
)
from meetings.services import (
    archive_meeting,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    postpone_meeting,
    send_notice,
    take_back_notice,
)
from meetings.services.inviting import missing_members
from meetings.services.notifying import invited_organizations, latest_notice_day, taken_back_until
from meetings.views.answering import form_page, history, refused_page
from meetings.views.councils import find_council
from meetings.views.rights import rights
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import SHANGHAI, add_working_days, now, today
from partybuild.documents.models import Attachment
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization
from partybuild.ui.filters import datetime_cn, short_date_cn


def find_meeting(by: Actor, uid: UUID) -> Meeting:
    """Return a meeting in sight; 404 otherwise."""
    meeting: Meeting = get_object_or_404(
        Meeting.objects.visible_to(by.scope).select_related("council__area", "council__convener"),
        uid=uid,
    )
    return meeting


_STATES = {
    "open": NOT_YET_HELD,
    "held": TOOK_PLACE,
    "off": (MeetingState.CANCELLED,),
}


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """List the meetings in sight, the newest first; what comes next stands above."""
    by = actor_of(request)
    require(by, "meeting.view")
    councils = Council.objects.visible_to(by.scope).current()
    form = MeetingFilterForm(own_query(request, MeetingFilterForm), councils=councils)
    meetings = narrowed_meetings(Meeting.objects.visible_to(by.scope), form)
    plannable = list(councils.reached(by.scope, "meeting.plan")[:6])
    page = keyset_page(
        meetings.select_related("council"), order=("-starts_at", "-id"), params=request.GET
    )
    return render(
        request,
        "meetings/meeting_list.html",
        {
            "form": form,
            "page": page,
            "rows": [(meeting, meeting_tone(meeting)) for meeting in page.rows],
            "count": meetings.count(),
            "is_filtered": bool(request.GET.get("council") or request.GET.get("state")),
            "plannable": plannable,
            "call": TopicCall.objects.visible_to(by.scope)
            .standing()
            .filter(council__in=plannable)
            .order_by("due_on")
            .first()
            if len(plannable) == 1
            else None,
            "may_council_change": may(by, "council.change"),
            # A member sees meetings, and none of the lists beside them.
            "has_tabs": may(by, "council.view"),
            "may_topic_call": len(plannable) == 1 and may(by, "topic.call", plannable[0]),
        },
    )


def narrowed_meetings(meetings: QuerySet[Any], form: MeetingFilterForm) -> QuerySet[Any]:
    """Return the meetings that the page's filters leave."""
    if not form.is_valid():
        return meetings
    if form.cleaned_data["council"]:
        meetings = meetings.filter(council=form.cleaned_data["council"])
    if form.cleaned_data["state"]:
        meetings = meetings.filter(state__in=_STATES[form.cleaned_data["state"]])
    return meetings


@require_GET
def meeting_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a meeting: its state as a sentence, the next step, agenda, receipts, presence, resolutions."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    receipts = list(
        Receipt.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .of_this_round()
        .select_related("organization")
    )
    presences = list(
        Presence.objects.visible_to(by.scope).filter(meeting=meeting).select_related("organization")
    )
    agenda = list(
        AgendaItem.objects.visible_to(by.scope)
        .filter(meeting=meeting, is_current=True)
        .select_related("topic__organization")
    )
    counts, came = receipt_counts(receipts), presence_counts(presences)
    allowed = rights(
        by,
        meeting,
        "meeting.plan",
        "meeting.notify",
        "meeting.cancel",
        "meeting.presence",
        "meeting.answer_proxy",
        "meeting.code",
        "minutes.draft",
        "resolution.assign",
    )
    is_staff = allowed["may_meeting_plan"]
    circulation = _circulating(by, meeting) if is_staff else None
    own = next((r for r in receipts if r.organization_id == by.organization_id), None)
    day = today()
    resolutions = _resolutions(by, meeting, day)
    return render(
        request,
        "meetings/meeting_detail.html",
        {
            "meeting": meeting,
            "tone": meeting_tone(meeting),
            "sentence": meeting_sentence(meeting, counts, came, circulation)
            + next_step(meeting, now())
            if is_staff
            else _unit_sentence(meeting, own),
            "steps": meeting_steps(meeting),
            "agenda": agenda,
            "timed": _with_papers(by, meeting, agenda),
            "overrun": overrun(meeting, agenda) if is_staff and meeting.is_open else "",
            "has_topics": any(item.topic_id for item in agenda),
            "receipts": receipts if is_staff else [],
            "counts": counts,
            "presences": presences,
            "came": came,
            "is_staff": is_staff,
            "own_receipt": own,
            "may_answer": own is not None
            and meeting.state == MeetingState.NOTIFIED
            and may(by, "meeting.answer"),
            "minutes": Minutes.objects.visible_to(by.scope).filter(meeting=meeting).first(),
            "resolutions": resolutions,
            "circulation": circulation,
            "has_pending": any(row.state == ResolutionState.PENDING for row, *_rest in resolutions),
            "follow_up": _follow_up(by, meeting, agenda, day),
            "history": history(meeting, by.scope),
            "is_door_open": is_sign_in_open(meeting),
            "may_sign_in": own is not None and may(by, "meeting.sign_in"),
            **(_staff_context(by, meeting, receipts, presences) if is_staff else {}),
            **allowed,
            **_notice_context(meeting, agenda, receipts, is_staff=is_staff),
        },
    )


def _circulating(by: Actor, meeting: Meeting) -> MinutesCirculation | None:
    """Return the round in which units countersign the minutes now."""
    if meeting.state != MeetingState.MINUTED:
        return None
    rounds = MinutesCirculation.objects.visible_to(by.scope)
    return rounds.filter(minutes__meeting=meeting, state=CirculationState.OPEN).first()


def _with_papers(by: Actor, meeting: Meeting, agenda: list[AgendaItem]) -> list[dict[str, Any]]:
    """The items with their times and the files that were put on them."""
    files: dict[UUID, list[Attachment]] = {}
    for row in Attachment.objects.visible_to(by.scope).filter(
        subject_uid__in=[item.uid for item in agenda], ended_at=None
    ):
        files.setdefault(row.subject_uid, []).append(row)
    return [
        {"item": each.item, "times": each.times, "papers": files.get(each.item.uid, [])}
        for each in timed(meeting, agenda)
    ]


def _staff_context(
    by: Actor, meeting: Meeting, receipts: list[Receipt], presences: list[Presence]
) -> dict[str, Any]:
    """What the convener's page shows besides: who has read it, who sits in, who is there, what collides."""
    deliveries = deliveries_of(meeting, receipts, by.scope) if meeting.is_open else {}
    is_ahead = meeting.state in {MeetingState.PLANNED, MeetingState.NOTIFIED}
    return {
        "receipt_lines": [(row, deliveries.get(row.organization_id)) for row in receipts],
        "invitees": invitee_lines(by, meeting),
        "missing": missing_members(meeting),
        "quorum": quorum_of(meeting, receipts, presences),
        "clashes": clashes_of(meeting, by.scope) if is_ahead else [],
    }


def invitee_lines(by: Actor, meeting: Meeting) -> list[tuple[Invitee, bool]]:
    """Return who is invited besides the members, and whether they can still be taken off."""
    asked = set(
        Receipt.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .of_this_round()
        .values_list("organization_id", flat=True)
    )
    rows = Invitee.objects.visible_to(by.scope).filter(meeting=meeting, is_current=True)
    return [
        (row, meeting.is_open and (row.organization_id is None or row.organization_id not in asked))
        for row in rows.select_related("organization")
    ]


def _unit_sentence(meeting: Meeting, own: Receipt | None) -> str:
    if meeting.took_place:
        # How many came is known to those who see every line of the sheet.
        issued = meeting.state in {MeetingState.ISSUED, MeetingState.ARCHIVED}
        return (
            _("%(day)s已召开。纪要已印发。") if issued else _("%(day)s已召开。纪要还没有印发。")
        ) % {"day": short_date_cn(meeting.held_on)}
    if meeting.state != MeetingState.NOTIFIED or own is None:
        return meeting_sentence(meeting, receipt_counts([]), presence_counts([])).split(_("。"))[0]
    when = {"when": datetime_cn(meeting.starts_at), "due": short_date_cn(meeting.receipt_due_on)}
    if own.answer == Answer.WAITING:
        return _("将于%(when)s召开，请在%(due)s前回执。") % when
    return _("将于%(when)s召开。本单位回执：%(answer)s。") % {
        **when,
        "answer": own.get_answer_display(),
    }


def _resolutions(by: Actor, meeting: Meeting, day: date) -> list[tuple[Resolution, str, str]]:
    rows = (
        Resolution.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .order_by("number")
        .prefetch_related("parties__organization")
    )
    return [(row, lead_of(row), resolution_tone(row, day)) for row in rows]


def _follow_up(
    by: Actor, meeting: Meeting, agenda: list[AgendaItem], day: date
) -> list[tuple[Resolution, str, str]]:
    """The open resolutions of the meetings before, as they stand now, while the meeting is ahead."""
    if meeting.state in {MeetingState.ISSUED, MeetingState.ARCHIVED, MeetingState.CANCELLED}:
        return []
    if not any(item.is_follow_up for item in agenda):
        return []
    seen = set(
        Resolution.objects.visible_to(by.scope)
        .filter(council=meeting.council)
        .values_list("pk", flat=True)
    )
    return [
        (row, lead_of(row), resolution_tone(row, day))
        for row in followed_up(meeting)
        if row.pk in seen
    ]


def _notice_context(
    meeting: Meeting, agenda: list[AgendaItem], receipts: list[Receipt], *, is_staff: bool
) -> dict[str, Any]:
    """What the convener needs to send the notice, take it back, or pass it to the chat group."""
    if not is_staff:
        return {"group_text": ""}
    until = taken_back_until(meeting)
    moment = now()
    context: dict[str, Any] = {
        "may_take_back": until is not None
        and moment <= until
        and all(receipt.answer == Answer.WAITING for receipt in receipts),
        "take_back_until": until,
        "latest_notice_day": None,
        "is_notice_late": False,
        "is_due": meeting.starts_at <= moment,
        "group_text": "",
    }
    if meeting.state == MeetingState.PLANNED:
        latest = latest_notice_day(meeting)
        context |= {"latest_notice_day": latest, "is_notice_late": moment.date() > latest}
    if meeting.state == MeetingState.NOTIFIED:
        waiting = [r.organization.called for r in receipts if r.answer == Answer.WAITING]
        context["group_text"] = meeting_text(
            meeting,
            [item.text for item in agenda],
            waiting if len(waiting) < len(receipts) else [],
            group_link(meeting, "meeting.answer"),
        )
    return context


def free_topics(by: Actor, council: Council) -> QuerySet[Topic]:
    """Return the admitted topics on no agenda yet."""
    topics: QuerySet[Topic] = (
        Topic.objects.visible_to(by.scope)
        .filter(council=council, state=TopicState.ACCEPTED, result="")
        .select_related("organization")
        .order_by("id")
    )
    taken = AgendaItem.objects.visible_to(by.scope).filter(is_current=True, topic__isnull=False)
    return topics.exclude(pk__in=taken.values("topic"))


def first_values(council: Council) -> dict[str, Any]:
    """What the form knows: theme by the period, place and people from the last meeting."""
    last = council.meetings.order_by("-starts_at").first()
    period = period_of(council, today())
    if council.meetings.held().filter(period=str(period)).exists():
        period = period.next()
    # The day that the units were told when they were asked for topics.
    told = council.topic_calls.filter(period=str(period), meeting_on__gte=today()).last()
    day = told.meeting_on if told else None
    day = day or max(add_working_days(today(), 5), period.start)
    unit = on_turn(council, day)
    return {
        "theme": period.label + council.meeting_name,
        "day": day,
        "place": last.place if last else "",
        "chair_name": _chair_of(council, unit) or (last.chair_name if last else ""),
        "recorder_name": last.recorder_name if last else "",
        "turn_unit": unit.uid if unit is not None else None,
        "items": _("通报上季度区域化党建工作情况\n研究部署下一步重点工作"),
    }


def _chair_of(council: Council, unit: Organization | None) -> str:
    """Return who represents the unit whose turn in the chair it is, "" where nobody takes turns."""
    if unit is None:
        return ""
    member = council.members.members().filter(organization=unit).first()
    return member.representative_name if member is not None else ""


def _takers(by: Actor, council: Council) -> QuerySet[Any]:
    """Return the units that may take the chair by turns; none where the charter has no turns."""
    places = turns_of(council).places if charter_of(council).rotates else ()
    bodies: QuerySet[Any] = Organization.objects.visible_to(by.scope).filter(
        pk__in=[place.organization.pk for place in places if place.is_member]
    )
    return bodies.order_by("sort", "name")


@require_http_methods(["GET", "POST"])
def meeting_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Plan a council's next meeting."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "meeting.plan", target=council)
    topics = free_topics(by, council)
    initial = {**first_values(council), "topics": [topic.uid for topic in topics]}
    form = MeetingForm(
        request.POST or None, topics=topics, takers=_takers(by, council), initial=initial
    )
    if form.is_valid():
        try:
            meeting = plan_meeting(council, agenda=form.agenda, by=by, **form.values)
        except ValidationError as refused:
            _put_with_room(form, refused)
        else:
            messages.success(request, _("会议已计划。核对后即可发通知。"))
            return redirect(meeting)
    return form_page(
        request,
        "meetings/meeting_form.html",
        form,
        {
            "council": council,
            "meeting": None,
            "follow_up": earlier_resolutions(council),
            "places": places_of(council),
            "turn_unit": on_turn(council, initial["day"]),
        },
    )


def _put_with_room(form: Any, refused: ValidationError) -> None:
    """Show why it was refused; where the room is taken, ask why it is used all the same."""
    put_on(form, refused)
    if isinstance(refused, RoomIsTaken):
        form.ask_about_the_room()


@require_http_methods(["GET", "POST"])
def meeting_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a meeting still to be held."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.plan", target=meeting)
    form = MeetingForm(
        request.POST or None,
        has_agenda=False,
        is_notified=meeting.state == MeetingState.NOTIFIED,
        has_clash=bool(meeting.clash_reason),
        takers=_takers(by, meeting.council),
        initial=initial_of(meeting),
    )
    was = copy(meeting)
    if form.is_valid():
        try:
            change_meeting(
                meeting,
                version=form.cleaned_data["version"] or 0,
                by=by,
                **form.values,
            )
        except ValidationError as refused:
            _put_with_room(form, refused)
        else:
            is_told = meeting.state == MeetingState.NOTIFIED and was.place != meeting.place
            messages.success(
                request, _("已保存，受邀单位会收到更正后的内容。") if is_told else _("已保存。")
            )
            return redirect(meeting)
    return form_page(
        request,
        "meetings/meeting_form.html",
        form,
        {
            "council": meeting.council,
            "meeting": meeting,
            "follow_up": earlier_resolutions(meeting.council, meeting),
            "places": places_of(meeting.council),
        },
    )


@require_http_methods(["GET", "POST"])
def meeting_notify(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send the notice; later than agreed it asks for the reason."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.notify", target=meeting)
    form = NotifyForm(request.POST if request.method == "POST" else None)
    if goes_through(form, send_notice, meeting, by=by):
        messages.success(
            request,
            _("通知已发给%(count)d家单位，几分钟内可以撤回。")
            % {"count": meeting.receipts.of_this_round().count()},
        )
        return redirect(meeting)
    latest = latest_notice_day(meeting)
    is_late = today() > latest
    if is_late:
        form.fields["urgent_reason"].required = True
    else:
        del form.fields["urgent_reason"]
    return form_page(
        request,
        "meetings/meeting_notify.html",
        form,
        {
            "meeting": meeting,
            "is_late": is_late,
            "latest": latest,
            "invited": invited_organizations(meeting),
            "invitees": invitee_lines(by, meeting),
            "agenda": meeting.agenda_items.filter(is_current=True),
            "clashes": clashes_of(meeting, by.scope),
        },
    )


@require_POST
def meeting_take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take the notice back."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.notify", target=meeting)
    try:
        take_back_notice(meeting, by=by)
    except ValidationError as refused:
        return refused_page(
            request, refused, back=meeting.get_absolute_url(), title=_("通知没有撤回")
        )
    messages.success(request, _("通知已撤回，没有单位需要回执。修改后可以重新发出。"))
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def meeting_postpone(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Move a meeting."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.cancel", target=meeting)
    was = copy(meeting)
    initial = {"place": was.place, "starts": was.starts_at.astimezone(SHANGHAI).time()}
    form = PostponeForm(request.POST or None, initial=initial)
    if form.is_valid():
        starts_at = form.starts_at
        # It lasts as long as it was to last.
        lasts = was.ends_at - was.starts_at if was.ends_at else None
        try:
            postpone_meeting(
                meeting,
                reason=form.cleaned_data["reason"],
                starts_at=starts_at,
                ends_at=starts_at + lasts if starts_at and lasts else None,
                place=form.cleaned_data["place"],
                clash_reason=form.cleaned_data["clash_reason"],
                by=by,
            )
        except ValidationError as refused:
            _put_with_room(form, refused)
        else:
            said = (
                _("已改到%(when)s。") % {"when": datetime_cn(starts_at)}
                if starts_at
                else _("已延期，时间待定。")
            )
            if was.state == MeetingState.NOTIFIED:
                said += _("已通知受邀单位。")
            messages.success(request, said)
            return redirect(meeting)
    return form_page(
        request,
        "meetings/meeting_postpone.html",
        form,
        {"meeting": meeting, "places": places_of(meeting.council)},
    )


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Cancel a meeting, with a reason."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.cancel", target=meeting)
    form = ReasonForm(request.POST or None)
    was_told = meeting.notice_round > 0
    if goes_through(form, cancel_meeting, meeting, by=by):
        messages.success(
            request,
            _("会议已取消，并通知了受邀单位。") if was_told else _("会议已取消。"),
        )
        return redirect(meeting)
    return form_page(request, "meetings/meeting_cancel.html", form, {"meeting": meeting})


def sheet_organizations(council: Council, by: Actor) -> list[Organization]:
    """Return who may stand on an attendance sheet: the members, and the convener at the end."""
    members = council.members.members().values("organization")
    bodies = Organization.objects.visible_to(by.scope).filter(pk__in=members)
    found = list(bodies.order_by("sort", "id"))
    return [body for body in found if body.pk != council.convener_id]


@require_POST
def meeting_archive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """File a meeting."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.plan", target=meeting)
    try:
        archive_meeting(meeting, by=by)
    except ValidationError as refused:
        return refused_page(request, refused, back=meeting.get_absolute_url(), title=_("没有归档"))
    messages.success(request, _("会议已归档。"))
    return redirect(meeting)
