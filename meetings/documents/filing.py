"""会议归档目录."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.documents.shared import TAKEN_PLACE, OfMeeting
from meetings.models import Meeting
from meetings.queries.filing import papers_of
from partybuild.access import Actor, may
from partybuild.calendar import today
from partybuild.documents.composition import Composition, Table, Text, date_on_paper
from partybuild.documents.registry import Issue, Style, register


@register
class FilingList(OfMeeting):
    """会议材料归档目录: what lies in the file of a meeting."""

    key = "meeting.filing"
    name = _("归档目录")
    is_form = True

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting that took place, for who keeps its file."""
        return subject.state in TAKEN_PLACE and may(by, "meeting.plan", subject)

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Each paper with its number and day."""
        rows = tuple(
            (str(number), paper.title, paper.number or "—", date_on_paper(paper.day), paper.form)
            for number, paper in enumerate(papers_of(subject), start=1)
        )
        return Composition(
            title=f"{subject.council.name}{subject.number_label}会议材料归档目录",
            blocks=(
                Text(f"截至{date_on_paper(today())}", align="right"),
                Table(
                    head=("序号", "材料名称", "文号", "日期", "形式"),
                    rows=rows,
                    widths=(1, 6, 3, 3, 2),
                    row_height_mm=12,
                ),
            ),
            is_form=True,
        )
