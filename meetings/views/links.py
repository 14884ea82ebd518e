"""What a signed link opens: one page with its buttons, nothing more; only a press changes anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from meetings.enums import (
    Answer,
    ExtensionState,
    MeetingState,
    MemberState,
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.exceptions import ReasonIsMissing
from meetings.forms.councils import AnswerInvitationForm
from meetings.forms.meetings import AnswerForm
from meetings.forms.resolutions import BulkProgressForm
from meetings.models import Council, Meeting, Resolution
from meetings.queries.cards import UNDER_WAY, card_of
from meetings.queries.links import assignment_paper, overview_beside
from meetings.queries.registers import own_lines
from meetings.queries.standing import resolution_sentence
from meetings.services import (
    accept_resolution,
    answer_invitation,
    answer_notice,
    report_progress_of_many,
)
from meetings.views.answering import form_page
from meetings.views.calendars import calendar_of
from meetings.views.door import door, sign_in_by_link
from meetings.views.receipts import first_answer, member_of
from meetings.views.resolution_registers import sent, with_fields
from meetings.views.resolution_work import do_work, work_form
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.calendar import today
from partybuild.documents.views.documents import file_of
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization


def chosen_row(request: HttpRequest, link: SignedLink, rows: Any) -> Any:
    """Return the row of the unit that speaks: the link's own, or the one picked on the page."""
    if link.organization_id is not None:
        return rows.filter(organization=link.organization_id).first()
    wanted = request.POST.get("unit") or request.GET.get("unit") or ""
    return next((row for row in rows if str(row.organization.uid) == wanted), None)


def which_unit(
    request: HttpRequest, link: SignedLink, rows: Any, *, title: str, subject: str
) -> HttpResponse:
    """A chat group's link names no unit: ask which one answers."""
    if link.organization_id is not None:
        raise Http404
    return render(
        request,
        "meetings/link_unit.html",
        {"title": title, "subject": subject, "units": [row.organization for row in rows]},
        status=422 if request.method == "POST" else 200,
    )


def done_page(request: HttpRequest, row: Any) -> HttpResponseRedirect:
    """Lead to the thanks: reloading it sends nothing again."""
    return HttpResponseRedirect(f"{request.path}?unit={row.organization.uid}&done=1")


