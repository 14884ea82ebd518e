"""What joint meetings make bodies owe (model.md, ledger states)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Council, Meeting, PartTimeMember
from meetings.queries.cards import EXTEND, VERIFY
from meetings.queries.charter import charters_of
from meetings.queries.committees import leading_committees
from partybuild.access import Role
from partybuild.calendar import Period, last_working_day
from partybuild.calendar.periods import HALF, MONTH, QUARTER, YEAR
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty, register
from partybuild.ui.filters import date_cn

_LAST_QUARTER = 10
_CONVENERS = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER, Role.COMMITTEE})
# A community's committee is invited by its street's council, and answers as its members do.
_INVITED = _CONVENERS | {Role.UNIT_SECRETARY, Role.UNIT_LIAISON}


@register
class HoldMeeting(Duty):
    """Each council meets once in the period that its place has set."""

    key = "meeting.hold"
    name = _("召开联席会议")
    action = _("安排会议")
    bearer_roles = _CONVENERS
    is_watched = True
    subject_related = ("convener", "area")

    def title(self, obligation: Obligation) -> str:
        """召开2026年第一季度和平社区党建联席会议."""
        council: Any = obligation.subject
        if council is None:
            return str(super().title(obligation))
        label = Period.parse(obligation.period).label
        return str(_("召开%(period)s%(meeting)s")) % {
            "period": label,
            "meeting": council.meeting_name,
        }

    def action_for(self, obligation: Obligation) -> str:
        """Plan the meeting, or go on with the one that is planned."""
        return str(_("打开会议") if self._planned(obligation) else self.action)

    def url(self, obligation: Obligation) -> str:
        """The meeting planned for the period, else the council's page, where it is planned or entered."""
        planned = self._planned(obligation)
        if planned is not None:
            return planned.get_absolute_url()
        council: Any = obligation.subject
        return str(reverse("meetings:council-detail", args=(council.uid,))) if council else ""

    def _planned(self, obligation: Obligation) -> Meeting | None:
        """Return the meeting of the period still to be held; asked of one's own few debts only."""
        council: Any = obligation.subject
        if council is None:
            return None
        meetings: Any = council.meetings
        planned: Meeting | None = (
            meetings.upcoming().filter(period=obligation.period, is_extraordinary=False).first()
        )
        return planned

    def periods(self, on: date) -> Iterable[Period]:
        """Month, quarter and half-year: places differ."""
        return tuple(Period.of(on, kind) for kind in (MONTH, QUARTER, HALF))

    def debts(self, period: Period) -> Iterable[Debt]:
        """Every council whose place meets in this kind of period, with the committee above it."""
        councils = list(
            Council.objects.current()
            .filter(Q(founded_on=None) | Q(founded_on__lte=period.end))
            .select_related("area", "convener__area")
        )
        charters = charters_of(councils)
        committees = leading_committees()
        # Few last days for thousands of councils: each is asked of the calendar once.
        last_days: dict[date, date] = {}
        for council in councils:
            charter = charters[council.pk]
            if charter.period_kind != period.kind:
                continue
            last = charter.last_day(period)
            if last not in last_days:
                last_days[last] = last_working_day(last)
            above = [committees[pk] for pk in council.area.line()[:-1] if pk in committees]
            yield Debt(
                duty=self.key,
                bearer_organization=council.convener,
                owed_to=above[-1] if above else council.convener,
                subject=council,
                period=str(period),
                due_on=last_days[last],
                area=council.area,
            )


class _AboutMeeting(Duty):
    """A debt whose subject is a meeting."""

    subject_related = ("council",)
    sentence: Any = ""

    def title(self, obligation: Obligation) -> str:
        """The deed and the meeting's theme and day."""
        meeting: Any = obligation.subject
        if meeting is None:
            return str(super().title(obligation))
        return str(self.sentence) % {"theme": meeting.theme, "day": date_cn(meeting.starts_at)}


@register
class AnswerNotice(_AboutMeeting):
    """Each invited organization answers the notice."""

    key = "meeting.answer"
    name = _("会议回执")
    action = _("回执")
    bearer_roles = _INVITED
    link_action = "meeting.answer"
    sentence = _("回执：%(day)s“%(theme)s”")

    def url(self, obligation: Obligation) -> str:
        """The page with the three answers."""
        meeting: Any = obligation.subject
        return str(reverse("meetings:receipt-answer", args=(meeting.uid,))) if meeting else ""


@register
class IssueMinutes(_AboutMeeting):
    """The convener issues the minutes."""

    key = "minutes.issue"
    name = _("印发会议纪要")
    action = _("写纪要")
    bearer_roles = _CONVENERS
    is_watched = True
    sentence = _("印发“%(theme)s”会议纪要")

    def url(self, obligation: Obligation) -> str:
        """The editor."""
        meeting: Any = obligation.subject
        return str(reverse("meetings:minutes-edit", args=(meeting.uid,))) if meeting else ""


@register
class CountersignMinutes(Duty):
    """A unit that was sent the minutes agrees or says what should be different; silence is consent."""

    key = "minutes.countersign"
    name = _("会签会议纪要")
    action = _("会签")
    bearer_roles = _INVITED
    subject_related = ("minutes__meeting",)

    def title(self, obligation: Obligation) -> str:
        """Whose minutes, and what silence means."""
        circulation: Any = obligation.subject
        if circulation is None:
            return str(super().title(obligation))
        theme = circulation.minutes.meeting.theme
        return str(_("会签“%(theme)s”会议纪要，逾期未回复视为同意")) % {"theme": theme}


