"""The papers of reporting in: 组织推荐信 (F2), 单位报到登记表 (F1), 报到登记表 (F3), 基本情况登记表.

What the platform does not hold (民族, 学历, the number of the ID card) stands as a box to be filled in by hand.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import HOLDING, Availability, ReportInState, UnitReportInState
from members.models import (
    PartyMember,
    PostClaim,
    RecommendationLetter,
    ReportIn,
    UnitReportIn,
)
from members.queries.letters import standing_link
from members.queries.members import current_employment
from partybuild.access import Actor, Level
from partybuild.accounts.links import link_url
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.calendar import today
from partybuild.documents.composition import (
    Block,
    Break,
    Code,
    Composition,
    Cut,
    Table,
    Text,
    date_on_paper,
)
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization
from units.queries import committee_of

_DAY = "　　　　年　　月　　日"
_MONTH = "　　　　年　　月"
# Four columns: name, value, name, value.
_FOUR = (2.4, 3.8, 2.3, 3.5)
_TAKEN_IN = {ReportInState.CONFIRMED, ReportInState.ENDED}
# What is written by hand.
_BLANK = "　"


def _day(day: Any) -> str:
    return date_on_paper(day) if day else ""


def _signed(words: str, day: Any = None) -> str:
    """Return room for a signature and seal below some words."""
    return f"{words}\n\n\t（盖章）　{_day(day) or _DAY}"


def _born(birth_date: Any) -> str:
    """Return the year that every reader of the paper may see; the month is written by hand."""
    return f"{birth_date.year}年　　月" if birth_date else _MONTH


def _lead(area: Area) -> Organization:
    committee = committee_of(area)
    assert committee is not None
    return committee


def _home(member: PartyMember) -> str:
    return f"{member.home_area.name if member.home_area else ''}{member.home_building}"


def _four_columns(
    rows: tuple[tuple[str, ...], ...],
    *,
    row_height_mm: float,
    heights_mm: tuple[float, ...] = (),
) -> Table:
    """Lay out names and values, two to a row; a value without a neighbour has the row to itself."""
    return Table(
        rows=rows,
        widths=_FOUR,
        spans={f"{number},1": 3 for number, row in enumerate(rows) if row[2:] == ("", "")},
        is_form=True,
        row_height_mm=row_height_mm,
        heights_mm=heights_mm,
    )


@register
class LetterPaper(DocumentKind):
    """组织推荐信 in three parts on one sheet: 存根 stays, 正联 goes, 回执 comes back."""

    key = "letter.paper"
    name = _("组织推荐信（三联）")
    subject = "members.RecommendationLetter"
    is_form = True
    style = Style(
        opening="兹推荐我单位{姓名}同志到你社区报到，参加社区组织的志愿服务和党的活动。该同志的组织关系仍在我单位。",
        closing="请予接洽，并将回执交我单位。",
    )
    words = {"姓名": _("党员姓名"), "单位": _("开具单位")}
    fields = ("opening", "closing", "note")
    select_related = (
        "member__person",
        "member__home_area",
        "unit__area",
        "community",
        "report_in__community",
        "report_in__grid",
        "report_in__team",
    )

    def issuer(self, subject: RecommendationLetter) -> Organization:
        """The unit."""
        return subject.unit

    def is_for(self, subject: RecommendationLetter, by: Actor) -> bool:
        """For the unit and the member; the community gets the paper."""
        return not by.scope.is_area

    def own_number(self, subject: RecommendationLetter) -> str:
        """The letter's own."""
        return subject.number

    def compose(self, subject: RecommendationLetter, *, style: Style, issue: Issue) -> Composition:
        """The stub, the letter with its code, and the receipt to be filled in or filled already."""
        return Composition(
            title="组织推荐信（存根）",
            blocks=(
                *self._stub(subject),
                Cut(title="组织推荐信", label=f"{subject.number}　骑缝"),
                *self._letter(subject, style),
                Cut(title="组织推荐信（回执）", label=f"{subject.number}　骑缝"),
                *self._receipt(subject),
            ),
            is_form=True,
            is_dense=True,
            note=style.note,
        )

    def _addressee(self, letter: RecommendationLetter) -> str:
        return f"{letter.community.name if letter.community else '居住地社区'}党组织"

    def _stub(self, letter: RecommendationLetter) -> tuple[Block, ...]:
        rows = (
            ("编　　号", letter.number, "开具日期", _day(letter.issued_on)),
            ("姓　　名", letter.member_name, "经 办 人", _BLANK),
            ("党支部、职务", f"{letter.branch_name}　{letter.post}".strip("　") or _BLANK, "", ""),
            ("致送社区", self._addressee(letter), "有效期至", _day(letter.valid_until)),
            ("回执情况", self._receipt_words(letter) or _BLANK, "", ""),
        )
        return (_four_columns(rows, row_height_mm=7),)

    def _letter(self, letter: RecommendationLetter, style: Style) -> tuple[Block, ...]:
        member = letter.member
        person = member.person
        values = {"姓名": letter.member_name, "单位": letter.unit_name}
        opening, closing = style.opening, style.closing
        for name, value in values.items():
            opening = opening.replace("{" + name + "}", value)
            closing = closing.replace("{" + name + "}", value)
        rows = (
            (
                "姓　　名",
                letter.member_name,
                "性　　别",
                str(person.get_gender_display()) or _BLANK,
            ),
            ("出生年月", _born(person.birth_date), "民　　族", _BLANK),
            ("党员类别", str(member.get_kind_display()), "入党时间", _MONTH),
            ("身份证号", "报到时出示证件核对", "联系电话", "报到时由本人填写"),
            ("单位及职务", f"{letter.unit_name}{letter.post}", "", ""),
            ("所在党支部", letter.branch_name or _BLANK, "", ""),
            ("居住地址", _home(member) or _BLANK, "", ""),
            ("特　　长", member.skills or _BLANK, "", ""),
        )
        link = standing_link(letter) if letter.is_usable(today()) else None
        code: tuple[Block, ...] = ()
        if link is not None:
            entry = f"{settings.BASE_URL}{reverse('members:letter-open')}"
            lines = (
                f"报到码：{letter.code_shown}　有效期至{_day(letter.valid_until)}",
                "本人用手机扫码，核对后点“报到”，不用账号；",
                f"也可以打开 {entry} 输入报到码，",
                "或者带本信到社区窗口办理。",
            )
            code = (Code(address=link_url(link), lines=lines),)
        return (
            Text(f"{self._addressee(letter)}：", indent=False),
            Text(opening),
            _four_columns(rows, row_height_mm=7),
            Text(f"本信有效期至{_day(letter.valid_until)}。{closing}"),
            *code,
            Text(f"{letter.unit_name}党组织（盖章）　{_day(letter.issued_on)}", align="right"),
        )

    def _receipt_words(self, letter: RecommendationLetter) -> str:
        report_in = letter.report_in
        if report_in is None or not letter.receipt_number:
            return ""
        places = "、".join(str(each.name) for each in (report_in.grid, report_in.team) if each)
        return (
            f"已于{_day(report_in.decided_on)}到{report_in.community.name}报到"
            f"{f'，编入{places}' if places else ''}（回执编号{letter.receipt_number}）"
        )

    def _receipt(self, letter: RecommendationLetter) -> tuple[Block, ...]:
        said = self._receipt_words(letter)
        blank = "已于＿＿＿＿年＿＿月＿＿日到我社区报到，编入＿＿＿＿＿＿网格、＿＿＿＿＿＿服务队"
        report_in = letter.report_in
        where = f"{report_in.community.name}党组织" if said and report_in else "社区党组织"
        return (
            Text(f"{letter.unit_name}党组织：", indent=False),
            Text(f"你单位{letter.number}推荐的{letter.member_name}同志{said or blank}。"),
            Text(
                f"{where}（盖章）　经办人：＿＿＿＿＿　{_day(letter.receipt_on) or _DAY.strip('　')}",
                align="right",
            ),
        )


