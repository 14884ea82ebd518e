"""Topics: called for, proposed, decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import TopicState
from meetings.forms.topics import CallForTopicsForm, DecideTopicForm, TopicForm
from meetings.models import AgendaItem, Council, Topic
from meetings.queries.charter import period_of
from meetings.services import (
    call_for_topics,
    carry_topic_forward,
    decide_topic,
    propose_topic,
    submit_topic,
)
from meetings.views.answering import form_page, history, put_on, refused_page
from meetings.views.councils import find_council
from meetings.views.rights import own_area, rights
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import dictionary, word
from partybuild.calendar import add_working_days, today
from partybuild.fields.keyset import keyset_page
from partybuild.organizations.models import Organization

TONES = {
    TopicState.DRAFT: "plain",
    TopicState.SUBMITTED: "warn",
    TopicState.ACCEPTED: "good",
    TopicState.DEFERRED: "info",
    TopicState.REFERRED: "info",
    TopicState.RETURNED: "warn",
}


def find_topic(by: Actor, uid: UUID) -> Topic:
    """Return a topic in sight; 404 otherwise."""
    topic: Topic = get_object_or_404(
        Topic.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "organization", "carried_from"
        ),
        uid=uid,
    )
    return topic


@require_GET
def topic_list(request: HttpRequest) -> HttpResponse:
    """List the topics in sight, those that wait for a decision by their own tab."""
    by = actor_of(request)
    require(by, "topic.view")
    topics = Topic.objects.visible_to(by.scope)
    waiting = topics.waiting()
    state = request.GET.get("state", "")
    shown = topics.filter(state=state) if state in TopicState.values else topics
    page = keyset_page(
        shown.select_related("organization", "council"), order=("-id",), params=request.GET
    )
    words = dict(dictionary(own_area(by), "topic.category"))
    return render(
        request,
        "meetings/topic_list.html",
        {
            "page": page,
            "rows": [
                (topic, words.get(topic.category, topic.category), TONES[TopicState(topic.state)])
                for topic in page.rows
            ],
            "state": state,
            "waiting_count": waiting.count(),
            "councils": Council.objects.visible_to(by.scope).current()[:5]
            if may(by, "topic.propose")
            else [],
        },
    )


@require_GET
def topic_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a topic, what became of it, and to the convener the decision."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    return _topic_page(request, by, topic, DecideTopicForm())


def _topic_page(
    request: HttpRequest, by: Actor, topic: Topic, form: DecideTopicForm
) -> HttpResponse:
    item = (
        AgendaItem.objects.visible_to(by.scope)
        .filter(topic=topic, is_current=True)
        .select_related("meeting")
        .first()
        if topic.state == TopicState.ACCEPTED
        else None
    )
    is_own = topic.organization_id == by.organization_id
    return render(
        request,
        "meetings/topic_detail.html",
        {
            "topic": topic,
            "category": word(topic.council.area, "topic.category", topic.category),
            "tone": TONES[TopicState(topic.state)],
            "meeting": item.meeting if item else None,
            "form": form,
            "is_own": is_own,
            "may_submit": is_own
            and may(by, "topic.propose")
            and topic.state in {TopicState.DRAFT, TopicState.RETURNED},
            "is_carried": Topic.objects.visible_to(by.scope).filter(carried_from=topic).exists(),
            "history": history(topic, by.scope),
            **rights(by, topic, "topic.decide"),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def topic_create(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Propose a topic: a unit its own, the convener its own or one for a member."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.propose")
    by_proxy = may(by, "topic.propose_proxy", target=council)
    form = TopicForm(
        request.POST or None,
        by=by,
        council=council,
        by_proxy=by_proxy,
        initial={"proposer_name": by.name},
    )
    if form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        organization = values.pop("organization", None) or _own_body(by)
        channel = values.pop("channel", "")
        is_own = organization.pk == by.organization_id
        try:
            topic = propose_topic(
                council,
                organization=organization,
                submit=request.POST.get("keep") != "draft",
                channel="" if is_own else channel or "phone",
                by=by,
                **values,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("议题已提交，审核结果会通知您。")
            if topic.state == TopicState.DRAFT:
                said = _("已存为草稿，只有本单位能看到。")
            messages.success(request, said)
            return redirect(topic)
    return form_page(request, "meetings/topic_form.html", form, {"council": council, "topic": None})


def _own_body(by: Actor) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(by.scope), pk=by.organization_id)


@require_http_methods(["GET", "POST"])
def topic_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Complete and hand in a draft, or one that was returned."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.propose")
    if topic.organization_id != by.organization_id:
        require(by, "topic.propose_proxy", target=topic)
    names = (
        "title",
        "category",
        "situation",
        "proposal",
        "concerned",
        "is_coordinated",
        "proposer_name",
        "proposer_phone",
    )
    form = TopicForm(
        request.POST or None,
        by=by,
        council=topic.council,
        initial={name: getattr(topic, name) for name in names},
    )
    if form.is_valid():
        try:
            submit_topic(topic, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("议题已提交，审核结果会通知您。"))
            return redirect(topic)
    return form_page(
        request, "meetings/topic_form.html", form, {"council": topic.council, "topic": topic}
    )


@require_POST
def topic_decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Admit a topic, or not, with a reason."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.decide", target=topic)
    form = DecideTopicForm(request.POST)
    if form.is_valid():
        try:
            decide_topic(
                topic,
                decision=TopicState(form.cleaned_data["decision"]),
                reason=form.cleaned_data["reason"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("审核意见已记下，并通知了提出单位。"))
            return redirect(topic)
    return _topic_page(request, by, topic, form)


@require_POST
def topic_carry(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put a deferred topic up again."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.decide", target=topic)
    try:
        copy = carry_topic_forward(topic, by=by)
    except ValidationError as refused:
        return refused_page(
            request, refused, back=topic.get_absolute_url(), title=_("没有再次提出")
        )
    messages.success(request, _("已再次提出，等待审核。"))
    return redirect(copy)


@require_http_methods(["GET", "POST"])
def topic_call(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask the members for topics."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.call", target=council)
    form = CallForTopicsForm(request.POST or None, initial={"due_on": add_working_days(today(), 5)})
    if form.is_valid():
        period = period_of(council, today())
        try:
            call_for_topics(council, period=period, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已通知成员单位提出议题。"))
            return redirect(council)
    return form_page(request, "meetings/topic_call.html", form, {"council": council})
