"""What is said about requests in notices: no personal values, they go out by mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.approvals.models import Approval
from partybuild.calendar import SHANGHAI
from partybuild.notices.services import Recipient, notify


def called(approval: Approval) -> str:
    """Return 免除应办事项（2026年第一季度填报）."""
    subject = approval.subject
    return f"{approval.kind.name}（{subject}）" if subject else str(approval.kind.name)


def _day(approval: Approval) -> str:
    day = approval.expires_at.astimezone(SHANGHAI)
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def _posts(posts: Iterable[Appointment]) -> list[Recipient]:
    return [Recipient(organization=post.organization, person=post.person) for post in posts]


def _requester(approval: Approval) -> list[Recipient]:
    return [
        Recipient(organization=approval.requested_organization, person=approval.requested_person)
    ]


def tell_deciders(approval: Approval, posts: Iterable[Appointment], *, by: Actor) -> int:
    """Tell those who may decide what waits; who was told already is not told again."""
    return _tell(
        approval,
        _posts(posts),
        kind="approval.requested",
        title=_("请审批：%(what)s") % {"what": called(approval)},
        body=_(
            "%(who)s提出申请：%(what)s。请在%(day)s前登录审批，写明同意或不同意；"
            "过期没有审批的，申请自动作废。"
        )
        % {"who": approval.requested_post, "what": called(approval), "day": _day(approval)},
        by=by,
    )


def remind_deciders(approval: Approval, posts: Iterable[Appointment], *, by: Actor) -> int:
    """Tell beforehand that a request will expire, those who may decide and who asked."""
    told = _tell(
        approval,
        _posts(posts),
        kind="approval.expiring",
        title=_("即将过期，请审批：%(what)s") % {"what": called(approval)},
        body=_("%(who)s的申请将于%(day)s过期，过期自动作废。请尽快登录审批。")
        % {"who": approval.requested_post, "day": _day(approval)},
        is_reminder=True,
        by=by,
    )
    return told + _tell(
        approval,
        _requester(approval),
        kind="approval.expiring",
        title=_("您的申请即将过期：%(what)s") % {"what": called(approval)},
        body=_("您提出的申请还没有人审批，将于%(day)s过期。可以直接联系上级，或撤回后重新提出。")
        % {"day": _day(approval)},
        is_reminder=True,
        step="requester",
        by=by,
    )


_RESULTS = {
    "approved": ("已同意", "您的申请已获同意，请在%(day)s前办理。"),
    "executed": ("已同意并生效", "您的申请已获同意，已经生效。"),
    "refused": ("未同意", "您的申请没有获得同意，审批意见请登录查看。"),
    "expired": ("已过期", "您的申请在期限内没有人审批，已经作废。仍需办理的，请重新提出。"),
    "overtaken": ("已失效", "您的申请已不能执行，原因请登录查看。"),
}


def tell_requester(approval: Approval, *, by: Actor) -> int:
    """Tell who asked what became of it."""
    word, sentence = _RESULTS[approval.state]
    return _tell(
        approval,
        _requester(approval),
        kind="approval.decided",
        title=_("申请%(word)s：%(what)s") % {"word": _(word), "what": called(approval)},
        body=_(sentence) % {"day": _day(approval)} if "%" in sentence else _(sentence),
        step=approval.state,
        by=by,
    )


def _tell(approval: Approval, recipients: list[Recipient], *, by: Actor, **words: Any) -> int:
    return notify(
        subject=approval, recipients=recipients, path=approval.get_absolute_url(), by=by, **words
    )
