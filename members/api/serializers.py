"""What members and their service look like from outside: the API column of access.md, nothing else.

Names leave masked, units as codes. Posts and skills are free text without a code so far, and stay.
"""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from members.enums import Availability, Grade
from members.models import (
    PartyMember,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
    Team,
)
from partybuild.access.api.fields import MaskedField, NamedRowField, NamedRowSerializer
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
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


class ServicePostSerializer(serializers.ModelSerializer[ServicePost]):
    """A post that a community sets; whoever claims it is not sent."""

    community = NamedRowField(Area, help_text="设岗社区。")
    grid = NamedRowField(Area, help_text="所在网格；没有的为空。")
    times = serializers.ListField(
        child=serializers.ChoiceField(choices=Availability.choices), help_text="服务时间的代码。"
    )
    claimed = serializers.IntegerField(help_text="已确定认领（含已完成）的人数。")
    contact = MaskedField(mask_name, help_text="联系人姓名（已遮盖）。")
    contact_phone = MaskedField(mask_phone, help_text="联系电话（已遮盖）。")

    class Meta:
        model = ServicePost
        fields = (
            "uid",
            "community",
            "grid",
            "kind",
            "category",
            "title",
            "content",
            "wanted",
            "claimed",
            "skills",
            "times",
            "schedule",
            "place",
            "contact",
            "contact_phone",
            "starts_on",
            "ends_on",
            "state",
            "published_on",
            "closed_on",
            "close_reason",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "category": {"help_text": "岗位类别的代码，见字典 service_post.class。"},
            "changed_at": {
                "help_text": "岗位自身最近变更时间；认领变动也出现在变更流中，但不改这个时间。"
            },
        }


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A community's team of volunteers; who stands in it is not sent."""

    community = NamedRowField(Area, help_text="所属社区。")
    grid = NamedRowField(Area, help_text="所在网格；没有的为空。")
    members = serializers.IntegerField(source="members_now", help_text="现有队员人数。")

    class Meta:
        model = Team
        fields = (
            "uid",
            "community",
            "grid",
            "name",
            "kind",
            "content",
            "members",
            "valid_from",
            "valid_to",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "kind": {"help_text": "队伍类别的代码，见字典 team.kind。"},
            "changed_at": {
                "help_text": "队伍自身最近变更时间；队员变动也出现在变更流中，但不改这个时间。"
            },
        }


class ServiceCertificateSerializer(serializers.ModelSerializer[ServiceCertificate]):
    """A certificate of volunteer service: its sums and number; what it was for is the member's own."""

    member = serializers.UUIDField(source="member.uid", help_text="党员的 uid。")
    name = MaskedField(mask_name, source="member_name", help_text="姓名（已遮盖）。")
    community = NamedRowField(Area, help_text="服务所在社区。")
    issuer = NamedRowField(Organization, help_text="出具单位。")

    class Meta:
        model = ServiceCertificate
        fields = (
            "uid",
            "member",
            "name",
            "community",
            "issuer",
            "since",
            "until",
            "times",
            "hours",
            "state",
            "number",
            "issued_at",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "number": {"help_text": "证明编号；未出具的为空。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }


class ServiceCountSerializer(serializers.Serializer[Any]):
    """One more count of the table: posts claimed, posts done, excused."""

    key = serializers.CharField(help_text="计数的代码，如 claimed、completed、excused。")
    name = serializers.CharField(help_text="名称。")
    unit = serializers.CharField(help_text="计量单位：项、次。")
    count = serializers.IntegerField(
        allow_null=True, help_text="数量；不足3人（或可由此推算）的为空。"
    )


class ServiceFiguresSerializer(serializers.Serializer[Any]):
    """人, 人次, 场 and 小时, counted apart."""

    reported = serializers.IntegerField(
        allow_null=True, help_text="期末报到党员（人）；不给出的为空。"
    )
    people = serializers.IntegerField(
        allow_null=True, help_text="参加活动党员（人），一人只计一次；不给出的为空。"
    )
    times = serializers.IntegerField(allow_null=True, help_text="参加人次；不给出的为空。")
    events = serializers.IntegerField(allow_null=True, help_text="活动场次（场）；不给出的为空。")
    hours = serializers.DecimalField(
        max_digits=12,
        decimal_places=1,
        allow_null=True,
        help_text="服务时长（小时）；不给出的为空。",
    )
    counts = ServiceCountSerializer(
        many=True, allow_null=True, help_text="其他计数；不给出的为空。"
    )
    is_suppressed = serializers.BooleanField(
        help_text="是否因人数不足3人（或可由此推算）而不给出。"
    )


class ServiceLineSerializer(ServiceFiguresSerializer):
    """The figures of one community or unit."""

    place = NamedRowSerializer(
        allow_null=True, help_text="社区或单位；没有登记工作单位的党员合为一行，为空。"
    )


class ServiceStatisticsSerializer(serializers.Serializer[Any]):
    """The statistics table (F9) of a period, as the page shows it."""

    period = serializers.CharField(help_text="季度、半年或年度，如 2026Q1、2026H1、2026。")
    until = serializers.DateField(help_text="统计到哪一天。")
    total = ServiceFiguresSerializer(help_text="合计；一人在两处只计一人，不等于各行之和。")
    results = ServiceLineSerializer(many=True, help_text="各社区或各单位。")


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


@extend_schema_field(SummaryLineSerializer(many=True))
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
    sent = serializers.IntegerField(help_text="签发的汇总（份，一家单位一份，不是人数）。")
    acknowledged = serializers.IntegerField(
        help_text="单位已签收的（份，一家单位一份，不是人数）。"
    )
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


class GradeCountSerializer(serializers.Serializer[Any]):
    """How many persons were given a grade."""

    grade = serializers.ChoiceField(choices=Grade.choices, help_text="评价等次的代码。")
    count = serializers.IntegerField(help_text="人数。")


class GradeTotalSerializer(serializers.Serializer[Any]):
    """A community's feedback forms of a period; each is one person, so small groups stay out."""

    community = NamedRowSerializer(help_text="社区。")
    sent = serializers.IntegerField(allow_null=True, help_text="签发的反馈表（人）；不给出的为空。")
    acknowledged = serializers.IntegerField(
        allow_null=True,
        help_text="单位已签收的（人）；不足3人、只差一两人未签收（或可由此推算）的为空。",
    )
    used = serializers.IntegerField(
        allow_null=True,
        help_text="单位已登记运用的（人）；不足3人、只差一两人未运用（或可由此推算）的为空。",
    )
    objections = serializers.IntegerField(
        allow_null=True,
        help_text="本人提出的异议（件）；提出的不足3人、只差一两人未提出的为空。",
    )
    grades = GradeCountSerializer(
        many=True,
        allow_null=True,
        help_text="各等次的人数；任一等次不足3人（或可由此推算）时为空。",
    )
    is_suppressed = serializers.BooleanField(
        help_text="是否因人数不足3人（或可由此推算）而不给出。"
    )


class FeedbackTotalsSerializer(serializers.Serializer[Any]):
    """Totals of feedback in one period."""

    period = serializers.CharField(help_text="季度、半年或年度，如 2026Q1、2026H1、2026。")
    results = FeedbackTotalSerializer(
        many=True, help_text="季度服务情况汇总，各社区；没有签发的不列出。"
    )
    forms = GradeTotalSerializer(
        many=True, help_text="党员活动情况反馈表，各社区；没有签发的不列出。"
    )
