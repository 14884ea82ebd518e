"""Choices of joint meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberState(models.TextChoices):
    """Where a unit stands with a council (成员单位入会)."""

    INVITED = "invited", _("待回执")
    MEMBER = "member", _("成员")
    DECLINED = "declined", _("已婉拒")
    LEFT = "left", _("已退出")
    # The row of an earlier representative; the newer row goes on.
    REPLACED = "replaced", _("已更换代表")


class PartTimeState(models.TextChoices):
    """The line of a part-time committee member (兼职委员), machine 14 of the domain."""

    PROPOSED = "proposed", _("已推荐，待遴选")
    SELECTED = "selected", _("已遴选，待上报")
    REPORTED = "reported", _("已上报，待批复")
    APPROVED = "approved", _("已批复，待公示")
    PUBLISHED = "published", _("公示中")
    APPOINTED = "appointed", _("在任")
    RENEWED = "renewed", _("已续聘")
    ENDED = "ended", _("已离任")
    DROPPED = "dropped", _("未聘任")


# Not yet in office, and still on the way.
CANDIDATE = (
    PartTimeState.PROPOSED,
    PartTimeState.SELECTED,
    PartTimeState.REPORTED,
    PartTimeState.APPROVED,
    PartTimeState.PUBLISHED,
)


class PartTimeEnd(models.TextChoices):
    """How a term ended."""

    TERM = "term", _("任期届满")
    RELEASED = "released", _("解聘")
    RESIGNED = "resigned", _("本人辞去")
    TRANSFERRED = "transferred", _("工作调动")


class TopicState(models.TextChoices):
    """What became of a topic (议题)."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    ACCEPTED = "accepted", _("列入")
    DEFERRED = "deferred", _("缓议")
    REFERRED = "referred", _("转办")
    RETURNED = "returned", _("退回")


class TopicResult(models.TextChoices):
    """What the meeting made of a topic on its agenda (讨论结果)."""

    CONSENSUS = "consensus", _("达成共识")
    PASSED = "passed", _("表决通过")
    REJECTED = "rejected", _("否决")
    NOT_REACHED = "not_reached", _("未达成，下次再议")
    NOT_DISCUSSED = "not_discussed", _("本次未议，结转下次")


# A copy of the topic stands for the next agenda by itself.
CARRIED_RESULTS = (TopicResult.NOT_REACHED, TopicResult.NOT_DISCUSSED)


class CallState(models.TextChoices):
    """What a member says to a call for topics; nothing at all is no fault."""

    WAITING = "waiting", _("未答复")
    PROPOSED = "proposed", _("已提议题")
    NOTHING = "nothing", _("无议题")


class ProposalState(models.TextChoices):
    """What became of a member's proposal (党员建议)."""

    SENT = "sent", _("待处理")
    TAKEN_UP = "taken_up", _("已采用为议题")
    ANSWERED = "answered", _("已答复")
    WITHDRAWN = "withdrawn", _("已撤回")


class MeetingState(models.TextChoices):
    """The line of a joint meeting (联席会议); steps may be skipped."""

    PLANNED = "planned", _("已计划")
    NOTIFIED = "notified", _("通知已发出")
    HELD = "held", _("已召开")
    MINUTED = "minuted", _("纪要起草中")
    ISSUED = "issued", _("纪要已印发")
    ARCHIVED = "archived", _("已归档")
    POSTPONED = "postponed", _("已延期，时间待定")
    CANCELLED = "cancelled", _("已取消")


NOT_YET_HELD = (MeetingState.PLANNED, MeetingState.NOTIFIED, MeetingState.POSTPONED)
TOOK_PLACE = (
    MeetingState.HELD,
    MeetingState.MINUTED,
    MeetingState.ISSUED,
    MeetingState.ARCHIVED,
)


class Answer(models.TextChoices):
    """What an invited organization answers to a notice (回执)."""

    WAITING = "waiting", _("未回执")
    ATTEND = "attend", _("参加")
    DELEGATE = "delegate", _("委派他人参加")
    LEAVE = "leave", _("请假")


