"""What a second person decides about lists that leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Scope
from partybuild.approvals.models import Approval
from partybuild.approvals.registry import Approvable, Line, register
from partybuild.areas.models import Area
from partybuild.exchange.enums import ExportState
from partybuild.exchange.lists import list_of
from partybuild.exchange.models import ExportJob
from partybuild.exchange.services.exporting import release_export


@register
class UnmaskedExport(Approvable):
    """A community or street asks to take a list away with phone numbers in full."""

    key = "export.unmasked"
    name = lazy("导出不遮盖名单")
    effect = lazy("同意后生成文件，申请人可在24小时内下载，每次下载都有记录。")

    def area(self, target: ExportJob) -> Area | None:
        """Decided over the area of the body that asks."""
        return target.organization.area if target.organization else None

    def holds(self, by: Actor, target: ExportJob) -> bool:
        """The asker, and whoever holds the line over the asker's area."""
        if not by.scope.cell(self.key).allows:
            return False
        if by.appointment_id == target.appointment_id:
            return True
        area = self.area(target)
        return bool(area and by.scope.area_path and area.path.startswith(by.scope.area_path))

    def subject(self, approval: Approval, target: ExportJob) -> str:
        """The list's name."""
        return str(list_of(target.key).name)

    def describe(self, approval: Approval, target: ExportJob, scope: Scope) -> list[Line]:
        """Say which list, how long, for what."""
        return [
            Line(_("名单"), str(list_of(target.key).name)),
            Line(_("行数"), _("%(count)d行") % {"count": target.row_count}),
            Line(_("用途"), target.reason),
        ]

    def url(self, approval: Approval, target: Any) -> str:
        """Only who asked opens the job."""
        return ""

    def still_valid(self, approval: Approval, target: ExportJob) -> str:
        """Built or given up meanwhile."""
        return "" if target.state == ExportState.ASKED else _("这次导出已经办理")

    def execute(self, approval: Approval, target: ExportJob, *, by: Actor) -> None:
        """Let the worker build it."""
        release_export(target, by=by)
