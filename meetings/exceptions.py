"""What the services of joint meetings may refuse, one class per reason, in the user's words."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


class _Refusal(ValidationError):
    """A refusal whose sentence says what would make it possible."""

    sentence = lazy("现在不能办理，请刷新页面后再看。")
    # Fields that could be what is missing or wrong: the sentence stands at the first one that a form has.
    fields: tuple[str, ...] = ()

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class CouncilHasEnded(_Refusal):
    """Nothing new begins in a council that has ended."""

    sentence = lazy("该联席会已终止，不能再办理。")


class AlreadyInCouncil(_Refusal):
    """A unit is invited once."""

    sentence = lazy("该单位已在成员名单中，不必重复邀请。")


class InvitationAlreadyAnswered(_Refusal):
    """An invitation is answered once; afterwards membership changes by its own steps."""

    sentence = lazy("该邀请已有回执。如需更改，请联系召集单位。")


class MemberHasOpenTasks(_Refusal):
    """A unit leaves with clean hands."""

    sentence = lazy("该单位还有未办结的议定事项，办结或移交后才能退出。")


class NotInRotation(_Refusal):
    """Only who stands in the order takes a turn."""

    sentence = lazy("该单位不在轮值次序中，请先把它排入次序。")


class CouncilHasOpenWork(_Refusal):
    """A council ends with nothing left open."""

    sentence = lazy("还有没办完的事项，办完后才能终止。")


class PartTimeMovedOn(_Refusal):
    """The part-time member is at another step than the page showed."""

    sentence = lazy("该人选的状态刚刚有变化，请刷新页面查看后再办理。")


class AlreadyPartTimeMember(_Refusal):
    """A person stands once in a committee."""

    sentence = lazy("此人已是本委员会的兼职委员或人选，不必重复推荐。")


class OwnMatter(_Refusal):
    """Nobody decides what is about themselves."""

    sentence = lazy("这件事关系到您本人，请由其他同志办理。")


class PublicityNotOver(_Refusal):
    """Nobody is appointed while the name is still published."""

    def __init__(self, until: date) -> None:
        super().__init__(
            _("公示到%(month)d月%(day)d日为止，期满次日起才能聘任。")
            % {"month": until.month, "day": until.day}
        )


class ObjectionIsOpen(_Refusal):
    """What was objected is looked into first."""

    sentence = lazy("还有公示异议没有核实，核实后才能聘任。")


class ObjectionWasUpheld(_Refusal):
    """What was objected turned out true."""

    sentence = lazy("有公示异议经核实属实，不能聘任。请办理“不再聘任”。")


class TermIsWrong(_Refusal):
    """A term ends after it begins."""

    sentence = lazy("任期截止日期应晚于开始日期。")
    fields = ("term_to",)


class NotInOffice(_Refusal):
    """Only who is appointed reports, is renewed, or leaves office."""

    sentence = lazy("此人现在不是在任的兼职委员，请刷新页面查看。")


class NotAMember(_Refusal):
    """Only who takes part may do this."""

    sentence = lazy("该单位不是本联席会的成员单位。")


class TopicAlreadyDecided(_Refusal):
    """A topic is decided once."""

    sentence = lazy("该议题已有审核意见，请刷新页面查看。")


class CallAlreadyOut(_Refusal):
    """One call for a council's meeting at a time."""

    sentence = lazy("本期议题正在征集，不必重复发出。可以修改截止日期，或先结束征集。")


class CallIsClosed(_Refusal):
    """The convener has stopped taking topics for this meeting."""

    sentence = lazy("本次征集已结束。如还有议题，请联系召集单位，由其代录或列入下次会议。")


class CallDatesAreOff(_Refusal):
    """A call ends today or later, and before its meeting."""

    sentence = lazy("征集截止不能早于今天，也不能晚于拟开会日期。")


class NobodyToAsk(_Refusal):
    """A call needs somebody who hears it."""

    sentence = lazy("请至少选择一家成员单位。")


