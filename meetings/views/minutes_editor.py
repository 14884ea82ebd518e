"""Writing minutes beside the agenda: saved as one types, put together where two write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import Audience, CirculationState
from meetings.exceptions import MinutesAreUnfinished, TextChangedMeanwhile
from meetings.forms.minutes import CirculateForm, IssueMinutesForm, MergeForm, MinutesForm
from meetings.forms.resolutions import ResolutionForm
from meetings.models import (
    AgendaItem,
    Meeting,
    Minutes,
    MinutesCirculation,
    Presence,
    Resolution,
)
from meetings.queries.charter import charter_of
from meetings.queries.merging import Choice, Merge, Piece, marked
from meetings.queries.minutes import (
    is_countersigned,
    merge_at,
    merge_of,
    minutes_draft,
    resolved_sentences,
    signers_of,
    without_unfinished,
)
from meetings.queries.standing import attendance, earlier_resolutions, lead_of, resolution_tone
from meetings.services import (
    add_resolution,
    combine_minutes,
    note_open_editor,
    save_minutes,
)
from meetings.views.answering import form_page
from meetings.views.meetings import find_meeting
from meetings.views.rights import rights
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.documents.models import Attachment
from partybuild.fields.refusals import put_on
from partybuild.ui.htmx import wants_fragment


def minutes_of(by: Actor, meeting: Meeting) -> Minutes | None:
    """Return a meeting's minutes in sight."""
    minutes: Minutes | None = Minutes.objects.visible_to(by.scope).filter(meeting=meeting).first()
    return minutes


@require_http_methods(["GET", "POST"])
def minutes_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write the minutes beside the agenda, the presence and the resolutions."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    minutes = minutes_of(by, meeting)
    if minutes is not None and (minutes.is_issued or minutes.is_circulating):
        if request.method == "POST":
            messages.error(request, _("纪要正在会签或已印发，没有保存您的修改。"))
        return redirect(minutes)
    if request.method != "POST":
        return editor_page(request, by, meeting)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return editor_page(request, by, meeting, form)
    saved = save_text(request, by, meeting, form)
    return saved if isinstance(saved, HttpResponse) else _back(request, meeting)