def _claims(report_in: ReportIn) -> str:
    """Return the posts that the member holds in this community."""
    found = PostClaim.objects.filter(
        post__community=report_in.community_id, member=report_in.member_id, state__in=HOLDING
    )
    return "、".join(found.order_by("decided_on", "pk").values_list("post__title", flat=True))


class _OfReportIn(DocumentKind):
    """A paper about one report-in, kept by the community."""

    subject = "members.ReportIn"
    is_form = True
    fields = ("note",)
    select_related = (
        "member__person",
        "community",
        "grid",
        "team",
        "unit",
    )

    def issuer(self, subject: ReportIn) -> Organization:
        """The community's committee."""
        return _lead(subject.community)

    def area(self, subject: ReportIn) -> Area:
        """The community."""
        return subject.community


@register
class ReportInSheet(_OfReportIn):
    """在职党员到社区报到登记表 (F3): filled in as far as the platform knows, to be signed."""

    key = "report_in.sheet"
    name = _("在职党员到社区报到登记表")

    def is_for(self, subject: ReportIn, by: Actor) -> bool:
        """For the community that keeps it and for the member."""
        return by.scope.is_area or by.scope.column == "member"

    def compose(self, subject: ReportIn, *, style: Style, issue: Issue) -> Composition:
        """Who, from where, living where, what they can do; three places to sign."""
        member, person = subject.member, subject.member.person
        places = "、".join(str(each.name) for each in (subject.grid, subject.team) if each)
        letter = RecommendationLetter.objects.filter(report_in=subject.pk).first()
        decided = _day(subject.decided_on) if subject.state in _TAKEN_IN else ""
        rows = (
            (
                "姓　　名",
                subject.stated_name,
                "性　　别",
                str(person.get_gender_display()) or _BLANK,
            ),
            ("出生年月", _born(person.birth_date), "民　　族", _BLANK),
            ("学历、学位", _BLANK, "专业技术职务", _BLANK),
            ("身份证号", "报到时核对证件，不抄录", "联系电话", person.masked_phone or _BLANK),
            ("党员类别", str(member.get_kind_display()), "入党时间", _MONTH),
            ("工作单位", subject.unit_name or _BLANK, "职　　务", subject.post or _BLANK),
            ("所在党支部", subject.branch_name or _BLANK, "党内职务", _BLANK),
            (
                "居住地址",
                f"{subject.community.name}{subject.building}",
                "报到社区",
                subject.community.name,
            ),
            (
                "报到日期",
                _day(subject.submitted_on),
                "推荐信编号",
                letter.number if letter is not None else _BLANK,
            ),
            ("特长、爱好", subject.skills or _BLANK, "可服务时间", _times(member) or _BLANK),
            ("编入网格、队伍", places or _BLANK, "服务意向", _BLANK),
            ("认领岗位", _claims(subject) or _BLANK, "", ""),
            ("家庭情况、说明", subject.note or _BLANK, "", ""),
            ("本人签名", f"\t{_DAY}", "", ""),
            ("单位党组织意见", _signed(""), "", ""),
            (
                "社区党组织意见",
                ("同意接收。" if subject.state in _TAKEN_IN else "")
                + f"\n\n\t经办人：＿＿＿＿＿＿　（盖章）　{decided or _DAY}",
                "",
                "",
            ),
        )
        return Composition(
            title="在职党员到社区报到登记表",
            blocks=(_four_columns(rows, row_height_mm=10, heights_mm=(*(0.0,) * 14, 26.0, 26.0)),),
            is_form=True,
            note=style.note,
        )


