"""Choices about members, their reporting in, their service and its summaries."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberKind(models.TextChoices):
    """党员类别."""

    FULL = "full", _("正式党员")
    PROBATIONARY = "probationary", _("预备党员")


class MemberCategory(models.TextChoices):
    """五类党员信息库: one register each, without a second entry."""

    IN_SERVICE = "in_service", _("在职党员")
    RETIRED = "retired", _("离退休党员")
    FLOATING = "floating", _("流动党员")
    DIRECT = "direct", _("直管党员")


class MemberState(models.TextChoices):
    """Where a member stands on the platform's roster; never the master register of membership."""

    PENDING = "pending", _("待单位确认")
    ACTIVE = "active", _("在册")
    ENDED = "ended", _("已减少")


class MemberEndReason(models.TextChoices):
    """Why a member left the roster (减少原因); nobody is deleted."""

    TRANSFERRED = "transferred", _("组织关系转出")
    RETIRED = "retired", _("退休")
    DIED = "died", _("死亡")
    EXPELLED = "expelled", _("出党")
    DUPLICATE = "duplicate", _("重复登记")
    OTHER = "other", _("其他")


class EmploymentState(models.TextChoices):
    """Whether the unit has said that the member is one of its people."""

    STATED = "stated", _("待单位确认")
    CONFIRMED = "confirmed", _("单位已确认")


class Availability(models.TextChoices):
    """When a member can serve (服务时间)."""

    WEEKDAYS = "weekdays", _("工作日")
    EVENINGS = "evenings", _("工作日晚上")
    WEEKENDS = "weekends", _("周末")
    HOLIDAYS = "holidays", _("节假日")


class DoubleState(models.TextChoices):
    """Whether two entries of one ID number have been settled."""

    OPEN = "open", _("待核对")
    MERGED = "merged", _("已合并")
    KEPT = "kept", _("不是同一人")


class ReportInState(models.TextChoices):
    """Machine 5 of reporting in. On the move (转出中) is one that another waits to replace."""

    SUBMITTED = "submitted", _("待社区确认")
    CONFIRMED = "confirmed", _("已报到")
    RETURNED = "returned", _("已退回")
    PASSED_ON = "passed_on", _("已转交其他社区")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已注销")


ACTIVE_REPORT_IN = (ReportInState.SUBMITTED, ReportInState.CONFIRMED)


class LetterState(models.TextChoices):
    """Where a unit's letter of recommendation stands."""

    ISSUED = "issued", _("待报到")
    USED = "used", _("已报到")
    EXPIRED = "expired", _("已过期")
    REVOKED = "revoked", _("已作废")


class UnitReportInState(models.TextChoices):
    """Where a unit's own report-in stands."""

    SUBMITTED = "submitted", _("待社区接收")
    CONFIRMED = "confirmed", _("已报到")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已注销")


ACTIVE_UNIT_REPORT_IN = (UnitReportInState.SUBMITTED, UnitReportInState.CONFIRMED)


class Side(models.TextChoices):
    """From which side a member is seen."""

    UNIT = "unit", _("单位")
    COMMUNITY = "community", _("社区")


class ServiceState(models.TextChoices):
    """Where a service record stands."""

    ENTERED = "entered", _("待认证")
    CERTIFIED = "certified", _("已认证")
    WITHDRAWN = "withdrawn", _("已撤销")


class ServiceSource(models.TextChoices):
    """Where a service record comes from."""

    ENTERED = "entered", _("社区登记")
    ATTENDANCE = "attendance", _("活动签到")
    CLAIM = "claim", _("岗位服务")


class CertificateState(models.TextChoices):
    """Where a volunteer service certificate stands: asked for, checked, issued by somebody else."""

    ASKED = "asked", _("待社区核对")
    PREPARED = "prepared", _("待负责人签发")
    ISSUED = "issued", _("已出具")
    DECLINED = "declined", _("未出具")
    CANCELLED = "cancelled", _("已撤回")
    WITHDRAWN = "withdrawn", _("已作废")


OPEN_CERTIFICATE = (CertificateState.ASKED, CertificateState.PREPARED)


class SummaryState(models.TextChoices):
    """Where a quarterly service summary stands once it has been signed."""

    SENT = "sent", _("待签收")
    ACKNOWLEDGED = "acknowledged", _("已签收")


