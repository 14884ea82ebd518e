"""The papers of councils and meetings: notice, agenda, sheets, minutes, resolutions (domain §16e)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from meetings.enums import (
    Closing,
    MeetingState,
    PartyRole,
    PartyState,
    PresenceState,
    ProgressKind,
    ResolutionState,
)
from meetings.models import Meeting, Minutes, Resolution, ResolutionParty
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.calendar import now, today
from partybuild.documents.composition import (
    Block,
    Break,
    Composition,
    Roll,
    Table,
    Text,
    date_on_paper,
    paragraphs,
)
from partybuild.documents.registry import DocumentKind, Issue, Style, filled, register
from partybuild.organizations.models import Organization
from partybuild.ui.filters import date_cn, datetime_cn, short_date_cn

_NUMERALS = "一二三四五六七八九十"
_TAKEN_PLACE = (
    MeetingState.HELD,
    MeetingState.MINUTED,
    MeetingState.ISSUED,
    MeetingState.ARCHIVED,
)


def _ordinal(number: int) -> str:
    """Return 一 … 十, 十一 … 九十九."""
    if number <= 10:
        return _NUMERALS[number - 1]
    tens, ones = divmod(number, 10)
    head = "" if tens == 1 else _NUMERALS[tens - 1]
    return f"{head}十{_NUMERALS[ones - 1] if ones else ''}"


def _agenda(meeting: Meeting) -> list[str]:
    items = meeting.agenda_items.filter(is_current=True).order_by("position", "id")
    return [
        item.text + (f"（{item.minutes_planned}分钟）" if item.minutes_planned else "")
        for item in items
    ]


class _OfMeeting(DocumentKind):
    """A paper about a meeting, issued by the body that convenes it."""

    subject = "meetings.Meeting"
    select_related = ("council__area", "council__convener__area")

    def issuer(self, subject: Meeting) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: Meeting) -> Area:
        """The council's."""
        return subject.council.area


@register
class MeetingNotice(_OfMeeting):
    """会议通知 with the agenda and the receipt as annexes."""

    key = "meeting.notice"
    name = _("会议通知")
    is_numbered = True
    issue_key = "meeting.notify"
    style = Style(
        opening="经研究，定于{时间}召开{会议}。现将有关事项通知如下：",
        closing="请各单位安排负责同志准时参加，并于{回执截止}前反馈回执。",
    )
    words = {"时间": _("会议日期"), "会议": _("会议名称"), "回执截止": _("回执截止日期")}

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting still to come, or one of which a notice went out."""
        return subject.state == MeetingState.PLANNED or subject.notified_at is not None

    def waits_for(self, subject: Meeting) -> str:
        """The notice itself."""
        return "" if subject.notified_at else str(_("发出会议通知后才能生成正式文书。"))

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Time, place, agenda, who comes, what is asked for."""
        council = subject.council
        values = {
            "时间": date_cn(subject.starts_at),
            "会议": f"{council.name}{subject.period_label}会议",
            "回执截止": short_date_cn(subject.receipt_due_on) or "会前",
        }
        blocks: list[Block] = [
            Text(filled(style.opening, values)),
            Text("一、会议时间", level=1),
            Text(f"{datetime_cn(subject.starts_at)}。"),
            Text("二、会议地点", level=1),
            Text(f"{subject.place or '另行通知'}。"),
            Text("三、会议主题", level=1),
            Text(f"{subject.theme}。"),
        ]
        agenda = _agenda(subject)
        if agenda:
            blocks.append(Text("四、会议议程", level=1))
            blocks += [Text(f"{number}. {text}") for number, text in enumerate(agenda, start=1)]
        blocks.append(Text(f"{_ordinal(5 if agenda else 4)}、有关要求", level=1))
        blocks += [*paragraphs(subject.note), Text(filled(style.closing, values))]
        contact = council.convener
        note = style.note or (
            f"联系人：{contact.contact_name}，联系电话：{contact.contact_phone}"
            if contact.contact_name and contact.contact_phone
            else ""
        )
        return Composition(
            title=f"关于召开{council.name}\n{subject.period_label}会议的通知",
            mark=style.mark,
            number=issue.number,
            addressee="各成员单位",
            blocks=tuple(blocks),
            attached=("会议回执",),
            issuer=council.convener.name,
            issued_on=issue.day or today(),
            sealed=style.is_sealed,
            note=note,
            copies_to=style.copies_to,
            printed_by=council.convener.name,
            printed_on=issue.day or today(),
            annexes=(
                Break("附件", "会议回执"),
                Table(
                    rows=(
                        ("单位名称", "", "", ""),
                        ("是否参加", "□参加　□委派他人参加　□请假", "", ""),
                        ("参会人员", "", "职务", ""),
                        ("联系电话", "", "人数", ""),
                        ("请假原因", "", "", ""),
                    ),
                    widths=(2, 3, 2, 3),
                    spans={"0,1": 3, "1,1": 3, "4,1": 3},
                    is_form=True,
                    row_height_mm=13,
                ),
            ),
            is_draft=issue.is_draft,
        )


