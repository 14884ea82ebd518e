"""Members' proposals: sent, read by the body they went to, taken up or answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import ProposalState
from meetings.forms.proposals import AnswerProposalForm, ProposalForm
from meetings.models import Council, MemberProposal
from meetings.queries.proposals import destinations
from meetings.services import answer_proposal, send_proposal, withdraw_proposal
from meetings.views.answering import form_page, refused_page
from partybuild.access import Actor, Refused, Role, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.people.models import Person

TONES = {
    ProposalState.SENT: "warn",
    ProposalState.TAKEN_UP: "good",
    ProposalState.ANSWERED: "info",
    ProposalState.WITHDRAWN: "plain",
}


def _is_member(by: Actor) -> bool:
    return by.scope.role == Role.MEMBER


def find_proposal(by: Actor, uid: UUID) -> MemberProposal:
    """Return a proposal in sight; 404 otherwise."""
    proposal: MemberProposal = get_object_or_404(
        MemberProposal.objects.visible_to(by.scope).select_related(
            "person", "organization", "council__area", "topic"
        ),
        uid=uid,
    )
    return proposal


def _require_addressed(by: Actor, proposal: MemberProposal) -> None:
    """Only the body that it went to answers it: others above may read along."""
    require(by, "topic.propose", target=proposal)
    if by.organization_id != proposal.organization_id:
        raise Refused("topic.propose")


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """List a member's own proposals, or those that came to one's body."""
    by = actor_of(request)
    require(by, "topic.propose")
    rows = MemberProposal.objects.visible_to(by.scope)
    if not _is_member(by):
        rows = rows.exclude(state=ProposalState.WITHDRAWN)
    page = keyset_page(
        rows.select_related("person", "organization", "topic"),
        order=("-id",),
        params=request.GET,
    )
    return render(
        request,
        "meetings/proposal_list.html",
        {
            "page": page,
            "rows": [(row, TONES[ProposalState(row.state)]) for row in page.rows],
            "count": rows.count(),
            "is_member": _is_member(by),
        },
    )


@require_http_methods(["GET", "POST"])
def proposal_create(request: HttpRequest) -> HttpResponse:
    """Send a proposal: a member to their unit or community."""
    by = actor_of(request)
    require(by, "topic.propose")
    if not _is_member(by) or by.person_id is None:
        raise Http404
    to = destinations(by.person_id)
    area = next((each.council.area for each in to if each.council), None)
    form = ProposalForm(request.POST or None, to=to, area=area)
    if form.is_valid():
        person = get_object_or_404(Person.objects.visible_to(by.scope), pk=by.person_id)
        try:
            proposal = send_proposal(person, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("建议已提交，处理结果会通知您。"))
            return redirect(proposal)
    return form_page(request, "meetings/proposal_form.html", form, {"destinations": to})


@require_GET
def proposal_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a proposal and what became of it."""
    by = actor_of(request)
    return _page(request, by, find_proposal(by, uid), AnswerProposalForm())


def _page(
    request: HttpRequest, by: Actor, proposal: MemberProposal, form: AnswerProposalForm
) -> HttpResponse:
    is_addressed = by.organization_id == proposal.organization_id and not _is_member(by)
    councils = []
    if is_addressed and proposal.state == ProposalState.SENT:
        found = Council.objects.visible_to(by.scope).current()
        councils = [proposal.council] if proposal.council else list(found[:10])
    return render(
        request,
        "meetings/proposal_detail.html",
        {
            "proposal": proposal,
            "tone": TONES[ProposalState(proposal.state)],
            "category": word(
                proposal.council.area if proposal.council else None,
                "topic.category",
                proposal.category,
            ),
            "form": form,
            "is_member": _is_member(by),
            "is_addressed": is_addressed,
            "councils": councils,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def proposal_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer a proposal that becomes no topic."""
    by = actor_of(request)
    proposal = find_proposal(by, uid)
    _require_addressed(by, proposal)
    form = AnswerProposalForm(request.POST)
    if goes_through(form, answer_proposal, proposal, by=by):
        messages.success(request, _("已答复，并通知了提出建议的党员。"))
        return redirect(proposal)
    return _page(request, by, proposal, form)


@require_POST
def proposal_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    by = actor_of(request)
    proposal = find_proposal(by, uid)
    require(by, "topic.propose", target=proposal)
    if not _is_member(by):
        raise Refused("topic.propose")
    try:
        withdraw_proposal(proposal, by=by)
    except ValidationError as refused:
        return refused_page(request, refused, back=proposal.get_absolute_url(), title=_("没有撤回"))
    messages.success(request, _("建议已撤回。"))
    return redirect("meetings:proposal-list")
