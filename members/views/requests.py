"""Requests for an opinion: asking, answering from the record, acknowledging, using."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import RequestState
from members.forms.requests import (
    AskForm,
    DeclineForm,
    DraftForm,
    ReplyForm,
    ReplyUseForm,
    RequestFilterForm,
    TakeBackForm,
    WhoForm,
)
from members.forms.service import ProxyForm
from members.models import FeedbackRequest, MemberPlace, PartyMember
from members.queries.members import current_employment, searched
from members.queries.replies import communities_to_ask, reply_record
from members.services import (
    acknowledge_reply,
    answer_request,
    ask_opinion,
    decline_request,
    draft_reply,
    record_reply_use,
    withdraw_request,
)
from members.views.members import find_member
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization

_MOST_FOUND = 20


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """List what one has asked, what waits for one's answer, or what was answered about oneself."""
    by = actor_of(request)
    require(by, "feedback.view")
    form = RequestFilterForm(request.GET)
    form.is_valid()
    rows = FeedbackRequest.objects.visible_to(by.scope)
    if form.cleaned_data.get("state"):
        rows = rows.filter(state=form.cleaned_data["state"])
    page = keyset_page(rows, order=("-asked_on", "-id"), params=request.GET)
    return render(
        request,
        "members/request_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "may_ask": may(by, "feedback.request"),
            "is_area": by.scope.is_area,
            "is_member": by.scope.column == "member",
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


@require_GET
def request_who(request: HttpRequest) -> HttpResponse:
    """Find the member to ask about."""
    by = actor_of(request)
    require(by, "feedback.request")
    form = WhoForm(own_query(request, WhoForm))
    found: list[MemberPlace] = []
    if form.is_valid():
        rows = searched(MemberPlace.objects.visible_to(by.scope), form.cleaned_data["q"])
        places = rows.select_related("member").order_by("sort", "name", "id")
        # A member stands at a unit and in communities: each once.
        found = list({place.member_id: place for place in places[: 3 * _MOST_FOUND]}.values())
    return render(
        request,
        "members/request_who.html",
        {"form": form, "found": found[:_MOST_FOUND], "is_searched": form.is_bound},
    )


def _asker(by: Actor) -> Organization:
    """Return the body that asks: one's unit, or the committee of one's district."""
    if by.scope.organization_id is None:
        raise Http404
    return get_object_or_404(
        Organization.objects.visible_to(by.scope).select_related("area"),
        pk=by.scope.organization_id,
    )


def _askable(by: Actor, member: PartyMember) -> Any:
    """Return the communities that may be asked: a district those of its own area."""
    start = today().replace(year=today().year - 4, month=1, day=1)
    known = communities_to_ask(member, start, today())
    if by.scope.is_unit:
        # A unit sees its people everywhere: the member in sight brings their communities.
        return known
    return Area.objects.visible_to(by.scope).filter(pk__in=known.values("pk")).order_by("path")


@require_http_methods(["GET", "POST"])
def request_ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask the communities of one member."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "feedback.request")
    asker = _asker(by)
    communities = _askable(by, member)
    form = AskForm(request.POST or None, communities=communities, area=asker.area)
    if form.is_valid():
        try:
            asked = ask_opinion(member, asker=asker, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已发给%(count)d个社区，答复后会通知您。") % {"count": len(asked)}
            )
            return redirect("members:request-list")
    return render(
        request,
        "members/request_ask.html",
        {
            "form": form,
            "member": member,
            "employment": current_employment(member),
            "has_communities": communities.exists(),
        },
        status=422 if form.is_bound else 200,
    )


def _find(by: Actor, uid: UUID) -> FeedbackRequest:
    asked: FeedbackRequest = get_object_or_404(
        FeedbackRequest.objects.visible_to(by.scope).select_related(
            "community", "committee", "asker", "member__person"
        ),
        uid=uid,
    )
    return asked


def _reply_form(asked: FeedbackRequest, data: Any = None) -> ReplyForm:
    initial: dict[str, Any] = {"version": asked.version}
    if asked.drafted_by:
        initial |= {
            "conduct": asked.conduct,
            "problems": asked.problems,
            "opinion": asked.opinion,
        }
    return ReplyForm(data, initial=initial)


def _page(request: HttpRequest, by: Actor, asked: FeedbackRequest, **forms: Any) -> HttpResponse:
    waits = asked.state == RequestState.ASKED
    is_asker = by.organization_id == asked.asker_id and may(by, "feedback.request")
    is_own = by.person_id is not None and by.person_id in {
        asked.member.person_id,
        asked.asking_person_id,
    }
    may_draft = waits and by.scope.is_area and may(by, "feedback.draft", asked)
    received = asked.is_from_unit and asked.state == RequestState.ANSWERED
    may_use = (
        asked.is_replied and not asked.use and by.scope.is_unit and may(by, "feedback.use", asked)
    )
    may_proxy = received and by.scope.is_area and may(by, "feedback.acknowledge_proxy", asked)
    is_member = by.scope.column == "member"
    return render(
        request,
        "members/request_detail.html",
        {
            "asked": asked,
            # An asker reads what was signed, not what is being prepared.
            "record": asked.facts or (reply_record(asked) if may_draft else None),
            "is_member": is_member,
            "is_own": is_own and may_draft,
            "may_draft": may_draft and not is_own,
            "may_sign": may_draft and not is_own and may(by, "feedback.sign", asked),
            "reply_form": _reply_form(asked) if may_draft else None,
            "decline_form": DeclineForm(),
            "may_withdraw": waits and is_asker,
            "withdraw_form": TakeBackForm(),
            "may_acknowledge": received
            and by.scope.is_unit
            and may(by, "feedback.acknowledge", asked),
            "may_proxy": may_proxy,
            "proxy_form": ProxyForm(area=asked.community) if may_proxy else None,
            "may_use": may_use,
            "use_form": ReplyUseForm(area=asked.community) if may_use else None,
            "use": word(asked.community, "feedback.use", asked.use) if asked.use else "",
            "channel": word(asked.community, "proxy.channel", asked.acknowledge_channel)
            if asked.acknowledge_channel
            else "",
            "history": []
            if is_member
            else [
                line.entry()
                for line in history_of(asked, by.scope)
                if line.kind != "notice.created"
            ],
            **forms,
        },
        status=422 if forms else 200,
    )


@require_GET
def request_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one request: the question, the record, the answer, and the next step."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def request_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep what has been prepared for the signature."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.draft", asked)
    form: ReplyForm = DraftForm(request.POST)
    if form.is_valid():
        try:
            draft_reply(asked, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form = _kept(request, asked, refused, by)
        else:
            messages.success(request, _("已存为草稿，由社区党组织书记签发。"))
            return redirect(asked)
    return _page(request, by, asked, reply_form=form)


def _kept(
    request: HttpRequest, asked: FeedbackRequest, refused: ValidationError, by: Actor
) -> ReplyForm:
    """Give the words back with the version that stands now: the next press is a choice made knowingly."""
    asked.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(asked.version)
    form = ReplyForm(data)
    form.is_valid()
    put_on(form, refused)
    return form


@require_POST
def request_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign the answer and send it."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.sign", asked)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            answer_request(asked, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form = _kept(request, asked, refused, by)
        else:
            messages.success(
                request,
                _("已签发，编号%(number)s；可以打印盖章。") % {"number": asked.number},
            )
            return redirect(asked)
    return _page(request, by, asked, reply_form=form)


@require_POST
def request_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community cannot say."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.sign", asked)
    form = DeclineForm(request.POST)
    if goes_through(form, decline_request, asked, by=by):
        messages.success(request, _("已退回，征求单位会收到通知。"))
        return redirect(asked)
    return _page(request, by, asked, decline_form=form)


@require_POST
def request_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.request", asked)
    if by.organization_id != asked.asker_id:
        raise Http404
    form = TakeBackForm(request.POST)
    if goes_through(form, withdraw_request, asked, by=by):
        messages.success(request, _("已撤回，社区不用答复了。"))
        return redirect(asked)
    return _page(request, by, asked, withdraw_form=form)


@require_POST
def request_acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit has received the answer."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.acknowledge", asked)
    try:
        acknowledge_reply(asked, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("已签收，回执编号%(number)s。") % {"number": asked.receipt_number}
        )
    return redirect(asked)


@require_POST
def request_acknowledge_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters that the unit has received the answer."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.acknowledge_proxy", asked)
    form = ProxyForm(request.POST, area=asked.community)
    if goes_through(form, acknowledge_reply, asked, by=by):
        messages.success(request, _("已代录签收，单位可以看到。"))
        return redirect(asked)
    return _page(request, by, asked, proxy_form=form)


@require_POST
def request_use(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit notes what it used the answer for."""
    by = actor_of(request)
    asked = _find(by, uid)
    require(by, "feedback.use", asked)
    form = ReplyUseForm(request.POST, area=asked.community)
    if goes_through(form, record_reply_use, asked, by=by):
        messages.success(request, _("已登记运用情况，社区可以看到。"))
        return redirect(asked)
    return _page(request, by, asked, use_form=form)
