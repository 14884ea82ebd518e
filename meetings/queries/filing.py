"""What goes into the file of a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from meetings.models import Meeting, Minutes
from partybuild.calendar import SHANGHAI
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.models import Attachment, OfficialDocument


@dataclass(frozen=True)
class Paper:
    """One line of the list of papers (卷内目录)."""

    title: str
    number: str
    day: date
    form: str


def papers_of(meeting: Meeting) -> list[Paper]:
    """Return the papers of a meeting in the order of their days: issued ones and files."""
    subjects: list[UUID] = [meeting.uid]
    subjects += Minutes.objects.filter(meeting=meeting).values_list("uid", flat=True)
    subjects += meeting.resolutions.values_list("uid", flat=True)
    topics = meeting.agenda_items.filter(is_current=True, topic__isnull=False)
    subjects += topics.values_list("topic__uid", flat=True)
    issued = OfficialDocument.objects.filter(subject_uid__in=subjects)
    files = Attachment.objects.filter(subject_uid__in=subjects, ended_at=None)
    papers = [
        Paper(_titled(row), row.number_text, row.issued_on, row.get_state_display())
        for row in issued
    ]
    papers += [
        Paper(
            row.title,
            "",
            row.uploaded_at.astimezone(SHANGHAI).date(),
            str(attachment_kind(row.kind).name),
        )
        for row in files
    ]
    return sorted(papers, key=lambda paper: (paper.day, paper.title))


def _titled(document: OfficialDocument) -> str:
    if document.edition == 1:
        return document.title
    return _("%(title)s（第%(edition)d版）") % {
        "title": document.title,
        "edition": document.edition,
    }
