"""Topics: listed, shown, proposed."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import TopicState
from meetings.forms.topics import ChairForm, DecideTopicForm, TopicFilterForm, TopicForm
from meetings.models import (
    AgendaItem,
    Council,
    MemberProposal,
    Resolution,
    Topic,
)
from meetings.queries.standing import lead_of, resolution_tone
from meetings.queries.topics import (
    STANDINGS,
    admission_hints,
    alike,
    majority_hint,
    standing_counts,
    standing_of,
    topic_steps,
    with_standing,
)
from meetings.services import propose_topic, save_topic_draft, submit_topic, take_up_proposal
from meetings.services.wording import votes_words
from meetings.views.answering import form_page, history
from meetings.views.councils import find_council
from meetings.views.rights import own_area, rights
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import dictionary, word
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization

_OPEN = (TopicState.DRAFT, TopicState.RETURNED)


def find_topic(by: Actor, uid: UUID) -> Topic:
    """Return a topic in sight; 404 otherwise."""
    topic: Topic = get_object_or_404(
        Topic.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "organization", "carried_from", "call"
        ),
        uid=uid,
    )
    return topic


# -- The list -------------------------------------------------------------------------------------


def topic_filter(by: Actor, query: Any) -> TopicFilterForm:
    """Return the list's filters with the councils and years that this post sees."""
    years = Topic.objects.visible_to(by.scope).aggregate(
        first=Min("proposed_on__year"), last=Max("proposed_on__year")
    )
    this = today().year
    first, last = years["first"] or this, max(years["last"] or this, this)
    return TopicFilterForm(
        query or None,
        councils=Council.objects.visible_to(by.scope),
        years=range(last, first - 1, -1),
        auto_id="filter_%s",
    )


def narrowed_topics(
    topics: QuerySet[Any], form: TopicFilterForm, *, but_state: bool = False
) -> QuerySet[Any]:
    """Return the topics that the page's filters leave, with how each stands."""
    topics = with_standing(topics)
    if not form.is_valid():
        return topics
    data = form.cleaned_data
    if data["council"]:
        topics = topics.filter(council=data["council"])
    if data["year"]:
        topics = topics.filter(proposed_on__year=data["year"])
    if data["q"]:
        said = data["q"].strip()
        topics = topics.filter(
            Q(title__icontains=said)
            | Q(organization__name__icontains=said)
            | Q(organization__short_name__icontains=said)
        )
    if data["state"] and not but_state:
        if data["state"] in STANDINGS:
            topics = topics.filter(STANDINGS[data["state"]][1])
        else:
            topics = topics.filter(state=data["state"])
    return topics


@require_GET
def topic_list(request: HttpRequest) -> HttpResponse:
    """List the topics in sight across councils and years; every count opens its rows."""
    by = actor_of(request)
    require(by, "topic.view")
    form = topic_filter(by, request.GET)
    seen = Topic.objects.visible_to(by.scope)
    topics = narrowed_topics(seen, form)
    page = keyset_page(
        topics.select_related("organization", "council"), order=("-id",), params=request.GET
    )
    words = dict(dictionary(own_area(by), "topic.category"))
    chosen = form.cleaned_data.get("state", "") if form.is_valid() else ""
    counts = standing_counts(narrowed_topics(seen, form, but_state=True))
    council = form.cleaned_data.get("council") if form.is_valid() else None
    return render(
        request,
        "meetings/topic_list.html",
        {
            "form": form,
            "page": page,
            "count": topics.count(),
            "rows": [
                (topic, words.get(topic.category, topic.category), *standing_of(topic))
                for topic in page.rows
            ],
            "counts": [
                (str(label), counts[key], _with(request, form, state=key), key == chosen)
                for key, (label, _condition) in STANDINGS.items()
                if counts[key] or key == chosen
            ],
            "all_url": _with(request, form, state=""),
            "state": chosen,
            "councils": list(Council.objects.visible_to(by.scope).current()[:6])
            if may(by, "topic.propose")
            else [],
            "reviewable": _reviewable(by, council),
            "may_carry": chosen == "backlog" and may(by, "topic.decide"),
        },
    )


def _with(request: HttpRequest, form: TopicFilterForm, **values: str) -> str:
    """Return the page's address with another choice, from its first page; only what the form knows."""
    kept = {name: str(text) for name, text in request.GET.items() if text and name in form.fields}
    return f"?{urlencode({name: text for name, text in {**kept, **values}.items() if text})}"


