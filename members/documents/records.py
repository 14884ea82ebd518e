"""服务记录卡 (F8) and 活动情况统计表 (F9): forms that are drawn for whoever asks, never issued."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import PartyMember, ServiceRecord
from members.queries.cards import Card
from members.queries.statistics import Figures, Group, MemberLine, part_label, tallies
from partybuild.access import Actor, Level, may
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.calendar.words import hours_cn, hours_number
from partybuild.documents.composition import (
    LIST_PT,
    Block,
    Break,
    Composition,
    Table,
    Text,
    date_on_paper,
)
from partybuild.documents.registry import DocumentKind, register
from partybuild.organizations.models import Organization

_CARD_TITLE = "在职党员服务记录卡"
_TITLE = "在职党员参加社区活动情况统计表"
# A card has room for what is written by hand.
_LEAST_LINES = 6
# Few persons stand behind it, or it would tell of a few.
NOT_GIVEN = "不给出"
NOT_GIVEN_NOTE = "不足3人，或可由别处的合计推算的，不给出。"


def card_paper(cards: Sequence[Card], *, name: str) -> Composition:
    """Return one card per page; several are handed to a unit together."""
    blocks: list[Block] = []
    annexes: list[Block] = []
    for number, card in enumerate(cards):
        page = _card_blocks(card)
        if number == 0:
            blocks = page
        else:
            annexes += [Break(title=_CARD_TITLE), *page]
    return Composition(
        title=_CARD_TITLE,
        blocks=tuple(blocks) or (Text(f"{name}没有服务记录。"),),
        annexes=tuple(annexes),
        is_form=True,
    )


def _card_blocks(card: Card) -> list[Block]:
    line = card.line
    grid = f"{card.community.name}{card.grid_name}"
    head = Table(
        rows=(
            ("姓　　名", line.name, "工作单位", card.unit_name),
            (
                "报到社区",
                grid,
                "报到日期",
                date_on_paper(line.reported_on) if line.reported_on else "—",
            ),
            ("记录期间", card.period.label, "截 至 日", date_on_paper(card.until)),
        ),
        widths=(2, 4, 2, 4.6),
        row_height_mm=9,
        is_form=True,
    )
    rows = [_card_row(record, card) for record in card.records]
    rows += [("", "", "", "", "", "")] * max(0, _LEAST_LINES - len(rows))
    rows.append(("合计", f"{line.times}次", "", hours_number(line.hours), "", ""))
    services = Table(
        head=("服务日期", "服务内容", "地点", "小时", "群众评价", "证明人"),
        rows=tuple(rows),
        widths=(3.5, 4, 2.2, 1.3, 2.3, 1.7),
        row_height_mm=10,
        centered=(0, 3),
    )
    return [
        head,
        Text(""),
        services,
        Text("本卡由社区按已认证的服务记录如实填写，不评等次。", indent=False),
        Text("社区党组织（盖章）　　　　年　　月　　日", align="right"),
    ]


def _card_row(record: ServiceRecord, card: Card) -> tuple[str, ...]:
    return (
        date_on_paper(record.date),
        record.content,
        record.place,
        hours_number(record.hours),
        card.evaluations.get(record.pk, ""),
        # The community's own seal stands below: its name need not stand in each line.
        record.certified_by.split(" ", 1)[-1],
    )


@dataclass(frozen=True)
class Sheet:
    """What a table of statistics shows, for page, workbook and paper alike."""

    # Of whom: a unit, a community, a street.
    name: str
    period: Period
    total: Figures
    groups: Sequence[Group] = ()
    group_word: str = ""
    lines: Sequence[MemberLine] = ()
    # What stands beside a member's name: their unit, or the community.
    beside: str = "unit"
    contact: str = ""
    parts: Sequence[Period] = ()
    # Where only totals are seen, and even the total is one or two persons.
    is_total_suppressed: bool = False
    # The counts that stay out of the total alone.
    total_held: Collection[str] = ()

    @property
    def moment(self) -> str:
        """The last day that is counted."""
        return date_on_paper(min(self.period.end, today()))

    @property
    def beside_word(self) -> str:
        """The header of what stands beside a name."""
        return "单位" if self.beside == "unit" else "报到社区"

    def beside_of(self, line: MemberLine) -> str:
        """What stands beside a member's name."""
        if self.beside == "community":
            return line.community.name
        return line.unit.name if line.unit else "未登记单位"

    @property
    def member_headers(self) -> list[str]:
        """The columns of a member's line, each with its measure."""
        return [
            "姓名",
            self.beside_word,
            *(f"{part_label(part)}（次）" for part in self.parts),
            "应参加（次）",
            "实际参加（次）",
            "时长（小时）",
            *(f"{each.label}（{each.measure}）" for each in tallies()),
        ]

    def member_cells(self, line: MemberLine) -> list[Any]:
        """The cells of a member's line."""
        return [
            line.name,
            self.beside_of(line),
            *line.parts,
            line.expected if line.expected is not None else "",
            line.times,
            line.hours,
            *line.counts,
        ]

    @property
    def group_headers(self) -> list[str]:
        """The columns of a group's line."""
        return [
            self.group_word,
            "报到党员（人）",
            "参加活动（人）",
            "人次",
            "活动（场）",
            "时长（小时）",
            *(f"{each.label}（{each.measure}）" for each in tallies()),
        ]

    @staticmethod
    def figure_cells(figures: Figures, *, hidden: bool, held: Collection[str]) -> list[Any]:
        """The figures of a line, each in its own measure; what few persons stand behind is said to stay out."""
        cells = [
            figures.reported,
            figures.people,
            figures.times,
            figures.events,
            figures.hours,
            *figures.counts_without(held),
        ]
        return [NOT_GIVEN if hidden or cell is None else cell for cell in cells]

    @property
    def total_counts(self) -> list[int | None]:
        """The declared counts of the total, None for those that stay out."""
        return self.total.counts_without(self.total_held)

    @property
    def total_cells(self) -> list[Any]:
        """The cells of the last line."""
        return [
            "合计",
            *self.figure_cells(self.total, hidden=self.is_total_suppressed, held=self.total_held),
        ]

    @property
    def leaves_out(self) -> bool:
        """Whether something stays out."""
        return bool(
            self.is_total_suppressed
            or self.total_held
            or any(group.is_suppressed or group.held for group in self.groups)
        )

    @property
    def total_words(self) -> str:
        """The total as a sentence."""
        total = self.total
        if self.is_total_suppressed:
            return "报到、参加或未参加活动的党员不足3人，不单独列出。"
        return (
            f"报到党员{total.reported}人；参加活动{total.people}人、{total.times}人次，"
            f"活动{total.events}场，服务时长{hours_cn(total.hours)}"
            + "".join(
                f"，{each.label}{total.tallies.get(each.key, 0)}{each.measure}"
                for each in tallies()
                if each.key not in self.total_held
            )
            + "。"
        )

    def group_cells(self, group: Group) -> list[Any]:
        """The cells of a group's line; a few persons are not counted out where only totals are seen."""
        return [
            group.name,
            *self.figure_cells(group.figures, hidden=group.is_suppressed, held=group.held),
        ]


