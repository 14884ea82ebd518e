"""What member services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class MemberAlreadyRegistered(ValidationError):
    """The person stands on the roster already."""

    def __init__(self) -> None:
        super().__init__(_("这位党员已在花名册上，不必重复登记。"))


class MemberHasEnded(ValidationError):
    """The member has left the roster."""

    def __init__(self) -> None:
        super().__init__(_("这位党员已从花名册减少，不能再办理。"))


class EmploymentAlreadyDecided(ValidationError):
    """Somebody has answered this already."""

    def __init__(self) -> None:
        super().__init__(_("这条已由其他人处理，请刷新页面查看结果。"))


class AlreadyReportedIn(ValidationError):
    """One active report-in per person and community."""

    def __init__(self) -> None:
        super().__init__(_("已在本社区报到或正在等待确认，不必重复报到。"))


class TooManyCommunities(ValidationError):
    """The number of communities a member may report in at is a parameter."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "按本地规定，每名党员最多向%(most)d个社区报到。请先注销原来的报到，再向新的社区报到。"
            ),
            params={"most": most},
        )


class ReportInAlreadyDecided(ValidationError):
    """Of two people deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条报到已由其他人处理，请刷新页面查看结果。"))


class DecidesOnOneself(ValidationError):
    """Nobody confirms or certifies what is about themselves."""

    def __init__(self) -> None:
        super().__init__(_("涉及您本人，请由其他工作人员办理。"))


class HoursNotInHalves(ValidationError):
    """Hours are kept to 0.5."""

    def __init__(self) -> None:
        super().__init__({"hours": _("时长请按0.5小时填写，如1、1.5、2，最多24小时。")})


class ServiceInFuture(ValidationError):
    """A service record says what has happened."""

    def __init__(self) -> None:
        super().__init__({"date": _("服务日期不能晚于今天。")})


class NobodyServed(ValidationError):
    """A list needs at least one member."""

    def __init__(self) -> None:
        super().__init__(_("请至少勾选一名党员。"))


class NotReportedInHere(ValidationError):
    """Service is recorded for members reported in at the community."""

    def __init__(self) -> None:
        super().__init__(_("名单中有党员不在本社区报到，请核对后重新勾选。"))


class CertifierIsOnList(ValidationError):
    """Nobody certifies a list that they are on."""

    def __init__(self) -> None:
        super().__init__(_("名单中有您本人，请由不在名单上的同事认证。"))


class ListAlreadyDecided(ValidationError):
    """The list has been certified or withdrawn by somebody else."""

    def __init__(self) -> None:
        super().__init__(_("这份名单已由其他人处理，请刷新页面查看结果。"))


class SummaryAlreadySent(ValidationError):
    """The summary of this unit and quarter has been signed."""

    def __init__(self) -> None:
        super().__init__(_("本季度汇总已经签发，没有重复发送。"))


class SummaryAlreadyAcknowledged(ValidationError):
    """The unit has acknowledged it."""

    def __init__(self) -> None:
        super().__init__(_("这份汇总已经签收，没有重复签收。"))


class SummaryAlreadyAnswered(ValidationError):
    """The unit has answered it."""

    def __init__(self) -> None:
        super().__init__(_("这份汇总已经答复，没有重复答复。"))


class AnnualFormTooEarly(ValidationError):
    """A form is about a year that has begun."""

    def __init__(self) -> None:
        super().__init__({"period": _("这个年度还没有开始。")})


class NotOnRosterHere(ValidationError):
    """A unit asks its own people."""

    def __init__(self) -> None:
        super().__init__(_("名单中有党员不在本单位花名册上，请核对后重新勾选。"))


class AnnualFormNotExplained(ValidationError):
    """Where the year shows nothing, the form says why."""

    def __init__(self) -> None:
        super().__init__(
            {"explanation": _("记录中没有报到或没有参加服务，请写明情况，如：长期外派、刚调入。")}
        )


class AnnualFormAlreadyDecided(ValidationError):
    """Of two people at the same form, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这份表已由其他人处理，请刷新页面查看结果。"))


class AsksAboutOneself(ValidationError):
    """Nobody asks for an opinion of themselves."""

    def __init__(self) -> None:
        super().__init__(_("不能就您本人征求意见，请由单位或上级的其他同志办理。"))


class NotReportedInThere(ValidationError):
    """Only a community at which the member reported in can say anything."""

    def __init__(self) -> None:
        super().__init__(
            {"communities": _("请选择这名党员在所选期间报到过的社区；没有报到过的，无法征求意见。")}
        )


class CommunityWithoutCommittee(ValidationError):
    """There is nobody to ask."""

    def __init__(self, community: str) -> None:
        super().__init__(
            _("%(community)s还没有登记党组织，请先联系街道登记。"), params={"community": community}
        )