@register
class ReportInReceipt(_OfReportIn):
    """报到回执: what the community gives back to the unit, with or without a letter."""

    key = "report_in.receipt"
    name = _("报到回执")

    def is_for(self, subject: ReportIn, by: Actor) -> bool:
        """Once the community has taken the member in."""
        return subject.decided_on is not None and subject.state in _TAKEN_IN

    def compose(self, subject: ReportIn, *, style: Style, issue: Issue) -> Composition:
        """When, where, in which grid and team."""
        places = "、".join(str(each.name) for each in (subject.grid, subject.team) if each)
        letter = RecommendationLetter.objects.filter(report_in=subject.pk).first()
        about = f"（{letter.number}）" if letter is not None else ""
        return Composition(
            title="在职党员报到回执",
            number=letter.receipt_number if letter is not None else "",
            addressee=f"{subject.unit_name or '　　　　　　　　'}党组织",
            blocks=(
                Text(
                    f"你单位{subject.stated_name}同志{about}已于{_day(subject.decided_on)}到我社区报到"
                    f"{f'，编入{places}' if places else ''}。该同志的组织关系仍在你单位，"
                    "参加服务的情况由我社区按季度汇总后告知你单位。"
                ),
                Text("经办人：　　　　　　　", align="right"),
            ),
            issuer=_lead(subject.community).name,
            issued_on=subject.decided_on,
            sealed=True,
            is_form=True,
            note=style.note,
        )


def _times(member: PartyMember) -> str:
    words = dict(Availability.choices)
    return "、".join(str(words.get(each, each)) for each in member.availability)


