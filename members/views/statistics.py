"""活动情况统计表 and 服务记录卡: counted when asked, as page, workbook and paper."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members.documents.records import Sheet, card_paper, on_paper, statistics_paper
from members.forms.statistics import RecordPeriodForm, StatisticsForm
from members.models import PartyMember
from members.personal import FULL, treatment
from members.queries.cards import cards_of
from members.queries.statistics import (
    Cut,
    Figures,
    Group,
    by_community,
    by_unit,
    held_back_statistics,
    held_of_total,
    is_total_small,
    member_lines,
    part_label,
    parts_of,
    suppress_small,
    tallies,
    total_of,
)
from partybuild.access import Actor, Level, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.calendar.periods import YEAR
from partybuild.documents.composition import Composition
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.services import note_download
from partybuild.exchange.downloads import attachment
from partybuild.exchange.writer import XLSX, write_workbook
from partybuild.fields.queries import own_query
from partybuild.organizations.models import Organization
from units.queries import committee_of
from units.views.scope import area_of, own_unit

PAPERS = {
    "pdf": (as_pdf, "application/pdf"),
    "docx": (
        as_word,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


class _Asked:
    """What a page of statistics is asked for: who asks, the period, what it is narrowed to."""

    def __init__(self, request: HttpRequest) -> None:
        self.by = by = actor_of(request)
        own = own_query(request, StatisticsForm)
        self.query = own.urlencode() if own is not None else ""
        require(by, "service.view")
        self.area = area_of(by)
        self.own_unit = own_unit(by) if by.scope.is_unit else None
        if self.area is None and self.own_unit is None:
            raise Http404
        # Names go only to posts that may read one member's name and service.
        self.names_people = (
            treatment(by, "name") == FULL and not by.scope.cell("service.view").totals_only
        )
        self.period = RecordPeriodForm(own_query(request, RecordPeriodForm)).chosen()
        wide = Cut(by.scope, self.period)
        self.is_one_community = self.area is not None and self.area.level >= Level.COMMUNITY
        self.communities = None if self.is_one_community else by_community(wide)
        self.totals_only = by.scope.cell("service.view").totals_only
        if self.communities is not None and self.totals_only:
            suppress_small(self.communities, held_back_statistics(self.period, by.scope))
        self.units = by_unit(wide) if self.area is not None and self.names_people else None
        self.form = StatisticsForm(
            own,
            communities=_choices(self.communities),
            units=_choices(self.units),
        )
        picked = self.form.cleaned_data if self.form.is_valid() else {}
        community: Any = _picked(self.communities, picked.get("community"))
        unit: Any = self.own_unit or _picked(self.units, picked.get("unit"))
        self.community: Area | None = community
        self.unit: Organization | None = unit
        self.cut = Cut(by.scope, self.period, community=self.community, unit=self.unit)

    @property
    def is_narrow(self) -> bool:
        """Whether one line per person is a table that one can read."""
        return self.names_people and self.unit is not None

    def sheet(self, *, all_members: bool) -> Sheet:
        """Return the table: by members where it is about one unit, else by units or communities."""
        by_members = self.is_narrow or (
            all_members
            and self.names_people
            and (self.is_one_community or self.community is not None)
        )
        groups: list[Group] = []
        word = ""
        if self.own_unit is not None or (self.unit is not None and not self.is_one_community):
            groups, word = by_community(self.cut), str(_("社区"))
        elif self.unit is None:
            if self.is_one_community or self.community is not None:
                groups, word = by_unit(self.cut), str(_("单位"))
            else:
                groups, word = list(self.communities or ()), str(_("社区"))
        total = total_of(self.cut)
        held: set[str] = set()
        if self.totals_only:
            held = self._suppress(groups, total)
        return Sheet(
            name=self.name,
            period=self.period,
            total=total,
            is_total_suppressed=self.totals_only and is_total_small(total, groups),
            total_held=held,
            groups=groups,
            group_word=word,
            lines=member_lines(self.cut) if by_members else (),
            beside="community" if self.unit is not None else "unit",
            contact=self._contact(),
            parts=parts_of(self.period) if by_members else (),
        )

    def _suppress(self, groups: list[Group], total: Figures) -> set[str]:
        """Leave out what few persons stand behind; return the counts that stay out of the total."""
        if groups != self.communities:
            suppress_small(groups)
        # What stays out of a community's line stays out of its own table.
        lines = self.communities or ()
        above = {key for line in lines if line.row == self.community for key in line.held}
        for group in groups if self.community is not None else ():
            group.held |= above
        return held_of_total(total, groups) | (above if self.community is not None else set())

    @property
    def name(self) -> str:
        """Whose table it is."""
        parts = []
        if self.own_unit is not None:
            parts.append(self.own_unit.name)
        elif self.area is not None:
            parts.append((self.community or self.area).name)
        if self.own_unit is None and self.unit is not None:
            parts.append(self.unit.name)
        if self.own_unit is not None and self.community is not None:
            parts.append(self.community.name)
        return "、".join(parts)

    def _contact(self) -> str:
        body = self.own_unit or committee_of(self.community or self.area)
        if body is None or not (body.contact_name or body.contact_phone):
            return ""
        word = "联系人" if body.contact_name else "联系电话"
        return f"{word}：" + " ".join(filter(None, (body.contact_name, body.contact_phone)))

    @property
    def target(self) -> Area | Organization | None:
        """What a download is written down on."""
        return self.own_unit or self.area


def _choices(groups: list[Group] | None) -> list[tuple[str, str]] | None:
    if groups is None:
        return None
    return [
        (str(group.row.uid), group.name)
        for group in groups
        if group.row is not None and not group.is_suppressed
    ]


def _picked(groups: list[Group] | None, uid: str | None) -> Area | Organization | None:
    # What is not counted out in the list is not opened by its address either.
    found = (group.row for group in groups or () if group.row and not group.is_suppressed)
    return next((row for row in found if str(row.uid) == uid), None)


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """What was done, by whom of which unit in which community, up to this moment."""
    asked = _Asked(request)
    sheet = asked.sheet(all_members=False)
    labels = [part_label(part) for part in sheet.parts]
    return render(
        request,
        "members/statistics.html",
        {
            "form": asked.form,
            "sheet": sheet,
            "rows": [
                (
                    line,
                    sheet.beside_of(line),
                    list(zip(labels, line.parts, strict=True)),
                    list(zip(tallies(), line.counts, strict=True)),
                )
                for line in sheet.lines
            ],
            "groups": [
                (group, list(zip(tallies(), group.counts, strict=True))) for group in sheet.groups
            ],
            "tallies": list(zip(tallies(), sheet.total_counts, strict=True)),
            "part_labels": labels,
            "until": asked.cut.until,
            "names_people": asked.names_people,
            "is_unit": asked.own_unit is not None,
            "unit": asked.unit,
            "community": asked.community,
            "links": _links(asked),
            "has_cards": asked.is_narrow and any(line.times for line in sheet.lines),
            "query": asked.query,
            "may_print": may(asked.by, "document.make"),
            "may_export": may(asked.by, "export.masked"),
        },
    )


def _links(asked: _Asked) -> dict[str, str]:
    """Return which of the form's fields a line of the groups fills in."""
    if asked.unit is not None:
        return {"name": "community", "keep": f"unit={asked.unit.uid}" if asked.area else ""}
    if asked.is_one_community or asked.community is not None:
        keep = f"community={asked.community.uid}" if asked.community else ""
        return {"name": "unit", "keep": keep} if asked.names_people else {}
    return {"name": "community", "keep": ""}


