"""What the services of activities may refuse, one class per reason, in the user's words."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as lazy


class _Refusal(ValidationError):
    """A refusal whose sentence says what would make it possible."""

    sentence: Any = lazy("现在不能办理，请刷新页面后再看。")

    def __init__(self, **params: Any) -> None:
        super().__init__(self.sentence, params=params)


class NotOpenForSignUp(_Refusal):
    """Only what is published may be signed up for."""

    sentence = lazy("这项活动现在不接受报名。")


class SignUpIsOver(_Refusal):
    """The day until which one may sign up has passed."""

    sentence = lazy("报名已经截止。仍想参加的，请联系活动负责人。")


class NotInTheAudience(_Refusal):
    """It was published to others."""

    sentence = lazy("这项活动面向%(audience)s，请先在举办社区报到，或联系活动负责人。")


class AlreadySignedUp(_Refusal):
    """Once per person."""

    sentence = lazy("已经报过名，不必重复报名。")


class NotSignedUp(_Refusal):
    """Nothing stands that could be withdrawn."""

    sentence = lazy("没有可以退出的报名，请刷新页面后再看。")


class ActivityHasBegun(_Refusal):
    """What happened is recorded with the attendance."""

    sentence = lazy("活动已经开始，不能再退出。没有到场的，请在活动页面请假。")


class PlacesAreTaken(_Refusal):
    """Nobody who has a place loses it by a change of figures."""

    sentence = lazy("已有%(taken)d人报名，名额不能少于%(taken)d个。")


class AlreadyDecided(_Refusal):
    """Of two at once, one was first."""

    sentence = lazy("这项活动刚刚由其他人办理过，请刷新页面后再看。")


class PeopleHaveCome(_Refusal):
    """What people came to is not called off: it was held, however short."""

    sentence = lazy(
        "已登记%(came)d人到场，不能取消。中途停止的，请登记已举办，在活动小结里写明原因。"
    )


class HasNotBegun(_Refusal):
    """Before the start one steps back and gives the place to the next."""

    sentence = lazy("活动还没有开始，来不了的请退出报名。")


class ActivityIsClosed(_Refusal):
    """Its figures stand; the sheet puts them right."""

    sentence = lazy("这项活动已经办结，不能再请假。需要补记的，请联系举办社区在签到表上登记。")


class AlreadyThere(_Refusal):
    """Who was there is not excused; the sheet says otherwise first."""

    sentence = lazy("%(name)s已登记到场，不能再请假。登记有误的，请组织者在签到表上更正。")


class EndsBeforeItStarts(_Refusal):
    """An activity has a length."""

    sentence = lazy("结束时间要晚于开始时间。")


class ActivityNotOverYet(_Refusal):
    """What is still going on has no hours yet."""

    sentence = lazy("活动还没有结束，结束后再登记服务时长。")


class NobodyToRecord(_Refusal):
    """Everybody who came stands on a list already."""

    sentence = lazy("没有新的到场人员可以登记：还没有登记到场情况，或者都已登记过服务记录。")


class CodeIsStale(_Refusal):
    """Codes change every half minute."""

    sentence = lazy("签到码已经更换。请扫现在屏幕上的二维码，或输入现在的6位数字。")
    fields = ("code",)


class KeptCodeIsWorthless(_Refusal):
    """The code never stood there, is too old, or the phone was given no pass before."""

    sentence = lazy("断网时记下的签到码不对或已超过补传时限，没有签到。请组织者在签到表上登记。")
    fields = ("code",)


class CheckInNotOpen(_Refusal):
    """Before it opens, and after the end."""

    sentence = lazy("现在不能签到。%(when)s起开放，活动结束后由组织者登记。")


class NotAmongThem(_Refusal):
    """It was published to others."""

    sentence = lazy("这项活动没有面向您发布，请组织者在报名里先替您报名。")


class NotCheckedIn(_Refusal):
    """Who leaves has come."""

    sentence = lazy("您还没有签到，先签到再签退。")


class LeftBeforeArriving(_Refusal):
    """The end lies after the beginning."""

    sentence = lazy("%(name)s的签退时间要晚于签到时间。")


class ReasonIsMissing(_Refusal):
    """Where it is known from."""

    sentence = lazy("请填写登记依据，如“纸质签到表”。")
    fields = ("reason",)


class AttendanceIsAhead(_Refusal):
    """Nobody was there yet."""

    sentence = lazy("活动还没有开始，%(when)s起可以登记到场情况。")


class AlreadyOnRecord(_Refusal):
    """The record of service says it now; a second person corrects it there."""

    sentence = lazy("%(name)s的服务记录已经生成，请到服务记录里更正。")


class ActivityIsAhead(_Refusal):
    """What was held has begun."""

    sentence = lazy("活动还没有开始，开始后才能登记已举办。")


class NobodyCame(_Refusal):
    """An activity that was held had people."""

    sentence = lazy("还没有登记任何人到场。请先登记到场情况；没有办成的，请取消活动并写明原因。")


class HelperHasGiven(_Refusal):
    """What a body gave stands beside its name."""

    sentence = lazy("%(names)s已登记投入，不能移出。登记有误的，请先撤销投入。")


class CorrectionNeedsAReason(_Refusal):
    """What was published is put right with a reason; a draft is not."""

    sentence = lazy("活动已经发布，请填写调整原因，如“图书馆临时抽不出人”。")
    fields = ("reason",)


class NothingChanged(_Refusal):
    """A correction corrects something."""

    sentence = lazy("协办没有变化。请勾选要增加的，或取消勾选要移出的。")


class NotTheUnitsDraft(_Refusal):
    """Only a unit's own draft is sent to the community."""

    sentence = lazy("只有本单位起草、还没有提请发布的活动可以提请社区发布。")
