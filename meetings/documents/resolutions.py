"""The papers of a resolution: 交办单, 督办通知, 回复表."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetings.documents.shared import parties
from meetings.enums import Closing, PartyRole, ProgressKind, ResolutionState
from meetings.models import Resolution, ResolutionParty
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.calendar import now, today
from partybuild.documents.composition import Composition, Table, Text
from partybuild.documents.registry import DocumentKind, Issue, Style, filled, register
from partybuild.organizations.models import Organization
from partybuild.ui.filters import datetime_cn, short_date_cn


class OfResolution(DocumentKind):
    """A paper about a resolution."""

    subject = "meetings.Resolution"
    select_related = ("meeting", "council__area", "council__convener__area")

    def issuer(self, subject: Resolution) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: Resolution) -> Area:
        """The council's."""
        return subject.council.area


@register
class Assignment(OfResolution):
    """交办单, with the fields of the paper form."""

    key = "resolution.assignment"
    # Accepting it (接件) signs for it.
    asks_signature = False
    name = _("交办单")
    is_numbered = True
    issue_key = "resolution.assign"
    style = Style(prefix="交办")
    fields = ("prefix", "note", "is_sealed")

    def waits_for(self, subject: Resolution) -> str:
        """The assignment."""
        if subject.state == ResolutionState.PENDING:
            return str(_("下达后才能生成正式交办单。"))
        return ""

    def receivers(self, subject: Resolution) -> Iterable[Organization]:
        """Those who answer for it."""
        return [party.organization for party in standing(subject)]

    def answered(self, subject: Resolution) -> dict[int, datetime]:
        """Who has taken it on (接件) or returned it."""
        moments = {
            party.organization_id: party.accepted_at or party.answered_at
            for party in standing(subject)
        }
        return {key: moment for key, moment in moments.items() if moment is not None}

    def compose(self, subject: Resolution, *, style: Style, issue: Issue) -> Composition:
        """What, from which meeting, by whom, until when, and when each took it on."""
        meeting, council = subject.meeting, subject.council
        rows: list[tuple[str, ...]] = [
            ("会议", f"{council.name}{meeting.number_label or meeting.period_label}", "", ""),
            ("主要事项", subject.text, "", ""),
            (
                "类别",
                word(council.area, "topic.category", subject.category) if subject.category else "—",
                "办理时限",
                _span(subject),
            ),
        ]
        spans = {"0,1": 3, "1,1": 3}
        for party in standing(subject):
            rows.append(
                (
                    str(party.get_role_display()) + "单位",
                    party.organization.name,
                    "责任人及电话",
                    f"{party.in_charge_name} {party.in_charge_phone}".strip() or "—",
                )
            )
            rows.append(
                (
                    "接件时间",
                    datetime_cn(party.accepted_at) if party.accepted_at else "",
                    "接件签名",
                    "",
                )
            )
        return Composition(
            title=f"{council.name}议定事项交办单",
            number=issue.number,
            blocks=(
                Table(
                    rows=tuple(rows),
                    spans=spans,
                    widths=(2, 3.8, 2.4, 3.8),
                    is_form=True,
                    row_height_mm=13,
                ),
            ),
            issuer=council.convener.name,
            issued_on=subject.assigned_on or issue.day or today(),
            sealed=style.is_sealed,
            note=style.note,
            is_form=True,
            is_draft=issue.is_draft,
        )


def standing(resolution: Resolution) -> Iterable[ResolutionParty]:
    """Return the parties that answer for it, the leading ones first."""
    return (
        ResolutionParty.objects.filter(resolution=resolution)
        .standing()
        .select_related("organization")
        .order_by("-role", "id")
    )


def _span(resolution: Resolution) -> str:
    start = short_date_cn(resolution.assigned_on)
    end = short_date_cn(resolution.due_on)
    return f"{start}至{end}" if start and end else end or "—"


