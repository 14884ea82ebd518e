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
