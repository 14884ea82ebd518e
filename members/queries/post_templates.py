"""Posts that communities usually set: a beginning to correct, class by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from members.enums import Availability, PostKind

_WEEKDAYS, _EVENINGS, _WEEKENDS, _HOLIDAYS = (str(each) for each in Availability.values)


@dataclass(frozen=True)
class PostTemplate:
    """One post as it is usually set."""

    key: str
    category: str
    title: str
    content: str
    skills: str = ""
    times: tuple[str, ...] = (_WEEKENDS,)
    schedule: str = ""
    wanted: int = 2
    kind: str = PostKind.POST

    def initial(self) -> dict[str, Any]:
        """Return what the form of a new post begins with."""
        return {
            "kind": self.kind,
            "category": self.category,
            "title": self.title,
            "content": self.content,
            "skills": self.skills,
            "times": list(self.times),
            "schedule": self.schedule,
            "wanted": self.wanted,
        }


TEMPLATES = (
    PostTemplate(
        "party-lecturer", "organization", "微党课宣讲岗",
        "为社区党员群众讲微党课，每季度至少一次，每次30分钟左右。", "党务、宣讲", (_EVENINGS, _WEEKENDS),
    ),
    PostTemplate(
        "branch-helper", "organization", "楼栋党小组联络岗",
        "联系楼栋党小组，协助组织生活，收集党员意见。", "党务", (_EVENINGS,),
    ),
    PostTemplate(
        "law-desk", "law", "法律咨询岗",
        "在社区服务中心解答居民法律问题，帮助申请法律援助。", "律师、法律", (_WEEKENDS,), "每周六9:00—11:00", 1,
    ),
    PostTemplate(
        "law-talk", "law", "普法宣传岗",
        "面向居民、商户宣传民法典和反诈知识，每季度一场。", "法律、宣讲", (_WEEKENDS,),
    ),
    PostTemplate(
        "elder-visit", "poverty", "结对关爱岗",
        "结对独居老人或困难家庭，每月上门探望不少于一次，代办生活小事。", "", (_WEEKENDS, _HOLIDAYS), "", 5,
    ),
    PostTemplate(
        "job-guide", "poverty", "就业帮扶岗",
        "帮助失业居民修改简历、推荐岗位，链接单位招聘信息。", "人事、就业", (_EVENINGS, _WEEKENDS),
    ),
    PostTemplate(
        "repair", "poverty", "便民维修岗",
        "为老年人、困难家庭义务维修小家电、水电。", "电工、维修", (_WEEKENDS,), "每月第一个周六9:00—11:00",
    ),
    PostTemplate(
        "deliberation", "governance", "协商议事岗",
        "参加居民议事会，收集居民对小区事务的意见并跟进办理。", "", (_EVENINGS,),
    ),
    PostTemplate(
        "parking", "governance", "文明停车劝导岗",
        "早晚高峰劝导电动车、汽车有序停放，清理消防通道。", "", (_WEEKDAYS, _EVENINGS), "", 6,
    ),
    PostTemplate(
        "health-check", "health", "健康义诊岗",
        "为居民测血压血糖，解答常见病、慢性病问题。", "医生、护士", (_WEEKENDS,), "每月第二个周日9:00—11:00",
    ),
    PostTemplate(
        "mind", "health", "心理疏导岗",
        "接待居民心理咨询预约，为重点家庭提供疏导。", "心理", (_EVENINGS, _WEEKENDS), "", 1,
    ),
    PostTemplate(
        "culture", "culture", "文体活动辅导岗",
        "辅导社区书画、合唱、健身队伍，协助组织邻里文化活动。", "书法、音乐、舞蹈、体育", (_EVENINGS, _WEEKENDS),
    ),
    PostTemplate(
        "camera", "culture", "摄影记录岗",
        "为社区活动拍摄照片、短片，整理入册。", "摄影", (_WEEKENDS, _HOLIDAYS), "", 1,
    ),
    PostTemplate(
        "patrol", "safety", "治安巡逻岗",
        "佩戴标志在小区巡逻，发现隐患及时报告网格员。", "", (_EVENINGS,), "每周两晚19:00—21:00", 6,
    ),
    PostTemplate(
        "fire", "safety", "消防安全宣传岗",
        "检查楼道堆物和电动车充电，宣传消防知识。", "消防、安全", (_WEEKENDS,), "", 4,
    ),
    PostTemplate(
        "policy", "policy", "政策宣传岗",
        "宣传社保、医保、养老等惠民政策，帮助居民线上办理。", "社保、政策", (_WEEKENDS,),
    ),
    PostTemplate(
        "anti-fraud", "policy", "反诈宣传岗",
        "入户宣传防范电信网络诈骗，帮助老年人安装反诈工具。", "宣传", (_EVENINGS, _WEEKENDS), "", 4,
    ),
    PostTemplate(
        "homework", "education", "课后辅导岗",
        "在社区四点半课堂辅导小学生作业。", "教师、英语、数学", (_WEEKDAYS,), "工作日16:30—18:00",
    ),
    PostTemplate(
        "phone-class", "education", "智能手机教学岗",
        "教老年人使用手机挂号、缴费、打车。", "", (_WEEKENDS,), "每月两次", 3,
    ),
    PostTemplate(
        "clean", "environment", "环境清洁岗",
        "参加楼道、绿化带清洁，维护公共环境。", "", (_WEEKENDS,), "每月第一个周六8:30—10:30", 8,
    ),
    PostTemplate(
        "waste", "environment", "垃圾分类督导岗",
        "在投放点指导居民分类投放。", "", (_EVENINGS, _WEEKENDS), "每晚18:30—20:00，轮流到岗", 6,
    ),
    PostTemplate(
        "mediation", "mediation", "矛盾调解岗",
        "协助社区调解邻里、物业纠纷，做好回访。", "调解、法律、心理", (_EVENINGS, _WEEKENDS),
    ),
    PostTemplate(
        "pioneer-window", "organization", "窗口服务党员先锋岗",
        "在社区服务窗口亮身份、作表率，热情接待居民，首问负责。", "", (_WEEKDAYS,), "", 1, PostKind.PIONEER,
    ),
    PostTemplate(
        "pioneer-emergency", "safety", "应急突击党员先锋岗",
        "台风、暴雨、冰雪等天气时参加应急值守和人员转移。", "", (_HOLIDAYS, _WEEKENDS), "随叫随到", 4, PostKind.PIONEER,
    ),
    PostTemplate(
        "area-building", "governance", "楼栋党员责任区",
        "联系责任区内住户，每月走访不少于一次，宣传政策、收集意见、排查隐患。", "", (_EVENINGS, _WEEKENDS), "", 2, PostKind.AREA,
    ),
    PostTemplate(
        "area-street", "environment", "沿街商铺党员责任区",
        "负责责任路段的门前三包劝导和环境卫生。", "", (_WEEKENDS,), "", 2, PostKind.AREA,
    ),
)  # fmt: skip
BY_KEY = {each.key: each for each in TEMPLATES}