class _UnitSheet(DocumentKind):
    """单位党组织到社区报到登记表 (F1): the sheet with the community's opinion, and the receipt."""

    is_form = True
    fields = ("note",)

    def sheet(
        self, subject: UnitReportIn, *, style: Style, people: str, services: str
    ) -> Composition:
        """Compose the sheet of a report-in, or of one that nobody has written yet."""
        kinds = dict(PartyOrganizationKind.choices)
        kind = word(subject.community, "unit.kind", subject.kind) if subject.kind else ""
        rows = (
            ("单位名称", subject.unit_name, "", ""),
            (
                "单位党组织",
                subject.party_name or _BLANK,
                "党组织类别",
                str(kinds.get(subject.party_kind, _BLANK)),
            ),
            ("单位性质", str(kind) or _BLANK, "统一社会信用代码", subject.credit_code or _BLANK),
            ("隶属关系、上级党组织", subject.superior or _BLANK, "", ""),
            ("地　　址", subject.address or _BLANK, "", ""),
            ("负 责 人", subject.head_name, "联系电话", subject.head_phone or _BLANK),
            ("联 系 人", subject.contact_name, "联系电话", subject.contact_phone),
            (
                "党员人数",
                people,
                "",
                "",
            ),
            (
                "报到社区、网格",
                f"{subject.community.name}{subject.grid.name if subject.grid else ''}",
                "报到日期",
                _day(subject.submitted_on),
            ),
            (
                "认领服务项目",
                services or _BLANK,
                "",
                "",
            ),
            ("可提供的资源", subject.resources or _BLANK, "", ""),
            ("希望社区支持的事项", subject.needs or _BLANK, "", ""),
            ("拟共建项目", subject.projects or _BLANK, "", ""),
            ("备　　注", self._note(subject) or _BLANK, "", ""),
            ("单位党组织", _signed("", None if subject.channel else subject.submitted_on), "", ""),
            (
                "社区党组织接收意见",
                _signed(subject.opinion, subject.decided_on if subject.receipt_number else None),
                "",
                "",
            ),
        )
        wide = [number for number, row in enumerate(rows) if row[2:] == ("", "")]
        return Composition(
            title="单位党组织到社区报到登记表",
            blocks=(
                Table(
                    rows=rows,
                    widths=(2.3, 3.6, 2.2, 3.9),
                    spans={f"{number},1": 3 for number in wide},
                    is_form=True,
                    row_height_mm=9,
                    heights_mm=(*(0.0,) * 14, 22.0, 22.0),
                ),
                Break(title="单位党组织到社区报到回执"),
                *self._receipt(subject),
            ),
            is_form=True,
            note=style.note,
        )

    def _note(self, subject: UnitReportIn) -> str:
        ended = ""
        if subject.ended_on:
            reasons = dict(dictionary(subject.community, "unit_report_in.end_reason"))
            reason = reasons.get(subject.end_reason, subject.end_reason)
            ended = f"{_day(subject.ended_on)}注销：{reason}"
        return "；".join(each for each in (subject.note, ended) if each)

    def _receipt(self, subject: UnitReportIn) -> tuple[Block, ...]:
        when = _day(subject.decided_on) if subject.receipt_number else "＿＿＿＿年＿＿月＿＿日"
        return (
            Text(f"{subject.unit_name or '＿＿＿＿＿＿＿＿'}党组织：", indent=False),
            Text(f"你单位党组织已于{when}到{subject.community.name}报到，我社区同意接收。"),
            Text(f"回执编号：{subject.receipt_number or '＿＿＿＿＿＿＿＿'}", indent=False),
            Text(f"{_lead(subject.community).name}（盖章）", align="right"),
            Text(when, align="right"),
            Text("本回执由单位留存，并报上级党组织或机关工委备案。", indent=False),
        )


@register
class UnitReportInSheet(_UnitSheet):
    """单位党组织到社区报到登记表 (F1) with the community's opinion and the receipt."""

    key = "unit_report_in.sheet"
    name = _("单位党组织到社区报到登记表")
    subject = "members.UnitReportIn"
    select_related = ("unit", "community", "grid")

    def issuer(self, subject: UnitReportIn) -> Organization:
        """The community's committee, which keeps it."""
        return _lead(subject.community)

    def area(self, subject: UnitReportIn) -> Area:
        """The community."""
        return subject.community

    def is_for(self, subject: UnitReportIn, by: Actor) -> bool:
        """While it is worth a signature."""
        return subject.state != UnitReportInState.WITHDRAWN

    def compose(self, subject: UnitReportIn, *, style: Style, issue: Issue) -> Composition:
        """The unit, its Party organization, its people, what it offers; then both seals."""
        words = dict(dictionary(subject.community, "service.kind"))
        people = (
            f"党员总数{subject.members_total}人，在职党员{subject.members_in_service}人，"
            f"已报到{subject.members_reported_in}人（市级单位＿＿人，区级及以下＿＿人）"
        )
        services = "、".join(str(words.get(each, each)) for each in subject.services)
        return self.sheet(subject, style=style, people=people, services=services)