def statistics_paper(sheet: Sheet) -> Composition:
    """Return F9 as it is handed on: head, totals, lines, room for names and seal."""
    blocks: list[Block] = [
        Text(
            f"填报单位：{sheet.name}" + (f"　{sheet.contact}" if sheet.contact else ""),
            indent=False,
        ),
        Text(f"统计期间：{sheet.period.label}（截至{sheet.moment}）", indent=False),
        Text(sheet.total_words, indent=False),
    ]
    if sheet.groups:
        blocks.append(
            _table(
                sheet.group_headers,
                [sheet.group_cells(group) for group in sheet.groups],
                sheet.total_cells,
                wide=(0,),
            )
        )
        blocks.append(
            Text(
                "同一人在几处服务的，合计按一人计；几家单位参加的同一场活动，合计按一场计。"
                + (NOT_GIVEN_NOTE if sheet.leaves_out else ""),
                indent=False,
            )
        )
    if sheet.lines:
        sums: list[Any] = [""] * 2
        sums += [sum(line.parts[at] for line in sheet.lines) for at in range(len(sheet.parts))]
        sums += ["", sum(line.times for line in sheet.lines)]
        sums.append(sum(line.hours for line in sheet.lines))
        sums += [sum(line.tallies.get(each.key, 0) for line in sheet.lines) for each in tallies()]
        blocks.append(
            _table(
                sheet.member_headers,
                [sheet.member_cells(line) for line in sheet.lines],
                ["合计", *sums[1:]],
                wide=(1,),
            )
        )
    blocks.append(
        Text(
            f"填表人：　　　　　审核人：　　　　　填报日期：{date_on_paper(today())}　　（盖章）",
            indent=False,
        )
    )
    return Composition(title=_TITLE, blocks=tuple(blocks), is_form=True, landscape=True)


