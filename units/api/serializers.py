"""What units and their reports look like from outside."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import MaskedField, NamedRowField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from partybuild.organizations.models import Organization
from units.models import ReportForm, ResidentUnit, UnitReport


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


class ReportFormSerializer(serializers.ModelSerializer[ReportForm]):
    """What a quarterly report asks: the labels of its values."""

    area = NamedRowField(Area, help_text="适用区域；通用的为空。")
    fields_asked = serializers.ListField(
        source="fields",
        child=serializers.DictField(),
        help_text="填报项目：key、label（名称）、kind（integer、decimal、text）、unit（计量单位）等。",
    )

    class Meta:
        model = ReportForm
        fields = (
            "uid",
            "area",
            "key",
            "form_version",
            "title",
            "fields_asked",
            "valid_from",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "key": {"help_text": "填报表的代码。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }


class UnitReportSerializer(serializers.ModelSerializer[UnitReport]):
    """A unit's quarterly report; its values once filed, not while somebody types."""

    unit = NamedRowField(Organization, help_text="填报单位。")
    owed_to = NamedRowField(Organization, help_text="报送对象。")
    form = NamedRowField(ReportForm, name="title", help_text="填报表，见 report-forms。")
    values = serializers.DictField(
        source="filed_values",
        allow_null=True,
        help_text="已报送的填报内容：项目代码和数值；草稿和退回的为空。",
    )
    counted = serializers.DictField(
        source="filed_counted",
        allow_null=True,
        help_text="报送时平台自己的计数：项目代码和数值；草稿和退回的为空。",
    )
    correction = serializers.CharField(
        source="filed_correction", allow_null=True, help_text="与平台计数不同时的更正说明。"
    )

    class Meta:
        model = UnitReport
        fields = (
            "uid",
            "unit",
            "owed_to",
            "form",
            "period",
            "state",
            "is_nil",
            "values",
            "counted",
            "correction",
            "filed_at",
            "receipt_number",
            "decided_at",
            "return_reason",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "period": {"help_text": "填报期，如 2026Q1。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }
