"""What a second person decides about members and their service."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import DoubleState, MemberState, ServiceState
from members.exceptions import (
    AlreadyErased,
    CannotMerge,
    NothingToCorrect,
    RecordChangedMeanwhile,
    RecordNotCertified,
)
from members.models import DoubleCase, Employment, PartyMember, ReportIn, ServiceRecord
from members.models.correction import spoken
from members.services import correct_service, settle_double
from members.services.corrections import as_text
from partybuild.access import Actor, Level, Scope
from partybuild.approvals.models import Approval
from partybuild.approvals.registry import Approvable, Line, register
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar.words import short_date_cn
from partybuild.fields.codes import mask_name
from partybuild.organizations.models import Organization
from partybuild.people.services import erase_person

# The city and the administrators see no names of members.
_NAMED = frozenset(
    {"district", "street", "community_secretary", "community_worker", "unit_secretary", "member"}
)


def _named(name: str, scope: Scope) -> str:
    return name if scope.is_system or scope.column in _NAMED else mask_name(name)


def _work_of(member: PartyMember) -> Employment | None:
    return (
        Employment.objects.current()
        .filter(member=member)
        .select_related("unit__area")
        .order_by("-valid_from")
        .first()
    )


def _where(member: PartyMember) -> str:
    """Say where a member stands: the unit and the communities they reported in at."""
    work = _work_of(member)
    places = ReportIn.objects.standing().filter(member=member).select_related("community")
    parts = [f"{work.unit.called}（{work.get_state_display()}）"] if work else []
    parts += [_("%(community)s报到") % {"community": each.community.name} for each in places]
    return "、".join(parts) or _("没有单位，也没有报到")


@register
class CorrectService(Approvable):
    """A service record is corrected, or withdrawn, after it was certified."""

    key = "service.correct"
    name = lazy("更正已认证的服务记录")
    effect = lazy(
        "更正前后的内容都会保留，党员所在单位会收到通知；已签发的汇总不变，更正另行注明。"
    )

    def area(self, target: ServiceRecord) -> Area | None:
        """The community that entered it."""
        return target.community

    def about(self, target: ServiceRecord, payload: dict[str, Any]) -> set[int]:
        """Whose service it is does not decide."""
        return {target.member.person_id}

    def check(self, target: ServiceRecord, payload: dict[str, Any], *, by: Actor) -> None:
        """Only what is certified is corrected here, and only by somebody else."""
        if target.state != ServiceState.CERTIFIED:
            raise RecordNotCertified
        if not payload["changes"] and not payload["withdraw"]:
            raise NothingToCorrect
        if not _stands(target, payload):
            raise RecordChangedMeanwhile

    def subject(self, approval: Approval, target: ServiceRecord) -> str:
        """The day and the community."""
        return f"{target.community.name} {short_date_cn(target.date)}"

    def describe(self, approval: Approval, target: ServiceRecord, scope: Scope) -> list[Line]:
        """Say whose record, and before and after of each field."""
        labels = {
            "date": _("服务日期"),
            "content": _("服务内容"),
            "kind": _("服务类别"),
            "hours": _("时长"),
            "place": _("地点"),
        }
        words = dict(dictionary(target.community, "service.kind"))
        lines = [
            Line(_("党员"), _named(target.member_name, scope)),
            Line(_("单位"), target.unit_name),
            Line(_("社区"), target.community.name),
            Line(_("服务"), f"{short_date_cn(target.date)} {target.content}"),
            Line(_("认证岗位"), target.certified_by),
        ]
        if approval.payload["withdraw"]:
            lines.append(Line(_("状态"), _("已认证"), _("撤销，不计入服务时长")))
        for name, (before, after) in approval.payload["changes"].items():
            lines.append(
                Line(
                    labels.get(name, name),
                    words.get(before, spoken(name, before)),
                    words.get(after, spoken(name, after)),
                )
            )
        return lines

    def still_valid(self, approval: Approval, target: ServiceRecord) -> str:
        """Changed or withdrawn meanwhile, the request means something else."""
        if target.state == ServiceState.CERTIFIED and _stands(target, approval.payload):
            return ""
        return _("这条服务记录已经更正或撤销")

    def execute(self, approval: Approval, target: ServiceRecord, *, by: Actor) -> None:
        """Correct it."""
        correct_service(
            target,
            changes=approval.payload["changes"],
            withdraw=approval.payload["withdraw"],
            reason=approval.reason,
            by=by,
        )


def _stands(record: ServiceRecord, payload: dict[str, Any]) -> bool:
    return all(
        as_text(name, getattr(record, name)) == before
        for name, (before, _after) in payload["changes"].items()
    )


@register
class MergeMembers(Approvable):
    """Two entries of one ID number are settled: one stands, or they are two people."""

    key = "member.merge"
    name = lazy("核对合并重复登记")
    effect = lazy(
        "合并后，报到、工作单位和服务记录都归到保留的一条；另一条注明“重复登记”，不删除。"
    )

    def area(self, target: DoubleCase) -> Area | None:
        """The street of the unit where the first stands."""
        work = _work_of(target.member)
        return work.unit.area if work is not None else None

    def unit(self, target: DoubleCase) -> Organization | None:
        """The unit on whose roster the first stands."""
        work = _work_of(target.member)
        return work.unit if work is not None else None

    def about(self, target: DoubleCase, payload: dict[str, Any]) -> set[int]:
        """Neither of the two decides."""
        return {target.member.person_id, target.double.person_id}

    def check(self, target: DoubleCase, payload: dict[str, Any], *, by: Actor) -> None:
        """Only what is open is settled."""
        if _merging_refused(target, payload):
            raise CannotMerge

    def describe(self, approval: Approval, target: DoubleCase, scope: Scope) -> list[Line]:
        """Show the two beside each other and which of them stands."""
        first, double = target.member, target.double
        lines = [
            Line(_("原登记"), f"{_named(first.person.name, scope)}，{_where(first)}"),
            Line(_("另一条登记"), f"{_named(double.person.name, scope)}，{_where(double)}"),
            Line(
                _("另一条由谁登记"),
                target.organization.called if target.organization else _("整表导入"),
            ),
        ]
        if not approval.is_waiting:
            return lines
        match approval.payload["stands"]:
            case "both":
                after = (_("保留，身份号码归此条"), _("保留，另行核对身份号码"))
            case "first":
                after = (_("保留"), _("并入原登记"))
            case _:
                after = (_("并入另一条"), _("保留"))
        return [
            *lines,
            Line(_("原登记的处理"), _("待核对"), after[0]),
            Line(_("另一条的处理"), _("待核对"), after[1]),
        ]

    def url(self, approval: Approval, target: DoubleCase) -> str:
        """The page that settles it."""
        return reverse("members:double-detail", args=(target.uid,))

    def still_valid(self, approval: Approval, target: DoubleCase) -> str:
        """Settled meanwhile, or one of the two has gone."""
        refused = _merging_refused(target, approval.payload)
        return _("其中一条已合并、已减少或已核对") if refused else ""

    def execute(self, approval: Approval, target: DoubleCase, *, by: Actor) -> None:
        """Settle it."""
        settle_double(target, stands=approval.payload["stands"], reason=approval.reason, by=by)


def _merging_refused(case: DoubleCase, payload: dict[str, Any]) -> bool:
    if case.state != DoubleState.OPEN:
        return True
    if payload["stands"] == "both":
        return False
    winner = case.member if payload["stands"] == "first" else case.double
    return winner.state == MemberState.ENDED or any(
        each.merged_into_id for each in (case.member, case.double)
    )


@register
class EraseMember(Approvable):
    """A member's personal data are erased, as they or the community ask."""

    key = "member.erase"
    name = lazy("删除个人信息")
    effect = lazy("删除后不能恢复。统计数字和依法应当保留的记录按规定保留，不再能看出是谁。")

    def area(self, target: PartyMember) -> Area | None:
        """The community they reported in at, else the street of their unit."""
        standing = (
            ReportIn.objects.standing().filter(member=target).select_related("community").first()
        )
        if standing is not None:
            return standing.community
        work = _work_of(target)
        area = work.unit.area if work is not None else target.home_area
        if area is None or area.level <= Level.STREET:
            return area
        return (
            Area.objects.filter(pk__in=area.line(), level__lte=Level.STREET)
            .order_by("-level")
            .first()
        )

    def about(self, target: PartyMember, payload: dict[str, Any]) -> set[int]:
        """Whose data they are may ask, and does not decide."""
        return {target.person_id}

    def check(self, target: PartyMember, payload: dict[str, Any], *, by: Actor) -> None:
        """Nothing is left of who has been erased."""
        if target.person.erased_at is not None:
            raise AlreadyErased

    def describe(self, approval: Approval, target: PartyMember, scope: Scope) -> list[Line]:
        """Say who, where they stand, and what becomes of it."""
        lines = [
            Line(_("党员"), _named(target.person.name, scope)),
            Line(_("所在"), _where(target)),
        ]
        if approval.is_waiting:
            lines.append(Line(_("个人信息"), _("保存"), _("删除，不能恢复")))
        return lines

    def still_valid(self, approval: Approval, target: PartyMember) -> str:
        """Erased meanwhile, nothing is left to decide."""
        return "" if target.person.erased_at is None else _("个人信息已经删除")

    def execute(self, approval: Approval, target: PartyMember, *, by: Actor) -> None:
        """Erase them."""
        erase_person(target.person, reason=approval.reason, by=by)


__all__ = ("CorrectService", "EraseMember", "MergeMembers")
