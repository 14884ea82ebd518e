"""What a body looks like from outside."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import MaskedField, NamedRowField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """A body: a Party organization, a unit or another; its contact is masked."""

    area = NamedRowField(Area, help_text="所在区域。")
    parent = NamedRowField(Organization, help_text="上级组织。")  # type: ignore[assignment]
    party_kind = serializers.ChoiceField(
        source="party_organization.kind",
        choices=PartyOrganizationKind.choices,
        allow_null=True,
        help_text="党组织类型；不是党组织的为空。",
    )
    leads_area = NamedRowField(
        Area, source="party_organization.leads_area", help_text="领导的区域。"
    )
    contact_name = MaskedField(mask_name, help_text="联络员姓名（已遮盖）。")
    contact_phone = MaskedField(mask_phone, help_text="联系电话（已遮盖）。")

    class Meta:
        model = Organization
        fields = (
            "uid",
            "kind",
            "name",
            "short_name",
            "area",
            "parent",
            "party_kind",
            "leads_area",
            "address",
            "contact_name",
            "contact_phone",
            "valid_from",
            "valid_to",
            "end_reason",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号；驻区单位与 units 中的相同。"},
            "valid_to": {"help_text": "撤销日期；在用的为空。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }
