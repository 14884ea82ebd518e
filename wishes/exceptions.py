"""What the services of wishes refuse."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partybuild.calendar.words import date_cn


class WishAlreadyDecided(ValidationError):
    """Of two people deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条微心愿已由其他人处理，请刷新页面查看结果。"))


class NotAgreedToShow(ValidationError):
    """Nothing about a resident is shown unless they agreed."""

    def __init__(self) -> None:
        super().__init__(_("许愿人没有同意公示，不能公示。请先征得本人同意，再在核实时勾选。"))


class ShownNameGivesAway(ValidationError):
    """The name that hangs in public is not the full one."""

    def __init__(self) -> None:
        super().__init__({"shown_name": _("公示称呼不能写全名，请写“王阿姨”“李先生”这样的称呼。")})


class TextGivesAway(ValidationError):
    """What is shown repeats what is to be kept: name, phone or home."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(
            {field: _("公示的内容里写了许愿人的%(what)s，请改写后再保存。") % {"what": what}}
        )


class WordsGiveAway(ValidationError):
    """What claimers are told repeats what is to be kept: name, phone or home."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(
            {field: _("这里写了许愿人的%(what)s，认领人会看到，请改写后再提交。") % {"what": what}}
        )


class CheckedInFuture(ValidationError):
    """A call or visit has been made, not planned."""

    def __init__(self, field: str) -> None:
        super().__init__({field: _("不能晚于今天：请填写已经核实的日期。")})


class CheckedBeforeHeard(ValidationError):
    """A wish is checked after it was heard."""

    def __init__(self, field: str, heard_on: date) -> None:
        super().__init__(
            {
                field: _("不能早于征集日期%(day)s。") % {"day": date_cn(heard_on)},
            }
        )


class WishNotOpen(ValidationError):
    """Only what hangs in public and is free can be claimed."""

    def __init__(self) -> None:
        super().__init__(_("这条微心愿现在不能认领，可能已有人认领，请看看其他微心愿。"))


class ClaimerNotHere(ValidationError):
    """A member claims where they reported in, a unit where it belongs or its people reported in."""

    def __init__(self) -> None:
        super().__init__(_("只有在本社区报到的党员和驻区单位可以认领。请先办理报到，再来认领。"))


class AlreadyClaimed(ValidationError):
    """One standing claim per claimer and wish."""

    def __init__(self) -> None:
        super().__init__(_("已经认领过这条微心愿，不必重复认领。"))


class ClaimAlreadyDecided(ValidationError):
    """Of two people deciding at once, one was first."""

    def __init__(self) -> None:
        super().__init__(_("这条认领已由其他人处理，请刷新页面查看结果。"))


class DecidesOnOneself(ValidationError):
    """Nobody decides on what they claimed themselves."""

    def __init__(self) -> None:
        super().__init__(_("涉及您本人，请由其他工作人员办理。"))


class LeavingNeedsReason(ValidationError):
    """Whoever gives up a wish in hand says why: the community has to find somebody else."""

    def __init__(self) -> None:
        super().__init__({"reason": _("请写明退出的原因，便于社区另找认领人。")})


class PromisedInPast(ValidationError):
    """A promise is for a day to come."""

    def __init__(self) -> None:
        super().__init__({"promised_on": _("不能早于今天：请填写打算兑现的日期。")})


class FulfilledInFuture(ValidationError):
    """What is said to be done has been done."""

    def __init__(self) -> None:
        super().__init__({"fulfilled_on": _("不能晚于今天：请填写实际兑现的日期。")})


class FulfilledBeforeClaimed(ValidationError):
    """A wish is fulfilled after it was claimed."""

    def __init__(self, day: date) -> None:
        super().__init__({"fulfilled_on": _("不能早于认领日期%(day)s。") % {"day": date_cn(day)}})


class VisitedInFuture(ValidationError):
    """A return visit has been made."""

    def __init__(self) -> None:
        super().__init__({"visited_on": _("不能晚于今天：请填写实际回访的日期。")})


class VisitedBeforeFulfilled(ValidationError):
    """One asks again after the wish was fulfilled."""

    def __init__(self, day: date) -> None:
        super().__init__({"visited_on": _("不能早于兑现日期%(day)s。") % {"day": date_cn(day)}})


class DissatisfactionNeedsWords(ValidationError):
    """Whoever has to do it again needs to know what was missing."""

    def __init__(self) -> None:
        super().__init__({"words": _("不满意的，请写明哪里没有办好，便于认领人继续兑现。")})
