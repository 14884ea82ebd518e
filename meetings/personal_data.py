"""Who came to meetings, proposed topics, was in charge, by name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from meetings.models import (
    CouncilMember,
    MemberProposal,
    PartTimeMember,
    PartTimeObjection,
    Presence,
    Receipt,
    ResolutionParty,
    Topic,
)
from partybuild.access import Actor
from partybuild.organizations.personal_data import named
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register

# (model, column of the name, column of the phone or "", words)
_NAMED: tuple[tuple[Any, str, str, Any], ...] = (
    (CouncilMember, "representative_name", "", lazy("联席会成员单位代表")),
    (CouncilMember, "liaison_name", "liaison_phone", lazy("联席会成员单位联络员")),
    (Receipt, "attendee_name", "attendee_phone", lazy("会议回执")),
    (Topic, "proposer_name", "proposer_phone", lazy("提出议题")),
    (ResolutionParty, "in_charge_name", "in_charge_phone", lazy("议定事项责任人")),
)


def _bodies(person: Person) -> Q:
    """Return the filter of rows of bodies where somebody serves or works."""
    works = Q(organization__employments__member__person=person)
    serves = Q(organization__appointments__person=person)
    return works | serves


def _rows(person: Person, model: Any, name: str, phone: str) -> models.QuerySet[Any]:
    bodies = _bodies(person)
    found = model.objects.filter(bodies, **{name: person.name}).values("pk")
    by_phone = named(person, name=name, phone=phone) if phone else Q(pk__in=[])
    rows: models.QuerySet[Any] = model.objects.filter(Q(pk__in=found) | by_phone)
    return rows


@register
class Attendance(PersonalData):
    """Names and phones in councils, receipts, topics, resolutions; presence stands in the minutes."""

    key = "meetings.named"
    title = lazy("联席会议中的登记")
    purpose = lazy("通知会议、记录参会和责任人")
    kept = lazy("会议档案按档案管理规定保存；已印发的纪要和签到名单原样保留")

    def copy(self, person: Person) -> list[Row]:
        """Each place that names them."""
        rows: list[Row] = []
        for model, name, phone, words in _NAMED:
            rows += [
                {
                    _("事项"): str(words),
                    _("单位"): row.organization.called if row.organization else "",
                    _("姓名"): getattr(row, name),
                    _("电话"): getattr(row, phone) if phone else "",
                }
                for row in _rows(person, model, name, phone).select_related("organization")
            ]
        present = Presence.objects.filter(_bodies(person), person_name=person.name).distinct()
        return rows + [
            {
                _("事项"): _("会议签到"),
                _("单位"): row.organization.called,
                _("姓名"): row.person_name,
                _("电话"): "",
            }
            for row in present.select_related("organization")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """Names and phones go; presence and issued minutes are archives and stay."""
        gone = 0
        for model, name, phone, _words in _NAMED:
            empty = {name: "", **({phone: ""} if phone else {})}
            gone += _rows(person, model, name, phone).update(**empty)
        return gone


@register
class PartTimeService(PersonalData):
    """Terms on committees, the reports on them, and what was said during publication."""

    key = "meetings.part_time"
    title = lazy("兼职委员履职记录")
    purpose = lazy("推荐、批复、聘任兼职委员，记录分工和述职")
    kept = lazy("聘任文书按档案管理规定保存；未聘任的推荐材料随本人信息一并删除")

    def copy(self, person: Person) -> list[Row]:
        """Each term with its reports."""
        rows: list[Row] = []
        terms = PartTimeMember.objects.filter(person=person).select_related("council")
        for term in terms.prefetch_related("reports"):
            rows.append(
                {
                    _("事项"): _("兼职委员"),
                    _("联席会"): term.council.name,
                    _("姓名"): term.person_name,
                    _("单位"): term.unit_name,
                    _("单位职务"): term.unit_post,
                    _("拟任职务"): term.title,
                    _("分工"): term.division,
                    _("推荐理由"): term.proposal,
                    _("状态"): str(term.get_state_display()),
                    _("任期自"): term.term_from,
                    _("任期至"): term.term_to,
                }
            )
            rows += [
                {
                    _("事项"): _("述职"),
                    _("联席会"): term.council.name,
                    _("年度"): report.year,
                    _("内容"): report.text,
                    _("评议意见"): report.evaluation,
                }
                for report in term.reports.all()
            ]
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """What was said of the person goes; who held the office, and when, is an archive and stays."""
        terms = PartTimeMember.objects.filter(person=person)
        never = terms.filter(appointed_on=None)
        gone = never.update(person_name="（已删除）", unit_post="", proposal="", state_reason="")
        gone += terms.exclude(appointed_on=None).update(proposal="", end_reason="")
        gone += PartTimeObjection.objects.filter(member__person=person).update(
            text="（已删除）", sayer_name="", finding=""
        )
        return gone


@register
class Proposals(PersonalData):
    """What a member proposed to their unit or community."""

    key = "meetings.proposals"
    title = lazy("提出的建议")
    purpose = lazy("由所在单位或报到社区处理、答复，采用的列为联席会议题")
    kept = lazy("处理结果保存；申请删除后，建议的文字删除")

    def copy(self, person: Person) -> list[Row]:
        """Each proposal and its answer."""
        rows = MemberProposal.objects.filter(person=person).select_related("organization")
        return [
            {
                _("提给"): row.organization.called,
                _("提出日期"): str(row.sent_on),
                _("建议"): row.title,
                _("情况和建议"): row.situation,
                _("状态"): str(row.get_state_display()),
                _("答复"): row.answer,
            }
            for row in rows
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """What was written goes; that something was proposed and dealt with stays."""
        return MemberProposal.objects.filter(person=person).update(
            title=_("（已删除）"), situation="", may_be_named=False
        )
