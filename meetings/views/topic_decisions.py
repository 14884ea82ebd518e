"""Topics: decided one by one or many on a page, carried forward, their results noted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import TopicState
from meetings.exceptions import NotOnAHeldMeeting
from meetings.forms.topics import ChairForm, DecideTopicForm, ResultsForm, ReviewForm
from meetings.models import Meeting, Topic
from meetings.queries.charter import charter_of
from meetings.queries.topics import admission_hints, alike, majority_hint
from meetings.services import (
    carry_topic_forward,
    carry_topics_forward,
    decide_topic,
    decide_topics,
    record_chair_opinion,
    record_result,
)
from meetings.views.answering import refused_page
from meetings.views.councils import find_council
from meetings.views.meetings import find_meeting
from meetings.views.topics import find_topic, topic_page
from members.views.members import uids_of
from partybuild.access import may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import dictionary
from partybuild.fields.refusals import put_on


@require_POST
def topic_decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Admit a topic, or not, with a reason."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.decide", target=topic)
    form = DecideTopicForm(request.POST)
    if form.is_valid():
        values = {**form.cleaned_data, "decision": TopicState(form.cleaned_data["decision"])}
        try:
            decide_topic(topic, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("审核意见已记下，并通知了提出单位。"))
            return redirect(topic)
    return topic_page(request, by, topic, form=form)


@require_POST
def topic_chair(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down what the chair said."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.decide", target=topic)
    form = ChairForm(request.POST, auto_id="chair_%s")
    if form.is_valid():
        record_chair_opinion([topic], by=by, **form.cleaned_data)
        messages.success(request, _("主任审定意见已记下。"))
        return redirect(topic)
    return topic_page(request, by, topic, chair_form=form)


@require_http_methods(["GET", "POST"])
def topic_review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Decide on all waiting topics of a council on one page."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.decide", target=council)
    topics = list(
        Topic.objects.visible_to(by.scope)
        .filter(council=council)
        .waiting()
        .select_related("organization", "council", "call", "carried_from")
        .order_by("organization__sort", "id")
    )
    form = ReviewForm(request.POST or None, topics=topics)
    if form.is_valid() and not form.decisions and not form.cleaned_data["chair_opinion"]:
        form.add_error(None, _("请至少对一件议题选择审核意见。"))
    if form.is_valid():
        done, refused = decide_topics(
            form.decisions,
            by=by,
            chair_opinion=form.cleaned_data["chair_opinion"],
            chair_name=form.cleaned_data["chair_name"],
        )
        messages.success(request, _("已审核%(count)d件，并通知了提出单位。") % {"count": len(done)})
        for topic, error in refused:
            messages.warning(request, f"{topic.title}：{''.join(error.messages)}")
        return redirect("meetings:topic-review", council.uid)
    similar = alike(council, topics)
    words = dict(dictionary(council.area, "topic.category"))
    return render(
        request,
        "meetings/topic_review.html",
        {
            "council": council,
            "form": form,
            # Asked only once nothing waits: what comes next.
            "may_meeting_plan": not topics and may(by, "meeting.plan", council),
            "next_meeting": None
            if topics
            else Meeting.objects.visible_to(by.scope).upcoming().filter(council=council).first(),
            "rows": [
                {
                    **row,
                    "category": words.get(row["topic"].category, ""),
                    "hints": admission_hints(row["topic"]),
                    "alike": similar[row["topic"].pk],
                }
                for row in form.rows()
            ],
        },
        status=422 if form.is_bound else 200,
    )


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


@require_POST
def topics_carry(request: HttpRequest) -> HttpResponse:
    """Put the chosen deferred topics up again."""
    by = actor_of(request)
    require(by, "topic.decide")
    topics = Topic.objects.reached(by.scope, "topic.decide").filter(
        uid__in=uids_of(request.POST.getlist("selected")), state=TopicState.DEFERRED
    )
    count = carry_topics_forward(topics, by=by)
    messages.success(request, _("已再次提出%(count)d件，等待审核。") % {"count": count})
    return redirect("meetings:topic-list")


@require_http_methods(["GET", "POST"])
def topic_results(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note what the meeting made of each topic on its agenda."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    topics = list(
        Topic.objects.visible_to(by.scope)
        .filter(agenda_items__meeting=meeting, agenda_items__is_current=True)
        .select_related("organization", "council__area", "council__convener")
        .order_by("agenda_items__position", "id")
    )
    votes = charter_of(meeting.council).decision_mode == "show_of_hands"
    form = ResultsForm(request.POST or None, topics=topics)
    if not meeting.took_place:
        messages.warning(request, NotOnAHeldMeeting.sentence)
        return redirect(meeting)
    if form.is_valid():
        noted = 0
        for topic, values in form.results():
            try:
                record_result(topic, by=by, **values)
            except ValidationError as refused:
                form.add_error(f"result-{topic.uid.hex}", refused.messages)
                continue
            noted += 1
            hint = majority_hint(meeting.council, topic.votes_for)
            if topic.result == "passed" and hint:
                messages.warning(request, f"{topic.title}：{hint}")
        if form.is_valid():
            messages.success(request, _("已登记%(count)d件议题的讨论结果。") % {"count": noted})
            return redirect(meeting.get_absolute_url() + "#agenda")
    return render(
        request,
        "meetings/topic_results.html",
        {"meeting": meeting, "form": form, "rows": form.rows(), "has_votes": votes},
        status=422 if form.is_bound else 200,
    )