@link_page("meeting.answer")
def meeting_answer(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Answer a notice from mail or chat group, without signing in."""
    meeting = get_object_or_404(
        Meeting.objects.visible_to(actor_of_link(link, request=request).scope).select_related(
            "council__area", "council__convener"
        ),
        uid=link.target_uid,
    )
    if request.method == "GET" and request.GET.get("calendar"):
        return calendar_of(meeting)
    receipts = meeting.receipts.of_this_round().select_related("organization")
    receipt = chosen_row(request, link, receipts)
    if receipt is None and meeting.state == MeetingState.NOTIFIED:
        return which_unit(request, link, receipts, title=_("请选择您的单位"), subject=meeting.theme)
    if request.POST.get("deed") == "sign_in" and receipt is not None:
        return sign_in_by_link(request, link, meeting, receipt)
    context = {
        "meeting": meeting,
        "receipt": receipt,
        **door(meeting, receipt),
        "agenda": meeting.agenda_items.filter(is_current=True),
        "here": request.path,
    }
    if meeting.state != MeetingState.NOTIFIED or receipt is None:
        return render(request, "meetings/link_meeting_closed.html", context)
    if request.method != "POST" and request.GET.get("done") and receipt.answer != Answer.WAITING:
        return render(request, "meetings/link_meeting_thanks.html", context)
    by = actor_of_link(link, request=request, organization=receipt.organization)
    require(by, "meeting.answer", target=meeting)
    initial = first_answer(receipt, member_of(meeting, receipt.organization))
    # Whoever holds the address may open it: a number given before is not sent out again.
    initial.pop("attendee_phone", None)
    form = AnswerForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = {**form.cleaned_data, "answer": Answer(form.cleaned_data["answer"])}
        if not values["attendee_phone"] and values["attendee_name"] == receipt.attendee_name:
            values["attendee_phone"] = receipt.attendee_phone
        try:
            answer_notice(
                meeting,
                organization=receipt.organization,
                by=by,
                **values,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return done_page(request, receipt)
    return form_page(request, "meetings/link_meeting.html", form, context)


def _own_work(request: HttpRequest, link: SignedLink) -> HttpResponseBase:
    """Everything that the unit named in the link answers for: accept, write progress on several, open one."""
    actor = actor_of_link(link, request=request)
    body: Any = get_object_or_404(
        Organization.objects.reached(actor.scope, "resolution.work"), uid=link.target_uid
    )
    require(actor, "resolution.work", target=body)
    if wanted := request.GET.get("item"):
        return _one_of_own(request, link, body, wanted)
    lines = own_lines(body.resolution_parties.all())
    writable = [line["party"] for line in lines if line["may_write"]]
    form = BulkProgressForm(sent(request), parties=writable, auto_id="bulk_%s")
    if form.is_valid():
        wanted = request.POST.get("accept", "")
        waiting = next((line["party"] for line in lines if str(line["party"].uid) == wanted), None)
        try:
            if waiting is not None:
                accept_resolution(waiting, by=actor)
            elif form.said:
                report_progress_of_many(form.said, by=actor)
            else:
                raise ReasonIsMissing(_("请至少写一项进展。"))
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return HttpResponseRedirect(f"{request.path}?done=1")
    opened = [
        {**line, "url": f"{request.path}?item={line['party'].uid}", "accepts": line["is_waiting"]}
        for line in lines
    ]
    return render(
        request,
        "meetings/link_own.html",
        {
            "body": body,
            "form": form,
            "lines": with_fields(opened, form),
            "writable": len(writable),
            "here": request.path,
            "is_done": request.method == "GET" and bool(request.GET.get("done")),
        },
        status=422 if form.is_bound else 200,
    )


def _one_of_own(
    request: HttpRequest, link: SignedLink, body: Organization, wanted: str
) -> HttpResponseBase:
    """One of the resolutions that the unit named in the link answers for, with all its deeds."""
    try:
        uid = UUID(wanted)
    except ValueError:
        raise Http404 from None
    rows: Any = body.resolution_parties
    party = get_object_or_404(
        rows.standing().select_related(
            "organization",
            "resolution__council__area",
            "resolution__council__convener",
            "resolution__meeting",
        ),
        uid=uid,
    )
    return _work_page(request, link, party, query=f"item={party.uid}", target=body)


def _said_by(party: Any) -> list[Any]:
    """Return what a unit has reported so far, the newest first."""
    return list(party.progress.order_by("-at", "-id")[:5])


def _asked(resolution: Resolution) -> bool:
    return bool(resolution.extensions.filter(state=ExtensionState.WAITING).exists())


@link_page("resolution.work")
def resolution_work(request: HttpRequest, link: SignedLink) -> HttpResponseBase:
    """Accept, return or report on a resolution from mail or chat group; or on all of one's unit."""
    if link.target_label == Organization._meta.label:
        return _own_work(request, link)
    resolution = get_object_or_404(
        Resolution.objects.visible_to(actor_of_link(link, request=request).scope).select_related(
            "council__area", "council__convener", "meeting"
        ),
        uid=link.target_uid,
    )
    parties = resolution.parties.standing().select_related(
        "organization", "resolution__council__convener"
    )
    party = chosen_row(request, link, parties)
    if party is None:
        if resolution.is_open and link.organization_id is None:
            return which_unit(
                request, link, parties, title=_("请选择您的单位"), subject=resolution.text
            )
        return render(request, "meetings/link_resolution_closed.html", _standing(resolution, None))
    party.resolution = resolution
    query = f"unit={party.organization.uid}"
    return _work_page(request, link, party, query=query, target=resolution)


def _standing(resolution: Resolution, party: Any) -> dict[str, Any]:
    parties = list(resolution.parties.standing().select_related("organization"))
    return {
        "card": card_of(resolution),
        "resolution": resolution,
        "party": party,
        "sentence": resolution_sentence(resolution, parties, today()),
    }


def _work_page(
    request: HttpRequest, link: SignedLink, party: Any, *, query: str, target: Any
) -> HttpResponseBase:
    """Draw one resolution for one unit, or do what its form says; `target` is what the link is about."""
    resolution = party.resolution
    paper = assignment_paper(resolution)
    if paper is not None and request.method == "GET" and request.GET.get("paper"):
        speaker = actor_of_link(link, request=request, organization=party.organization)
        return file_of(paper, request.GET["paper"], by=speaker)
    here = f"{request.path}?{query}"
    context = {
        **_standing(resolution, party),
        "paper": paper,
        "here": here,
        "all_url": request.path if "item=" in query else overview_beside(link),
        "is_waiting": party.state == PartyState.WAITING,
    }
    is_over = resolution.state not in UNDER_WAY and not (
        # Who helps may still say what it did while the lead's report is looked at.
        resolution.state == ResolutionState.REPORTED and party.role == PartyRole.HELPER
    )
    if request.method != "POST" and request.GET.get("done"):
        return render(request, "meetings/link_resolution_thanks.html", context)
    if party.state == PartyState.RETURNED or is_over:
        return render(request, "meetings/link_resolution_closed.html", context)
    by: Actor = actor_of_link(link, request=request, organization=party.organization)
    require(by, "resolution.work", target=target)
    deed = request.POST.get("deed", "")
    forms = dict(work_form(each, None) for each in ("accept", "extend", "report"))
    name, form = work_form(deed, request.POST if deed else None, request.FILES if deed else None)
    forms[name] = form
    if form.is_bound and form.is_valid():
        if form.cleaned_data.get("files"):
            require(by, "attachment.add")
        try:
            do_work(party, deed, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return HttpResponseRedirect(f"{here}&done=1")
    return render(
        request,
        "meetings/link_resolution.html",
        {
            **context,
            **forms,
            "may_ask": party.role == PartyRole.LEAD and not _asked(resolution),
            "said": _said_by(party),
        },
        status=422 if form.is_bound else 200,
    )


@link_page("council.answer")
def council_answer(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Answer an invitation into a council from mail or chat group."""
    council = get_object_or_404(
        # A link holds no line to look at councils, only to answer for one.
        Council.objects.reached(
            actor_of_link(link, request=request).scope, "council.answer"
        ).select_related("area", "convener"),
        uid=link.target_uid,
    )
    members = council.members.standing().select_related(
        "organization", "council__area", "council__convener"
    )
    member = chosen_row(request, link, members)
    if member is None and link.organization_id is None:
        asked = members.filter(state=MemberState.INVITED)
        return which_unit(request, link, asked, title=_("请选择您的单位"), subject=council.name)
    context = {"council": council, "member": member, "here": request.path}
    if member is None or member.state != MemberState.INVITED:
        return render(request, "meetings/link_council_closed.html", context)
    by = actor_of_link(link, request=request, organization=member.organization)
    require(by, "council.answer", target=council)
    # The liaison's number stays out of a page that needs no sign-in; left blank, it is kept.
    known = ("representative_name", "representative_post", "liaison_name")
    form = AnswerInvitationForm(
        request.POST or None,
        member=member,
        by_proxy=False,
        initial={name: getattr(member, name) for name in known},
    )
    if form.is_valid():
        try:
            answer_invitation(
                member,
                accepts=request.POST.get("decision") != "decline",
                by=by,
                **form.cleaned_data,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return done_page(request, member)
    return form_page(request, "meetings/link_council.html", form, context)