@require_GET
def statistics_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The same as a workbook or a paper, with every line."""
    asked = _Asked(request)
    name = _("活动情况统计表") + f"（{asked.name}，{asked.period.label}）.{extension}"
    if extension == "xlsx":
        require(asked.by, "export.masked")
        content, content_type = _workbook(asked.sheet(all_members=True)), XLSX
    elif extension in PAPERS:
        require(asked.by, "document.make")
        content, content_type = _drawn(statistics_paper(asked.sheet(all_members=True)), extension)
    else:
        raise Http404
    note_download(asked.target, kind="service.statistics", extension=extension, by=asked.by)
    return attachment(content, name=name, content_type=content_type)


def _drawn(paper: Composition, extension: str) -> tuple[bytes, str]:
    render_as, content_type = PAPERS[extension]
    return render_as(paper, None), content_type


def _workbook(sheet: Sheet) -> bytes:
    target = io.BytesIO()
    title = _("在职党员参加社区活动情况统计表")
    about = f"{sheet.name}，{sheet.period.label}，截至{sheet.moment}"
    total = sheet.total_cells
    if sheet.lines:
        headers = sheet.member_headers
        rows: list[list[Any]] = [sheet.member_cells(line) for line in sheet.lines]
        notes = [
            title,
            about,
            "，".join(
                f"{header} {on_paper(cell)}"
                for header, cell in zip(sheet.group_headers[1:], total[1:], strict=True)
            ),
        ]
    else:
        headers = sheet.group_headers
        rows = [*(sheet.group_cells(group) for group in sheet.groups), total]
        notes = [title, about]
    write_workbook(
        target,
        name=str(title),
        notes=notes,
        headers=[str(header) for header in headers],
        widths=[16 if at else 24 for at in range(len(headers))],
        rows=rows,
    )
    return target.getvalue()


@require_GET
def cards_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The cards of a unit's members, one to a page: what goes to the unit at a quarter's end."""
    asked = _Asked(request)
    require(asked.by, "document.make")
    if not asked.is_narrow or extension not in PAPERS:
        raise Http404
    cards = cards_of(asked.cut)
    content, content_type = _drawn(card_paper(cards, name=asked.name), extension)
    note_download(asked.target, kind="service.card", extension=extension, by=asked.by)
    name = _("服务记录卡") + f"（{asked.name}，{asked.period.label}）.{extension}"
    return attachment(content, name=name, content_type=content_type)


