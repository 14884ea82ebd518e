"""What a wish looks like from outside: what hung in public, nothing of who made it or claimed it."""

from __future__ import annotations

from rest_framework import serializers

from partybuild.access.api.fields import MaskedField, NamedRowField
from partybuild.areas.models import Area
from partybuild.fields.codes import mask_name, mask_phone
from wishes.models import Wish


class WishSerializer(serializers.ModelSerializer[Wish]):
    """A resident's small wish as it was shown; neither the wisher nor the claimer is sent."""

    community = NamedRowField(Area, help_text="所在社区。")
    contact = MaskedField(mask_name, help_text="社区联系人姓名（已遮盖）。")
    contact_phone = MaskedField(mask_phone, help_text="联系电话（已遮盖）。")

    class Meta:
        model = Wish
        # Not the reason of an end: the community's own words about a household. Nor the grid: with
        # the name shown, it leads to a door.
        fields = (
            "uid",
            "community",
            "category",
            "title",
            "content",
            "shown_name",
            "wanted_by",
            "contact",
            "contact_phone",
            "channel",
            "heard_on",
            "published_on",
            "state",
            "ended_on",
            "changed_at",
        )
        extra_kwargs = {
            "uid": {"help_text": "对象编号。"},
            "category": {"help_text": "心愿类别的代码，见字典 wish.class。"},
            "shown_name": {"help_text": "公示称呼，不是全名。"},
            "channel": {"help_text": "征集方式的代码，见字典 wish.source。"},
            "changed_at": {"help_text": "最近变更时间。"},
        }