def _back(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Lead to the editor, naming the draft of the page that has arrived: it is kept there no longer."""
    draft = "".join(filter(str.isalnum, request.POST.get("draft", "")))[:40]
    address = reverse("meetings:minutes-edit", args=(meeting.uid,))
    return redirect(f"{address}?took={draft}" if draft else address)


def save_text(
    request: HttpRequest, by: Actor, meeting: Meeting, form: MinutesForm
) -> Minutes | HttpResponse:
    """Save a text; the answer to give instead where it could not be saved as it was read."""
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    if request.POST.get("tidy"):
        text = without_unfinished(text)
    try:
        done = combine_minutes(meeting, text=text, version=version, by=by)
    except TextChangedMeanwhile:
        return _merge_page(request, by, meeting, text, version)
    except ValidationError as refused:
        put_on(form, refused)
        return editor_page(request, by, meeting, form)
    if done.is_merged:
        messages.info(
            request,
            _("别人刚才也改过这份纪要。两边的改动不在同一段，已经合在一起并保存，请看一遍。"),
        )
        return _back(request, meeting)
    if not (request.POST.get("deed") or request.POST.get("tidy")):
        messages.success(request, _("纪要已保存。"))
    return done.minutes


# -- The page --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """An item of the agenda with what belongs to it."""

    item: AgendaItem
    resolutions: list[Resolution]
    # Of the first item: the open resolutions of earlier meetings, as they stand now.
    follow_up: list[tuple[Resolution, str, str]]
    # Its files and those of its topic.
    papers: list[Attachment]


def editor_page(
    request: HttpRequest, by: Actor, meeting: Meeting, bound: MinutesForm | None = None
) -> HttpResponse:
    minutes = minutes_of(by, meeting)
    follow_up = earlier_resolutions(meeting.council, meeting)
    text = minutes.text if minutes else minutes_draft(meeting, follow_up, today())
    initial = {"text": text, "version": minutes.version if minutes else 0}
    allowed = rights(by, meeting, "minutes.issue", "resolution.assign")
    day = today()
    asks = charter_of(meeting.council).countersigns and not meeting.is_entered_afterwards
    is_ready = not asks or (minutes is not None and is_countersigned(minutes, minutes.text))
    presences = list(
        Presence.objects.visible_to(by.scope).filter(meeting=meeting).select_related("organization")
    )
    form: MinutesForm = bound or MinutesForm(initial=initial)
    resolutions = _resolutions(by, meeting)
    last = _last_circulation(by, minutes)
    return render(
        request,
        "meetings/minutes_edit.html",
        {
            "meeting": meeting,
            "minutes": minutes,
            "form": form,
            "sign_form": _sign_form(request, meeting, form, minutes),
            "circulate_form": CirculateForm(
                form.data if form.is_bound else None,
                initial={"audience": Audience.PRESENT, "note": ""},
            ),
            "asks_countersigning": asks,
            "is_ready": is_ready,
            "is_tidied": bound is not None
            and any(
                isinstance(e, MinutesAreUnfinished) for e in bound.non_field_errors().as_data()
            ),
            "items": _items(by, meeting, resolutions, follow_up, day),
            "loose": [row for row in resolutions if row.agenda_item_id is None],
            "listed": resolved_sentences(meeting, text),
            "are_written": bool(resolutions),
            "attendance": attendance(presences),
            "circulation": last,
            "opinions": _opinions(last),
            "is_unsaved": bound is not None and not bound.is_saved,
            "took": request.GET.get("took", ""),
            "person": by.person_id,
            "others": note_open_editor(meeting, by=by),
            **allowed,
        },
        status=422 if bound is not None else 200,
    )


def _sign_form(
    request: HttpRequest, meeting: Meeting, form: MinutesForm, minutes: Minutes | None
) -> IssueMinutesForm:
    if isinstance(form, IssueMinutesForm):
        return form
    signers = signers_of(meeting.council, meeting.chair_name, today())
    return IssueMinutesForm(
        signers=signers,
        initial={
            "signer": str(signers[0].uid) if signers else "other",
            "signer_name": meeting.chair_name,
            "copies_to": minutes.copies_to if minutes else "",
            "assigns": True,
        },
    )


def _resolutions(by: Actor, meeting: Meeting) -> list[Resolution]:
    rows = (
        Resolution.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .order_by("number")
        .prefetch_related("parties__organization")
    )
    found = list(rows)
    for row in found:
        row.lead = lead_of(row)
    return found


def _items(
    by: Actor,
    meeting: Meeting,
    resolutions: list[Resolution],
    follow_up: list[Resolution],
    day: Any,
) -> list[Item]:
    agenda = (
        AgendaItem.objects.visible_to(by.scope)
        .filter(meeting=meeting, is_current=True)
        .select_related("topic__organization")
        .order_by("position", "id")
    )
    items = list(agenda)
    papers = _papers(by, items)
    standing = [(row, lead_of(row), resolution_tone(row, day)) for row in follow_up]
    return [
        Item(
            item=item,
            resolutions=[row for row in resolutions if row.agenda_item_id == item.pk],
            follow_up=standing if item.is_follow_up else [],
            papers=[
                *papers[item.uid],
                *(papers[item.topic.uid] if item.topic is not None else ()),
            ],
        )
        for item in items
    ]


def _papers(by: Actor, items: list[AgendaItem]) -> dict[UUID, list[Attachment]]:
    """Return {item or topic: its files}, with one query however many."""
    found: dict[UUID, list[Attachment]] = {item.uid: [] for item in items}
    found |= {item.topic.uid: [] for item in items if item.topic is not None}
    if found:
        rows = Attachment.objects.visible_to(by.scope).filter(
            subject_uid__in=list(found),
            kind__in=("agenda.paper", "topic.paper"),
            ended_at=None,
        )
        for row in rows:
            found[row.subject_uid].append(row)
    return found


def _last_circulation(by: Actor, minutes: Minutes | None) -> MinutesCirculation | None:
    if minutes is None:
        return None
    last: MinutesCirculation | None = (
        MinutesCirculation.objects.visible_to(by.scope)
        .filter(minutes=minutes)
        .exclude(state=CirculationState.OPEN)
        .prefetch_related("signatures__organization")
        .order_by("-round")
        .first()
    )
    return last


def _opinions(circulation: MinutesCirculation | None) -> list[Any]:
    if circulation is None:
        return []
    return [row for row in circulation.signatures.all() if row.opinion]


@require_GET
def minutes_open(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tell who else has the editor open, and which version was saved last."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    return render(
        request,
        "meetings/_minutes_open.html",
        {"others": note_open_editor(meeting, by=by), "minutes": minutes_of(by, meeting)},
    )


# -- Saved as one types ----------------------------------------------------------------------------


@require_POST
def minutes_autosave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save the text as it is typed; answers with the version to go on from.

    Where somebody else has saved meanwhile nothing is written: the answer is the text of both, which the
    page puts in place if nothing was typed since, and saves.
    """
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    try:
        minutes = save_minutes(meeting, by=by, is_autosave=True, **form.cleaned_data)
    except TextChangedMeanwhile as refused:
        return _both(by, meeting, form, refused)
    except ValidationError as refused:
        return _told(refused)
    return JsonResponse({"version": minutes.version})


def _told(refused: ValidationError, **more: Any) -> JsonResponse:
    return JsonResponse({"refused": " ".join(refused.messages), **more}, status=409)


def _both(by: Actor, meeting: Meeting, form: MinutesForm, refused: ValidationError) -> JsonResponse:
    minutes = minutes_of(by, meeting)
    if minutes is None:
        return _told(refused)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    merge = merge_of(minutes, text=text, version=version)
    if not merge.is_clean:
        words = _("%(who)s也改了同一段。请按“保存”，两边的文字会并排显示，由您选择。")
        return JsonResponse(
            {"refused": words % {"who": minutes.saved_by or _("别人")}, "conflict": True},
            status=409,
        )
    return JsonResponse(
        {
            "merge": {
                "version": minutes.version,
                "text": merge.text,
                "is_new": merge.text != minutes.text,
                "said": _("%(who)s的修改已合进来") % {"who": minutes.saved_by},
            }
        }
    )


# -- Two texts side by side ------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One piece of two texts as the page shows it."""

    piece: Piece
    before: str
    mine: Any
    theirs: Any
    choice: Any = None
    edited: Any = None


def _merge_page(
    request: HttpRequest, by: Actor, meeting: Meeting, text: str, version: int
) -> HttpResponse:
    minutes = minutes_of(by, meeting)
    assert minutes is not None
    merge = merge_of(minutes, text=text, version=version)
    form = MergeForm(
        conflicts=merge.conflicts,
        initial={"text": text, "version": version, "other": minutes.version},
    )
    return _merge_answer(request, meeting, minutes, merge, form)


def _merge_answer(
    request: HttpRequest, meeting: Meeting, minutes: Minutes, merge: Merge, form: MergeForm
) -> HttpResponse:
    places, number = [], 0
    for piece in merge.pieces:
        before = "\n".join(piece.base)
        mine, theirs = (marked(before, "\n".join(each)) for each in (piece.mine, piece.theirs))
        if piece.is_conflict:
            fields = form[f"choice-{number}"], form[f"edited-{number}"]
            places.append(Place(piece, before, mine, theirs, *fields))
            number += 1
        else:
            places.append(Place(piece, before, mine, theirs))
    return render(
        request,
        "meetings/minutes_merge.html",
        {
            "meeting": meeting,
            "minutes": minutes,
            "form": form,
            "places": places,
            "count": number,
            "both": Choice.BOTH,
            # What the page keeps in its browser until the choice is saved.
            "draft": request.POST.get("draft", ""),
        },
        status=409 if not form.is_bound else 422,
    )


@require_POST
def minutes_merge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save what was chosen out of two texts."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    minutes = minutes_of(by, meeting)
    first = MergeForm(request.POST, conflicts=())
    if minutes is None or not first.is_valid():
        return redirect("meetings:minutes-edit", meeting.uid)
    asked = first.cleaned_data
    merge = merge_at(minutes, text=asked["text"], version=asked["version"], other=asked["other"])
    form = MergeForm(request.POST, conflicts=merge.conflicts)
    if not form.is_valid():
        return _merge_answer(request, meeting, minutes, merge, form)
    text = merge.decided(form.choices)
    try:
        combine_minutes(meeting, text=text, version=asked["other"], by=by)
    except TextChangedMeanwhile:
        # Somebody was quicker once more: what was chosen goes into the next comparison.
        return _merge_page(request, by, meeting, text, asked["other"])
    except ValidationError as refused:
        put_on(form, refused)
        return _merge_answer(request, meeting, minutes, merge, form)
    messages.success(request, _("两边的文字已合并保存。"))
    return _back(request, meeting)


# -- What was decided, beside the item ------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def minutes_resolve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down what was decided under an item of the agenda; it is listed in the minutes by itself."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    item = _item(by, meeting, request.GET.get("item") or request.POST.get("item") or "")
    form = ResolutionForm(
        request.POST or None,
        by=by,
        council=meeting.council,
        auto_id=f"item_{item.uid.hex if item else 'none'}_%s",
        initial={"category": item.topic.category if item and item.topic else ""},
    )
    if wants_fragment(request) and "cancel" in request.GET:
        return _item_answer(request, by, meeting, item)
    if form.is_valid():
        try:
            add_resolution(meeting, draft=form.draft_under(item), by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            if wants_fragment(request):
                return _item_answer(request, by, meeting, item)
            messages.success(request, _("已登记，印发纪要时自动列入。"))
            return redirect("meetings:minutes-edit", meeting.uid)
    if wants_fragment(request):
        return _item_answer(request, by, meeting, item, form)
    return form_page(
        request, "meetings/minutes_resolve.html", form, {"meeting": meeting, "item": item}
    )


def _item(by: Actor, meeting: Meeting, uid: str) -> AgendaItem | None:
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    item: AgendaItem = get_object_or_404(
        AgendaItem.objects.visible_to(by.scope).select_related("topic__organization"),
        uid=wanted,
        meeting=meeting,
        is_current=True,
    )
    return item


def _item_answer(
    request: HttpRequest,
    by: Actor,
    meeting: Meeting,
    item: AgendaItem | None,
    form: ResolutionForm | None = None,
) -> HttpResponse:
    """Draw what was decided under an item anew, and what the minutes list at their end."""
    minutes = minutes_of(by, meeting)
    mine = item.pk if item else None
    resolutions = _resolutions(by, meeting)
    return render(
        request,
        "meetings/_minutes_resolved.html",
        {
            "meeting": meeting,
            "item": item,
            "resolutions": [row for row in resolutions if row.agenda_item_id == mine],
            "listed": resolved_sentences(meeting, minutes.text if minutes else ""),
            "are_written": bool(resolutions),
            "entry_form": form,
            "is_new": form is None,
        },
        status=422 if form is not None and form.is_bound else 200,
    )
