"""The papers of an activity: the sign-in sheet (F13) and the evaluation form (F12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.enums import STANDING, ActivityState, AttendanceState
from activities.models import Activity, Attendance, SignUp
from activities.queries.attendance import turnout_of
from activities.queries.evaluations import verdict_of
from partybuild.access import Actor, may
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.calendar import SHANGHAI
from partybuild.documents.composition import Composition, Table, Text
from partybuild.documents.registry import DocumentKind, Issue, Part, Style, register
from partybuild.evaluations.enums import EvaluatedBy
from partybuild.evaluations.papers import blank_form, tally_sheet
from partybuild.organizations.models import Organization
from partybuild.ui.filters import datetime_cn

# Empty lines for whoever comes without having signed up.
_SPARE = 5


class _OfActivity(DocumentKind):
    """A form about an activity, of the body that holds it."""

    subject = "activities.Activity"
    select_related = ("community", "organizer__area")
    is_form = True
    fields: tuple[str, ...] = ()

    def issuer(self, subject: Activity) -> Organization:
        """Who organizes it."""
        return subject.organizer

    def area(self, subject: Activity) -> Area:
        """Where it is held."""
        return subject.community

    def is_for(self, subject: Activity, by: Actor) -> bool:
        """For who writes down who was there."""
        return subject.state != ActivityState.CANCELLED and may(by, "activity.attendance", subject)


def _clock(moment: object) -> str:
    return moment.astimezone(SHANGHAI).strftime("%H:%M") if moment else ""  # type: ignore[attr-defined]


def hosts_of(activity: Activity) -> str:
    """Return who holds it, the leading body first."""
    rows = activity.hosts.select_related("organization")
    return "、".join(row.organization.name for row in rows)


@register
class AttendanceSheet(_OfActivity):
    """社区活动签到表 (F13): what the code has recorded stands on it, the rest is signed by hand."""

    key = "activity.sheet"
    name = _("活动签到表")

    def is_for(self, subject: Activity, by: Actor) -> bool:
        """Everybody stands on it: for the community, not for one unit among several."""
        return super().is_for(subject, by) and may(by, "activity.change", subject)

    parts = (
        Part("number", _("序号")),
        Part("name", _("姓名"), is_required=True),
        Part("unit", _("单位")),
        Part("state", _("到场情况"), is_default=False),
        Part("arrived", _("签到时间")),
        Part("left", _("签退时间")),
        Part("signature", _("签名"), is_required=True),
    )
    _WIDTHS = {"number": 1.2, "unit": 4.8, "name": 2}

    def compose(self, subject: Activity, *, style: Style, issue: Issue) -> Composition:
        """One line for each who signed up or came, and spare lines."""
        lines = self._lines(subject)
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        turnout = turnout_of(subject)
        return Composition(
            title=f"{subject.title}签到表",
            blocks=(
                Text(f"时间：{datetime_cn(subject.starts_at)}", indent=False),
                Text(f"地点：{subject.where}", indent=False),
                Text(f"主办、协办：{hosts_of(subject)}", indent=False),
                Table(
                    head=tuple(names[key] for key in keys),
                    rows=tuple(tuple(row.get(key, "") for key in keys) for row in lines),
                    widths=tuple(self._WIDTHS.get(key, 2) for key in keys),
                    centered=tuple(
                        place
                        for place, key in enumerate(keys)
                        if key in {"number", "name", "state", "arrived", "left"}
                    ),
                    row_height_mm=10,
                ),
                *(
                    (
                        Text(
                            f"到场{turnout.came}人，其中迟到{turnout.late}人，请假{turnout.excused}人。",
                            indent=False,
                        ),
                    )
                    if turnout.came
                    else ()
                ),
                Text("负责人（签名）：　　　　　　　日期：　　年　月　日", indent=False),
            ),
            is_form=True,
        )

    def _lines(self, subject: Activity) -> list[dict[str, str]]:
        found = {
            row.member_id: {"name": row.member_name, "unit": row.unit_name}
            for row in SignUp.objects.filter(activity=subject, state__in=STANDING).order_by(
                "state", "asked_at", "id"
            )
        }
        for line in Attendance.objects.filter(activity=subject).exclude(
            state=AttendanceState.UNRECORDED
        ):
            found.setdefault(line.member_id, {"name": line.member_name, "unit": line.unit_name})
            found[line.member_id] |= {
                "state": str(line.get_state_display()),
                "arrived": _clock(line.arrived_at),
                "left": _clock(line.left_at),
            }
        lines = [*found.values(), *({} for _each in range(_SPARE))]
        return [{"number": str(number), **line} for number, line in enumerate(lines, start=1)]


@register
class EvaluationForm(_OfActivity):
    """服务情况评价表 (F12): filled in by residents and those served right after the activity."""

    key = "activity.evaluation"
    name = _("服务情况评价表")

    def compose(self, subject: Activity, *, style: Style, issue: Issue) -> Composition:
        """What was done and by whom, a box for each grade, no name."""
        return blank_form(
            (
                ("活动名称", subject.title),
                ("活动类别", word(subject.community, "activity.kind", subject.kind)),
                ("时间", datetime_cn(subject.starts_at)),
                ("地点", subject.where),
                ("主办、协办", hosts_of(subject)),
            ),
            content=subject.content,
        )


@register
class EvaluationTally(_OfActivity):
    """服务情况评价汇总表 (F12, counted): three grades by side, those who did not answer apart."""

    key = "activity.tally"
    name = _("服务情况评价汇总表")

    def is_for(self, subject: Activity, by: Actor) -> bool:
        """Once somebody has answered."""
        return super().is_for(subject, by) and verdict_of(subject).answers > 0

    def compose(self, subject: Activity, *, style: Style, issue: Issue) -> Composition:
        """A line for each side and the sum."""
        return tally_sheet(
            (
                f"活动：{subject.title}",
                f"时间：{datetime_cn(subject.starts_at)}",
                f"主办、协办：{hosts_of(subject)}",
            ),
            [(str(side.label), verdict_of(subject, side)) for side in EvaluatedBy],
            total=verdict_of(subject),
            who="评价人",
        )
