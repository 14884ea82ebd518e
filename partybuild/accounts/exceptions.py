"""What account services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class GrantRefused(ValidationError):
    """A role at or above one's own, or outside one's own scope."""

    def __init__(self) -> None:
        super().__init__(_("只能在本岗位管辖范围内，任命比本岗位低的岗位。"))


class NotAboutOneself(ValidationError):
    """Nobody gives, ends or renews a post of their own."""

    def __init__(self) -> None:
        super().__init__(_("不能为本人任命、续任或终止岗位，请由上级办理。"))


class RoleDoesNotFit(ValidationError):
    """A role belongs to the kind of body that it acts for."""

    def __init__(self) -> None:
        super().__init__(_("这个组织不设该岗位，请核对组织和岗位。"))


class BodyHasEnded(ValidationError):
    """A body that has ended holds no new posts."""

    def __init__(self) -> None:
        super().__init__(_("该组织已撤销或注销，不能再任命岗位。"))


class AppointmentReasonMissing(ValidationError):
    """The law asks this post for a reason."""

    def __init__(self) -> None:
        super().__init__(_("请写明理由，例如依据的文件或会议。"))


class AppointmentHasEnded(ValidationError):
    """An office that has ended already."""

    def __init__(self) -> None:
        super().__init__(_("该岗位已经终止，请刷新页面查看。"))


class AdministratorsHaveNoTerm(ValidationError):
    """A term that ends by itself could leave the product without an administrator."""

    def __init__(self) -> None:
        super().__init__(_("系统管理员、安全管理员不设任期；换人时请办理交接。"))


class LastAdministrator(ValidationError):
    """The last system or security administrator who can sign in stays."""

    def __init__(self) -> None:
        super().__init__(
            _("这是最后一位能登录的系统管理员或安全管理员。请先任命接任人，待其登录后再办理。")
        )


class AccountNotBelow(ValidationError):
    """Whoever hands out a way in, or takes it, stands above every post of the person."""

    def __init__(self) -> None:
        super().__init__(_("此人还担任本岗位管辖范围以外的岗位，请由其上级或安全管理员办理。"))


class AccountStoppedElsewhere(ValidationError):
    """An account that is disabled gets no way in."""

    def __init__(self) -> None:
        super().__init__(_("账号已停用，请先恢复账号。"))


class NameAndPhoneDisagree(ValidationError):
    """A phone signs in one person."""

    def __init__(self) -> None:
        super().__init__(
            _("姓名与手机号对不上，请核对。确认无误的，请本人联系安全管理员核实手机号。")
        )


class NoWayToReach(ValidationError):
    """Neither mail nor phone is registered where a link could go."""

    def __init__(self) -> None:
        super().__init__(_("没有登记可以接收链接的邮箱或手机，请复制链接发给本人。"))


class OneTimeLinkUnusable(Exception):
    """A one-time link that has been used, has expired or was taken back."""

    def __init__(self, reason: str, purpose: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.purpose = purpose


class LinkUnusable(Exception):
    """A link that has expired, was taken back or was altered."""

    def __init__(self, reason: str, *, is_for_everybody: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        # Opened by people without an account: nobody is asked to sign in.
        self.is_for_everybody = is_for_everybody


class AdministratorsExclude(ValidationError):
    """System, security and audit administrators exclude each other and every other post."""

    def __init__(self) -> None:
        super().__init__(_("系统管理员、安全管理员、审计管理员不得由同一人兼任。"))


class TokenNeedsAReason(ValidationError):
    """The law asks for a reason when a token is issued."""

    def __init__(self) -> None:
        super().__init__(_("请写明签发理由。"))


class TokenNotForThisPost(ValidationError):
    """Tokens act for committees, communities and units, while the term runs."""

    def __init__(self) -> None:
        super().__init__(_("接口令牌只能签给在任的党（工）委、社区或单位岗位。"))


class TokenNeedsAnAccount(ValidationError):
    """A token belongs to a way to sign in, which can be disabled."""

    def __init__(self) -> None:
        super().__init__(_("该岗位的任职人还没有启用的账号，请先开通账号。"))


class CodeIsWrong(ValidationError):
    """A code that is not the phone's present one, or was used before."""

    def __init__(self) -> None:
        super().__init__(_("动态验证码不对，或已经用过。请等手机上出现新的6位数字后再填。"))


class ReasonNeeded(ValidationError):
    """The law asks for a reason."""

    def __init__(self) -> None:
        super().__init__(_("请写明理由。"))


class PasswordUsedBefore(ValidationError):
    """A password that was in use lately."""

    def __init__(self, history: int) -> None:
        super().__init__(
            _("不能使用最近%(history)d次用过的密码，请换一个。") % {"history": history}
        )


class AdministratorsNeedAFactor(ValidationError):
    """The three administrators always have a second factor where the product is in use."""

    def __init__(self) -> None:
        super().__init__(_("系统管理员、安全管理员、审计管理员必须使用动态验证码，不能取消。"))


class PolicyChangedMeanwhile(ValidationError):
    """Somebody else has edited the policy since the page was drawn."""

    def __init__(self) -> None:
        super().__init__(_("安全策略已被他人修改，请刷新页面，核对后再保存。"))
