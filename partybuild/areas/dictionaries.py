"""Default words of every dictionary; areas rename, add and hide them (names differ from city to city)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DICTIONARIES = {
    "council.kind": (
        ("joint_meeting", _("党建联席会")),
        ("street_committee", _("街道大工委")),
        ("community_committee", _("社区大党委")),
        ("deliberation", _("协商议事会")),
    ),
    "unit.kind": (
        ("office", _("机关")),
        ("institution", _("事业单位")),
        ("enterprise", _("企业")),
        ("social", _("社会组织")),
        ("other", _("其他")),
    ),
    "topic.category": (
        ("party", _("党建")),
        ("construction", _("建设")),
        ("autonomy", _("自治")),
        ("service", _("服务")),
        ("environment", _("环境")),
        ("safety", _("治安")),
        ("other", _("其他")),
    ),
    "report_in.end_reason": (
        ("moved", _("居住地变更")),
        ("retired", _("退休")),
        ("transferred", _("调离")),
        ("died", _("死亡")),
        ("relation", _("组织关系变动")),
        ("other", _("其他")),
    ),
    "service.kind": (
        ("organization", _("组织建设")),
        ("law", _("法律咨询与援助")),
        ("poverty", _("助困扶残与就业援助")),
        ("governance", _("社区治理")),
        ("health", _("健康医疗")),
        ("culture", _("文化体育")),
        ("safety", _("安全宣传与治安巡逻")),
        ("other", _("其他")),
    ),
    "activity.kind": (
        ("service", _("志愿服务")),
        ("theme_day", _("主题党日")),
        ("learning", _("学习宣讲")),
        ("visit", _("走访慰问")),
        ("culture", _("文体活动")),
        ("other", _("其他")),
    ),
    "activity.theme": (
        ("civilized_city", _("文明城市创建")),
        ("environment", _("环境整治")),
        ("safety", _("平安建设")),
        ("elders", _("敬老助老")),
        ("children", _("关爱未成年人")),
        ("law", _("法治宣传")),
        ("health", _("健康义诊")),
    ),
    "proxy.channel": (
        ("phone", _("电话")),
        ("wechat", _("微信")),
        ("paper", _("纸质")),
        ("in_person", _("当面")),
    ),
}
