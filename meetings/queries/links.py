"""The group link of an object, where one stands, and the ready text that carries it."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from meetings.models import Meeting, Resolution
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.calendar import now
from partybuild.documents.enums import DocumentState
from partybuild.documents.models import OfficialDocument
from partybuild.organizations.models import Organization
from partybuild.ui.filters import datetime_cn, short_date_cn

# The kind of paper that goes with an assignment.
ASSIGNMENT = "resolution.assignment"


def assignment_paper(resolution: Resolution) -> OfficialDocument | None:
    """Return the 交办单 in force of a resolution."""
    return (
        OfficialDocument.objects.filter(
            kind=ASSIGNMENT, subject_uid=resolution.uid, state=DocumentState.ISSUED
        )
        .order_by("-edition")
        .first()
    )


def group_link(target: Model, action: str) -> str:
    """Return the address of the link that asks which unit answers; "" where none stands."""
    link = SignedLink.objects.filter(
        action=action,
        target_uid=target.uid,  # type: ignore[attr-defined]
        organization=None,
        person=None,
        revoked_at=None,
        expires_at__gt=now(),
    ).first()
    return link_url(link) if link else ""


def overview_beside(link: SignedLink) -> str:
    """Return the address of all that a link's own unit answers for, "" where none stands."""
    if link.organization is None:
        return ""
    everything = SignedLink.objects.filter(
        action=link.action,
        target_label=Organization._meta.label,
        target_uid=link.organization.uid,
        organization=link.organization,
        revoked_at=None,
        expires_at__gt=now(),
    ).first()
    return link_url(everything) if everything is not None else ""


def meeting_text(meeting: Meeting, agenda: list[str], waiting: list[str], url: str) -> str:
    """Return the notice as a message for the chat group."""
    lines = [
        _("【会议通知】%(council)s定于%(when)s在%(place)s召开“%(theme)s”。")
        % {
            "council": meeting.council.name,
            "when": datetime_cn(meeting.starts_at),
            "place": meeting.place or _("（地点另行通知）"),
            "theme": meeting.theme,
        }
    ]
    if agenda:
        lines.append(_("议程：") + "；".join(agenda) + "。")
    if meeting.receipt_due_on:
        lines.append(
            _("请各成员单位于%(due)s前回执。") % {"due": short_date_cn(meeting.receipt_due_on)}
        )
    if url:
        lines.append(_("点开链接即可回执：%(url)s") % {"url": url})
    if waiting:
        lines.append(_("尚未回执：%(units)s。") % {"units": "、".join(waiting)})
    return "\n".join(lines)


def resolution_text(resolution: Resolution, lead: str, helpers: list[str], url: str) -> str:
    """Return a resolution as a message for the chat group."""
    lines = [
        _("【议定事项】%(text)s") % {"text": resolution.text},
        _("主办：%(lead)s%(helpers)s；期限：%(due)s。")
        % {
            "lead": lead,
            "helpers": _("；协办：%(units)s") % {"units": "、".join(helpers)} if helpers else "",
            "due": short_date_cn(resolution.due_on),
        },
    ]
    if url:
        lines.append(_("接件和报进展请点开：%(url)s") % {"url": url})
    return "\n".join(lines)
