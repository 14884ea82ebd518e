"""The box for complaints and suggestions: sending, following one's own, answering."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of, source_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through
from partybuild.portal.enums import SuggestionState
from partybuild.portal.forms import (
    AnswerForm,
    CodeForm,
    PassOnForm,
    ResultForm,
    SuggestionFilter,
    SuggestionForm,
    SuggestionNoteForm,
)
from partybuild.portal.models import Suggestion
from partybuild.portal.panels import hearing_places
from partybuild.portal.queries.suggestions import (
    place_by_default,
    places_open,
    suggestion_with,
)
from partybuild.portal.services import (
    answer_suggestion,
    conclude_suggestion,
    pass_suggestion_on,
    send_suggestion,
)

# An office shares one address; a machine that fills the box does not stop at twenty.
_MOST_AN_HOUR = 20


@login_not_required
@require_http_methods(["GET", "POST"])
def suggestion_create(request: HttpRequest) -> HttpResponse:
    """Take a suggestion, from anybody; say who answers it, by when, and where the answer will be."""
    by = actor_of(request)
    require(by, "suggestion.send")
    form = SuggestionForm(
        request.POST or None,
        initial={"page": request.GET.get("page", "")},
        places=_places_of(by),
        is_signed_in=by.person_id is not None,
    )
    if request.method == "POST" and form.is_valid():
        if _is_too_much(request, "suggestion"):
            form.add_error(None, _("提交过于频繁，请一小时后再试，或直接联系社区。"))
        else:
            sent = send_suggestion(by=by, **form.cleaned_data)
            if sent.code:
                # Shown once, kept nowhere: not in a session, not in an address.
                return render(request, "portal/suggestion_sent.html", {"suggestion": sent})
            messages.success(request, _said(sent))
            return redirect("portal:my-suggestion-list")
    return render(
        request,
        "portal/suggestion_form.html",
        {"form": form, "may_follow": may(by, "suggestion.own"), "only": _only_place(form)},
        status=422 if form.is_bound else 200,
    )


def _places_of(by: Actor) -> list[Area]:
    """Return where somebody may send a suggestion, the likeliest first."""
    if by.person_id is not None:
        places = hearing_places(by)
        if not places and (place := place_by_default(by)) is not None:
            places = [place]
        if places:
            return places
    return places_open()


def _only_place(form: SuggestionForm) -> Area | None:
    return next(iter(form.places.values()), None) if len(form.places) == 1 else None


def _said(sent: Suggestion) -> str:
    if sent.organization is None or sent.due_on is None:
        return _("已收到，谢谢。")
    return _("已收到，谢谢。%(body)s将在%(month)d月%(day)d日前答复，答复会出现在这里。") % {
        "body": sent.organization.called,
        "month": sent.due_on.month,
        "day": sent.due_on.day,
    }


def _is_too_much(request: HttpRequest, what: str) -> bool:
    key = f"{what}:{source_of(request)}"
    cache.add(key, 0, 3600)
    return bool(cache.incr(key) > _MOST_AN_HOUR)


@login_not_required
@require_http_methods(["GET", "POST"])
def suggestion_track(request: HttpRequest) -> HttpResponse:
    """Show what became of an anonymous suggestion to whoever holds its code."""
    require(actor_of(request), "suggestion.send")
    form = CodeForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        if _is_too_much(request, "suggestion-code"):
            form.add_error(None, _("查询过于频繁，请一小时后再试。"))
        else:
            found = suggestion_with(form.cleaned_data["code"])
            if found is None:
                form.add_error("code", _("没有这个查询码，请核对后重填。"))
    return render(
        request,
        "portal/suggestion_track.html",
        {"form": form, "suggestion": found},
        status=422 if form.is_bound and found is None else 200,
    )


@require_GET
def my_suggestion_list(request: HttpRequest) -> HttpResponse:
    """Show somebody what they suggested and what became of it."""
    by = actor_of(request)
    require(by, "suggestion.own")
    rows = Suggestion.objects.reached(by.scope, "suggestion.own").select_related("organization")
    page = keyset_page(rows, order=("-id",), params=request.GET, size=20)
    return render(request, "portal/my_suggestion_list.html", {"page": page})


class SuggestionListView(View):
    """What people said, for those who answer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, the unanswered ones first to be chosen."""
        by = actor_of(request)
        require(by, "suggestion.answer")
        form = SuggestionFilter(request.GET, auto_id="filter_%s")
        rows = Suggestion.objects.visible_to(by.scope).select_related("person", "organization")
        if form.is_valid() and form.cleaned_data["state"]:
            rows = rows.filter(state=form.cleaned_data["state"])
        page = keyset_page(rows, order=("-id",), params=request.GET, size=20)
        return render(
            request,
            "portal/suggestion_list.html",
            {
                "page": page,
                "form": form,
                "count": rows.count(),
                "is_narrowed": bool(request.GET.get("state")),
                "may_note": by.scope.is_area,
            },
        )


@require_http_methods(["GET", "POST"])
def suggestion_note(request: HttpRequest) -> HttpResponse:
    """Take down what somebody said by telephone, in a chat, on paper or at the desk."""
    by = actor_of(request)
    require(by, "suggestion.answer")
    area = get_object_or_404(Area.objects.visible_to(by.scope), pk=by.scope.area_id)
    channels = dictionary(area, "proxy.channel")
    form = SuggestionNoteForm(request.POST or None, channels=channels)
    if form.is_valid():
        sent = send_suggestion(by=by, area=area, **form.cleaned_data)
        messages.success(
            request,
            _("已记下。请把查询码告诉本人：%(code)s，凭它可在“意见建议”页查看答复。")
            % {"code": sent.code},
        )
        return redirect(sent)
    return render(
        request,
        "portal/suggestion_note.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def _find(by: Actor, uid: uuid.UUID) -> Suggestion:
    found: Suggestion = get_object_or_404(
        Suggestion.objects.visible_to(by.scope).select_related(
            "person", "organization", "area__parent"
        ),
        uid=uid,
    )
    require(by, "suggestion.answer", target=found)
    return found


def _other_places(by: Actor, suggestion: Suggestion) -> list[Area]:
    """Return where it may be passed on to: below one's own area, and one level up."""
    own = Area.objects.visible_to(by.scope).filter(pk=by.scope.area_id).first()
    if own is None:
        raise Http404
    rows = Area.objects.visible_to(by.scope).current().below(own)
    places = rows.filter(level__range=(Level.DISTRICT, Level.COMMUNITY)).select_related("parent")
    found = {area.pk: area for area in places.order_by("level", "path")}
    above = place_by_default(by)
    if above is not None and above.level >= Level.DISTRICT:
        found = {above.pk: above, **found}
    found.pop(suggestion.area_id or 0, None)
    return list(found.values())