class AnnualFormState(models.TextChoices):
    """Where a member's annual form (年度情况表) stands."""

    OPEN = "open", _("待本人填写")
    SIGNED = "signed", _("待单位归档")
    FILED = "filed", _("已归档")
    WITHDRAWN = "withdrawn", _("已撤销")


class FeedbackState(models.TextChoices):
    """Machine 10: where a feedback form stands."""

    DRAFT = "draft", _("待签发")
    SENT = "sent", _("待签收")
    ACKNOWLEDGED = "acknowledged", _("待阅处")
    USED = "used", _("已办结")
    REPLACED = "replaced", _("已被修订版替代")


class Grade(models.TextChoices):
    """等次 of an evaluation; which of them a place uses is the parameter eval.grades."""

    EXCELLENT = "excellent", _("优秀")
    GOOD = "good", _("较好")
    QUALIFIED = "qualified", _("合格")
    FAIR = "fair", _("一般")
    BASIC = "basic", _("基本合格")
    UNQUALIFIED = "unqualified", _("不合格")


class FeedbackPartKind(models.TextChoices):
    """五评议; which of them a place asks for is the parameter feedback.parts."""

    SELF = "self", _("党员自评")
    LEADER = "leader", _("领导点评")
    MASSES = "masses", _("群众测评")
    COMMUNITY = "community", _("社区参评")
    ORGANIZATION = "organization", _("组织考评")


class FeedbackException(models.TextChoices):
    """Why a form should be opened before it is signed."""

    NO_SERVICE = "no_service", _("本期没有服务记录")
    FEW_TIMES = "few_times", _("参加次数少于要求")
    MISSED_POSTS = "missed_posts", _("认领岗位后未到岗")
    ENDED = "ended", _("期内已注销报到")
    DISSATISFIED = "dissatisfied", _("群众测评有不满意")
    PARTS_DIFFER = "parts_differ", _("评议等次不一致")
    OVER_CAP = "over_cap", _("符合优秀条件的人数超过名额")


class ObjectionState(models.TextChoices):
    """Where a member's objection stands."""

    OPEN = "open", _("待复核")
    UPHELD = "upheld", _("采纳，已出修订版")
    REJECTED = "rejected", _("维持原评价")


class PostKind(models.TextChoices):
    """Forms of a post that a community sets."""

    POST = "post", _("服务岗位")
    PIONEER = "pioneer", _("党员先锋岗")
    AREA = "area", _("党员责任区")


class PostState(models.TextChoices):
    """Where a post stands."""

    DRAFT = "draft", _("未发布")
    OPEN = "open", _("招募中")
    CLOSED = "closed", _("已结束")


class ClaimState(models.TextChoices):
    """Machine 6 of a claim: proposed, decided by the community, served, over."""

    PROPOSED = "proposed", _("待社区确定")
    ACCEPTED = "accepted", _("已认领")
    DONE = "done", _("已完成")
    # Done, and residents or those served have said how it was.
    EVALUATED = "evaluated", _("已评价")
    DECLINED = "declined", _("未认领成功")
    WITHDRAWN = "withdrawn", _("已撤回")
    LEFT = "left", _("已退出")
    ABSENT = "absent", _("未到岗")


# Waits or serves: what the limit per member counts.
STANDING_CLAIM = (ClaimState.PROPOSED, ClaimState.ACCEPTED)
# Served to the end.
FINISHED = (ClaimState.DONE, ClaimState.EVALUATED)
# Takes one of the wanted places.
HOLDING = (ClaimState.ACCEPTED, *FINISHED)


class TeamRole(models.TextChoices):
    """What one is in a team."""

    LEADER = "leader", _("领队")
    MEMBER = "member", _("队员")


class RequestPurpose(models.TextChoices):
    """Why somebody asks a community for its opinion of a member."""

    PROMOTION = "promotion", _("提拔任用考察")
    AWARD = "award", _("评优评先")
    REVIEW = "review", _("年度考核、民主评议")
    ELECTION = "election", _("推荐“两代表一委员”等人选")
    OTHER = "other", _("其他")


