"""在职党员服务情况汇总表: what a quarter's summary says, to print and file at the unit."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from members.models import ServiceSummary
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI
from partybuild.calendar.words import hours_cn, hours_number
from partybuild.documents.composition import Composition, Table, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, filled, register
from partybuild.organizations.models import Organization


def _day(summary: ServiceSummary) -> date | None:
    return summary.signed_at.astimezone(SHANGHAI).date() if summary.signed_at else None


@register
class SummaryTable(DocumentKind):
    """The signed summary as a form: figures, a line per member, the receipt's part."""

    key = "service.summary"
    name = _("在职党员服务情况汇总表")
    subject = "members.ServiceSummary"
    select_related = ("community", "committee__area", "unit")
    is_form = True
    style = Style(
        opening="{单位}党组织：现将贵单位在职党员{期间}在{社区}参加服务的情况反馈如下，请签收。",
        closing="本表按已认证的服务记录汇总，不评等次。",
    )
    words = {"单位": _("单位名称"), "期间": _("季度"), "社区": _("社区名称")}
    fields = ("opening", "closing")

    def issuer(self, subject: ServiceSummary) -> Organization:
        """The committee that signed it."""
        return subject.committee

    def area(self, subject: ServiceSummary) -> Area:
        """The community's."""
        return subject.community

    def is_for(self, subject: ServiceSummary, by: Actor) -> bool:
        """It names everybody: a member reads their own line on the page."""
        return by.scope.is_area or by.scope.is_unit

    def compose(self, subject: ServiceSummary, *, style: Style, issue: Issue) -> Composition:
        """People, person-times and hours apart; then who did what."""
        values = {
            "单位": subject.unit_name,
            "期间": subject.period_label,
            "社区": subject.community_name,
        }
        figures = Table(
            head=("报到党员", "参加服务", "服务人次", "服务时长"),
            rows=(
                (
                    f"{subject.reported_in_count}人",
                    f"{subject.served_count}人",
                    f"{subject.times}人次",
                    hours_cn(subject.hours),
                ),
            ),
            widths=(1, 1, 1, 1),
            centered=(0, 1, 2, 3),
            row_height_mm=9,
        )
        people = Table(
            head=("序号", "姓名", "次数", "小时", "服务情况"),
            rows=tuple(
                (
                    str(number),
                    line["name"],
                    str(line["times"]),
                    hours_number(line["hours"]),
                    "；".join(
                        f"{date_on_paper(date.fromisoformat(each['date']))}{each['content']}"
                        f"（{hours_cn(each['hours'])}）"
                        for each in line["records"]
                    ),
                )
                for number, line in enumerate(subject.lines, start=1)
            ),
            widths=(1.2, 2, 1.2, 1.4, 8),
            centered=(0, 1, 2, 3),
        )
        receipt = (
            (
                Text(f"单位签收：{subject.acknowledged_by}", indent=False),
                Text(f"回执编号：{subject.receipt_number}", indent=False),
            )
            if subject.receipt_number
            else (Text("单位签收（盖章）：　　　　　　　　　　年　　月　　日", indent=False),)
        )
        return Composition(
            title="在职党员服务情况汇总表",
            blocks=(
                Text(filled(style.opening, values)),
                figures,
                Text(
                    f"其中{subject.times_before}人次是以前季度的，认证晚了，补入本次。"
                    if subject.times_before
                    else ""
                ),
                *((people,) if subject.lines else (Text("本季度没有已认证的服务记录。"),)),
                Text(filled(style.closing, values)),
                Text(f"签发：{subject.signed_by}", indent=False),
                *receipt,
            ),
            issuer=subject.committee_name,
            issued_on=_day(subject),
            sealed=True,
            is_form=True,
        )
