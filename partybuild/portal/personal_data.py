"""What shared pages hold about somebody."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.obligations.services import void
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.portal.enums import CorrectionState
from partybuild.portal.models import CorrectionRequest, Suggestion
from partybuild.portal.services.corrections import CORRECT_DUTY


@register
class Suggestions(PersonalData):
    """What somebody wrote in the box, where they gave their name."""

    key = "portal.suggestions"
    title = lazy("意见建议")
    purpose = lazy("答复意见建议")
    kept = lazy("长期保存内容；删除个人信息后与本人不再关联")

    def copy(self, person: Person) -> list[Row]:
        """Each with its answer."""
        return [
            {
                _("内容"): each.text,
                _("联系方式"): each.contact,
                _("办理情况"): str(each.get_state_display()),
                _("答复"): each.answer,
                _("办理结果"): each.result,
                _("时间"): each.created_at.isoformat(timespec="seconds"),
            }
            for each in Suggestion.objects.filter(person=person).order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """The words stay, without whose they are."""
        return Suggestion.objects.filter(person=person).update(person=None, contact="")


@register
class Corrections(PersonalData):
    """What somebody asked to have corrected."""

    key = "portal.corrections"
    title = lazy("更正申请")
    purpose = lazy("更正不准确的个人信息")
    kept = lazy("保存办理经过；删除个人信息后不保留内容")

    def copy(self, person: Person) -> list[Row]:
        """Each with its answer."""
        return [
            {
                _("更正事项"): each.matter,
                _("正确的内容"): each.wanted,
                _("答复单位"): each.organization.called,
                _("状态"): str(each.get_state_display()),
                _("答复"): each.answer,
                _("提出时间"): each.asked_at.isoformat(timespec="seconds"),
            }
            for each in CorrectionRequest.objects.filter(person=person)
            .select_related("organization")
            .order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """What was asked goes; that it was asked and answered stays."""
        rows = CorrectionRequest.objects.filter(person=person)
        for row in rows.open():
            void(duty=CORRECT_DUTY, subject=row, by=by)
        rows.open().update(state=CorrectionState.REFUSED, answer=_("本人已要求删除个人信息"))
        return rows.update(wanted=b"", matter=_("（已删除）"), answer=_("（已删除）"))
