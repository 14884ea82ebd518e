"""在职党员进社区联系服务群众情况表 (F11), on one page with room for the three signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.enums import AnnualFormState
from members.models import AnnualForm
from members.queries.year_records import record_of, said_of
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI
from partybuild.calendar.words import hours_cn
from partybuild.documents.composition import Composition, Table, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.organizations.models import Organization

_MOST = 12


def _day(text: str) -> str:
    return date_on_paper(date.fromisoformat(text)) if text else ""


def _reported(record: dict[str, Any]) -> str:
    lines = []
    for place in record["places"]:
        if place["reported_on"]:
            ended = f"，{_day(place['ended_on'])}注销" if place["ended_on"] else ""
            lines.append(f"{_day(place['reported_on'])}向{place['community']}报到{ended}")
    return "；".join(lines) or "没有报到记录"


def _done(record: dict[str, Any]) -> str:
    """Return the sum, then the newest services and posts: what does not fit stands on the platform."""
    lines = [
        (
            f"参加服务{record['times']}次，共{hours_cn(record['hours'])}；"
            f"认领岗位、微心愿{record['claims']}项，完成{record['completed']}项。"
        )
    ]
    if said := said_of(record).words:
        lines.append(f"居民和服务对象评价（份）：{said}。")
    found = [
        (
            service["date"],
            f"{_day(service['date'])}　{service['content']}　{hours_cn(service['hours'])}",
        )
        for place in record["places"]
        for service in place["services"]
    ]
    lines += [text for _date, text in sorted(found)[-_MOST:]]
    if len(found) > _MOST:
        lines.append(f"（以上为最近{_MOST}次，共{len(found)}次）")
    return "\n".join(lines)


@register
class AnnualFormSheet(DocumentKind):
    """What the member says beside what the record says."""

    key = "annual_form.sheet"
    name = _("在职党员进社区联系服务群众情况表")
    subject = "members.AnnualForm"
    is_form = True
    fields = ("note",)
    select_related = ("member__person", "unit__area")

    def issuer(self, subject: AnnualForm) -> Organization:
        """The unit that keeps it."""
        return subject.unit

    def area(self, subject: AnnualForm) -> Area | None:
        """The unit's."""
        return subject.unit.area

    def is_for(self, subject: AnnualForm, by: Actor) -> bool:
        """Whoever sees a form that stands may print it, also to have it filled in by hand."""
        return subject.state != AnnualFormState.WITHDRAWN

    def compose(self, subject: AnnualForm, *, style: Style, issue: Issue) -> Composition:
        """Person, record, what the member says, and three places to sign."""
        record = record_of(subject)
        signed = date_on_paper(subject.signed_on) if subject.signed_on else "　　　年　　月　　日"
        filed = (
            date_on_paper(subject.filed_at.astimezone(SHANGHAI).date())
            if subject.filed_at
            else "　　　年　　月　　日"
        )
        rows: list[tuple[str, ...]] = [
            ("姓　　名", subject.member_name, "职　　务", subject.post or "　"),
            ("工作单位", subject.unit_name, "所在党支部", subject.branch_name or "　"),
            ("按要求报到情况", _reported(record), "", ""),
            ("认领和服务情况", _done(record), "", ""),
            ("联系服务群众情况", subject.account or "　", "", ""),
            ("遵守公德公约和作风情况", subject.conduct or "　", "", ""),
            ("情况说明", subject.explanation or "　", "", ""),
            ("本人签名", f"\t{signed}", "", ""),
            (
                "单位党组织意见",
                f"{subject.opinion}\n\n\t（盖章）　{filed}",
                "",
                "",
            ),
            (
                "社区党组织意见",
                "\n\n\t（盖章）　　　　　年　　月　　日",
                "",
                "",
            ),
        ]
        return Composition(
            title=f"在职党员进社区联系服务群众情况表（{subject.period_label.removesuffix('年')}年度）",
            blocks=(
                Text(
                    f"编号：{subject.number or '归档后编号'}　　记录截至{_day(record['as_of'])}",
                    indent=False,
                ),
                Table(
                    rows=tuple(rows),
                    widths=(2.6, 3.8, 2, 3.6),
                    spans={f"{number},1": 3 for number in range(2, len(rows))},
                    is_form=True,
                    row_height_mm=11,
                    heights_mm=(0, 0, 0, 30, 24, 16, 12, 0, 22, 20),
                ),
            ),
            note=style.note,
            is_form=True,
        )