class NotAsked(_Refusal):
    """Only who was asked answers."""

    sentence = lazy("该单位不在本次征集范围内。")


class TopicsStandAlready(_Refusal):
    """Who has proposed has not nothing to propose."""

    sentence = lazy("该单位已提出议题，不能再答复“无议题”。")


class ReferralNeedsAName(_Refusal):
    """A topic is referred to somebody."""

    sentence = lazy("请写明转给谁办理。")
    fields = ("referred_to",)


class NotOnAHeldMeeting(_Refusal):
    """A result is noted of what a meeting that took place had on its agenda."""

    sentence = lazy("会议召开后，才能登记列入议程的议题的讨论结果。")


class VotesAreMissing(_Refusal):
    """A vote has a count."""

    sentence = lazy("表决通过或否决的，请填写赞成票数。")


class ResultIsFixed(_Refusal):
    """What stands in issued minutes is not changed here."""

    sentence = lazy("纪要已印发，讨论结果不能再改。确需更正，请先重开纪要。")


class ResultChangedMeanwhile(_Refusal):
    """Somebody else has noted a result."""

    sentence = lazy("该议题的讨论结果刚由别人登记，请核对后再改。")


class CarriedOnAlready(_Refusal):
    """A copy that somebody has built upon is not taken back."""

    sentence = lazy("该议题已结转并列入下次会议，不能再改为本次议成。请先从下次会议的议程中移出。")


class ProposalGoesElsewhere(_Refusal):
    """A member proposes to their own unit and where they have reported in."""

    sentence = lazy("只能向本人所在单位和已报到的社区提建议。")


class ProposalAlreadyAnswered(_Refusal):
    """A proposal is dealt with once."""

    sentence = lazy("该建议已处理或已撤回，请刷新页面查看。")


class AgendaItemIsGone(_Refusal):
    """Somebody else took it off meanwhile."""

    sentence = lazy("议程刚由别人修改，请核对后再保存。")


class TopicIsOnAnAgenda(_Refusal):
    """A topic stands on one agenda at a time."""

    sentence = lazy("所选议题中有的已列入其他会议，请刷新页面后重新选择。")


class MeetingAlreadyClosed(_Refusal):
    """The meeting was held or cancelled meanwhile."""

    sentence = lazy("会议已召开或已取消，不能再这样办理。请刷新页面查看最新情况。")


class MeetingNotPlanned(_Refusal):
    """The notice has gone out already."""

    sentence = lazy("通知此前已发出，没有重复发送。")


class MeetingNotNotified(_Refusal):
    """There is no notice to answer or to take back."""

    sentence = lazy("会议通知尚未发出或已撤回，暂不需要回执。")


class NoticeTooLate(_Refusal):
    """Fewer working days than agreed, and no reason given."""

    def __init__(self, days: int, latest: date) -> None:
        self.days = days
        self.latest = latest
        super().__init__(
            _(
                "会议通知应提前%(days)d个工作日，最迟%(month)d月%(day)d日发出。请改期，或写明紧急原因后发出。"
            )
            % {"days": days, "month": latest.month, "day": latest.day}
        )


class NoticeAlreadyOut(_Refusal):
    """The minutes in which a notice may be taken back are over."""

    sentence = lazy("撤回时间已过，通知已经送出。如有变动，请办理延期或取消。")


class NoticeAlreadyAnswered(_Refusal):
    """A notice that somebody has answered stays."""

    sentence = lazy("已有单位回执，通知不能撤回。如有变动，请办理延期或取消。")


class NobodyToInvite(_Refusal):
    """A notice needs somebody who receives it."""

    sentence = lazy("联席会还没有成员单位。请先邀请成员单位，再发通知。")


class NotInvited(_Refusal):
    """Only an invited organization answers."""

    sentence = lazy("该单位不在本次会议的通知范围内。")