def _page(request: HttpRequest, by: Actor, suggestion: Suggestion, **forms: Any) -> HttpResponse:
    context = {
        "suggestion": suggestion,
        "channel": word(suggestion.area, "proxy.channel", suggestion.channel),
        "is_open": suggestion.state == SuggestionState.OPEN,
        "is_underway": suggestion.state == SuggestionState.UNDERWAY,
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "result_form": ResultForm(),
        "pass_form": PassOnForm(places=_other_places(by, suggestion), auto_id="pass_%s"),
        "history": [line.entry() for line in history_of(suggestion, by.scope, limit=20)],
        **forms,
    }
    return render(request, "portal/suggestion_detail.html", context, status=422 if forms else 200)


@require_GET
def suggestion_detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one with the form to answer it."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def suggestion_answer(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer one."""
    by = actor_of(request)
    suggestion = _find(by, uid)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        try:
            answer_suggestion(suggestion, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, _("已答复。"))
        return redirect(suggestion)
    return _page(request, by, suggestion, answer_form=form)


@require_POST
def suggestion_conclude(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Say what came of one that was taken up."""
    by = actor_of(request)
    suggestion = _find(by, uid)
    form = ResultForm(request.POST)
    if form.is_valid():
        try:
            conclude_suggestion(suggestion, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, _("已办结。"))
        return redirect(suggestion)
    return _page(request, by, suggestion, result_form=form)


@require_POST
def suggestion_pass_on(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand one to whom it belongs."""
    by = actor_of(request)
    suggestion = _find(by, uid)
    form = PassOnForm(request.POST, places=_other_places(by, suggestion), auto_id="pass_%s")
    if goes_through(form, pass_suggestion_on, suggestion, by=by):
        messages.success(request, _("已转给%(area)s。") % {"area": form.cleaned_data["area"].name})
        return redirect("portal:suggestion-list")
    return _page(request, by, suggestion, pass_form=form)