@register
class MeetingAgenda(_OfMeeting):
    """会议议程."""

    key = "meeting.agenda"
    name = _("会议议程")
    is_form = True

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A planned agenda is the convener's until the notice is out."""
        return subject.notified_at is not None or may(by, "meeting.plan", subject)

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """The items in their order, with their time."""
        items = subject.agenda_items.filter(is_current=True).order_by("position", "id")
        rows = tuple(
            (str(number), item.text, f"{item.minutes_planned}分钟" if item.minutes_planned else "")
            for number, item in enumerate(items, start=1)
        )
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议议程",
            blocks=(
                *_place_and_time(subject),
                Table(head=("序号", "议程", "时长"), rows=rows, widths=(1, 7, 2), row_height_mm=12),
            ),
            is_form=True,
        )


def _place_and_time(meeting: Meeting) -> tuple[Text, ...]:
    lines = [
        Text(f"时间：{datetime_cn(meeting.starts_at)}", indent=False),
        Text(f"地点：{meeting.place or '—'}", indent=False),
    ]
    if meeting.chair_name:
        lines.append(Text(f"主持：{meeting.chair_name}", indent=False))
    return tuple(lines)


@register
class SignInSheet(_OfMeeting):
    """会议签到表, with empty lines for guests."""

    key = "meeting.sign_in"
    name = _("会议签到表")
    is_form = True

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """For those who record presence."""
        return may(by, "meeting.presence", subject)

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """One line for each invited body with whom it announced."""
        receipts = (
            subject.receipts.of_this_round()
            .select_related("organization")
            .order_by("organization__sort", "organization_id")
        )
        bodies: list[tuple[str, str, str, str]] = [
            (
                receipt.organization.name,
                receipt.attendee_name,
                receipt.attendee_post,
                receipt.attendee_phone,
            )
            for receipt in receipts
        ]
        if not bodies:
            members = subject.council.members.members().select_related("organization")
            bodies = [
                (
                    member.organization.name,
                    member.representative_name,
                    member.representative_post,
                    "",
                )
                for member in members
            ]
        bodies += [("", "", "", "")] * 6
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议签到表",
            blocks=(
                Text(
                    f"时间：{datetime_cn(subject.starts_at)}　地点：{subject.place or '—'}",
                    indent=False,
                ),
                Table(
                    head=("序号", "单位", "姓名", "职务", "联系电话", "签到"),
                    rows=tuple(
                        (str(number), *body, "") for number, body in enumerate(bodies, start=1)
                    ),
                    widths=(1, 5, 2, 3, 3, 3),
                    row_height_mm=10,
                ),
            ),
            is_form=True,
            landscape=True,
        )


@register
class ResolutionList(_OfMeeting):
    """议定事项清单."""

    key = "meeting.resolutions"
    name = _("议定事项清单")
    is_form = True

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting that took place; units read it with the issued minutes."""
        if subject.state not in _TAKEN_PLACE:
            return False
        return may(by, "minutes.draft", subject) or (
            Minutes.objects.visible_to(by.scope).filter(meeting=subject).exists()
        )

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Each resolution with its units, deadline and state of today."""
        rows = []
        resolutions = subject.resolutions.order_by("number").prefetch_related(
            "parties__organization"
        )
        for resolution in resolutions:
            lead, helpers = _parties(resolution)
            rows.append(
                (
                    str(resolution.number),
                    resolution.text,
                    lead,
                    helpers,
                    short_date_cn(resolution.due_on) or "—",
                    resolution.get_state_display(),
                )
            )
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议议定事项清单",
            blocks=(
                Text(f"截至{short_date_cn(today())}", align="right"),
                Table(
                    head=("序号", "议定事项", "主办单位", "协办单位", "办理期限", "状态"),
                    rows=tuple(rows),
                    widths=(1, 7, 3, 3, 3, 2),
                ),
            ),
            is_form=True,
            landscape=True,
        )


def _parties(resolution: Resolution) -> tuple[str, str]:
    standing = [party for party in resolution.parties.all() if party.state != PartyState.RELEASED]
    lead = "、".join(p.organization.name for p in standing if p.role == PartyRole.LEAD)
    helpers = "、".join(p.organization.name for p in standing if p.role == PartyRole.HELPER)
    return lead or "—", helpers or "—"