class Via(models.TextChoices):
    """By which door something was answered."""

    POST = "post", _("本单位登录办理")
    LINK = "link", _("本单位通过链接办理")
    PROXY = "proxy", _("代录")


class InvitedAs(models.TextChoices):
    """As what an organization is invited: only members count for the quorum and owe an answer."""

    MEMBER = "member", _("成员单位")
    GUEST = "guest", _("列席")
    SUPERIOR = "superior", _("上级参加")


class SignedVia(models.TextChoices):
    """How somebody came onto the attendance sheet."""

    LIST = "list", _("名单登记")
    CODE = "code", _("扫码签到")
    LINK = "link", _("链接签到")
    HAND = "hand", _("代签")


class PresenceState(models.TextChoices):
    """Whether somebody came; not recorded never equals absent."""

    UNRECORDED = "unrecorded", _("未登记")
    PRESENT = "present", _("出席")
    LATE = "late", _("迟到")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺席")


class MinutesState(models.TextChoices):
    """Minutes are written, countersigned where the charter asks, then issued."""

    DRAFT = "draft", _("起草中")
    COUNTERSIGNING = "countersigning", _("会签中")
    ISSUED = "issued", _("已印发")


class CirculationState(models.TextChoices):
    """A round of countersigning (会签)."""

    OPEN = "open", _("会签中")
    CLOSED = "closed", _("会签结束")
    RECALLED = "recalled", _("已收回修改")


class Audience(models.TextChoices):
    """To whom a draft of the minutes is sent."""

    PRESENT = "present", _("到会的单位")
    ALL = "all", _("受邀的全部单位")


class Countersigned(models.TextChoices):
    """What a unit says to a draft; silence until the end is consent."""

    WAITING = "waiting", _("未回复")
    AGREED = "agreed", _("同意")
    OPINION = "opinion", _("有意见")
    SILENT = "silent", _("逾期未回复，视为同意")


class ResolutionState(models.TextChoices):
    """The line of a resolution (议定事项)."""

    PENDING = "pending", _("待下达")
    ASSIGNED = "assigned", _("待接件")
    WORKING = "working", _("办理中")
    REPORTED = "reported", _("待验收")
    CLOSED = "closed", _("已销号")
    STOPPED = "stopped", _("已中止")


OPEN_RESOLUTION = (
    ResolutionState.PENDING,
    ResolutionState.ASSIGNED,
    ResolutionState.WORKING,
    ResolutionState.REPORTED,
)


class Closing(models.TextChoices):
    """Three kinds of closing: a plain "done" would make the closing rate meaningless."""

    SUBSTANTIAL = "substantial", _("实质性办结")
    PROCEDURAL = "procedural", _("程序性办结")
    STAGE = "stage", _("阶段性办结")


class PartyRole(models.TextChoices):
    """What a responsible unit does for a resolution."""

    LEAD = "lead", _("主办")
    HELPER = "helper", _("协办")


class PartyState(models.TextChoices):
    """Where a responsible unit stands: nobody is ordered, everybody accepts."""

    WAITING = "waiting", _("待接件")
    ACCEPTED = "accepted", _("已接件")
    RETURNED = "returned", _("退回协商")
    RELEASED = "released", _("已解除")


class ProgressKind(models.TextChoices):
    """What a line of progress says."""

    NOTE = "note", _("进展")
    REPORT = "report", _("申报办结")
    REFUSED = "refused", _("未通过验收")
    CLOSED = "closed", _("销号")
    STOPPED = "stopped", _("中止")
    RETURNED = "returned", _("退回协商")
    ASSIGNED = "assigned", _("下达")
    DISCUSS = "discuss", _("提请再议")
    ASKED = "asked", _("申请延期")
    GRANTED = "granted", _("同意延期")
    DENIED = "denied", _("不同意延期")
    CARD = "card", _("亮牌")
    LIFTED = "lifted", _("撤牌")
    REOPENED = "reopened", _("重新办理")
    REVIEWED = "reviewed", _("复查")


