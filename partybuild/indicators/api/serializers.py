"""What figures look like from outside."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from partybuild.access import Level
from partybuild.access.api.fields import NamedRowSerializer
from partybuild.indicators.enums import Group


class IndicatorSerializer(serializers.Serializer[Any]):
    """What a figure means."""

    key = serializers.CharField(help_text="指标代码。")
    name = serializers.CharField(help_text="指标名称。")
    group = serializers.ChoiceField(choices=Group.choices, help_text="所属栏目。")
    unit = serializers.CharField(help_text="计量单位：家、场、件、人、人次、小时。")
    definition = serializers.CharField(help_text="口径。")
    numerator = serializers.CharField(help_text="分子的含义。")
    denominator = serializers.CharField(
        allow_null=True, help_text="分母的含义；只计数、不计比率的为空。"
    )
    denominator_unit = serializers.CharField(
        allow_null=True, help_text="分母的计量单位；只计数的为空。"
    )
    rate = serializers.CharField(
        allow_null=True, help_text="比率的名称，如参与率；没有专门名称的为空。"
    )
    is_average = serializers.BooleanField(
        help_text="分子和分母是否两种量：商是平均数（人均），不是比率。"
    )
    level = serializers.ChoiceField(
        choices=[(level.value, level.label) for level in Level],
        help_text="统计到的最低层级。",
    )
    about_persons = serializers.BooleanField(help_text="是否关于个人：只给总数，不足3人的不给出。")


class IndicatorsSerializer(serializers.Serializer[Any]):
    """All figures that the token may read."""

    results = IndicatorSerializer(many=True, help_text="指标。")


class FigureSerializer(serializers.Serializer[Any]):
    """One figure of one place in one period."""

    place = NamedRowSerializer(help_text="区域；单位令牌为本单位。")
    indicator = serializers.CharField(help_text="指标代码。")
    numerator = serializers.FloatField(
        allow_null=True, help_text="分子；小时数有0.5，其余是整数；不足3人的为空。"
    )
    denominator = serializers.IntegerField(
        allow_null=True, help_text="分母；只计数的和不足3人的为空。"
    )
    target = serializers.IntegerField(
        allow_null=True, help_text="该处对这个比率的目标（百分数）；没有的为空。"
    )
    is_suppressed = serializers.BooleanField(help_text="是否因人数过少而不给出。")


class FiguresSerializer(serializers.Serializer[Any]):
    """The figures of an area and of the areas one level below it."""

    period = serializers.CharField(help_text="周期，如 2026Q1。")
    place = NamedRowSerializer(help_text="合计所属的区域或单位。")
    totals = FigureSerializer(many=True, help_text="合计。")
    results = FigureSerializer(many=True, help_text="下一级各区域；社区和单位没有下级，为空。")
