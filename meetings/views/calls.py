"""Calls for topics: sent, followed, answered by page and by link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import CallState
from meetings.forms.topics import CallForTopicsForm, ChangeCallForm, NothingForm, TopicForm
from meetings.models import CallAnswer, Council, Topic, TopicCall
from meetings.queries.charter import charter_of, period_of
from meetings.queries.links import group_link
from meetings.queries.topics import standing_of, with_standing
from meetings.services import (
    call_for_topics,
    change_call,
    close_call,
    propose_topic,
    say_nothing_to_propose,
)
from meetings.services.wording import call_text, call_title
from meetings.views.answering import form_page, history, refused_page
from meetings.views.councils import find_council
from meetings.views.links import chosen_row, done_page, which_unit
from meetings.views.rights import rights, speaks_for
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.calendar import add_working_days, today
from partybuild.calendar.working_days import last_working_day
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization


def find_call(by: Actor, uid: UUID) -> TopicCall:
    """Return a call in sight; 404 otherwise."""
    call: TopicCall = get_object_or_404(
        TopicCall.objects.visible_to(by.scope).select_related("council__area", "council__convener"),
        uid=uid,
    )
    return call


def _first_values(council: Council) -> dict[str, Any]:
    """Propose the day: the charter's lead before the last day of the period, or a week from now."""
    charter = charter_of(council)
    day = today()
    period = charter.period_of(day)
    if council.meetings.held().filter(period=str(period)).exists():
        period = period.next()
    planned = council.meetings.upcoming().filter(starts_at__date__gte=day).first()
    meeting_on = planned.starts_at.date() if planned else last_working_day(charter.last_day(period))
    due_on = meeting_on - timedelta(days=charter.topic_lead_days)
    return {
        "due_on": max(due_on, min(add_working_days(day, 5), meeting_on)),
        "meeting_on": meeting_on,
    }


