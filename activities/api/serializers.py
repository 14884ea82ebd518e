"""What activities look like from outside: what was held where by whom, nobody who came."""

from __future__ import annotations

from rest_framework import serializers

from activities.models import Activity
from activities.queries.hosts import hosts_of_activities
from partybuild.access.api.fields import MaskedField, NamedRowField, NamedRowsField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from partybuild.organizations.models import Organization


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """An activity in a community; held by several bodies it is one row."""

    community = NamedRowField(Area, help_text="举办社区。")
    organizer = NamedRowField(Organization, help_text="主办单位。")
    hosts = NamedRowsField(
        Organization,
        links=hosts_of_activities,
        help_text="主办、协办单位；不在可见范围内的不列出。",
    )
    themes = serializers.ListField(
        child=serializers.CharField(), help_text="主题的代码，见字典 activity.theme。"
    )
    leader_name = MaskedField(mask_name, help_text="负责人姓名（已遮盖）。")
    leader_phone = MaskedField(mask_phone, help_text="负责人电话（已遮盖）。")

    class Meta:
        model = Activity
        fields = (
            "uid",
            "community",
            "organizer",
            "hosts",
            "title",
            "kind",
            "themes",
            "content",
            "period",
            "starts_at",
            "ends_at",
            "place",
            "places",
            "sign_up_until",
            "audience",
            "needs",
            "leader_name",
            "leader_phone",
            "state",
            "state_reason",
            "published_at",
            "held_at",
            "others_count",
            "served_count",
            "closing_note",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "kind": {"help_text": "类别的代码，见字典 activity.kind。"},
            "period": {"help_text": "所属季度，如 2026Q1，按开始时间。"},
            "places": {"help_text": "名额；不限的为空。"},
            "others_count": {"help_text": "没有姓名的其他参加人数；举办后登记。"},
            "served_count": {"help_text": "服务人次；举办后登记。"},
            "changed_at": {"help_text": "最近变更时间；报名、签到和评价不算。"},
        }
