"""What joint meetings show on shared pages: home, search, a unit's page."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.enums import (
    OPEN_RESOLUTION,
    Answer,
    CallState,
    MeetingState,
    PartyState,
    ResolutionState,
)
from meetings.models import (
    CallAnswer,
    Meeting,
    Receipt,
    Resolution,
    ResolutionParty,
    Topic,
    TopicCall,
)
from partybuild.access import Actor
from partybuild.calendar import now, today
from partybuild.portal.panels import Hit, UpcomingLine, WaitingLine, searched, upcoming, waiting
from units.models import ResidentUnit
from units.panels import Panel, unit_panel


@upcoming
def next_meetings(actor: Actor) -> list[UpcomingLine]:
    """The next meetings in sight, with one's own answer or how many have answered."""
    if not actor.scope.cell("meeting.view").allows:
        return []
    meetings = list(
        Meeting.objects.visible_to(actor.scope)
        .upcoming()
        .exclude(state=MeetingState.POSTPONED)
        .filter(starts_at__gte=now())[:5]
    )
    answers: dict[int, list[Receipt]] = {}
    receipts = Receipt.objects.visible_to(actor.scope).filter(meeting__in=meetings)
    for receipt in receipts.of_this_round():
        answers.setdefault(receipt.meeting_id, []).append(receipt)
    return [
        UpcomingLine(
            when=meeting.starts_at,
            title=meeting.theme,
            url=meeting.get_absolute_url(),
            detail="，".join(
                filter(None, (meeting.place, _standing(answers.get(meeting.pk, []), actor)))
            ),
        )
        for meeting in meetings
    ]


@upcoming
def open_calls(actor: Actor) -> list[UpcomingLine]:
    """The calls for topics that are open: whether one's own body has answered, or how many have."""
    if not actor.scope.cell("topic.view").allows:
        return []
    calls = list(
        TopicCall.objects.visible_to(actor.scope)
        .standing()
        .filter(due_on__gte=today())
        .select_related("council")
        .order_by("due_on", "id")[:5]
    )
    answers: dict[int, list[CallAnswer]] = {}
    for row in CallAnswer.objects.visible_to(actor.scope).filter(call__in=calls):
        answers.setdefault(row.call_id, []).append(row)
    return [
        UpcomingLine(
            when=call.due_on,
            title=_("征集%(council)s议题，截止") % {"council": call.council.name},
            url=call.get_absolute_url(),
            detail=_answers_said(answers.get(call.pk, []), actor),
        )
        for call in calls
        if actor.scope.is_area
        or any(row.organization_id == actor.organization_id for row in answers.get(call.pk, []))
    ]


@waiting
def topics_to_decide(actor: Actor) -> list[WaitingLine]:
    """The topics of one's own councils that are handed in: one line a council."""
    if not actor.scope.cell("topic.decide").allows:
        return []
    councils = (
        Topic.objects.visible_to(actor.scope)
        .filter(council__convener=actor.organization_id, council__ended_on=None)
        .waiting()
        .values("council__uid", "council__name")
        .annotate(number=Count("pk"))
        .order_by("council__name")
    )
    return [
        WaitingLine(
            title=_("审核%(council)s议题%(number)d件")
            % {"council": row["council__name"], "number": row["number"]},
            url=reverse("meetings:topic-review", args=(row["council__uid"],)),
            action=_("审核"),
        )
        for row in councils[:5]
    ]


@waiting
def resolutions_to_negotiate(actor: Actor) -> list[WaitingLine]:
    """What units have given back to one's own councils; verdicts on what they reported stand in the ledger."""
    if not actor.scope.cell("resolution.assign").allows:
        return []
    given_back = ResolutionParty.objects.filter(
        resolution=OuterRef("pk"), state=PartyState.RETURNED
    )
    rows = (
        Resolution.objects.visible_to(actor.scope)
        .filter(
            Exists(given_back),
            state=ResolutionState.PENDING,
            council__convener=actor.organization_id,
        )
        .order_by("due_on", "id")
    )
    return [
        WaitingLine(
            title=resolution.text,
            url=f"{resolution.get_absolute_url()}#negotiate",
            action=_("协商"),
            detail=_("单位退回协商，请商量后重新下达"),
        )
        for resolution in rows[:10]
    ]


def _answers_said(answers: list[CallAnswer], actor: Actor) -> str:
    own = next((row for row in answers if row.organization_id == actor.organization_id), None)
    if own is not None:
        return _("本单位：%(answer)s") % {"answer": own.get_state_display()}
    return _("%(asked)d家中%(answered)d家已答复") % {
        "asked": len(answers),
        "answered": sum(row.state != CallState.WAITING for row in answers),
    }


@searched(gettext_lazy("议题"))
def topics_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Topics by name."""
    if not actor.scope.cell("topic.view").allows:
        return []
    rows = Topic.objects.visible_to(actor.scope).filter(title__icontains=words)
    return [
        Hit(title=row.title, url=row.get_absolute_url(), detail=str(row.get_state_display()))
        for row in rows.order_by("-id")[:most]
    ]


def _standing(receipts: list[Receipt], actor: Actor) -> str:
    own = next((r for r in receipts if r.organization_id == actor.organization_id), None)
    if own is not None:
        return _("本单位：%(answer)s") % {"answer": own.get_answer_display()}
    if not receipts:
        return _("通知还没有发出") if actor.scope.is_area else ""
    return _("%(asked)d家中%(answered)d家已回执") % {
        "asked": len(receipts),
        "answered": sum(r.answer != Answer.WAITING for r in receipts),
    }


@searched(gettext_lazy("联席会议"))
def meetings_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Meetings by theme."""
    if not actor.scope.cell("meeting.view").allows:
        return []
    rows = Meeting.objects.visible_to(actor.scope).filter(theme__icontains=words)
    return [
        Hit(title=row.theme, url=row.get_absolute_url(), detail=str(row.get_state_display()))
        for row in rows.order_by("-starts_at")[:most]
    ]


@searched(gettext_lazy("议定事项"))
def resolutions_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Resolutions by what was decided."""
    if not actor.scope.cell("resolution.view").allows:
        return []
    rows = Resolution.objects.visible_to(actor.scope).filter(text__icontains=words)
    return [
        Hit(title=row.text, url=row.get_absolute_url(), detail=str(row.get_state_display()))
        for row in rows.order_by("-id")[:most]
    ]


@unit_panel
def unit_resolutions(unit: ResidentUnit, by: Actor) -> Panel | None:
    """What a unit answers for, the nearest deadline first."""
    if not by.scope.cell("resolution.view").allows:
        return None
    parties = (
        ResolutionParty.objects.visible_to(by.scope)
        .filter(
            organization=unit.pk,
            resolution__state__in=OPEN_RESOLUTION,
            state__in=(PartyState.WAITING, PartyState.ACCEPTED),
        )
        .select_related("resolution")
        .order_by("resolution__due_on", "id")
    )
    day = today()
    rows = [(party, party.resolution, party.resolution.is_overdue(day)) for party in parties[:10]]
    return Panel(
        title=_("议定事项"),
        template="meetings/_unit_panel.html",
        context={"rows": rows},
        sort=20,
    )
