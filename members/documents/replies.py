"""The answer to a request for an opinion, in the layout of a form with number and seal.

It is printed from the signed row and never issued into the register of documents: the register is
read by levels that see no names.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import FeedbackRequest
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI, today
from partybuild.calendar.words import hours_cn
from partybuild.documents.composition import Composition, Table, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.organizations.models import Organization


def _day(text: str) -> str:
    return date_on_paper(date.fromisoformat(text)) if text else ""


def _reported(facts: dict[str, Any]) -> str:
    lines = []
    for each in facts["report_ins"]:
        grid = f"，编入{each['grid']}" if each["grid"] else ""
        ended = f"，{_day(each['ended_on'])}注销" if each["ended_on"] else ""
        lines.append(f"{_day(each['reported_on'])}报到{grid}{ended}")
    return "\n".join(lines) or "　"


def _served(facts: dict[str, Any]) -> str:
    lines = [
        (
            f"{year['label']}：参加服务{year['times']}次、{hours_cn(year['hours'])}，"
            f"认领{year['claims']}项、完成{year['completed']}项。"
        )
        for year in facts["years"]
    ]
    lines.append(
        f"合计参加服务{facts['times']}次、{hours_cn(facts['hours'])}，"
        f"认领{facts['claims']}项、完成{facts['completed']}项（截至{_day(facts['as_of'])}）。"
    )
    return "\n".join(lines)


def _grades(facts: dict[str, Any]) -> str:
    return (
        "；".join(
            f"{each['label']}{each['grade']}"
            + ("（本人有异议，正在复核）" if each["is_disputed"] else "")
            for each in facts["feedbacks"]
        )
        or "—"
    )


@register
class ReplySheet(DocumentKind):
    """关于在职党员社区表现情况的答复."""

    key = "feedback_request.reply"
    name = _("在职党员社区表现情况答复")
    subject = "members.FeedbackRequest"
    is_form = True
    fields = ("note",)
    select_related = ("community", "committee__area")

    def issuer(self, subject: FeedbackRequest) -> Organization:
        """The community's committee."""
        return subject.committee

    def area(self, subject: FeedbackRequest) -> Area:
        """The community's."""
        return subject.community

    def is_for(self, subject: FeedbackRequest, by: Actor) -> bool:
        """Whoever sees an answer may print it."""
        return subject.is_replied

    def compose(self, subject: FeedbackRequest, *, style: Style, issue: Issue) -> Composition:
        """Who asked what about whom, what the record says, what the community thinks."""
        facts = subject.facts
        signed = subject.signed_at.astimezone(SHANGHAI).date() if subject.signed_at else today()
        rows: list[tuple[str, ...]] = [
            ("姓　　名", subject.member_name, "职　　务", subject.post or "　"),
            ("工作单位", subject.unit_name or "　", "", ""),
            ("征求单位", subject.asker_name, "事　　由", str(subject.get_purpose_display())),
            (
                "了解期间",
                f"{date_on_paper(subject.since)}至{date_on_paper(subject.until)}",
                "",
                "",
            ),
            ("希望了解的情况", subject.question or "—", "", ""),
            ("报到情况", _reported(facts), "", ""),
            ("参加服务和认领情况", _served(facts), "", ""),
            ("历次反馈等次", _grades(facts), "", ""),
            ("遵守公德公约情况", subject.conduct or "—", "", ""),
            ("存在问题", subject.problems or "无", "", ""),
            (
                "社区党组织意见",
                (
                    f"{subject.opinion}\n\n\t{subject.committee_name}（盖章）\n"
                    f"\t{date_on_paper(signed)}"
                ),
                "",
                "",
            ),
        ]
        wide = [number for number, row in enumerate(rows) if not row[2]]
        return Composition(
            title="在职党员社区表现情况答复",
            number=subject.number,
            blocks=(
                Table(
                    rows=tuple(rows),
                    widths=(2.4, 4.2, 1.8, 3.6),
                    spans={f"{number},1": 3 for number in wide},
                    is_form=True,
                    row_height_mm=11,
                    heights_mm=(0, 0, 0, 0, 0, 0, 0, 0, 14, 0, 40),
                ),
            ),
            note=style.note,
            is_form=True,
        )