class RequestAlreadyWaiting(ValidationError):
    """One question about a member waits at a community."""

    def __init__(self, community: str) -> None:
        super().__init__(
            _("已向%(community)s征求过意见，正在等答复；需要改内容的，请先撤回。"),
            params={"community": community},
        )


class RequestAlreadyDecided(ValidationError):
    """Of two people at the same request, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这件征求意见已由其他人办理，请刷新页面查看结果。"))


class ReplyChangedMeanwhile(ValidationError):
    """Somebody else saved the draft after it was opened here."""

    def __init__(self) -> None:
        super().__init__(
            _("同事刚刚保存过这份答复。您的文字还在下面，请对照页面上的草稿后再提交。")
        )


class RequestNotOfAUnit(ValidationError):
    """A district's request ends with the answer."""

    def __init__(self) -> None:
        super().__init__(_("上级党组织征求的意见，答复后即办结，不需要签收。"))


class UseAlreadyRecorded(ValidationError):
    """What it was used for has been noted."""

    def __init__(self) -> None:
        super().__init__(_("运用情况已经登记，没有重复登记。"))


class QuarterNotOver(ValidationError):
    """A summary is signed when its quarter is over."""

    def __init__(self) -> None:
        super().__init__(_("本季度还没有结束，季度结束后才能签发汇总。"))


class TooManyReveals(ValidationError):
    """One person looks at so many ID numbers an hour, and no more."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "一小时内最多查看%(most)d次公民身份号码，现已达到。请过一小时再看；需要整批核对的，请用导入核对或申请导出。"
            ),
            params={"most": most},
        )


class NobodyOnList(ValidationError):
    """A call list needs people."""

    def __init__(self) -> None:
        super().__init__(_("名单里没有人，请换一个条件。"))


class ListTooLong(ValidationError):
    """A call list is for one round of calls."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("通话名单一次最多%(most)d人，请先按社区、网格或报到情况缩小范围。"),
            params={"most": most},
        )


class NothingToCorrect(ValidationError):
    """A correction changes something."""

    def __init__(self) -> None:
        super().__init__(_("没有改动任何内容，请修改后再提交。"))


class RecordChangedMeanwhile(ValidationError):
    """The record does not stand any more as it was seen."""

    def __init__(self) -> None:
        super().__init__(_("这条服务记录已被更正或撤销，请刷新页面后重新提出。"))


class RecordNotCertified(ValidationError):
    """Before certification a list is taken back and entered again."""

    def __init__(self) -> None:
        super().__init__(_("这条服务记录还没有认证或已撤销，不需要申请更正。"))


class CannotMerge(ValidationError):
    """One of the two has been merged or has left the roster."""

    def __init__(self) -> None:
        super().__init__(_("其中一条已合并、已减少或已核对，不能再合并，请刷新页面查看结果。"))


class AlreadyErased(ValidationError):
    """Nothing is left of them."""

    def __init__(self) -> None:
        super().__init__(_("个人信息已经删除。"))


class NothingToCertify(ValidationError):
    """A certificate says certified hours, and there are none."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "这段时间在本社区没有已认证的服务记录，不能出具证明。请调整起止日期，或等服务名单认证后再办。"
            )
        )


class CertificateAlreadyAsked(ValidationError):
    """One is asked for at a time."""

    def __init__(self) -> None:
        super().__init__(_("已经申请过一份证明，社区正在办理，办好后可以再申请。"))


class CertificateAlreadyDecided(ValidationError):
    """Of two people deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这份证明已由其他人处理，请刷新页面查看结果。"))