class _AboutTerm(Duty):
    """A debt whose subject is a part-time member's term; the title names no person: it stands in mails."""

    subject_related = ("council", "organization")
    sentence: Any = ""

    def title(self, obligation: Obligation) -> str:
        """The deed, the unit and the committee."""
        term: Any = obligation.subject
        if term is None:
            return str(super().title(obligation))
        return str(self.sentence) % {
            "unit": term.organization.called,
            "council": term.council.name,
            "title": term.title,
            "period": obligation.period,
        }

    def url(self, obligation: Obligation) -> str:
        """The page of the term."""
        term: Any = obligation.subject
        return str(term.get_absolute_url()) if term is not None else ""


@register
class ApprovePartTime(_AboutTerm):
    """The committee above answers a reported candidate."""

    key = "part_time.approve"
    name = _("批复兼职委员人选")
    action = _("批复")
    bearer_roles = frozenset({Role.COMMITTEE})
    sentence = _("批复%(council)s上报的兼职委员人选（%(unit)s）")


@register
class ReportPartTime(_AboutTerm):
    """Each part-time member reports on the year's work; opened in the last quarter."""

    key = "part_time.report"
    name = _("兼职委员述职")
    action = _("写述职")
    bearer_roles = frozenset({Role.MEMBER, Role.UNIT_SECRETARY, Role.UNIT_LIAISON})
    period_kind = YEAR
    sentence = _("%(period)s年度%(council)s%(title)s述职")

    def periods(self, on: date) -> Iterable[Period]:
        """The year, in its last quarter."""
        return (Period.of(on, YEAR),) if on.month >= _LAST_QUARTER else ()

    def debts(self, period: Period) -> Iterable[Debt]:
        """Who has been in office since before the last quarter."""
        due_on = last_working_day(period.end)
        terms = (
            PartTimeMember.objects.in_office()
            .filter(term_from__lt=date(period.year, _LAST_QUARTER, 1), term_to__gte=due_on)
            .select_related("council__area", "council__convener__area", "person")
        )
        for term in terms:
            yield Debt(
                duty=self.key,
                bearer_person=term.person,
                owed_to=term.council.convener,
                unit=term.organization,
                subject=term,
                period=str(period),
                due_on=due_on,
                area=term.council.area,
            )


@register
class RenewPartTime(_AboutTerm):
    """The convener renews or ends a term in the quarter in which it is over (届满)."""

    key = "part_time.renew"
    name = _("兼职委员届满")
    action = _("续聘或离任")
    bearer_roles = _CONVENERS
    sentence = _("%(council)s%(title)s（%(unit)s）任期届满，请办理续聘或离任")

    def debts(self, period: Period) -> Iterable[Debt]:
        """Terms that end in this quarter."""
        terms = (
            PartTimeMember.objects.in_office()
            .filter(term_to__range=(period.start, period.end))
            .select_related("council__area", "council__convener__area")
        )
        for term in terms:
            assert term.term_to is not None
            yield Debt(
                duty=self.key,
                bearer_organization=term.council.convener,
                owed_to=term.council.convener,
                subject=term,
                period=str(period),
                due_on=term.term_to,
                area=term.council.area,
            )


class _AboutResolution(Duty):
    """A debt whose subject is a resolution."""

    bearer_roles = _INVITED
    link_action = "resolution.work"
    subject_related = ("council",)
    sentence: Any = ""

    def title(self, obligation: Obligation) -> str:
        """The deed and what was decided."""
        resolution: Any = obligation.subject
        if resolution is None:
            return str(super().title(obligation))
        return str(self.sentence) % {"text": resolution.text}


@register
class AcceptResolution(_AboutResolution):
    """Lead and helping units accept a resolution or return it for negotiation."""

    key = "resolution.accept"
    name = _("议定事项接件")
    action = _("接件")
    sentence = _("接件：%(text)s")


@register
class ReportResolution(_AboutResolution):
    """They report it done by its deadline; a refused report is owed again."""

    key = "resolution.report"
    name = _("议定事项办结")
    action = _("报进展")
    sentence = _("办理：%(text)s")


class _Verdict(Duty):
    """What the convener says to a unit; only those who may verify bear it."""

    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMITTEE})
    is_watched = True


@register
class VerifyResolution(_Verdict):
    """The convener verifies what the leading unit reported done."""

    key = VERIFY
    name = _("议定事项验收")
    action = _("验收")
    subject_related = ("council",)

    def title(self, obligation: Obligation) -> str:
        """What was decided."""
        resolution: Any = obligation.subject
        if resolution is None:
            return str(super().title(obligation))
        return str(_("验收：%(text)s")) % {"text": resolution.text}

    def url(self, obligation: Obligation) -> str:
        """The form beside what was reported."""
        resolution: Any = obligation.subject
        return f"{resolution.get_absolute_url()}#verify" if resolution is not None else ""


@register
class DecideExtension(_Verdict):
    """The convener answers a unit that asks for more time."""

    key = EXTEND
    name = _("延期申请审批")
    action = _("审批")
    subject_related = ("resolution",)

    def title(self, obligation: Obligation) -> str:
        """What for."""
        extension: Any = obligation.subject
        if extension is None:
            return str(super().title(obligation))
        return str(_("审批延期申请：%(text)s")) % {"text": extension.resolution.text}

    def url(self, obligation: Obligation) -> str:
        """The form on the resolution's page."""
        extension: Any = obligation.subject
        if extension is None:
            return ""
        return f"{extension.resolution.get_absolute_url()}#extension"
