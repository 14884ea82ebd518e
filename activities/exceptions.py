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

    sentence = lazy("活动已经开始，不能再退出；没有到场的，由组织者在签到表上登记。")


class PlacesAreTaken(_Refusal):
    """Nobody who has a place loses it by a change of figures."""

    sentence = lazy("已有%(taken)d人报名，名额不能少于%(taken)d个。")


class AlreadyDecided(_Refusal):
    """Of two at once, one was first."""

    sentence = lazy("这项活动刚刚由其他人办理过，请刷新页面后再看。")


class EndsBeforeItStarts(_Refusal):
    """An activity has a length."""

    sentence = lazy("结束时间要晚于开始时间。")