class ExtensionState(models.TextChoices):
    """What became of a wish for more time (延期审批)."""

    WAITING = "waiting", _("待审批")
    GRANTED = "granted", _("同意")
    DENIED = "denied", _("不同意")
    # Reported, closed or stopped before anybody decided.
    WITHDRAWN = "withdrawn", _("已撤销")


class CardColor(models.TextChoices):
    """How urgent a card is."""

    YELLOW = "yellow", _("黄牌")
    RED = "red", _("红牌")


class CardClock(models.TextChoices):
    """What a card is about: one of the two clocks, or the street's own judgment."""

    ACCEPT = "accept", _("接件超期")
    HANDLE = "handle", _("办理超期")
    HAND = "hand", _("督办亮牌")


class EventKind(models.TextChoices):
    """What is done in joint meetings."""

    COUNCIL_CREATED = "council.created", _("成立联席会")
    COUNCIL_CHANGED = "council.changed", _("修改联席会")
    CHARTER_CHANGED = "council.charter_changed", _("修改章程规定")
    COUNCIL_ENDED = "council.ended", _("终止联席会")
    COUNCIL_ORDERED = "council.ordered", _("调整成员单位排序")
    ROTATION_SET = "council.rotation_set", _("排定轮值次序")
    TURN_MOVED = "council.turn_moved", _("轮值轮换")
    PART_TIME_PROPOSED = "part_time.proposed", _("推荐兼职委员")
    PART_TIME_CHANGED = "part_time.changed", _("修改兼职委员推荐")
    PART_TIME_SELECTED = "part_time.selected", _("遴选兼职委员")
    PART_TIME_REPORTED = "part_time.reported", _("上报兼职委员")
    PART_TIME_RETURNED = "part_time.returned", _("退回兼职委员人选")
    PART_TIME_APPROVED = "part_time.approved", _("批复兼职委员")
    PART_TIME_PUBLISHED = "part_time.published", _("公示兼职委员")
    PART_TIME_OBJECTED = "part_time.objected", _("登记公示异议")
    PART_TIME_SETTLED = "part_time.settled", _("核实公示异议")
    PART_TIME_APPOINTED = "part_time.appointed", _("聘任兼职委员")
    PART_TIME_DROPPED = "part_time.dropped", _("不再聘任兼职委员")
    PART_TIME_ACCOUNTED = "part_time.accounted", _("兼职委员述职")
    PART_TIME_EVALUATED = "part_time.evaluated", _("评议兼职委员述职")
    PART_TIME_RENEWED = "part_time.renewed", _("续聘兼职委员")
    PART_TIME_ENDED = "part_time.ended", _("兼职委员离任")
    COUNCIL_INVITED = "council.invited", _("邀请成员单位")
    COUNCIL_JOINED = "council.joined", _("同意加入")
    COUNCIL_DECLINED = "council.declined", _("婉拒加入")
    COUNCIL_REPRESENTATIVE_CHANGED = "council.representative_changed", _("更换代表或联络员")
    COUNCIL_LEFT = "council.left", _("退出联席会")
    TOPICS_CALLED = "topic.called", _("征集议题")
    TOPIC_CALL_CHANGED = "topic.call_changed", _("修改征集")
    TOPIC_CALL_CLOSED = "topic.call_closed", _("截止征集")
    TOPIC_NOTHING = "topic.nothing", _("答复无议题")
    TOPIC_DRAFTED = "topic.drafted", _("起草议题")
    TOPIC_DRAFT_SAVED = "topic.draft_saved", _("自动保存议题草稿")
    TOPIC_SUBMITTED = "topic.submitted", _("提交议题")
    TOPIC_DECIDED = "topic.decided", _("审定议题")
    TOPIC_CHAIR_DECIDED = "topic.chair_decided", _("主任审定")
    TOPIC_DISCUSSED = "topic.discussed", _("登记讨论结果")
    TOPIC_CARRY_UNDONE = "topic.carry_undone", _("收回结转")
    PROPOSAL_SENT = "topic.proposal_sent", _("党员提建议")
    PROPOSAL_ANSWERED = "topic.proposal_answered", _("答复党员建议")
    PROPOSAL_WITHDRAWN = "topic.proposal_withdrawn", _("撤回建议")
    TOPIC_CARRIED = "topic.carried", _("议题结转")
    MEETING_PLANNED = "meeting.planned", _("计划会议")
    MEETING_CHANGED = "meeting.changed", _("修改会议安排")
    AGENDA_CHANGED = "meeting.agenda_changed", _("调整议程")
    MEETING_NOTIFIED = "meeting.notified", _("发出会议通知")
    MEETING_TAKEN_BACK = "meeting.taken_back", _("撤回会议通知")
    MEETING_ANSWERED = "meeting.answered", _("回执")
    MEETING_ANSWERED_BY_PROXY = "meeting.answered_by_proxy", _("代录回执")
    MEETING_POSTPONED = "meeting.postponed", _("会议延期")
    MEETING_CANCELLED = "meeting.cancelled", _("取消会议")
    MEETING_INVITEE_ADDED = "meeting.invitee_added", _("增加邀请对象")
    MEETING_INVITEE_REMOVED = "meeting.invitee_removed", _("取消邀请对象")
    MEETING_YEAR_PLANNED = "meeting.year_planned", _("排定年度会议计划")
    MEETING_SIGNED_IN = "meeting.signed_in", _("会议签到")
    MEETING_SIGNED_IN_BY_HAND = "meeting.signed_in_by_hand", _("代签")
    PRESENCE_RECORDED = "meeting.presence_recorded", _("登记出席")
    MEETING_HELD = "meeting.held", _("会议召开")
    MEETING_ENTERED = "meeting.entered", _("补录会议")
    MEETING_ARCHIVED = "meeting.archived", _("会议归档")
    MINUTES_DRAFTED = "minutes.drafted", _("起草纪要")
    MINUTES_SAVED = "minutes.saved", _("修改纪要")
    MINUTES_ISSUED = "minutes.issued", _("签发纪要")
    MINUTES_REOPENED = "minutes.reopened", _("重开已印发的纪要")
    MINUTES_MERGED = "minutes.merged", _("合并两人的修改")
    MINUTES_CIRCULATED = "minutes.circulated", _("送会签")
    MINUTES_COUNTERSIGNED = "minutes.countersigned", _("会签纪要")
    MINUTES_COUNTERSIGNED_BY_PROXY = "minutes.countersigned_by_proxy", _("代录会签意见")
    MINUTES_RECALLED = "minutes.recalled", _("收回会签")
    MINUTES_CIRCULATION_CLOSED = "minutes.circulation_closed", _("会签结束")
    RESOLUTION_ADDED = "resolution.added", _("登记议定事项")
    RESOLUTION_CHANGED = "resolution.changed", _("修改议定事项")
    RESOLUTION_ASSIGNED = "resolution.assigned", _("下达议定事项")
    RESOLUTION_ACCEPTED = "resolution.accepted", _("接件")
    RESOLUTION_RETURNED = "resolution.returned", _("退回协商")
    RESOLUTION_PROGRESSED = "resolution.progressed", _("填写进展")
    RESOLUTION_REPORTED = "resolution.reported", _("申报办结")
    RESOLUTION_REFUSED = "resolution.refused", _("未通过验收")
    RESOLUTION_CLOSED = "resolution.closed", _("销号")
    RESOLUTION_STOPPED = "resolution.stopped", _("中止")
    RESOLUTION_DISCUSSED_AGAIN = "resolution.discussed_again", _("提请再议")
    RESOLUTION_HELPERS_CHANGED = "resolution.helpers_changed", _("调整协办单位")
    RESOLUTION_REOPENED = "resolution.reopened", _("重新办理")
    RESOLUTION_REVIEWED = "resolution.reviewed", _("复查")
    EXTENSION_ASKED = "extension.asked", _("申请延期")
    EXTENSION_GRANTED = "extension.granted", _("同意延期")
    EXTENSION_DENIED = "extension.denied", _("不同意延期")
    CARD_RAISED = "card.raised", _("亮牌")
    CARD_LIFTED = "card.lifted", _("撤牌")