def _reviewable(by: Actor, council: Council | None) -> list[Council]:
    """Return the councils with topics that wait for this post's decision."""
    if not may(by, "topic.decide"):
        return []
    waiting = Topic.objects.visible_to(by.scope).waiting().order_by().values("council")
    councils = Council.objects.visible_to(by.scope).filter(pk__in=waiting)
    # Those that it may decide on: the rows that the line reaches.
    reached = Topic.objects.reached(by.scope, "topic.decide").order_by().values("council")
    councils = councils.filter(pk__in=reached)
    if council is not None:
        councils = councils.filter(pk=council.pk)
    return list(councils[:6])


# -- One topic ------------------------------------------------------------------------------------


@require_GET
def topic_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a topic, what became of it, and to the convener the decision."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    return topic_page(request, by, topic)


def topic_page(request: HttpRequest, by: Actor, topic: Topic, **forms: Any) -> HttpResponse:
    """Draw a topic's page; 422 where one of its forms came back."""
    item = (
        AgendaItem.objects.visible_to(by.scope)
        .filter(topic=topic, is_current=True)
        .select_related("meeting__council")
        .first()
    )
    day = today()
    resolutions = _resolutions_of(by, topic)
    is_own = topic.organization_id == by.organization_id
    allowed = rights(by, topic, "topic.decide", "topic.propose_proxy")
    decides = allowed["may_topic_decide"]
    waits = topic.state == TopicState.SUBMITTED
    carried_to = Topic.objects.visible_to(by.scope).filter(carried_from=topic).first()
    bound = any(form.is_bound for form in forms.values())
    words, tone = standing_of(topic)
    return render(
        request,
        "meetings/topic_detail.html",
        {
            "topic": topic,
            "category": word(topic.council.area, "topic.category", topic.category),
            "standing": words,
            "tone": tone,
            "item": item,
            "meeting": item.meeting if item else None,
            "steps": topic_steps(topic, item, resolutions),
            "resolutions": [(row, lead_of(row), resolution_tone(row, day)) for row in resolutions],
            "form": forms.get("form") or DecideTopicForm(),
            "chair_form": forms.get("chair_form")
            or ChairForm(
                initial={"opinion": topic.chair_opinion, "name": topic.chair_name},
                auto_id="chair_%s",
            ),
            "is_own": is_own,
            "may_submit": topic.state in _OPEN
            and (is_own or allowed["may_topic_propose_proxy"])
            and may(by, "topic.propose"),
            "carried_to": carried_to,
            "hints": admission_hints(topic) if decides and waits else [],
            "alike": alike(topic.council, [topic])[topic.pk] if decides and waits else [],
            "votes": votes_words(topic) if topic.votes_for is not None else "",
            "majority": majority_hint(topic.council, topic.votes_for)
            if decides and topic.result == "passed"
            else "",
            "history": history(topic, by.scope),
            **allowed,
        },
        status=422 if bound else 200,
    )


def _resolutions_of(by: Actor, topic: Topic) -> list[Resolution]:
    return list(
        Resolution.objects.visible_to(by.scope)
        .filter(agenda_item__topic=topic)
        .order_by("meeting_id", "number")
        .prefetch_related("parties__organization")
    )


# -- Proposing ------------------------------------------------------------------------------------


def _spoken_for(
    request: HttpRequest, by: Actor, council: Council, *, by_proxy: bool
) -> dict[str, Any]:
    """Return what the form knows when it is opened: the unit that it is for, and who proposes."""
    initial: dict[str, Any] = {"draft": uuid.uuid4(), "version": 0}
    wanted = request.GET.get("unit", "")
    unit = (
        Organization.objects.visible_to(by.scope).filter(uid=wanted).first()
        if by_proxy and _is_uid(wanted)
        else None
    )
    if unit is not None:
        return {**initial, "organization": unit}
    return {**initial, "proposer_name": by.name}


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _proposal(request: HttpRequest, by: Actor, council: Council) -> MemberProposal | None:
    """Return the member's proposal that the topic is made of, where the address names one."""
    wanted = request.POST.get("made_of") or request.GET.get("made_of") or ""
    if not _is_uid(wanted):
        return None
    found: MemberProposal | None = (
        MemberProposal.objects.visible_to(by.scope)
        .waiting()
        .filter(uid=wanted, organization=by.organization_id)
        .filter(Q(council=council) | Q(council=None))
        .select_related("person")
        .first()
    )
    return found


