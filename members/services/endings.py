"""Who hears that a report-in has ended: the unit, the community that was left, the member."""

from __future__ import annotations

from django.utils.translation import gettext as _

from members.models import ReportIn
from members.queries.report_ins import LEAVING
from partybuild.access import Actor
from partybuild.areas.queries import word
from partybuild.calendar.words import short_date_cn
from partybuild.notices.services import Recipient, notify
from units.queries import committee_of


def tell_unit_of_end(report_in: ReportIn, *, by: Actor) -> None:
    """The unit hears that one of its people has left a community (返回单位)."""
    unit = report_in.unit
    if unit is None or by.organization_id == unit.pk:
        return
    has_left = report_in.end_reason in LEAVING
    notify(
        kind="report_in.ended",
        subject=report_in,
        recipients=[Recipient(organization=unit)],
        title=_("党员在%(community)s的报到已注销") % {"community": report_in.community.name},
        body="".join(
            (
                _("%(day)s注销，原因：%(reason)s。在社区的服务记录保留。")
                % {
                    "day": short_date_cn(report_in.ended_on),
                    "reason": word(
                        report_in.community, "report_in.end_reason", report_in.end_reason
                    ),
                },
                _("已不在本单位的，请在花名册中减少；仍在的，请重新开具推荐信。")
                if has_left
                else "",
            )
        ),
        by=by,
        path="/members/unreported/" if has_left else report_in.get_absolute_url(),
    )


def tell_community_of_end(report_in: ReportIn, *, why: str, by: Actor) -> None:
    """The community hears of somebody who has left it by themselves or moved to another."""
    committee = committee_of(report_in.community)
    if committee is None or by.organization_id == committee.pk:
        return
    notify(
        kind="report_in.left",
        subject=report_in,
        recipients=[Recipient(organization=committee)],
        title=_("一名党员在%(community)s的报到已注销") % {"community": report_in.community.name},
        body=_(
            "%(day)s注销，原因：%(reason)s。其岗位认领、志愿服务队随之退出，服务记录保留，不用再办手续。"
        )
        % {"day": short_date_cn(report_in.ended_on), "reason": why},
        by=by,
        path=report_in.get_absolute_url(),
    )


def tell_member_of_end(report_in: ReportIn, *, why: str, by: Actor) -> None:
    """Whoever's report-in was ended by another hears of it and what to do; a move has its own notice."""
    person = report_in.member.person
    if report_in.end_reason == "died" or by.person_id == person.pk:
        return
    if report_in.replaced_by.standing().exists():
        return
    notify(
        kind="report_in.ended_own",
        subject=report_in,
        recipients=[Recipient(person=person)],
        title=_("您在%(community)s的报到已注销") % {"community": report_in.community.name},
        body=_(
            "%(day)s注销，原因：%(reason)s。岗位认领、志愿服务队随之退出，服务记录保留。"
            "搬了家的，请打开链接向新居住地社区报到；与事实不符的，请联系社区。"
        )
        % {"day": short_date_cn(report_in.ended_on), "reason": why.rstrip("。")},
        by=by,
        path="/members/me/",
    )
