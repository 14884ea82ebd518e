"""Requests that somebody made and decided."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.approvals.models import Approval
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register


@register
class Approvals(PersonalData):
    """What somebody asked for and decided, in which post."""

    key = "approvals.approvals"
    order = 75
    title = lazy("提出和审批的申请")
    purpose = lazy("双人复核，查证由谁提出、由谁审批")
    kept = lazy("作为办理记录保留；本人以个人身份提出的理由随删除清空")

    def copy(self, person: Person) -> list[Row]:
        """What, when, why, in which post, and what became of it."""
        asked = Approval.objects.filter(requested_person=person).order_by("pk")
        decided = Approval.objects.filter(decided_person=person).order_by("pk")
        return [
            {
                _("事项"): str(each.kind.name),
                _("时间"): each.requested_at.isoformat(timespec="seconds"),
                _("岗位"): each.requested_post,
                _("内容"): each.reason,
                _("状态"): str(each.get_state_display()),
            }
            for each in asked
        ] + [
            {
                _("事项"): _("审批：%(what)s") % {"what": each.kind.name},
                _("时间"): each.decided_at.isoformat(timespec="seconds") if each.decided_at else "",
                _("岗位"): each.decided_post,
                _("内容"): each.opinion,
                _("状态"): str(each.get_state_display()),
            }
            for each in decided
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """Acts of office stay; what they wrote as a member about themselves goes."""
        own = Approval.objects.filter(requested_person=person, requested_organization=None)
        return own.update(reason=_("（已删除）"))