def on_paper(cell: Any) -> str:
    """Return a cell as it is read; hours are the only numbers with a fraction."""
    return hours_number(cell) if isinstance(cell, Decimal) else str(cell)


def _table(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    last: Sequence[Any],
    *,
    wide: tuple[int, ...],
) -> Table:
    # 时长（小时） in two lines: the measure below the word.
    body = [("序号", *(header.replace("（", "\n（") for header in headers))]
    cells = [
        (str(number), *(on_paper(cell) for cell in row)) for number, row in enumerate(rows, start=1)
    ]
    cells.append(("", *(on_paper(cell) for cell in last)))
    # Many columns leave less for the one of names of bodies.
    widths = [
        1.2,
        *((3.0 if len(headers) > 9 else 4.5) if at in wide else 1.8 for at in range(len(headers))),
    ]
    return Table(
        head=tuple(body[0]),
        rows=tuple(cells),
        widths=tuple(widths),
        centered=(0, *(at + 1 for at in range(len(headers)) if at not in {0, 1})),
        text_pt=LIST_PT,
    )


class _Counted(DocumentKind):
    """A form that is counted for whoever asks, on a page of its own: neither frozen nor numbered.

    What is signed and sent are the quarter's summary and the certificate, which count the same records.
    """

    is_form = True
    is_counted = True
    fields = ()


@register
class CardOfMember(_Counted):
    """服务记录卡 (F8) of one member."""

    key = "service.card"
    name = _("服务记录卡")
    subject = "members.PartyMember"

    def is_for(self, subject: PartyMember, by: Actor) -> bool:
        """For those who read this member's service, and the member."""
        return may(by, "service.view", subject) and not by.scope.cell("service.view").totals_only

    def address(self, subject: PartyMember, extension: str, by: Actor) -> str:
        """This year's; other periods are chosen on the card's page."""
        return reverse("members:member-card-file", args=(subject.uid, extension))


@register
class StatisticsOfCommunity(_Counted):
    """活动情况统计表 (F9) of a community."""

    key = "service.statistics"
    name = _("活动情况统计表")
    subject = "areas.Area"

    def is_for(self, subject: Area, by: Actor) -> bool:
        """For the community itself."""
        return (
            subject.level == Level.COMMUNITY
            and by.scope.is_area
            and by.scope.area_id == subject.pk
            and may(by, "service.view")
        )

    def address(self, subject: Area, extension: str, by: Actor) -> str:
        """This quarter's; other periods are chosen on the page."""
        return reverse("members:statistics-file", args=(extension,))


@register
class StatisticsOfUnit(_Counted):
    """活动情况统计表 (F9) of a unit: the same cells from its side."""

    key = "service.unit_statistics"
    name = _("活动情况统计表")
    subject = "organizations.Organization"

    def is_for(self, subject: Organization, by: Actor) -> bool:
        """For the unit itself."""
        return (
            by.scope.is_unit and by.scope.organization_id == subject.pk and may(by, "service.view")
        )

    def address(self, subject: Organization, extension: str, by: Actor) -> str:
        """This quarter's."""
        return reverse("members:statistics-file", args=(extension,))


@register
class CardsOfUnit(StatisticsOfUnit):
    """服务记录卡 (F8) of everybody of a unit, one to a page."""

    key = "service.unit_cards"
    name = _("全部党员的服务记录卡")

    def address(self, subject: Organization, extension: str, by: Actor) -> str:
        """This quarter's."""
        return reverse("members:cards-file", args=(extension,))
