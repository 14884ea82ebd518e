"""What comes back: returned ones to a meeting, wrongly closed ones to work, stages to be reviewed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import (
    Closing,
    EventKind,
    PartyRole,
    PartyState,
    ProgressKind,
    ResolutionState,
)
from meetings.exceptions import (
    DateNotLater,
    MeetingIsMissing,
    ReasonIsMissing,
    ResolutionMovedOn,
    ReviewDayMissing,
)
from meetings.models import Meeting, Resolution, ResolutionParty, Topic
from meetings.services.debts import owe_anew
from meetings.services.resolution_steps import (
    REPORT,
    lock,
    renew_link,
    tell_parties,
    write_progress,
)
from meetings.services.resolving import ResolutionDraft, add_resolution
from meetings.services.topics import propose_topic
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import Period, today
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import change_due, return_debt
from partybuild.ui.filters import short_date_cn

DONE, LATER, CONTINUE = "done", "later", "continue"


@transaction.atomic
def discuss_again(resolution: Resolution, *, reason: str, by: Actor) -> Topic:
    """Put a returned resolution before the council again, as a topic; asked twice, the first stands."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock(resolution)
    if resolution.state != ResolutionState.PENDING:
        raise ResolutionMovedOn
    if resolution.discussed_as is not None:
        return resolution.discussed_as
    council = resolution.council
    topic = propose_topic(
        council,
        organization=council.convener,
        title=resolution.text[:200],
        category=resolution.category or "other",
        situation=_("%(meeting)s议定后，责任单位退回协商，提请再议。%(reason)s")
        % {"meeting": resolution.meeting.theme, "reason": reason.strip()},
        by=by,
    )
    Resolution.objects.filter(pk=resolution.pk).update(discussed_as=topic, version=F("version") + 1)
    write_progress(resolution, None, ProgressKind.DISCUSS, reason, by=by)
    record_event(EventKind.RESOLUTION_DISCUSSED_AGAIN, target=resolution, by=by, reason=reason)
    return topic


@transaction.atomic
def reopen_resolution(
    resolution: Resolution, *, reason: str, due_on: date, by: Actor
) -> Resolution:
    """Take back a closing or a stop that was wrong: the lead owes its report again, by a new date.

    The figures of quarters closed meanwhile stay as they are.
    """
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock(resolution)
    lead = (
        ResolutionParty.objects.filter(resolution=resolution, role=PartyRole.LEAD)
        .standing()
        .select_related("organization")
        .first()
    )
    # Stopped before it went out, or closed and gone on with already: nothing to open again.
    if (
        resolution.state not in {ResolutionState.CLOSED, ResolutionState.STOPPED}
        or resolution.assigned_on is None
        or lead is None
        or lead.state == PartyState.RETURNED
        or resolution.continued_by.exists()
    ):
        raise ResolutionMovedOn
    if due_on < today():
        raise DateNotLater(_("新的期限不早于今天。"))
    Resolution.objects.filter(pk=resolution.pk).update(
        state=ResolutionState.WORKING
        if lead.state == PartyState.ACCEPTED
        else ResolutionState.ASSIGNED,
        closing="",
        closed_on=None,
        reported_on=None,
        result="",
        review_on=None,
        reviewed_on=None,
        due_on=due_on,
        version=F("version") + 1,
    )
    was_stopped = resolution.state == ResolutionState.STOPPED
    resolution.refresh_from_db()
    key = {"duty": REPORT, "bearer": lead.organization, "subject": resolution}
    if was_stopped:
        debt = Debt(
            duty=REPORT,
            bearer_organization=lead.organization,
            owed_to=resolution.council.convener,
            subject=resolution,
            period=str(Period.of(due_on)),
            due_on=due_on,
            area=resolution.council.area,
        )
        owe_anew([debt], reason=reason, by=by)
    else:
        return_debt(key, reason=reason, by=by)
        change_due(duty=REPORT, subject=resolution, bearer=lead.organization, due_on=due_on, by=by)
    renew_link(resolution, by=by)
    text = _("%(reason)s。请于%(day)s前办结") % {
        "reason": reason.strip().rstrip("。"),
        "day": short_date_cn(due_on),
    }
    progress = write_progress(resolution, None, ProgressKind.REOPENED, text, by=by)
    tell_parties(resolution, progress, f"请继续办理：{resolution.text}", by)
    record_event(EventKind.RESOLUTION_REOPENED, target=resolution, by=by, reason=reason)
    return resolution


@transaction.atomic
def review_resolution(
    resolution: Resolution,
    *,
    outcome: str,
    text: str,
    by: Actor,
    review_on: date | None = None,
    meeting: Meeting | None = None,
) -> Resolution:
    """Look again at what was closed for a stage: done, later once more, or gone on with.

    Gone on with, it is decided anew in the meeting that looked at it; returns that new resolution.
    """
    if not text.strip():
        raise ReasonIsMissing
    resolution = lock(resolution)
    if resolution.closing != Closing.STAGE or resolution.reviewed_on is not None:
        raise ResolutionMovedOn
    answer = resolution
    if outcome == LATER:
        if review_on is None or review_on <= today():
            raise ReviewDayMissing
        Resolution.objects.filter(pk=resolution.pk).update(
            review_on=review_on, version=F("version") + 1
        )
        said = _("%(text)s。%(day)s前再复查") % {
            "text": text.strip().rstrip("。"),
            "day": short_date_cn(review_on),
        }
    else:
        Resolution.objects.filter(pk=resolution.pk).update(
            reviewed_on=today(), version=F("version") + 1
        )
        said = text.strip()
        if outcome == CONTINUE:
            if meeting is None or meeting.council_id != resolution.council_id:
                raise MeetingIsMissing
            answer = _decided_anew(resolution, meeting, by=by)
            said = _("继续办理：%(text)s") % {"text": said}
    write_progress(resolution, None, ProgressKind.REVIEWED, said, by=by)
    record_event(
        EventKind.RESOLUTION_REVIEWED,
        target=resolution,
        by=by,
        reason=text,
        changes={"outcome": outcome},
    )
    return answer


def _decided_anew(resolution: Resolution, meeting: Meeting, *, by: Actor) -> Resolution:
    council = resolution.council
    takes_part = {
        council.convener_id,
        *council.members.members().values_list("organization", flat=True),
    }
    parties = [
        party
        for party in ResolutionParty.objects.filter(resolution=resolution)
        .standing()
        .select_related("organization")
        if party.organization_id in takes_part
    ]
    draft = ResolutionDraft(
        text=resolution.text,
        lead=next((p.organization for p in parties if p.role == PartyRole.LEAD), None),
        helpers=[p.organization for p in parties if p.role == PartyRole.HELPER],
        category=resolution.category,
    )
    again = add_resolution(meeting, draft=draft, by=by)
    Resolution.objects.filter(pk=again.pk).update(continues=resolution)
    again.refresh_from_db()
    return again
