"""What an area looks like from outside."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import NamedRowField
from partybuild.areas.models import Area


class AreaSerializer(serializers.ModelSerializer[Area]):
    """One node of the area tree."""

    # REST framework keeps a field called parent on each field; the declaration is read before that.
    parent = NamedRowField(Area, help_text="上级区域。")  # type: ignore[assignment]

    class Meta:
        model = Area
        fields = (
            "uid",
            "code",
            "name",
            "level",
            "kind",
            "parent",
            "valid_from",
            "valid_to",
            "end_reason",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "code": {"help_text": "统计用区划代码；会变更、会重新启用，不作为主键。"},
            "level": {"help_text": "1 省、2 市、3 区县、4 街道、5 社区、6 网格。"},
            "valid_to": {"help_text": "撤销日期；在用的为空。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }
