"""What a debt looks like from outside."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import NamedRowField
from partybuild.areas.models import Area
from partybuild.obligations.enums import ObligationState, Standing
from partybuild.obligations.models import Obligation
from partybuild.organizations.models import Organization


class ObligationSerializer(serializers.ModelSerializer[Obligation]):
    """One row of the ledger: who owes which duty to whom by when, and what became of it."""

    bearer = NamedRowField(Organization, source="bearer_organization", help_text="责任单位。")
    owed_to = NamedRowField(Organization, help_text="报送对象。")
    area = NamedRowField(Area, help_text="计入的区域。")
    state = serializers.ChoiceField(choices=ObligationState.choices, help_text="存储的状态。")
    standing = serializers.ChoiceField(
        choices=Standing.choices, help_text="按今天计算：未到期、临近、逾期、按期、逾期办结等。"
    )

    class Meta:
        model = Obligation
        fields = (
            "uid",
            "duty",
            "bearer",
            "owed_to",
            "area",
            "period",
            "subject_label",
            "subject_uid",
            "due_on",
            "state",
            "standing",
            "paid_on",
            "created_at",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "duty": {"help_text": "事项的代码。"},
            "period": {"help_text": "所属周期，如 2026Q1；不按周期的为空。"},
            "subject_label": {"help_text": "所涉对象的类型，如 meetings.Meeting。"},
            "subject_uid": {"help_text": "所涉对象的编号。"},
            "paid_on": {"help_text": "办结日期；未办的为空。"},
            "changed_at": {"help_text": "最近变更时间；状态随日期变化不算变更。"},
        }