@register
class BlankUnitReportIn(_UnitSheet):
    """The same sheet to be filled in by hand before the unit reports in."""

    key = "unit_report_in.blank"
    name = _("单位党组织到社区报到登记表（空白）")
    subject = "areas.Area"

    def issuer(self, subject: Area) -> Organization:
        """The community's committee, which takes it in."""
        return _lead(subject)

    def area(self, subject: Area) -> Area:
        """The community."""
        return subject

    def is_for(self, subject: Area, by: Actor) -> bool:
        """Of communities: where units report in."""
        return subject.level == Level.COMMUNITY

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """Its fields with room to write, the community's services as boxes to tick."""
        return self.sheet(
            UnitReportIn(community=subject),
            style=style,
            people="党员总数＿＿＿人，在职党员＿＿＿人，已报到＿＿＿人（市级单位＿＿人，区级及以下＿＿人）",
            services="　".join(f"□{label}" for _key, label in dictionary(subject, "service.kind")),
        )


class _BasicFacts(DocumentKind):
    """党员基本情况登记表: three copies, signed by the member, checked by the branch."""

    subject = "members.PartyMember"
    is_form = True
    fields = ("note",)
    select_related = ("person", "home_area")
    # Whether what only the member reads back stands on it.
    is_full = False

    def issuer(self, subject: PartyMember) -> Organization:
        """The unit, whose branch keeps a copy; without one the community where the member lives."""
        job = current_employment(subject)
        if job is not None:
            return job.unit
        assert subject.home_area is not None
        return _lead(subject.home_area)

    def compose(self, subject: PartyMember, *, style: Style, issue: Issue) -> Composition:
        """What is known, and room for the rest."""
        person, job = subject.person, current_employment(subject)
        branch = str(job.branch) if job is not None and job.branch else _BLANK
        own = self.is_full
        born = _day(person.birth_date) if own else ""
        if person.birth_date and not own:
            born = _born(person.birth_date)
        rows = (
            ("姓　　名", person.name, "性　　别", str(person.get_gender_display()) or _BLANK),
            ("出生年月", born or _MONTH, "民　　族", _BLANK),
            ("身份证号", (person.id_number if own else "") or _BLANK, "学历、学位", _BLANK),
            ("专业技术职务", _BLANK, "党内职务", _BLANK),
            (
                "入党日期",
                (_day(subject.joined_on) if own else "") or _DAY.strip(_BLANK),
                "党员类别",
                str(subject.get_kind_display()),
            ),
            (
                "工作单位",
                job.unit.name if job else _BLANK,
                "职　　务",
                (job.post if job else "") or _BLANK,
            ),
            (
                "所在党支部",
                branch,
                "联系电话",
                (person.phone if own else "") or _BLANK,
            ),
            (
                "居住社区",
                subject.home_area.name if subject.home_area else _BLANK,
                "小区、楼栋",
                (subject.home_building if own else "") or _BLANK,
            ),
            ("居住地址", (subject.home_address if own else "") or _BLANK, "", ""),
            ("特　　长", subject.skills or _BLANK, "可服务时间", _times(subject) or _BLANK),
            ("家庭情况", _BLANK, "", ""),
            ("服务意向", _BLANK, "", ""),
            ("本人签名", f"\t{_DAY}", "", ""),
            ("党支部审核意见", _signed(""), "", ""),
        )
        wide = [number for number, row in enumerate(rows) if row[2:] == ("", "")]
        return Composition(
            title="在职党员基本情况登记表",
            blocks=(
                Table(
                    rows=rows,
                    widths=(2.3, 3.9, 2.3, 3.5),
                    spans={f"{number},1": 3 for number in wide},
                    is_form=True,
                    row_height_mm=10,
                    heights_mm=(*(0.0,) * 10, 16.0, 16.0, 0.0, 28.0),
                ),
                Text(
                    "本表一式三份：报到时交社区一份，党支部留存一份，报上级党组织一份。",
                    indent=False,
                ),
            ),
            is_form=True,
            note=style.note,
        )


@register
class BasicFacts(_BasicFacts):
    """The same for the unit: personal numbers and addresses are left for the member to write."""

    key = "member.basic_facts"
    name = _("党员基本情况登记表")

    def is_for(self, subject: PartyMember, by: Actor) -> bool:
        """For the unit."""
        return by.scope.is_unit and current_employment(subject) is not None


@register
class OwnBasicFacts(_BasicFacts):
    """The member's own, filled in completely."""

    key = "member.own_basic_facts"
    name = _("本人基本情况登记表")
    is_full = True

    def is_for(self, subject: PartyMember, by: Actor) -> bool:
        """For nobody else."""
        return (
            by.scope.column == "member"
            and by.scope.person_id == subject.person_id
            and current_employment(subject) is not None
        )
