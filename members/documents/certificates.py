"""志愿服务记录证明: what the rules for volunteer records ask of it, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from members.enums import CertificateState
from members.models import ServiceCertificate
from members.queries.certificates import hours_in, lines_on
from members.services.certificates import mark_certificate_withdrawn
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.calendar.words import hours_cn, hours_number
from partybuild.documents.composition import Composition, Table, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, filled, register
from partybuild.fields.codes import mask_name
from partybuild.organizations.models import Organization

ID_CARD = "居民身份证"


@register
class Certificate(DocumentKind):
    """志愿服务记录证明: name, ID, volunteer number, hours and content, issuer, who answers for it, number, day."""

    key = "service.certificate"
    name = _("志愿服务记录证明")
    subject = "members.ServiceCertificate"
    select_related = ("community", "issuer__area", "member__person")
    is_numbered = True
    issue_key = "certificate.issue"
    style = Style(
        prefix="志服",
        opening="兹证明{姓名}自{起}至{止}在{社区}参加志愿服务{次数}次，服务时长共计{时长}小时。服务情况如下：",
        closing="本证明依据经认证的志愿服务记录如实出具，不收取任何费用。",
        has_head=False,
    )
    words = {
        "姓名": _("志愿者姓名"),
        "起": _("服务开始日期"),
        "止": _("服务截止日期"),
        "社区": _("社区名称"),
        "次数": _("服务次数"),
        "时长": _("服务时长（小时）"),
    }
    fields = ("prefix", "opening", "closing", "note", "is_sealed")

    def issuer(self, subject: ServiceCertificate) -> Organization:
        """The committee that leads the community."""
        return subject.issuer

    def area(self, subject: ServiceCertificate) -> Area:
        """The community's."""
        return subject.community

    def is_for(self, subject: ServiceCertificate, by: Actor) -> bool:
        """For those who check and issue; the member has a copy of their own."""
        return may(by, "certificate.prepare", subject) or may(by, "certificate.issue", subject)

    def waits_for(self, subject: ServiceCertificate) -> str:
        """The second look."""
        if subject.state == CertificateState.ISSUED:
            return ""
        return str(_("经办人核对、负责人签发后生成。"))

    def compose(self, subject: ServiceCertificate, *, style: Style, issue: Issue) -> Composition:
        """Who, how long, what, and who answers for it."""
        lines = lines_on(subject)
        hours = hours_number(hours_in(lines))
        values = {
            "姓名": subject.member_name,
            "起": date_on_paper(subject.since),
            "止": date_on_paper(subject.until),
            "社区": subject.community.name,
            "次数": len(lines),
            "时长": hours,
        }
        person = Table(
            rows=(
                ("姓　　名", subject.member_name, "志愿者编号", subject.volunteer_number or "—"),
                ("证件类型", ID_CARD, "证件号码", subject.masked_number),
            ),
            widths=(2.2, 3.4, 2.4, 5),
            row_height_mm=11,
            is_form=True,
        )
        services = Table(
            head=("序号", "服务日期", "服务内容", "服务类别", "小时数"),
            rows=(
                *(
                    (
                        str(number),
                        date_on_paper(date.fromisoformat(line["date"])),
                        line["content"],
                        line["kind"],
                        hours_number(line["hours"]),
                    )
                    for number, line in enumerate(lines, start=1)
                ),
                ("合计", f"{len(lines)}次", "", "", hours),
            ),
            widths=(1.2, 3.5, 4.2, 3.4, 1.7),
            centered=(0, 1, 3, 4),
        )
        answering = Table(
            rows=(
                ("负 责 人", subject.responsible_name, "经 办 人", subject.handler_name),
                ("联系电话", subject.handler_phone, "证明编号", issue.number or "签发后编号"),
            ),
            widths=(2.2, 4, 2.4, 4.4),
            row_height_mm=11,
            is_form=True,
        )
        return Composition(
            title="志愿服务记录证明",
            number=issue.number,
            blocks=(
                person,
                Text(filled(style.opening, values)),
                services,
                Text(filled(style.closing, values)),
                answering,
            ),
            issuer=subject.issuer.name,
            issued_on=issue.day or today(),
            sealed=style.is_sealed,
            note=style.note,
            is_form=True,
            is_draft=issue.is_draft,
        )

    def verified(self, subject: ServiceCertificate) -> tuple[tuple[Any, str], ...]:
        """What tells a true paper from one with other hours or another name."""
        return (
            (text("志愿者"), mask_name(subject.member_name)),
            (
                text("服务期间"),
                f"{date_on_paper(subject.since)}至{date_on_paper(subject.until)}",
            ),
            (text("服务次数"), text("%(times)d次") % {"times": subject.times}),
            (text("服务时长"), hours_cn(subject.hours)),
        )

    def withdrawn(self, subject: ServiceCertificate, *, reason: str, by: Actor) -> None:
        """The certificate says so, too."""
        mark_certificate_withdrawn(subject, reason=reason, by=by)


def with_whole_number(paper: Composition, certificate: ServiceCertificate) -> Composition:
    """Return the issued paper with the ID number in full: for the member's own copy."""
    plain = paper.plain()
    number = certificate.member.person.id_number
    for block in plain["blocks"]:
        if block["kind"] == "table" and block["is_form"]:
            block["rows"] = [
                [number if cell and cell == certificate.masked_number else cell for cell in row]
                for row in block["rows"]
            ]
    return Composition.of_plain(plain)