@require_http_methods(["GET", "POST"])
def topic_create(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Propose a topic: a unit its own, the convener its own or one for a member."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.propose")
    by_proxy = may(by, "topic.propose_proxy", target=council)
    proposal = _proposal(request, by, council)
    initial = _spoken_for(request, by, council, by_proxy=by_proxy)
    if proposal is not None:
        initial |= {
            "title": proposal.title,
            "category": proposal.category,
            "situation": proposal.situation,
            "proposer_name": proposal.person.name if proposal.may_be_named else "",
        }
    form = TopicForm(
        request.POST or None, by=by, council=council, by_proxy=by_proxy, initial=initial
    )
    if form.is_valid():
        try:
            topic = _propose(request, by, council, dict(form.cleaned_data), proposal)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("议题已提交，审核结果会通知您。")
            if topic.organization_id != by.organization_id:
                said = _("已代录%(unit)s的议题，审核结果会通知该单位。") % {
                    "unit": topic.organization.called
                }
            elif by_proxy:
                said = _("议题已提交。")
            if topic.state == TopicState.DRAFT:
                said = _("已存为草稿，只有本单位能看到。")
            messages.success(request, said)
            return redirect(topic)
    return form_page(
        request,
        "meetings/topic_form.html",
        form,
        {
            "council": council,
            "topic": None,
            "proposal": proposal,
            "is_autosaved": by.organization_id is not None and proposal is None,
        },
    )


def _propose(
    request: HttpRequest,
    by: Actor,
    council: Council,
    values: dict[str, Any],
    proposal: MemberProposal | None,
) -> Topic:
    organization = values.pop("organization", None) or _own_body(by)
    channel = values.pop("channel", "")
    uid = values.pop("draft", None)
    values.pop("version", None)
    submit = request.POST.get("keep") != "draft"
    is_own = organization.pk == by.organization_id
    if not is_own and values.get("proposer_name") == by.name:
        # Filled in for the committee's own topics; another body's is somebody else's.
        values["proposer_name"] = ""
    if proposal is not None:
        return take_up_proposal(proposal, council=council, by=by, **values)
    draft = (
        Topic.objects.visible_to(by.scope)
        .filter(uid=uid, council=council, organization=by.organization_id, state=TopicState.DRAFT)
        .first()
        if uid is not None
        else None
    )
    if draft is not None and is_own:
        if not submit:
            return save_topic_draft(
                council,
                uid=draft.uid,
                organization=organization,
                version=draft.version,
                by=by,
                **values,
            )
        return submit_topic(draft, by=by, **values)
    return propose_topic(
        council,
        organization=organization,
        submit=submit,
        channel="" if is_own else channel or "phone",
        by=by,
        **values,
    )


def _own_body(by: Actor) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(by.scope), pk=by.organization_id)


@require_POST
def topic_autosave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep one's own topic as a draft while it is typed; answers with the version to go on from."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "topic.propose")
    form = TopicForm(request.POST, by=by, council=council)
    # What stands for another body is not kept half-typed under its name.
    if by.organization_id is None or request.POST.get("organization") or not form.is_valid():
        return HttpResponse(status=204)
    values = dict(form.cleaned_data)
    draft, version = values.pop("draft"), values.pop("version") or 0
    if draft is None:
        return HttpResponse(status=204)
    try:
        topic = save_topic_draft(
            council, uid=draft, organization=_own_body(by), version=version, by=by, **values
        )
    except ValidationError as refused:
        return render(
            request, "meetings/_refusal.html", {"sentences": refused.messages}, status=409
        )
    return JsonResponse({"version": topic.version})


_FIELDS = (
    "title",
    "category",
    "situation",
    "proposal",
    "concerned",
    "is_coordinated",
    "proposer_name",
    "proposer_phone",
)


@require_http_methods(["GET", "POST"])
def topic_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Complete and hand in a draft, or one that was returned."""
    by = actor_of(request)
    topic = find_topic(by, uid)
    require(by, "topic.propose")
    if topic.organization_id != by.organization_id:
        require(by, "topic.propose_proxy", target=topic)
    initial = {name: getattr(topic, name) for name in _FIELDS}
    form = TopicForm(
        request.POST or None,
        by=by,
        council=topic.council,
        initial={**initial, "draft": topic.uid, "version": topic.version},
    )
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in _FIELDS}
        try:
            submit_topic(topic, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("议题已提交，审核结果会通知您。"))
            return redirect(topic)
    return form_page(
        request,
        "meetings/topic_form.html",
        form,
        {
            "council": topic.council,
            "topic": topic,
            "is_autosaved": topic.state == TopicState.DRAFT
            and topic.organization_id == by.organization_id,
        },
    )