class TimeIsPast(_Refusal):
    """A meeting is planned for a time to come."""

    sentence = lazy("会议时间已过。已经开过的会议请用“补录会议”。")


class TimeIsAhead(_Refusal):
    """What has not happened yet cannot be recorded."""

    sentence = lazy("会议还没有到召开时间，不能登记为已召开。")


class PresenceIsMissing(_Refusal):
    """A meeting counts as held with its list of presence."""

    sentence = lazy("请先登记出席情况：至少一家单位出席，会议才能登记为已召开。")


class MinutesAlreadyIssued(_Refusal):
    """Issued minutes do not change."""

    sentence = lazy("纪要已印发，不能再修改。")


class MinutesNotIssued(_Refusal):
    """Only what is out is opened again."""

    sentence = lazy("纪要没有印发，或已经重开，请直接修改。")


class MeetingNotHeld(_Refusal):
    """Minutes and resolutions follow a meeting that took place."""

    sentence = lazy("会议尚未登记为已召开，请先登记出席情况。")


class MinutesAreEmpty(_Refusal):
    """Nothing is issued without text."""

    sentence = lazy("纪要还没有正文，请先起草并保存。")


class MinutesAreCirculating(_Refusal):
    """What others are reading does not change under their eyes."""

    sentence = lazy("纪要正在会签，暂时不能改。需要修改的，请先收回会签。")


class MinutesNotCirculating(_Refusal):
    """The round of countersigning is over."""

    sentence = lazy("这一轮会签已经结束或已收回，请刷新页面查看。")


class MinutesNotCountersigned(_Refusal):
    """The charter asks for countersigning, of the text as it stands."""

    sentence = lazy("章程要求纪要会签后印发。现在的文字还没有会签，请先送会签。")


class NobodyToCountersign(_Refusal):
    """A draft is sent to somebody."""

    sentence = lazy("没有可以会签的单位，请先登记出席情况，或选择送全部受邀单位。")


class AlreadyCountersigned(_Refusal):
    """A proxy does not write over what the unit said itself."""

    sentence = lazy("该单位已自行回复，不能再代录。")


class OpinionIsMissing(_Refusal):
    """Who disagrees says with what."""

    sentence = lazy("请写明意见。")
    fields = ("opinion", "text")


class MinutesAreUnfinished(_Refusal):
    """A frame without words is not issued."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__(
            _("还有没写完的地方：%(lines)s。请补充或删去后再办理。")
            % {"lines": "、".join(f"“{line}”" for line in lines[:5])}
        )


class SignerNotInPost(_Refusal):
    """Who signs holds a post there on that day."""

    sentence = lazy("所选签发人已不在岗，请刷新页面重新选择。")


class SignerIsMissing(_Refusal):
    """Minutes are signed by somebody."""

    sentence = lazy("请选择签发人。")
    fields = ("signer",)


class IssuedOnAnotherDay(_Refusal):
    """Minutes go out after the meeting and not in the future."""

    sentence = lazy("印发日期应在会议召开之后、今天之前。")
    fields = ("issued_on",)


class TextChangedMeanwhile(_Refusal):
    """Somebody else saved the text after it was opened here."""

    sentence = lazy("别人刚刚保存过这份内容。您的文字还在下面，请对照后再保存，谁的都不会丢。")


class ResolutionMovedOn(_Refusal):
    """The resolution is in another state than the page showed."""

    sentence = lazy("该事项的状态刚刚有变化，请刷新页面查看后再办理。")


class ResolutionNeedsALead(_Refusal):
    """Every resolution has one leading unit and a deadline."""

    sentence = lazy("请先确定主办单位和办理期限，再下达。")


class PartyAlreadyAnswered(_Refusal):
    """A unit accepts or returns once per assignment."""

    sentence = lazy("该单位此前已办理接件或退回，没有重复办理。")


class ReasonIsMissing(_Refusal):
    """Some steps are written down with a reason."""

    sentence = lazy("请写明原因。")
    fields = ("reason", "opinion", "text")


class AnswerChangedMeanwhile(_Refusal):
    """The unit has answered itself while a proxy was writing."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(
            _("该单位的回执刚刚有变化，现为“%(answer)s”。请核对后再代录。") % {"answer": answer}
        )


