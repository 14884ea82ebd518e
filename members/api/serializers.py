"""What members and their service look like from outside: the API column of access.md, nothing else.

Names leave masked, units as codes. Posts and skills are free text without a code so far, and stay.
"""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers

from members.enums import Availability
from members.models import PartyMember, ServiceRecord, ServiceSummary
from partybuild.access.api.fields import MaskedField, NamedRowField, NamedRowSerializer
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name
from partybuild.organizations.models import Organization


class MemberSerializer(serializers.ModelSerializer[PartyMember]):
    """A member on a roster or reported in."""

    name = MaskedField(mask_name, source="person.name", help_text="姓名（已遮盖）。")
    unit = serializers.UUIDField(
        source="unit_uid", allow_null=True, help_text="工作单位的 uid，可用于 units；没有的为空。"
    )
    unit_code = serializers.CharField(
        allow_null=True, help_text="工作单位的统一社会信用代码；未登记的为空。"
    )
    availability = serializers.ListField(
        child=serializers.ChoiceField(choices=Availability.choices), help_text="可服务时间的代码。"
    )
    times = serializers.IntegerField(help_text="今年经社区认证的服务次数，只含可见的记录。")
    hours = serializers.DecimalField(
        max_digits=8, decimal_places=1, help_text="今年经社区认证的服务时长（小时）。"
    )

    class Meta:
        model = PartyMember
        fields = (
            "uid",
            "name",
            "unit",
            "unit_code",
            "availability",
            "times",
            "hours",
            "state",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "changed_at": {"help_text": "党员登记信息最近变更时间。"},
        }


class ServiceRecordSerializer(serializers.ModelSerializer[ServiceRecord]):
    """One member's service on one day."""

    member = serializers.UUIDField(source="member.uid", help_text="党员的 uid。")
    name = MaskedField(mask_name, source="member_name", help_text="姓名（已遮盖）。")
    community = NamedRowField(Area, help_text="服务所在社区。")
    unit = serializers.UUIDField(
        source="unit.uid", allow_null=True, help_text="服务当日所在单位的 uid。"
    )

    class Meta:
        model = ServiceRecord
        fields = (
            "uid",
            "member",
            "name",
            "community",
            "unit",
            "date",
            "content",
            "kind",
            "hours",
            "state",
            "certified_at",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "kind": {"help_text": "类别的代码，见字典 service.kind。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }


def _masked_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "member": line["member"],
            "name": mask_name(line["name"]),
            "times": line["times"],
            "hours": line["hours"],
        }
        for line in lines
    ]


class SummaryLineSerializer(serializers.Serializer[Any]):
    """One member's line of a summary."""

    member = serializers.UUIDField(help_text="党员的 uid。")
    name = serializers.CharField(help_text="姓名（已遮盖）。")
    times = serializers.IntegerField(help_text="次数。")
    hours = serializers.CharField(help_text="时长（小时）。")


class SummaryLinesField(MaskedField):
    """The lines of a summary, names masked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cast("Any", _masked_lines), **kwargs)


class ServiceSummarySerializer(serializers.ModelSerializer[ServiceSummary]):
    """A quarter's service of a unit's members in a community, as signed and sent."""

    community = NamedRowField(Area, help_text="社区。")
    committee = NamedRowField(Organization, help_text="签发的社区党组织。")
    unit = NamedRowField(Organization, help_text="单位。")
    lines = SummaryLinesField(help_text="逐人情况，姓名已遮盖。")

    class Meta:
        model = ServiceSummary
        fields = (
            "uid",
            "community",
            "committee",
            "unit",
            "period",
            "state",
            "reported_in_count",
            "served_count",
            "times",
            "hours",
            "lines",
            "signed_at",
            "acknowledged_at",
            "receipt_number",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }


class FeedbackTotalSerializer(serializers.Serializer[Any]):
    """What a community sent to units in a quarter; persons only where they are three or more."""

    community = NamedRowSerializer(help_text="社区。")
    sent = serializers.IntegerField(help_text="签发的汇总（份）。")
    acknowledged = serializers.IntegerField(help_text="单位已签收的（份）。")
    reported_in_count = serializers.IntegerField(
        allow_null=True, help_text="报到党员（人）；不给出的为空。"
    )
    served_count = serializers.IntegerField(
        allow_null=True, help_text="参加服务党员（人）；不给出的为空。"
    )
    times = serializers.IntegerField(allow_null=True, help_text="服务人次；不给出的为空。")
    hours = serializers.DecimalField(
        max_digits=10, decimal_places=1, allow_null=True, help_text="服务时长；不给出的为空。"
    )
    is_suppressed = serializers.BooleanField(
        help_text="是否因人数不足3人（或可由此推算）而不给出。"
    )


class FeedbackTotalsSerializer(serializers.Serializer[Any]):
    """Totals of feedback in one quarter."""

    period = serializers.CharField(help_text="季度，如 2026Q1。")
    results = FeedbackTotalSerializer(many=True, help_text="各社区；没有签发的不列出。")