class IdNumberNotRegistered(ValidationError):
    """A certificate names the holder's ID number."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "这位党员的公民身份号码还没有登记，证明上必须写明。请联系其单位在花名册上补登后再办。"
            )
        )


class SecondLookByAnother(ValidationError):
    """Who checked the records does not issue."""

    def __init__(self) -> None:
        super().__init__(_("这份证明由您核对，请由其他负责人复核签发。"))


class CertificateNoLongerMatches(ValidationError):
    """A record was corrected between the check and the second look."""

    def __init__(self) -> None:
        super().__init__(_("核对以后服务记录有变动，请退回重新核对。"))


class ClaimsOfSeveralPosts(ValidationError):
    """A list is about one post on one day."""

    def __init__(self) -> None:
        super().__init__(_("一份名单只登记一个岗位的服务，请分开登记。"))


class ClaimNotAccepted(ValidationError):
    """Only whom the community has accepted serves in a post."""

    def __init__(self) -> None:
        super().__init__(_("名单中有人还没有确定认领或已退出这个岗位，请刷新页面后重新勾选。"))


class PostNotOpen(ValidationError):
    """Only a published post takes claims."""

    def __init__(self) -> None:
        super().__init__(_("这个岗位没有在招募，请到“服务岗位”另选一个。"))


class PostIsOver(ValidationError):
    """Its last day has passed."""

    def __init__(self) -> None:
        super().__init__(_("这个岗位已过结束日期，请到“服务岗位”另选一个。"))


class PostIsFull(ValidationError):
    """As many serve as were wanted."""

    def __init__(self) -> None:
        super().__init__(_("这个岗位的人数已满。需要再加人的，请先把“需要人数”调大。"))


class PostAlreadyDecided(ValidationError):
    """The post has been published or closed by somebody else."""

    def __init__(self) -> None:
        super().__init__(_("这个岗位已由其他人处理，请刷新页面查看结果。"))


class FewerThanServe(ValidationError):
    """A post cannot want fewer than hold it."""

    def __init__(self, held: int) -> None:
        super().__init__(
            {
                "wanted": _("已有%(held)d人认领，需要人数不能少于%(held)d。请先办理退出，再调小。")
                % {"held": held}
            }
        )


class AlreadyClaimed(ValidationError):
    """One claim per member and post."""

    def __init__(self) -> None:
        super().__init__(_("已经认领过这个岗位，不必重复认领。"))


class TooManyClaims(ValidationError):
    """How many posts one member may have at a time is a parameter."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "按本地规定，每名党员同时最多认领%(most)d个岗位。请先完成或退出原来的岗位，再认领这个。"
            ),
            params={"most": most},
        )


class ClaimerNotReportedIn(ValidationError):
    """Posts are claimed where one has reported in."""

    def __init__(self) -> None:
        super().__init__(_("认领岗位前请先向本社区报到，社区确认后即可认领。"))


class ClaimAlreadyDecided(ValidationError):
    """Of two people deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条认领已由其他人处理，请刷新页面查看结果。"))


class NothingServedYet(ValidationError):
    """Done means that certified service stands behind it."""

    def __init__(self) -> None:
        super().__init__(
            _("这个岗位还没有已认证的服务记录。请先登记并认证服务，或办理退出、登记未到岗。")
        )


class ClaimNotServed(ValidationError):
    """What has not been served is not evaluated."""

    def __init__(self) -> None:
        super().__init__(_("还没有登记这名党员在岗服务的记录。请先登记服务，再登记评价。"))


class NobodyToEvaluate(ValidationError):
    """Those served are asked about what was served of late."""

    fields = ("claim",)

    def __init__(self) -> None:
        super().__init__(_("近三个月没有党员在这个岗位服务的记录。请先登记服务，再请群众评价。"))


class PledgeAlreadySigned(ValidationError):
    """One pledge per claim."""

    def __init__(self) -> None:
        super().__init__(_("承诺书已经签订，没有重复签订。"))


class PledgeNotDue(ValidationError):
    """A pledge is signed for a post that one holds."""

    def __init__(self) -> None:
        super().__init__(_("社区确定认领以后才能签订承诺书。"))


class PledgeDueTooEarly(ValidationError):
    """A promise lies ahead."""

    def __init__(self) -> None:
        super().__init__({"due_on": _("完成时限不能早于承诺日期。")})


class TeamNameTaken(ValidationError):
    """One name, one team."""

    def __init__(self) -> None:
        super().__init__({"name": _("本社区已有同名的队伍，请换一个名称。")})


class TeamHasEnded(ValidationError):
    """The team has been dissolved."""

    def __init__(self) -> None:
        super().__init__(_("这支队伍已撤销，请刷新页面查看结果。"))


class AlreadyInTeam(ValidationError):
    """One place per member and team."""

    def __init__(self) -> None:
        super().__init__(_("已在这支队伍中，不必重复编入。"))


class NotInTeam(ValidationError):
    """Whoever has left cannot leave or lead."""

    def __init__(self) -> None:
        super().__init__(_("已不在这支队伍中，请刷新页面查看结果。"))


class LetterNotUsable(ValidationError):
    """A letter is used once, within its time, by whom it names."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "这封推荐信已经用过、已作废或已过有效期。请联系单位联络员重新开具，或直接选择社区报到。"
            )
        )


class LetterNotValidLong(ValidationError):
    """A letter is valid from today for a year at most."""

    def __init__(self) -> None:
        super().__init__({"valid_until": _("有效期请填今天到一年以内的日期。")})