@register
class Supervision(OfResolution):
    """督办通知 of the street for what is overdue."""

    key = "resolution.supervision"
    name = _("督办通知")
    is_numbered = True
    issue_key = "resolution.card"
    style = Style(
        prefix="督办",
        opening="{会议}议定事项“{事项}”，由你单位主办，办理期限为{办理期限}，现已逾期。",
        closing="请接此通知后抓紧办理，并于5个工作日内书面回复办理情况；确需延期的，请说明原因和完成时限。",
    )

    words = {"会议": _("会议名称"), "事项": _("议定事项"), "办理期限": _("办理期限")}

    def issuer(self, subject: Resolution) -> Organization:
        """The committee above the convener, else the convener itself."""
        convener = subject.council.convener
        return convener.parent if convener.parent_id and convener.parent else convener

    def is_for(self, subject: Resolution, by: Actor) -> bool:
        """For those who may raise cards."""
        return may(by, "resolution.card", subject)

    def waits_for(self, subject: Resolution) -> str:
        """Its deadline passing."""
        return "" if subject.is_overdue(today()) else str(_("没有逾期的事项不需要督办。"))

    def receivers(self, subject: Resolution) -> Iterable[Organization]:
        """The leading unit, and the convener for its knowledge."""
        lead = [party.organization for party in standing(subject) if party.role == PartyRole.LEAD]
        return [*lead, subject.council.convener]

    def compose(self, subject: Resolution, *, style: Style, issue: Issue) -> Composition:
        """What is late, since when, and what is asked for."""
        council = subject.council
        lead, _helpers = parties(subject)
        day = issue.day or today()
        values = {
            "会议": f"{council.name}{subject.meeting.period_label}会议",
            "事项": subject.text.rstrip("。"),
            "办理期限": short_date_cn(subject.due_on),
        }
        return Composition(
            title="督办通知",
            mark=style.mark,
            number=issue.number,
            addressee=lead if lead != "—" else council.convener.name,
            blocks=(
                Text(filled(style.opening, values)),
                Text(filled(style.closing, values)),
            ),
            issuer=self.issuer(subject).name,
            issued_on=day,
            sealed=style.is_sealed,
            copies_to=style.copies_to or council.convener.name,
            printed_by=self.issuer(subject).name,
            printed_on=day,
            is_draft=issue.is_draft,
        )


@register
class Reply(OfResolution):
    """回复表: what a responsible unit answers, filled in from its reports."""

    key = "resolution.reply"
    name = _("回复表")
    is_form = True

    def is_for(self, subject: Resolution, by: Actor) -> bool:
        """For the responsible units and the convener."""
        return may(by, "resolution.work", subject) or may(by, "resolution.work_proxy", subject)

    def compose(self, subject: Resolution, *, style: Style, issue: Issue) -> Composition:
        """What was done, when, and what the convener said of it."""
        lead, helpers = parties(subject)
        said = subject.progress.filter(kind=ProgressKind.REPORT).order_by("-at").first()
        lead_party = next((p for p in standing(subject) if p.role == PartyRole.LEAD), None)
        closing = dict(Closing.choices).get(subject.closing, "")
        verdict = f"{closing}　{subject.result}".strip() if subject.closing else ""
        rows: tuple[tuple[str, ...], ...] = (
            ("回复单位", lead, "协办单位", helpers),
            (
                "回复时间",
                datetime_cn(said.at) if said else "",
                "办理期限",
                short_date_cn(subject.due_on) or "—",
            ),
            ("主要事项", subject.text, "", ""),
            ("办理情况", said.text if said else "", "", ""),
            (
                "联系人",
                lead_party.in_charge_name if lead_party else "",
                "电话",
                lead_party.in_charge_phone if lead_party else "",
            ),
            ("验收意见", verdict, "", ""),
        )
        return Composition(
            title=f"{subject.council.name}议定事项回复表",
            blocks=(
                Table(
                    rows=rows,
                    spans={"2,1": 3, "3,1": 3, "5,1": 3},
                    widths=(2, 4, 2, 4),
                    is_form=True,
                    row_height_mm=13,
                    # Room to write by hand.
                    heights_mm=(0, 0, 25, 70, 0, 30),
                ),
                Text(f"打印时间：{datetime_cn(now())}", align="right"),
            ),
            is_form=True,
        )