class CodeIsStale(_Refusal):
    """The code was another meeting's, an older one, or mistyped."""

    sentence = lazy(
        "签到码已更新或不是本次会议的。请对准会场屏幕上现在的二维码再扫一次，或输入屏幕上的6位签到码。"
    )


class SignInNotOpen(_Refusal):
    """The door is not open yet."""

    def __init__(self, since: str) -> None:
        super().__init__(_("签到还没有开放或已结束，%(since)s起可以签到。") % {"since": since})


class NameIsMissing(_Refusal):
    """Somebody comes, not only a unit."""

    sentence = lazy("请填写签到人姓名。")
    fields = ("person_name",)


class RoomIsTaken(_Refusal):
    """Another meeting is in the room at that time, and nobody has said why that is right."""

    def __init__(self, theme: str) -> None:
        super().__init__(
            _(
                "同一时间“%(theme)s”已安排在这个地点。请换时间或地点；确需同时使用的，写明说明后再保存。"
            )
            % {"theme": theme}
        )


class AlreadyInvited(_Refusal):
    """A body stands once on the list of a meeting."""

    sentence = lazy("该单位已在本次会议的邀请名单中。")


class YearPlanChanged(_Refusal):
    """Somebody planned a period of the year meanwhile."""

    sentence = lazy("有的期间刚刚已安排了会议，请刷新页面后再看。")


class LeftBeforeArriving(_Refusal):
    """Somebody leaves after they came."""

    def __init__(self, unit: str) -> None:
        super().__init__(_("%(unit)s的离会时间应晚于到会时间，请核对。") % {"unit": unit})


class InviteeAlreadyNotified(_Refusal):
    """Who has the notice in hand is told, not struck off silently."""

    sentence = lazy("通知已发给该单位，不能取消邀请。确需取消的，请电话告知该单位。")


class CardStandsAlready(_Refusal):
    """One card by hand stands at a time."""

    sentence = lazy("该事项已经亮牌，没有重复亮牌。")


class CardWasLifted(_Refusal):
    """The card is gone, or goes by itself."""

    sentence = lazy("该牌已撤，或由系统按期限自动亮牌：办理或延期后会自动撤牌。")


class ExtensionWaits(_Refusal):
    """One wish for more time at a time."""

    sentence = lazy("已有一份延期申请等待审批，请先审批。")


class ExtensionAlreadyDecided(_Refusal):
    """A wish for more time is decided once."""

    sentence = lazy("该延期申请已经审批或已撤销，请刷新页面查看。")


class OnlyTheLeadAsks(_Refusal):
    """Helping units speak through the lead."""

    sentence = lazy("延期由主办单位申请。协办单位有困难，请在进展中说明，或联系主办单位。")


class DateNotLater(_Refusal):
    """More time means a later date."""

    sentence = lazy("新的期限应晚于原期限，并且不早于今天。")
    fields = ("due_on",)


class ReviewDayMissing(_Refusal):
    """What is closed for a stage comes back on a day."""

    sentence = lazy("阶段性办结请写明下次复查日期，到时会回到会议议程。")
    fields = ("review_on",)


class MeetingIsMissing(_Refusal):
    """A new resolution belongs to a meeting that decided it."""

    sentence = lazy("请选择作出继续办理决定的会议。")
    fields = ("meeting",)


class FileRefusedHere(_Refusal):
    """One of the files that go with a deed is not taken: nothing of the deed stands."""

    fields = ("files",)

    def __init__(self, name: str, refused: ValidationError) -> None:
        super().__init__(f"{name}：{''.join(refused.messages)}")