class NotOnOwnRoster(ValidationError):
    """A unit writes letters for its own people."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s不在本单位花名册上，或等本单位确认，请先核对花名册。"), params={"name": name}
        )


class SameCommunity(ValidationError):
    """Passing on or moving leads to another community."""

    def __init__(self) -> None:
        super().__init__({"community": _("请选择另一个社区。")})


class MoveAlreadyWaits(ValidationError):
    """One move at a time."""

    def __init__(self) -> None:
        super().__init__(_("已经提出转到其他社区，正在等新社区确认，不必重复提出。"))


class AlreadyRenewed(ValidationError):
    """Once per year or half-year."""

    def __init__(self, period: str) -> None:
        super().__init__(_("%(period)s已经续报，没有重复登记。"), params={"period": period})


class NoRenewalHere(ValidationError):
    """The place does not ask for renewals."""

    def __init__(self) -> None:
        super().__init__(_("本地没有要求续报，不用办理。"))


class UnitAlreadyReportedIn(ValidationError):
    """One active report-in per unit and community."""

    def __init__(self) -> None:
        super().__init__(_("贵单位已向这个社区报到或正在等待接收，不必重复报到。"))


class UnitReportInAlreadyDecided(ValidationError):
    """Of two deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条单位报到已由其他人处理，请刷新页面查看结果。"))


class RosterSmallerThanPart(ValidationError):
    """Those in service, and those reported in, are among all members."""

    def __init__(self) -> None:
        super().__init__({"members_total": _("党员总数不能少于在职党员数和已报到党员数，请核对。")})


class PeriodNotOver(ValidationError):
    """Feedback is given on a period that is over."""

    def __init__(self) -> None:
        super().__init__(_("本期还没有结束，结束后才能汇总反馈表。"))


class FeedbackAlreadySigned(ValidationError):
    """The form has been signed: what it says stands."""

    def __init__(self) -> None:
        super().__init__(_("这份反馈表已经签发，不能再改。如需更改，请由党员提出异议后复核。"))


class GradeNotOfThePlace(ValidationError):
    """Each place sets its grades."""

    def __init__(self) -> None:
        super().__init__({"grade": _("请从本地使用的等次中选择。")})


class PartAlreadyGiven(ValidationError):
    """社区参评 is said on the form itself."""

    def __init__(self) -> None:
        super().__init__(_("社区参评随反馈表一起填写，不必另填。"))


class SaidByThemselves(ValidationError):
    """What somebody wrote with their own hand is theirs to change."""

    def __init__(self) -> None:
        super().__init__(_("对方已自己填写，代录不能改动；要改的，请由填写人修改。"))


class VoicesMissing(ValidationError):
    """A review by residents counts voices."""

    def __init__(self) -> None:
        super().__init__({"satisfied": _("请填写测评票数，至少一票。")})


class ExcellentOverCap(ValidationError):
    """More excellent than the place allows."""

    def __init__(self, places: int, asked: int) -> None:
        super().__init__(
            _(
                "优秀名额%(places)d个，现已评%(asked)d个。请把其中%(over)d份改为其他等次，"
                "或请上级调整“优秀名额”参数。"
            ),
            params={"places": places, "asked": asked, "over": asked - places},
        )


class NothingPicked(ValidationError):
    """A press on a list needs marks."""

    def __init__(self) -> None:
        super().__init__(_("请先勾选要办理的反馈表。"))


class FeedbackAlreadyAcknowledged(ValidationError):
    """The unit has acknowledged it."""

    def __init__(self) -> None:
        super().__init__(_("这些反馈表已经签收，没有重复签收。"))


class FeedbackNotAcknowledged(ValidationError):
    """Use follows receipt."""

    def __init__(self) -> None:
        super().__init__(_("请先签收，再登记结果运用。"))


class FeedbackReplaced(ValidationError):
    """A revised version stands in its place."""

    def __init__(self) -> None:
        super().__init__(_("这份反馈表已有修订版，请在修订版上办理。"))


class ObjectionStillOpen(ValidationError):
    """What is under review is not used yet."""

    def __init__(self) -> None:
        super().__init__(_("党员本人对反馈表提出了异议，复核结束后才能登记结果运用。"))


class SameUseRecorded(ValidationError):
    """The same use on the same day."""

    def __init__(self) -> None:
        super().__init__(_("同一天的同一项运用已经登记过。"))


class UsedInFuture(ValidationError):
    """A use says what has happened."""

    def __init__(self) -> None:
        super().__init__({"used_on": _("运用日期不能晚于今天。")})


class TooLateToObject(ValidationError):
    """Objections have a term."""

    def __init__(self) -> None:
        super().__init__(
            _("已过提出异议的期限。如确有不实，可在“意见建议”中反映，或直接联系社区党组织。")
        )


class AlreadyObjected(ValidationError):
    """One objection per version."""

    def __init__(self) -> None:
        super().__init__(_("对这份反馈表已经提出过异议，请等待复核。"))


class ObjectionAlreadyReviewed(ValidationError):
    """Of two reviewing at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条异议已由其他人复核，请刷新页面查看结果。"))


class ReviewerSigned(ValidationError):
    """Whoever signed does not review."""

    def __init__(self) -> None:
        super().__init__(_("这份反馈表由您签发，异议请由社区其他书记或街道党组织复核。"))
