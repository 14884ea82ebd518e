"""What a unit looks like from outside."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import MaskedField, NamedRowField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from units.models import ResidentUnit


class UnitSerializer(serializers.ModelSerializer[ResidentUnit]):
    """A resident unit; contacts are masked, as everything personal is here."""

    uid = serializers.UUIDField(source="organization.uid", help_text="对象编号。")
    name = serializers.CharField(source="organization.name", help_text="单位全称。")
    short_name = serializers.CharField(source="organization.short_name", help_text="简称。")
    area = NamedRowField(Area, source="organization.area", help_text="登记所在区域。")
    grid = NamedRowField(Area, help_text="所属网格。")
    address = serializers.CharField(source="organization.address", help_text="地址。")
    contact_name = MaskedField(
        mask_name, source="organization.contact_name", help_text="联络员姓名（已遮盖）。"
    )
    contact_phone = MaskedField(
        mask_phone, source="organization.contact_phone", help_text="联系电话（已遮盖）。"
    )
    valid_from = serializers.DateField(
        source="organization.valid_from", allow_null=True, help_text="成立日期。"
    )
    valid_to = serializers.DateField(
        source="organization.valid_to", allow_null=True, help_text="注销日期；在册的为空。"
    )
    end_reason = serializers.CharField(source="organization.end_reason", help_text="注销原因。")
    changed_at = serializers.DateTimeField(
        source="organization.changed_at", help_text="最近变更时间。"
    )

    class Meta:
        model = ResidentUnit
        fields = (
            "uid",
            "name",
            "short_name",
            "kind",
            "credit_code",
            "area",
            "grid",
            "address",
            "contact_name",
            "contact_phone",
            "category",
            "affiliation",
            "industry",
            "employee_count",
            "member_count",
            "valid_from",
            "valid_to",
            "end_reason",
            "changed_at",
        )
        extra_kwargs = {
            "kind": {"help_text": "单位性质的代码，见字典 unit.kind。"},
            "credit_code": {"help_text": "统一社会信用代码。"},
            "member_count": {"help_text": "单位自报的党员人数。"},
        }
