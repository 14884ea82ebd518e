"""议题征集表, filled and blank."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.enums import TopicState
from meetings.models import Topic, TopicCall
from meetings.queries.topics import standing_of
from meetings.services.wording import votes_words
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.documents.composition import Composition, Table, Text
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.organizations.models import Organization
from partybuild.ui.filters import short_date_cn

_DECISIONS = (
    (TopicState.ACCEPTED, "列入"),
    (TopicState.DEFERRED, "缓议"),
    (TopicState.REFERRED, "转办"),
    (TopicState.RETURNED, "退回"),
)


_HEIGHTS = {
    "事由及现状": 25,
    "建议方案或初步意见": 25,
    "社区审核意见及理由": 14,
    "主任审定意见": 14,
}


def _boxes(chosen: str, words: list[tuple[str, str]]) -> str:
    """Return □甲　☑乙."""
    return "　".join(f"{'☑' if key == chosen else '□'}{label}" for key, label in words)


def _table(rows: list[tuple[str, str, str, str]], wide: set[int]) -> Table:
    return Table(
        rows=tuple(rows),
        widths=(2.2, 4, 2, 3),
        spans={f"{number},1": 3 for number in sorted(wide)},
        is_form=True,
        row_height_mm=11,
        # Room to write by hand where somebody fills in the paper.
        heights_mm=tuple(_HEIGHTS.get(row[0], 0) for row in rows),
    )


def _composition(council_name: str, rows: list[tuple[str, str, str, str]]) -> Composition:
    wide = {number for number, row in enumerate(rows) if not row[2]}
    return Composition(
        title=f"{council_name}\n议题征集表",
        blocks=(_table(rows, wide),),
        is_form=True,
    )


@register
class TopicForm(DocumentKind):
    """One topic as the paper form has it, with what was decided."""

    key = "topic.form"
    name = _("议题征集表")
    subject = "meetings.Topic"
    is_form = True
    select_related = ("council__area", "council__convener__area", "organization", "carried_from")

    def issuer(self, subject: Topic) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: Topic) -> Area:
        """The council's."""
        return subject.council.area

    def is_for(self, subject: Topic, by: Actor) -> bool:
        """Whoever proposed it, and the convener: the form names who to call."""
        return by.scope.is_area or by.organization_id == subject.organization_id

    def compose(self, subject: Topic, *, style: Style, issue: Issue) -> Composition:
        """Every field of the form, in its order."""
        item = subject.agenda_items.filter(is_current=True).select_related("meeting").first()
        meeting = item.meeting if item is not None else None
        decided = short_date_cn(subject.decided_on)
        opinion = "\n".join(
            filter(
                None,
                (
                    _boxes(subject.state, [(str(key), label) for key, label in _DECISIONS]),
                    f"转给：{subject.referred_to}" if subject.referred_to else "",
                    subject.decision_reason,
                    decided,
                ),
            )
        )
        chair = "　".join(
            filter(
                None,
                (subject.chair_opinion, subject.chair_name, short_date_cn(subject.chair_on)),
            )
        )
        result = "　".join(
            filter(
                None,
                (
                    standing_of(subject)[0] if subject.result else "",
                    votes_words(subject) if subject.votes_for is not None else "",
                    subject.result_note,
                ),
            )
        )
        area = subject.council.area
        rows = [
            ("议题名称", subject.title, "", ""),
            (
                "提出单位",
                subject.organization.name + "\n（盖章）",
                "提出日期",
                short_date_cn(subject.proposed_on),
            ),
            ("提出人", subject.proposer_name, "联系电话", subject.proposer_phone),
            ("类别", word(area, "topic.category", subject.category), "", ""),
            ("事由及现状", subject.situation, "", ""),
            ("建议方案或初步意见", subject.proposal, "", ""),
            ("涉及单位", subject.concerned, "", ""),
            ("是否已协调", "是" if subject.is_coordinated else "否", "", ""),
            ("社区审核意见及理由", opinion, "", ""),
            ("主任审定意见", chair, "", ""),
            (
                "列入会议",
                f"{meeting.theme}　{meeting.number_label}" if meeting is not None else "",
                "",
                "",
            ),
            ("讨论结果", result, "", ""),
        ]
        filled = [row if row[2] else (row[0], row[1] or "　", "", "") for row in rows]
        return _composition(subject.council.name, filled)


@register
class BlankTopicForm(DocumentKind):
    """The same form to be filled in by hand, of a call."""

    key = "topic.blank_form"
    name = _("议题征集表（空白）")
    subject = "meetings.TopicCall"
    is_form = True
    select_related = ("council__area", "council__convener__area")

    def issuer(self, subject: TopicCall) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: TopicCall) -> Area:
        """The council's."""
        return subject.council.area

    def compose(self, subject: TopicCall, *, style: Style, issue: Issue) -> Composition:
        """Its fields with room to write."""
        council = subject.council
        categories = [
            (key, str(label)) for key, label in dictionary(council.area, "topic.category")
        ]
        room = "\n" * 6
        rows = [
            ("议题名称", "", "", ""),
            ("提出单位", "\n（盖章）", "提出日期", ""),
            ("提出人", "", "联系电话", ""),
            ("类别", _boxes("-", categories), "", ""),
            ("事由及现状", room, "", ""),
            ("建议方案或初步意见", room, "", ""),
            ("涉及单位", "", "", ""),
            ("是否已协调", "□是　□否", "", ""),
            (
                "社区审核意见及理由",
                _boxes("-", [(str(key), label) for key, label in _DECISIONS]) + "\n\n",
                "",
                "",
            ),
            ("主任审定意见", "\n", "", ""),
            ("列入会议", "", "", ""),
        ]
        composition = _composition(council.name, rows)
        return Composition(
            **{
                **composition.__dict__,
                "blocks": (
                    Text(
                        f"征集期间：{subject.period_label}　　截止日期：{short_date_cn(subject.due_on)}",
                        indent=False,
                    ),
                    *composition.blocks,
                    Text("注：没有议题的，请在截止日期前答复“无议题”。", indent=False),
                ),
            }
        )
