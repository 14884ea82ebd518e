"""What councils, meetings and resolutions look like from outside."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework import serializers

from meetings.enums import PartyRole
from meetings.models import Council, Meeting, Resolution, Topic
from meetings.queries.bodies_of_rows import bodies_of_resolutions, members_of_councils
from partybuild.access.api.fields import MaskedField, NamedRowField, NamedRowsField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from partybuild.organizations.models import Organization


def _leads(keys: list[int]) -> Iterable[tuple[int, int]]:
    return bodies_of_resolutions(keys, PartyRole.LEAD)


def _helpers(keys: list[int]) -> Iterable[tuple[int, int]]:
    return bodies_of_resolutions(keys, PartyRole.HELPER)


class CouncilSerializer(serializers.ModelSerializer[Council]):
    """A joint meeting council with its member bodies."""

    area = NamedRowField(Area, help_text="所属区域。")
    convener = NamedRowField(Organization, help_text="召集单位。")
    members = NamedRowsField(
        Organization,
        links=members_of_councils,
        help_text="成员单位；不在可见范围内的不列出。",
    )

    class Meta:
        model = Council
        fields = (
            "uid",
            "name",
            "kind",
            "area",
            "convener",
            "members",
            "founded_on",
            "ended_on",
            "end_reason",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "kind": {"help_text": "类别的代码，见字典 council.kind。"},
            "changed_at": {"help_text": "最近变更时间；成员单位变动不算。"},
        }


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A joint meeting."""

    council = NamedRowField(Council, help_text="联席会。")

    class Meta:
        model = Meeting
        fields = (
            "uid",
            "council",
            "period",
            "year",
            "number",
            "theme",
            "starts_at",
            "ends_at",
            "place",
            "state",
            "state_reason",
            "notified_at",
            "receipt_due_on",
            "held_on",
            "is_entered_afterwards",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "period": {"help_text": "所属期间，如 2026Q1。"},
            "year": {"help_text": "年度；召开后才有。"},
            "number": {"help_text": "当年第几次；召开后才有。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }


class ResolutionSerializer(serializers.ModelSerializer[Resolution]):
    """What a meeting decided, who answers for it, what became of it."""

    council = NamedRowField(Council, help_text="联席会。")
    meeting = NamedRowField(Meeting, name="theme", help_text="作出议定的会议。")
    lead = NamedRowsField(Organization, links=_leads, help_text="主办单位；至多一个。")
    helpers = NamedRowsField(Organization, links=_helpers, help_text="协办单位。")

    class Meta:
        model = Resolution
        fields = (
            "uid",
            "council",
            "meeting",
            "number",
            "text",
            "category",
            "lead",
            "helpers",
            "due_on",
            "state",
            "assigned_on",
            "reported_on",
            "closed_on",
            "closing",
            "result",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "category": {"help_text": "类别的代码，见字典 topic.category。"},
            "changed_at": {"help_text": "最近变更时间；责任单位变动不算。"},
        }


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """What a body proposed for a council's agenda; who wrote it down is masked."""

    council = NamedRowField(Council, help_text="联席会。")
    organization = NamedRowField(Organization, help_text="提出单位。")
    proposer_name = MaskedField(mask_name, help_text="提出人姓名（已遮盖）。")
    proposer_phone = MaskedField(mask_phone, help_text="联系电话（已遮盖）。")

    class Meta:
        model = Topic
        fields = (
            "uid",
            "council",
            "title",
            "organization",
            "proposer_name",
            "proposer_phone",
            "proposed_on",
            "category",
            "situation",
            "proposal",
            "concerned",
            "is_coordinated",
            "state",
            "decision_reason",
            "decided_on",
            "referred_to",
            "chair_opinion",
            "chair_on",
            "result",
            "result_on",
            "result_note",
            "votes_for",
            "votes_against",
            "votes_abstained",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "category": {"help_text": "类别的代码，见字典 topic.category。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }
