"""The privacy notice, and one's own data: what is held, who read it, a copy, corrections, consent."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.signing_in import safe_next
from partybuild.calendar import today
from partybuild.people.enums import Purpose, Way
from partybuild.people.models import Person
from partybuild.people.privacy import CURRENT_NOTICE, USES
from partybuild.people.retention import words
from partybuild.people.services import decide_consent, note_notice_seen
from partybuild.portal.forms.privacy import CorrectionAnswerForm, CorrectionForm
from partybuild.portal.models import CorrectionRequest
from partybuild.portal.privacy_gate import DUE
from partybuild.portal.queries.own_data import (
    choices_of,
    copy_of,
    erase_url_of,
    holders_of,
    readings_shown,
    sections_of,
)
from partybuild.portal.services import answer_correction, ask_correction, note_copy_taken


def _me(request: HttpRequest) -> tuple[Actor, Person]:
    """Return who asks and the person they are: everybody who has signed in sees their own data."""
    by = actor_of(request)
    # Whoever holds no post any more still has a right to what is kept about them.
    if by.scope.column:
        require(by, "privacy.own")
    person = getattr(request.user, "person", None)
    if person is None or person.pk != by.person_id:
        raise Http404
    return by, person


@require_GET
def privacy_first(request: HttpRequest) -> HttpResponse:
    """Show the notice in force once, with the one button that goes on."""
    _me(request)
    return render(
        request,
        "portal/privacy_first.html",
        {
            "notice": CURRENT_NOTICE,
            "uses": USES,
            "kept": words(),
            "next": safe_next(request, request.GET.get("next", "")),
        },
    )


@require_POST
def privacy_seen(request: HttpRequest) -> HttpResponse:
    """Write down that the notice was read, and go on."""
    by, person = _me(request)
    note_notice_seen(person, how=Way.SIGN_IN, by=by)
    request.session.pop(DUE, None)
    return redirect(safe_next(request, request.POST.get("next", "")) or "portal:home")


@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Show somebody everything that is held about them, and what they can do."""
    by, person = _me(request)
    return render(
        request,
        "portal/my_data.html",
        {
            "person": person,
            "sections": [section for section in sections_of(person) if section.rows],
            "choices": choices_of(person),
            "readings": readings_shown(person, by),
            "corrections": CorrectionRequest.objects.visible_to(by.scope)
            .filter(person=person)
            .select_related("organization")[:20],
            "holders": holders_of(person),
            # Whoever serves in another post is needed there by name.
            "erase_url": erase_url_of(person) if by.scope.column == "member" else "",
            "notice": CURRENT_NOTICE,
        },
    )


@require_POST
def my_data_copy(request: HttpRequest) -> HttpResponse:
    """Hand somebody their copy: for programs, or to read and print."""
    by, person = _me(request)
    form = "json" if request.POST.get("form") == "json" else "html"
    note_copy_taken(person, form=form, by=by)
    if form == "json":
        text = json.dumps(copy_of(person, by), ensure_ascii=False, indent=2)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    else:
        answer = render(
            request,
            "portal/my_copy.html",
            {
                "person": person,
                "sections": sections_of(person),
                "readings": readings_shown(person, by),
                "made_on": today(),
            },
        )
    answer["Content-Disposition"] = f'attachment; filename="my-data.{form}"'
    return answer


@require_POST
def consent_change(request: HttpRequest) -> HttpResponse:
    """Say yes or no to one purpose, in one click."""
    by, person = _me(request)
    try:
        purpose = Purpose(request.POST.get("purpose", ""))
    except ValueError:
        raise Http404 from None
    is_given = request.POST.get("is_given") == "yes"
    decide_consent(person, purpose=purpose, is_given=is_given, by=by)
    words = _("已开启：%(purpose)s。") if is_given else _("已关闭：%(purpose)s，从现在起生效。")
    messages.success(request, words % {"purpose": purpose.label})
    return redirect("portal:my-data")


@require_http_methods(["GET", "POST"])
def correction_create(request: HttpRequest) -> HttpResponse:
    """Say what is wrong about oneself."""
    by, person = _me(request)
    holders = holders_of(person)
    form = CorrectionForm(request.POST or None, holders=holders)
    if form.is_valid():
        values = dict(form.cleaned_data)
        chosen = values.pop("organization")
        body = next(each.organization for each in holders if str(each.organization.uid) == chosen)
        made = ask_correction(person, organization=body, by=by, **values)
        messages.success(
            request,
            _("已提交，%(body)s将在%(day)s前答复。")
            % {"body": body.called, "day": f"{made.due_on.month}月{made.due_on.day}日"},
        )
        return redirect("portal:my-data")
    return render(
        request,
        "portal/correction_form.html",
        {"form": form, "holders": holders},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def correction_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer somebody who says that their data is wrong."""
    by = actor_of(request)
    wish: CorrectionRequest = get_object_or_404(
        CorrectionRequest.objects.visible_to(by.scope).select_related("person", "organization"),
        uid=uid,
    )
    require(by, "privacy.correct", wish)
    _refuse_own(wish, by)
    form = CorrectionAnswerForm(request.POST or None)
    if form.is_valid():
        try:
            answer_correction(wish, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            messages.success(request, _("已答复本人。"))
        return redirect("portal:home")
    return render(
        request,
        "portal/correction_answer.html",
        {"wish": wish, "form": form},
        status=422 if form.is_bound else 200,
    )


def _refuse_own(wish: CorrectionRequest, by: Actor) -> None:
    """Nobody answers themselves."""
    if by.person_id == wish.person_id:
        raise Http404