@require_http_methods(["GET", "POST"])
def topic_call(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask the members for topics."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.call", target=council)
    members = council.members.members().exclude(organization=council.convener_id)
    bodies = Organization.objects.visible_to(by.scope).filter(pk__in=members.values("organization"))
    form = CallForTopicsForm(
        request.POST or None,
        bodies=bodies.order_by("sort", "name"),
        initial=_first_values(council),
    )
    if form.is_valid():
        day = form.cleaned_data["meeting_on"] or form.cleaned_data["due_on"]
        try:
            call = call_for_topics(
                council, period=period_of(council, day), by=by, **form.cleaned_data
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已通知成员单位提出议题。"))
            return redirect(call)
    return form_page(
        request,
        "meetings/topic_call.html",
        form,
        {"council": council, "lead_days": charter_of(council).topic_lead_days},
    )


@require_GET
def call_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a call: to the convener who answered what, to a unit its two buttons."""
    by = actor_of(request)
    call = find_call(by, uid)
    answers = list(
        CallAnswer.objects.visible_to(by.scope).filter(call=call).select_related("organization")
    )
    topics = list(
        with_standing(Topic.objects.visible_to(by.scope).filter(call=call))
        .select_related("organization")
        .order_by("id")
    )
    by_body: dict[int, list[Topic]] = {}
    for topic in topics:
        by_body.setdefault(topic.organization_id, []).append(topic)
    allowed = rights(by, call, "topic.call", "topic.propose_proxy")
    is_staff = allowed["may_topic_call"]
    own = next((row for row in answers if row.organization_id == by.organization_id), None)
    waiting = [row.organization.called for row in answers if row.state == CallState.WAITING]
    day = today()
    return render(
        request,
        "meetings/call_detail.html",
        {
            "call": call,
            "council": call.council,
            "title": call_title(call),
            "is_past": call.is_past(day),
            "is_staff": is_staff,
            "own": own,
            "own_topics": [
                (topic, *standing_of(topic)) for topic in by_body.get(by.organization_id or 0, [])
            ],
            "may_answer": own is not None and call.is_open and may(by, "topic.propose"),
            "rows": [(row, by_body.get(row.organization_id, [])) for row in answers]
            if is_staff
            else [],
            "others": [
                (topic, *standing_of(topic))
                for topic in topics
                if topic.organization_id not in {row.organization_id for row in answers}
            ]
            if is_staff
            else [],
            "counts": {
                "asked": len(answers),
                "proposed": sum(row.state == CallState.PROPOSED for row in answers),
                "nothing": sum(row.state == CallState.NOTHING for row in answers),
                "waiting": len(waiting),
                "topics": len(topics),
            },
            "nothing_form": NothingForm(area=call.council.area),
            "group_text": call_text(
                call,
                waiting if len(waiting) < len(answers) else [],
                group_link(call, "topic.propose"),
            )
            if is_staff and call.is_open
            else "",
            "history": history(call, by.scope),
            **allowed,
        },
    )


@require_http_methods(["GET", "POST"])
def call_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Move a call's date."""
    by = actor_of(request)
    call = find_call(by, uid)
    require(by, "topic.call", target=call)
    form = ChangeCallForm(
        request.POST or None,
        initial={name: getattr(call, name) for name in ("due_on", "meeting_on", "note")},
    )
    if goes_through(form, change_call, call, by=by):
        messages.success(request, _("已保存。截止日期有变动的，已通知还没有答复的单位。"))
        return redirect(call)
    return form_page(request, "meetings/call_change.html", form, {"call": call})


@require_POST
def call_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take no more topics."""
    by = actor_of(request)
    call = find_call(by, uid)
    require(by, "topic.call", target=call)
    try:
        close_call(call, by=by)
    except ValidationError as refused:
        return refused_page(
            request, refused, back=call.get_absolute_url(), title=_("征集此前已结束")
        )
    messages.success(request, _("征集已结束。接下来审核收到的议题。"))
    return redirect(call)


@require_POST
def call_nothing(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note 无议题: a unit for itself, the convener for one that has called."""
    by = actor_of(request)
    call = find_call(by, uid)
    wanted = request.POST.get("answer", "")
    answers = CallAnswer.objects.visible_to(by.scope).filter(call=call)
    answer = get_object_or_404(
        answers.select_related("organization"),
        **({"uid": wanted} if wanted else {"organization": by.organization_id}),
    )
    is_own = speaks_for(by, answer.organization, "topic.propose", "topic.propose_proxy", call)
    form = NothingForm(request.POST, area=call.council.area)
    channel = (form.cleaned_data["channel"] or "phone") if form.is_valid() else "phone"
    try:
        say_nothing_to_propose(
            call, organization=answer.organization, channel="" if is_own else channel, by=by
        )
    except ValidationError as refused:
        return refused_page(
            request, refused, back=call.get_absolute_url(), title=_("没有记下“无议题”")
        )
    messages.success(
        request, _("已记下：%(unit)s本次无议题。") % {"unit": answer.organization.called}
    )
    return redirect(call)


@link_page("topic.propose")
def topic_propose(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Propose a topic, or say that there is none, from mail or chat group without signing in."""
    call = get_object_or_404(
        # A link holds no line to look at calls, only to answer one.
        TopicCall.objects.reached(
            actor_of_link(link, request=request).scope, "topic.propose"
        ).select_related("council__area", "council__convener"),
        uid=link.target_uid,
    )
    answers = call.answers.select_related("organization")
    answer = chosen_row(request, link, answers)
    title = call_title(call)
    if answer is None and call.is_open and link.organization_id is None:
        return which_unit(request, link, answers, title=_("请选择您的单位"), subject=title)
    context = {
        "call": call,
        "council": call.council,
        "answer": answer,
        "title": title,
        "is_past": call.is_past(today()),
        "here": request.path,
    }
    if not call.is_open or answer is None:
        return render(request, "meetings/link_topic_closed.html", context)
    if request.method != "POST" and request.GET.get("done"):
        return render(request, "meetings/link_topic_thanks.html", context)
    by = actor_of_link(link, request=request, organization=answer.organization)
    require(by, "topic.propose", target=call)
    says_nothing = request.POST.get("deed") == "nothing"
    form = TopicForm(
        request.POST if request.method == "POST" and not says_nothing else None,
        by=by,
        council=call.council,
    )
    try:
        if says_nothing:
            say_nothing_to_propose(call, organization=answer.organization, by=by)
            return _thanks(request, answer)
        if form.is_valid():
            values = {
                name: value
                for name, value in form.cleaned_data.items()
                if name not in {"draft", "version"}
            }
            propose_topic(
                call.council, organization=answer.organization, call=call, by=by, **values
            )
            return _thanks(request, answer)
    except ValidationError as refused:
        if not form.is_bound:
            context["refused"] = refused.messages
        else:
            put_on(form, refused)
    status = 422 if request.method == "POST" else 200
    return render(request, "meetings/link_topic.html", {**context, "form": form}, status=status)


def _thanks(request: HttpRequest, answer: CallAnswer) -> HttpResponseRedirect:
    return done_page(request, answer)
