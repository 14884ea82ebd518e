"""The check-in code of an activity, and when it is taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from activities.enums import ActivityState
from activities.models import Activity
from members.models import PartyMember
from partybuild.access import rotating
from partybuild.access.rotating import Code
from partybuild.areas.queries import parameters_of
from partybuild.calendar import now

PURPOSE = "activities.check-in"
# Who stays to tidy up checks out a little after the end.
AFTER = timedelta(hours=2)
_PARAMETERS = ("activity.opens_minutes", "activity.late_minutes", "activity.offline_minutes")


def rules_of(activity: Activity) -> dict[str, Any]:
    """Return the minutes that the place has set."""
    return parameters_of(activity.community, _PARAMETERS)


def code_of(activity: Activity, moment: datetime | None = None) -> Code:
    """Return the code of an activity at a moment of the database's clock."""
    return rotating.code_of(PURPOSE, activity.uid, moment)


def code_url(activity: Activity, code: Code) -> str:
    """Return the address in the QR picture."""
    return settings.BASE_URL + reverse("activities:check-in-scan", args=(activity.uid, code.token))


def speaker_of(member: PartyMember) -> str:
    """Return whom a proof or a pass is given to: the person, in whichever session."""
    return str(member.uid)


def proof_of(activity: Activity, member: PartyMember) -> str:
    """Return what the page of a member who has just scanned carries."""
    return rotating.proof_of(PURPOSE, activity.uid, speaker_of(member))


def pass_of(activity: Activity, member: PartyMember) -> str:
    """Return what lets a member's phone keep a code while it has no network (离线签到凭证)."""
    return rotating.pass_of(PURPOSE, activity.uid, speaker_of(member))


def accepted_at(activity: Activity, said: str, member: PartyMember) -> datetime | None:
    """Return when a code stood on the screen, if that is now or just before."""
    return rotating.accepted_at(PURPOSE, activity.uid, said, speaker=speaker_of(member))


def kept_at(
    activity: Activity, said: str, member: PartyMember, *, held: str, around: datetime | None
) -> datetime | None:
    """Return the moment that a code proves which a phone had kept without a network."""
    return rotating.kept_at(
        PURPOSE,
        activity.uid,
        said,
        held=held,
        speaker=speaker_of(member),
        minutes=rules_of(activity)["activity.offline_minutes"],
        around=around,
    )


def opens_at(activity: Activity) -> datetime:
    """Return from when the code is shown and taken."""
    return activity.starts_at - timedelta(minutes=rules_of(activity)["activity.opens_minutes"])


def closes_at(activity: Activity) -> datetime:
    """Return until when."""
    return activity.ends_at + AFTER


def late_from(activity: Activity) -> datetime:
    """Return from when somebody who arrives is late."""
    return activity.starts_at + timedelta(minutes=rules_of(activity)["activity.late_minutes"])


def takes_codes(activity: Activity, moment: datetime | None = None) -> bool:
    """Tell whether one could check in at a moment: from before it starts until after its end."""
    if activity.state not in {ActivityState.PUBLISHED, ActivityState.HELD}:
        return False
    moment = moment or now()
    # What a phone had kept may come in after the activity was recorded as held.
    end = closes_at(activity)
    if activity.held_at is not None:
        end = min(end, activity.held_at)
    return opens_at(activity) <= moment <= end