@register
class MeetingMinutes(DocumentKind):
    """会议纪要 in 纪要格式: only conclusions, then 出席, 请假, 列席."""

    key = "meeting.minutes"
    name = _("会议纪要")
    subject = "meetings.Minutes"
    issue_key = "minutes.issue"
    style = Style(is_sealed=False)
    select_related = ("meeting__council__area", "meeting__council__convener__area")

    def issuer(self, subject: Minutes) -> Organization:
        """The convening committee."""
        return subject.meeting.council.convener

    def area(self, subject: Minutes) -> Area:
        """The council's."""
        return subject.meeting.council.area

    def waits_for(self, subject: Minutes) -> str:
        """The signature."""
        return "" if subject.is_issued else str(_("纪要签发后才能生成正式文书。"))

    def own_number(self, subject: Minutes) -> str:
        """The council's number of the year, given with the signature."""
        return subject.number_label

    def compose(self, subject: Minutes, *, style: Style, issue: Issue) -> Composition:
        """The text, what was resolved, and who was there."""
        meeting = subject.meeting
        council = meeting.council
        blocks: list[Block] = list(paragraphs(subject.text))
        blocks += _resolved(meeting, subject.text)
        blocks += [Text(""), *_rolls(meeting)]
        day = subject.issued_on or issue.day
        return Composition(
            title=f"{council.name}\n{meeting.period_label}会议纪要",
            mark=style.mark or f"{council.name}会议纪要",
            number=issue.number or subject.number_label,
            blocks=tuple(blocks),
            copies_to=subject.copies_to or style.copies_to,
            printed_by=council.convener.name,
            printed_on=day,
            issued_on=None,
            note=f"签发：{subject.signer_name}" if subject.signer_name else "",
            is_draft=issue.is_draft,
        )


def _resolved(meeting: Meeting, text: str) -> Iterable[Text]:
    """What was resolved and does not stand in the text already."""
    rows = [
        row
        for row in meeting.resolutions.order_by("number").prefetch_related("parties__organization")
        if row.text.rstrip("。") not in text
    ]
    if not rows:
        return
    yield Text("会议议定以下事项：")
    for number, row in enumerate(rows, start=1):
        lead, helpers = _parties(row)
        parts = [f"主办：{lead}"] if lead != "—" else []
        if helpers != "—":
            parts.append(f"协办：{helpers}")
        if row.due_on:
            parts.append(f"{date_on_paper(row.due_on)}前完成")
        after = f"（{'；'.join(parts)}）" if parts else ""
        yield Text(f"{number}. {row.text.rstrip('。')}{after}。")


def _rolls(meeting: Meeting) -> Iterable[Roll]:
    lists: dict[str, list[str]] = {"出席": [], "请假": [], "列席": []}
    for row in meeting.presences.select_related("organization"):
        body = row.organization.name if row.organization else ""
        inside = f"{body}{row.post}" if not row.post.startswith(body) else row.post
        named = f"{row.person_name}（{inside}）" if row.person_name and inside else ""
        text = named or row.person_name or inside
        if not text:
            continue
        if row.is_guest:
            lists["列席"].append(text)
        elif row.state in {PresenceState.PRESENT, PresenceState.LATE}:
            lists["出席"].append(text)
        elif row.state == PresenceState.LEAVE:
            lists["请假"].append(text)
    return [Roll(label, tuple(names)) for label, names in lists.items() if names]


class _OfResolution(DocumentKind):
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
class Assignment(_OfResolution):
    """交办单, with the fields of the paper form."""

    key = "resolution.assignment"
    name = _("交办单")
    is_numbered = True
    issue_key = "resolution.assign"
    style = Style(prefix="交办")

    def waits_for(self, subject: Resolution) -> str:
        """The assignment."""
        if subject.state == ResolutionState.PENDING:
            return str(_("下达后才能生成正式交办单。"))
        return ""

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
        for party in _standing(subject):
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
                    widths=(2, 4, 2, 4),
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


def _standing(resolution: Resolution) -> Iterable[ResolutionParty]:
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
class Supervision(_OfResolution):
    """督办通知 of the street for what is overdue."""

    key = "resolution.supervision"
    name = _("督办通知")
    is_numbered = True
    issue_key = "resolution.card"
    style = Style(
        prefix="督办",
        closing="请接此通知后抓紧办理，并于5个工作日内书面回复办理情况；确需延期的，请说明原因和完成时限。",
    )

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

    def compose(self, subject: Resolution, *, style: Style, issue: Issue) -> Composition:
        """What is late, since when, and what is asked for."""
        council = subject.council
        lead, _helpers = _parties(subject)
        day = issue.day or today()
        due = short_date_cn(subject.due_on)
        return Composition(
            title="督办通知",
            mark=style.mark,
            number=issue.number,
            addressee=lead if lead != "—" else council.convener.name,
            blocks=(
                Text(
                    style.opening
                    or f"{council.name}{subject.meeting.period_label}会议议定事项“{subject.text.rstrip('。')}”，"
                    f"由你单位主办，办理期限为{due}，现已逾期。"
                ),
                Text(style.closing),
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
class Reply(_OfResolution):
    """回复表: what a responsible unit answers, filled in from its reports."""

    key = "resolution.reply"
    name = _("回复表")
    is_form = True

    def is_for(self, subject: Resolution, by: Actor) -> bool:
        """For the responsible units and the convener."""
        return may(by, "resolution.work", subject) or may(by, "resolution.work_proxy", subject)

    def compose(self, subject: Resolution, *, style: Style, issue: Issue) -> Composition:
        """What was done, when, and what the convener said of it."""
        lead, helpers = _parties(subject)
        said = subject.progress.filter(kind=ProgressKind.REPORT).order_by("-at").first()
        lead_party = next((p for p in _standing(subject) if p.role == PartyRole.LEAD), None)
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
                    row_height_mm=16,
                ),
                Text(f"打印时间：{datetime_cn(now())}", align="right"),
            ),
            is_form=True,
        )
