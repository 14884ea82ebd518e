"""在职党员活动情况反馈表 (F10): what the community says, room for both seals, what the unit made of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from members.enums import FeedbackPartKind, FeedbackState
from members.models import Feedback, FeedbackPart
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import SHANGHAI
from partybuild.calendar.words import hours_cn
from partybuild.documents.composition import Composition, Table, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.evaluations.queries import Verdict
from partybuild.organizations.models import Organization
from partybuild.ui.filters import percent

_MOST = 8
# The form is one sheet. With fewer lines than this there is room to write by hand,
_ROOMY = 17
# with more than this the text is smaller, and so many fit then.
_CLOSE, _LINES, _SMALL_PT = 20, 26, 9
_CHARACTERS = 34
_BLANK_DAY = "　　　年　　月　　日"


def _day(moment: datetime | None) -> str:
    return date_on_paper(moment.astimezone(SHANGHAI).date()) if moment else _BLANK_DAY


def _lines(text: str) -> int:
    return sum(-(-max(len(line), 1) // _CHARACTERS) for line in text.split("\n"))


def _served(feedback: Feedback, most: int) -> str:
    """Return the sum, then the newest services: what does not fit stands on the platform."""
    facts = feedback.facts
    lines = [f"参加活动{facts.get('times', 0)}次，共{hours_cn(facts.get('hours', '0'))}。"]
    services = facts.get("services", [])
    lines += [
        f"{each['date'].replace('-', '.')}　{each['content']}　{hours_cn(each['hours'])}"
        for each in services[-most:]
    ]
    if len(services) > most:
        lines.append(f"（以上为最近{most}次，共{len(services)}次）")
    return "\n".join(lines)


def _claimed(feedback: Feedback) -> str:
    facts = feedback.facts
    lines = [
        (
            f"认领{facts.get('claims', 0)}项，完成{facts.get('completed', 0)}项，"
            f"承诺书{facts.get('pledges', 0)}份。"
        ),
    ]
    titles = [each["title"] for each in facts.get("posts", [])[:_MOST]]
    return "\n".join([*lines, "、".join(titles)] if titles else lines)


def _heard(feedback: Feedback) -> list[tuple[str, str, float]]:
    """Return what residents and those served said on the spot; no line where nobody was asked."""
    said = feedback.facts.get("said") or {}
    verdict = Verdict(**said)
    if not verdict.answers:
        return []
    words = f"{verdict.words}。有效评价{verdict.answers}份，满意率{percent(verdict.rate)}。"
    return [("群众评价（服务现场）", words, 0)]


def _said(part: FeedbackPart) -> str:
    """Return one of the five parts: unanswered is no answer."""
    if not part.is_given:
        return "未评"
    if part.part == FeedbackPartKind.MASSES:
        words = (
            f"满意{part.satisfied or 0}票，基本满意{part.basically or 0}票，"
            f"不满意{part.dissatisfied or 0}票；未作答{part.unanswered or 0}票。"
        )
    else:
        words = str(part.get_grade_display()) if part.grade else ""
    return "　".join(each for each in (words, part.text) if each)


@register
class FeedbackSheet(DocumentKind):
    """The form as it was signed; a revised version says so, the old one that it was replaced."""

    key = "feedback.sheet"
    name = _("在职党员活动情况反馈表")
    subject = "members.Feedback"
    is_form = True
    fields = ("note",)
    select_related = ("community", "committee__area", "unit")

    def issuer(self, subject: Feedback) -> Organization:
        """The community's committee."""
        return subject.committee

    def area(self, subject: Feedback) -> Area:
        """The community."""
        return subject.community

    def is_for(self, subject: Feedback, by: Actor) -> bool:
        """What has been signed."""
        return subject.state != FeedbackState.DRAFT

    def compose(self, subject: Feedback, *, style: Style, issue: Issue) -> Composition:
        """Person, facts, the five evaluations, the community's opinion, the unit's use."""
        words = dict(dictionary(subject.community, "feedback.use"))
        uses = [
            f"{words.get(use.kind, use.kind)}（{date_on_paper(use.used_on)}）"
            + (f"：{use.note}" if use.note else "")
            for use in subject.uses.order_by("used_on", "pk")
        ]
        reported = date_on_paper(subject.reported_on) if subject.reported_on else "　"
        head: list[tuple[str, ...]] = [
            ("姓　　名", subject.member_name, "单位及职务", f"{subject.unit_name}{subject.post}"),
            ("报到时间", reported, "所在网格", subject.grid_name or "　"),
            ("反馈周期", subject.period_label, "评价等次", str(subject.get_grade_display())),
        ]
        wide: list[tuple[str, str, float]] = [
            ("认领及完成事项", _claimed(subject), 14),
            ("遵守公德公约情况", subject.conduct or "　", 0),
        ]
        wide += _heard(subject)
        wide += [
            (str(part.get_part_display()), _said(part), 0)
            for part in subject.parts.exclude(part=FeedbackPartKind.COMMUNITY).order_by("pk")
        ]
        answer = "\n".join([*uses, subject.answer] if subject.answer else uses)
        wide += [
            ("存在问题", subject.problems or "　", 0),
            (
                "社区党组织意见",
                f"{subject.opinion}\n\n\t（盖章）　{_day(subject.signed_at)}",
                26,
            ),
            (
                "单位党组织阅处意见（结果运用）",
                f"{answer}\n\n\t（盖章）　{_day(subject.answered_at)}",
                28,
            ),
        ]
        said = sum(_lines(text) for _label, text, _height in wide)
        served = _served(subject, max(3, min(_MOST, _LINES - said - 2)))
        lines = said + _lines(served)
        is_roomy = lines < _ROOMY
        wide.insert(0, ("参加活动次数、时长", served, 26))
        rows = head + [(label, text, "", "") for label, text, _height in wide]
        edition = f"　　修订版（第{subject.version}版）" if subject.version > 1 else ""
        if subject.state == FeedbackState.REPLACED:
            edition = "　　已由修订版替代，留存备查"
        receipt = (
            (Text(f"签收回执：{subject.receipt_number}", indent=False),)
            if subject.receipt_number
            else ()
        )
        return Composition(
            title="在职党员活动情况反馈表",
            blocks=(
                Text(f"编号：{subject.number}{edition}", indent=False),
                Table(
                    rows=tuple(rows),
                    widths=(2.4, 4, 2, 3.6),
                    spans={f"{row},1": 3 for row in range(len(head), len(rows))},
                    is_form=True,
                    row_height_mm=10 if is_roomy else 7,
                    text_pt=_SMALL_PT if lines > _CLOSE else 0,
                    heights_mm=(0,) * len(head)
                    + tuple(
                        height if is_roomy else 20 if "盖章" in text else 0
                        for _label, text, height in wide
                    ),
                ),
                Text(f"{subject.committee_name}致{subject.unit_name}党组织", indent=False),
                *receipt,
            ),
            note=style.note,
            is_form=True,
        )