class RequestState(models.TextChoices):
    """Where a request for an opinion (征求意见) stands."""

    ASKED = "asked", _("待社区答复")
    ANSWERED = "answered", _("已答复")
    ACKNOWLEDGED = "acknowledged", _("已答复、已签收")
    DECLINED = "declined", _("社区已退回")
    WITHDRAWN = "withdrawn", _("已撤回")


class EventKind(models.TextChoices):
    """What is done to members, report-ins, service records and summaries."""

    MEMBER_ADDED = "member.added", _("登记党员")
    MEMBER_CHANGED = "member.changed", _("修改党员信息")
    MEMBER_ENDED = "member.ended", _("党员减少")
    MEMBER_PHONE_SHOWN = "member.phone_shown", _("查看手机号")
    MEMBER_ID_NUMBER_SHOWN = "member.id_number_shown", _("查看公民身份号码")
    CALL_LIST_MADE = "member.call_list", _("生成通话名单")
    DOUBLE_OPENED = "member.double_opened", _("登记重复，待核对")
    DOUBLE_SETTLED = "member.double_settled", _("核对重复登记")
    EMPLOYMENT_STARTED = "employment.started", _("列入单位花名册")
    EMPLOYMENT_CONFIRMED = "employment.confirmed", _("单位确认为本单位党员")
    EMPLOYMENT_REFUSED = "employment.refused", _("单位答复不是本单位党员")
    EMPLOYMENT_ENDED = "employment.ended", _("离开单位花名册")
    REPORT_IN_SUBMITTED = "report_in.submitted", _("提交报到")
    REPORT_IN_WITHDRAWN = "report_in.withdrawn", _("撤回报到")
    REPORT_IN_CONFIRMED = "report_in.confirmed", _("确认报到")
    REPORT_IN_RETURNED = "report_in.returned", _("退回报到")
    REPORT_IN_ENDED = "report_in.ended", _("注销报到")
    REPORT_IN_PLACED = "report_in.placed", _("编入网格")
    REPORT_IN_PASSED_ON = "report_in.passed_on", _("转交其他社区")
    REPORT_IN_MOVING = "report_in.moving", _("提出转到其他社区")
    REPORT_IN_RENEWED = "report_in.renewed", _("续报")
    LETTER_ISSUED = "letter.issued", _("开具组织推荐信")
    LETTER_USED = "letter.used", _("凭推荐信报到")
    LETTER_FREED = "letter.freed", _("推荐信恢复可用")
    LETTER_REVOKED = "letter.revoked", _("作废推荐信")
    LETTER_EXPIRED = "letter.expired", _("推荐信过期")
    LETTER_RECEIPT = "letter.receipt", _("推荐信回执")
    UNIT_REPORT_IN_SUBMITTED = "unit_report_in.submitted", _("提交单位报到")
    UNIT_REPORT_IN_WITHDRAWN = "unit_report_in.withdrawn", _("撤回单位报到")
    UNIT_REPORT_IN_CONFIRMED = "unit_report_in.confirmed", _("接收单位报到")
    UNIT_REPORT_IN_RETURNED = "unit_report_in.returned", _("退回单位报到")
    UNIT_REPORT_IN_ENDED = "unit_report_in.ended", _("注销单位报到")
    SERVICE_ENTERED = "service.entered", _("登记服务记录")
    SERVICE_CERTIFIED = "service.certified", _("认证服务记录")
    SERVICE_WITHDRAWN = "service.withdrawn", _("撤销服务记录")
    CERTIFICATE_ASKED = "certificate.asked", _("申请志愿服务记录证明")
    CERTIFICATE_CANCELLED = "certificate.cancelled", _("撤回志愿服务记录证明申请")
    CERTIFICATE_PREPARED = "certificate.prepared", _("核对志愿服务记录证明")
    CERTIFICATE_RETURNED = "certificate.returned", _("退回重新核对志愿服务记录证明")
    CERTIFICATE_DECLINED = "certificate.declined", _("不予出具志愿服务记录证明")
    CERTIFICATE_ISSUED = "certificate.issued", _("出具志愿服务记录证明")
    CERTIFICATE_WITHDRAWN = "certificate.withdrawn", _("作废志愿服务记录证明")
    SUMMARY_SENT = "summary.sent", _("签发服务情况汇总")
    SUMMARY_ACKNOWLEDGED = "summary.acknowledged", _("签收服务情况汇总")
    SERVICE_CORRECTED = "service.corrected", _("更正已认证的服务记录")
    MEMBER_MERGED = "member.merged", _("合并重复登记")
    SUMMARY_ANSWERED = "summary.answered", _("答复服务情况汇总")
    ANNUAL_FORM_STARTED = "annual_form.started", _("发起年度情况表")
    ANNUAL_FORM_SIGNED = "annual_form.signed", _("填报年度情况表")
    ANNUAL_FORM_RETURNED = "annual_form.returned", _("退回年度情况表")
    ANNUAL_FORM_FILED = "annual_form.filed", _("归档年度情况表")
    ANNUAL_FORM_WITHDRAWN = "annual_form.withdrawn", _("撤销年度情况表")
    REQUEST_ASKED = "feedback_request.asked", _("征求社区意见")
    REQUEST_WITHDRAWN = "feedback_request.withdrawn", _("撤回征求意见")
    REQUEST_DECLINED = "feedback_request.declined", _("退回征求意见")
    REQUEST_DRAFTED = "feedback_request.drafted", _("起草答复")
    REQUEST_ANSWERED = "feedback_request.answered", _("签发答复")
    REQUEST_ACKNOWLEDGED = "feedback_request.acknowledged", _("签收答复")
    REQUEST_USED = "feedback_request.used", _("登记答复的运用情况")
    FEEDBACK_COMPILED = "feedback.compiled", _("汇总反馈表")
    FEEDBACK_EVALUATED = "feedback.evaluated", _("评价")
    FEEDBACK_PART_GIVEN = "feedback.part_given", _("填写评议")
    FEEDBACK_SENT = "feedback.sent", _("签发反馈表")
    FEEDBACK_DELIVERED = "feedback.delivered", _("送达反馈表")
    FEEDBACK_ACKNOWLEDGED = "feedback.acknowledged", _("签收反馈表")
    FEEDBACK_USED = "feedback.used", _("登记结果运用")
    FEEDBACK_ANSWERED = "feedback.answered", _("单位阅处")
    FEEDBACK_OBJECTED = "feedback.objected", _("提出异议")
    FEEDBACK_REVIEWED = "feedback.reviewed", _("复核异议")
    FEEDBACK_REVISED = "feedback.revised", _("出具修订版反馈表")
    POST_SET = "service_post.set", _("设置岗位")
    POST_CHANGED = "service_post.changed", _("修改岗位")
    POST_PUBLISHED = "service_post.published", _("发布岗位")
    POST_CLOSED = "service_post.closed", _("结束岗位")
    POST_OFFERED = "service_post.offered", _("向党员推荐岗位")
    CLAIM_PROPOSED = "claim.proposed", _("认领岗位")
    CLAIM_ACCEPTED = "claim.accepted", _("确定认领")
    CLAIM_DECLINED = "claim.declined", _("婉拒认领")
    CLAIM_WITHDRAWN = "claim.withdrawn", _("撤回认领")
    CLAIM_LEFT = "claim.left", _("退出岗位")
    CLAIM_ABSENT = "claim.absent", _("登记未到岗")
    CLAIM_DONE = "claim.done", _("完成岗位服务")
    CLAIM_EVALUATED = "claim.evaluated", _("群众已评价")
    CLAIM_EVALUATION_CLEARED = "claim.evaluation_cleared", _("撤回群众评价")
    CLAIM_ANSWERED = "claim.answered", _("评价岗位服务")
    CLAIM_ANSWERS_ENTERED = "claim.answers_entered", _("登记纸质评价")
    CLAIM_ASKED = "claim.asked", _("登记发出评价份数")
    POST_EVALUATION_LINKED = "post.evaluation_linked", _("开通评价")
    POST_EVALUATION_CLOSED = "post.evaluation_closed", _("结束评价")
    PLEDGE_SIGNED = "pledge.signed", _("签订承诺书")
    PLEDGE_SHOWN = "pledge.shown", _("变更承诺公开方式")
    TEAM_FORMED = "team.formed", _("组建队伍")
    TEAM_CHANGED = "team.changed", _("修改队伍")
    TEAM_ENDED = "team.ended", _("撤销队伍")
    TEAM_JOINED = "team.joined", _("编入队伍")
    TEAM_LEFT = "team.left", _("离开队伍")
    TEAM_LED = "team.led", _("变更领队")
