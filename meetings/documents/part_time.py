"""The papers of a part-time committee member: 公示, 聘书."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.enums import PartTimeState
from meetings.models import PartTimeMember
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.documents.composition import Composition, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, filled, register
from partybuild.organizations.models import Organization


class OfPartTimeMember(DocumentKind):
    """A paper about a part-time member."""

    subject = "meetings.PartTimeMember"
    select_related = ("council__area", "council__convener__area", "organization", "person")

    def issuer(self, subject: PartTimeMember) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: PartTimeMember) -> Area:
        """The council's."""
        return subject.council.area

    def is_for(self, subject: PartTimeMember, by: Actor) -> bool:
        """For those who publish and appoint."""
        return may(by, "part_time_member.appoint", subject)


def _values(subject: PartTimeMember) -> dict[str, str]:
    council = subject.council
    return {
        "姓名": subject.person_name,
        "单位": subject.unit_name,
        "单位职务": subject.unit_post,
        "联席会": council.name,
        "拟任职务": subject.title,
        "分工": subject.division,
        "任期起": date_on_paper(subject.term_from) if subject.term_from else "",
        "任期止": date_on_paper(subject.term_to) if subject.term_to else "",
        "公示起": date_on_paper(subject.published_on) if subject.published_on else "",
        "公示止": date_on_paper(subject.published_until) if subject.published_until else "",
        "电话": council.convener.contact_phone,
    }


_WORDS = {
    "姓名": _("人选姓名"),
    "单位": _("所在单位"),
    "单位职务": _("在单位的职务"),
    "联席会": _("联席会名称"),
    "拟任职务": _("拟任职务"),
    "分工": _("分工"),
}


@register
class Publication(OfPartTimeMember):
    """公示 of a candidate, to hang up."""

    key = "part_time.publication"
    name = _("任前公示")
    is_numbered = True
    issue_key = "part_time_member.appoint"
    style = Style(
        prefix="公示",
        opening="经推荐、遴选并报上级党组织批复，拟聘任{姓名}同志（{单位}{单位职务}）为{联席会}{拟任职务}。现予公示。",
        closing="公示期间，如有意见，请以书面、电话或当面形式向我单位反映。反映情况应实事求是，我单位对反映人和反映内容保密。",
    )
    words = _WORDS

    def waits_for(self, subject: PartTimeMember) -> str:
        """The publication's beginning."""
        return "" if subject.published_on else str(_("开始公示后才能生成正式公示稿。"))

    def compose(self, subject: PartTimeMember, *, style: Style, issue: Issue) -> Composition:
        """Who, for which office, until when, whom to tell."""
        values = _values(subject)
        blocks = [Text(filled(style.opening, values))]
        if subject.published_on:
            blocks.append(Text(f"公示时间：{values['公示起']}至{values['公示止']}。"))
        blocks.append(Text(filled(style.closing, values)))
        if values["电话"]:
            blocks.append(Text(f"联系电话：{values['电话']}。"))
        return Composition(
            title=f"关于拟聘任{subject.council.name}{subject.title}的公示",
            mark=style.mark,
            number=issue.number,
            blocks=tuple(blocks),
            issuer=subject.council.convener.name,
            issued_on=subject.published_on or issue.day or today(),
            sealed=style.is_sealed,
            note=style.note,
            is_draft=issue.is_draft,
        )


@register
class LetterOfAppointment(OfPartTimeMember):
    """聘书 of a part-time member."""

    key = "part_time.letter"
    name = _("聘书")
    is_numbered = True
    issue_key = "part_time_member.appoint"
    style = Style(
        prefix="聘",
        opening="兹聘任您为{联席会}{拟任职务}，任期自{任期起}至{任期止}。",
        closing="请您密切联系群众，参与区域化党建工作，共同服务社区发展和居民群众。",
    )
    words = {**_WORDS, "任期起": _("任期开始日期"), "任期止": _("任期截止日期")}

    def waits_for(self, subject: PartTimeMember) -> str:
        """The appointment."""
        if subject.state in {
            PartTimeState.APPOINTED,
            PartTimeState.RENEWED,
            PartTimeState.ENDED,
        }:
            return ""
        return str(_("聘任后才能生成聘书。"))

    def compose(self, subject: PartTimeMember, *, style: Style, issue: Issue) -> Composition:
        """Whom, as what, from when to when, with which work."""
        values = _values(subject)
        blocks = [Text(filled(style.opening, values))]
        if subject.division:
            blocks.append(Text(f"具体分工：{subject.division.rstrip('。')}。"))
        blocks.append(Text(filled(style.closing, values)))
        return Composition(
            title="聘　书",
            mark=style.mark,
            number=issue.number,
            addressee=f"{subject.person_name}同志",
            blocks=tuple(blocks),
            issuer=subject.council.convener.name,
            issued_on=subject.appointed_on or issue.day or today(),
            sealed=style.is_sealed,
            note=style.note,
            is_letter=True,
            is_draft=issue.is_draft,
        )