def _member(by: Actor, uid: UUID) -> PartyMember:
    if by.scope.cell("service.view").totals_only:
        raise Refused("service.view")
    member: PartyMember = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person"), uid=uid
    )
    return member


@require_GET
def member_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One member's service in a period, per community: 次 and 小时."""
    by = actor_of(request)
    member = _member(by, uid)
    require(by, "service.view", member)
    form = RecordPeriodForm(own_query(request, RecordPeriodForm), kind=YEAR)
    period = form.chosen()
    cut = Cut(by.scope, period, member=member)
    return render(
        request,
        "members/member_card.html",
        {
            "member": member,
            "is_own": by.scope.column == "member",
            "form": form,
            "period": period,
            "period_text": str(period),
            "until": cut.until,
            "cards": cards_of(cut, with_empty=True),
            "may_print": may(by, "document.make"),
            "may_ask": may(by, "certificate.ask"),
        },
    )


@require_GET
def member_card_file(request: HttpRequest, uid: UUID, extension: str) -> HttpResponseBase:
    """The member's card as a paper."""
    by = actor_of(request)
    member = _member(by, uid)
    require(by, "service.view", member)
    require(by, "document.make")
    if extension not in PAPERS:
        raise Http404
    period = RecordPeriodForm(own_query(request, RecordPeriodForm), kind=YEAR).chosen()
    cards = cards_of(Cut(by.scope, period, member=member), with_empty=True)
    content, content_type = _drawn(card_paper(cards, name=member.person.name), extension)
    note_download(member, kind="service.card", extension=extension, by=by)
    name = _("服务记录卡") + f"（{period.label}）.{extension}"
    return attachment(content, name=name, content_type=content_type)
