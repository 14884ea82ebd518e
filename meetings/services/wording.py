"""The sentences that notices of joint meetings are written in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from meetings.enums import CARRIED_RESULTS
from meetings.models import (
    Council,
    Meeting,
    MinutesCirculation,
    Resolution,
    ResolutionParty,
    Topic,
    TopicCall,
)
from partybuild.organizations.models import Organization
from partybuild.ui.filters import date_cn, datetime_cn, short_date_cn, time_cn


def notice_title(meeting: Meeting) -> str:
    """关于召开2026年第一季度联席会议的通知."""
    return _("关于召开“%(theme)s”的通知") % {"theme": meeting.theme}


def notice_body(meeting: Meeting, agenda: list[str], papers: list[str] | None = None) -> str:
    """Who, what, when, where, by when to answer."""
    lines = [
        _("%(council)s定于%(when)s在%(place)s召开“%(theme)s”，请贵单位派员参加。")
        % {
            "council": meeting.council.name,
            "when": datetime_cn(meeting.starts_at),
            "place": meeting.place or _("（地点另行通知）"),
            "theme": meeting.theme,
        }
    ]
    if agenda:
        lines.append(_("议程："))
        lines += [f"{number}. {text}" for number, text in enumerate(agenda, 1)]
    if papers:
        lines.append(
            _("会议材料（登录后在会议页面下载）：%(papers)s。") % {"papers": "、".join(papers)}
        )
    if meeting.note:
        lines.append(meeting.note)
    if meeting.receipt_due_on:
        lines.append(
            _("请于%(due)s前回执（参加、委派或请假）。") % {"due": date_cn(meeting.receipt_due_on)}
        )
    lines.append(meeting.council.convener.name)
    return "\n".join(lines)


def changed_title(meeting: Meeting) -> str:
    """“第一季度联席会议”变更通知."""
    return _("“%(theme)s”变更通知") % {"theme": meeting.theme}


def changed_body(before: Meeting, meeting: Meeting) -> str:
    """What was said before and what holds now, and that the answer stands."""
    lines = [
        _("%(when)s召开的“%(theme)s”有变更：")
        % {"when": datetime_cn(meeting.starts_at), "theme": meeting.theme}
    ]
    nothing = _("（未定）")
    if before.place != meeting.place:
        lines.append(
            _("地点由%(old)s改为%(new)s。")
            % {"old": before.place or nothing, "new": meeting.place or nothing}
        )
    if before.ends_at != meeting.ends_at:
        lines.append(
            _("结束时间由%(old)s改为%(new)s。")
            % {
                "old": time_cn(before.ends_at) or nothing,
                "new": time_cn(meeting.ends_at) or nothing,
            }
        )
    if before.note != meeting.note and meeting.note:
        lines.append(_("会议要求：%(note)s") % {"note": meeting.note})
    lines.append(_("已回执的不需要再次回执；不能参加的，请修改回执。"))
    lines.append(meeting.council.convener.name)
    return "\n".join(lines)


def postponed_title(meeting: Meeting, before: Meeting) -> str:
    """延期通知, or 改期通知 where it is earlier."""
    if meeting.starts_at < before.starts_at:
        return _("“%(theme)s”改期通知") % {"theme": meeting.theme}
    return _("“%(theme)s”延期通知") % {"theme": meeting.theme}


def postponed_body(meeting: Meeting, before: Meeting, reason: str) -> str:
    """The new time beside the old one, or that it is still open."""
    if meeting.is_open and meeting.notice_round and meeting.receipt_due_on:
        return _(
            "原定%(old)s召开的“%(theme)s”改到%(when)s在%(place)s召开。原因：%(reason)s。"
            "原来的回执不再算数，请于%(due)s前重新回执。"
        ) % {
            "old": datetime_cn(before.starts_at),
            "theme": meeting.theme,
            "when": datetime_cn(meeting.starts_at),
            "place": meeting.place or _("（地点另行通知）"),
            "reason": reason.rstrip("。"),
            "due": date_cn(meeting.receipt_due_on),
        }
    return _("原定%(old)s召开的“%(theme)s”延期召开，时间另行通知。原因：%(reason)s。") % {
        "old": datetime_cn(before.starts_at),
        "theme": meeting.theme,
        "reason": reason.rstrip("。"),
    }


def cancelled_body(meeting: Meeting, reason: str) -> str:
    """The meeting does not take place."""
    return _("原定%(when)s召开的“%(theme)s”取消。原因：%(reason)s。") % {
        "when": datetime_cn(meeting.starts_at),
        "theme": meeting.theme,
        "reason": reason.rstrip("。"),
    }


def minutes_title(meeting: Meeting, edition: int) -> str:
    """Issued for the first time, or again after a correction."""
    if edition > 1:
        return _("“%(theme)s”会议纪要已更正，重新印发") % {"theme": meeting.theme}
    return _("“%(theme)s”会议纪要已印发") % {"theme": meeting.theme}


# A long list of changes is read in the minutes themselves.
_CHANGES_TOLD = 10


def _changed(changes: list[tuple[str, str]]) -> list[str]:
    """Say what stands there now instead of what."""
    lines = []
    for before, after in changes[:_CHANGES_TOLD]:
        if before and after:
            lines.append(_("原：%(before)s\n改为：%(after)s") % {"before": before, "after": after})
        elif after:
            lines.append(_("增加：%(after)s") % {"after": after})
        else:
            lines.append(_("删去：%(before)s") % {"before": before})
    if len(changes) > _CHANGES_TOLD:
        lines.append(_("……其余改动见全文。"))
    return lines


def minutes_body(
    meeting: Meeting, label: str, edition: int = 1, changes: list[tuple[str, str]] | None = None
) -> str:
    """The minutes are out; after a correction, what changed."""
    if edition > 1:
        head = _("“%(theme)s”会议纪要%(label)s经更正后重新印发，请以本次印发的为准。") % {
            "theme": meeting.theme,
            "label": label,
        }
        return "\n".join([head, *_changed(changes or [])])
    return _("“%(theme)s”会议纪要%(label)s已印发，请查阅。") % {
        "theme": meeting.theme,
        "label": label,
    }


SILENCE_IS_CONSENT = "逾期未回复，按章程视为同意"


def countersign_title(meeting: Meeting, round: int) -> str:  # noqa: A002
    """The draft is out, for the first time or again."""
    if round > 1:
        return _("请再次会签“%(theme)s”会议纪要（有修改）") % {"theme": meeting.theme}
    return _("请会签“%(theme)s”会议纪要") % {"theme": meeting.theme}


def countersign_body(
    meeting: Meeting, circulation: MinutesCirculation, changes: list[tuple[str, str]]
) -> str:
    """By when, and what silence means; sent again, what changed."""
    lines = [
        _(
            "%(council)s会议纪要已起草，请登录查看并会签：同意，或写明意见。"
            "请于%(due)s前回复，逾期未回复视为同意。"
        )
        % {"council": meeting.council.name, "due": date_cn(circulation.due_on)}
    ]
    if circulation.note:
        lines.append(circulation.note)
    if changes:
        lines.append(_("与上一轮相比的改动："))
        lines += _changed(changes)
    lines.append(meeting.council.convener.name)
    return "\n".join(lines)


def opinion_title(meeting: Meeting, body: Organization) -> str:
    """A unit wants something to be different."""
    return _("%(unit)s对“%(theme)s”会议纪要有意见") % {
        "unit": body.called,
        "theme": meeting.theme,
    }


def countersigned_title(meeting: Meeting) -> str:
    """The round is over."""
    return _("“%(theme)s”会议纪要会签结束") % {"theme": meeting.theme}


def countersigned_body(counts: dict[str, int]) -> str:
    """How many agreed, had opinions, kept silent, and what comes next."""
    head = _("同意%(agreed)d家，有意见%(opinion)d家，逾期未回复视为同意%(silent)d家。") % {
        "agreed": counts.get("agreed", 0),
        "opinion": counts.get("opinion", 0),
        "silent": counts.get("silent", 0),
    }
    if counts.get("opinion"):
        return head + _("请研究各单位意见：修改后再送会签，或按原文签发。")
    return head + _("可以签发。")


def recalled_title(meeting: Meeting) -> str:
    """The draft is taken back."""
    return _("“%(theme)s”会议纪要已收回修改") % {"theme": meeting.theme}


def recalled_body(meeting: Meeting, reason: str) -> str:
    """Why, and that nothing is to be done for now."""
    return _("会议纪要收回修改，暂不需要会签，修改后再送。原因：%(reason)s。") % {
        "reason": reason.strip().rstrip("。")
    }


def assigned_body(resolution: Resolution, party: ResolutionParty) -> str:
    """What was agreed, in which part, until when."""
    return _(
        "%(council)s议定：%(text)s。请贵单位作为%(role)s单位，于%(due)s前办结。"
        "请先接件；如不属于贵单位职责或期限有困难，可以退回协商。"
    ) % {
        "council": resolution.council.name,
        "text": resolution.text.rstrip("。"),
        "role": party.get_role_display(),
        "due": short_date_cn(resolution.due_on),
    }


def invited_body(council: Council) -> str:
    """An invitation, not an order."""
    return _("%(convener)s邀请贵单位加入%(council)s，请回执是否同意，并告知代表和联络员。") % {
        "convener": council.convener.name,
        "council": council.name,
    }


def call_title(call: TopicCall) -> str:
    """征集2026年第一季度和平社区党建联席会议题."""
    return _("征集%(period)s%(council)s议题") % {
        "period": call.period_label,
        "council": call.council.name,
    }


def call_reminder_title(call: TopicCall) -> str:
    """The same, with the day."""
    return _("【提醒】%(title)s，%(due)s截止") % {
        "title": call_title(call),
        "due": short_date_cn(call.due_on),
    }


def call_body(call: TopicCall) -> str:
    """Until when, for which meeting, about what; nothing to propose is an answer too."""
    lines = [
        _("请于%(due)s前提出%(period)s议题；没有议题的，也请点开链接答复“无议题”。")
        % {"due": date_cn(call.due_on), "period": call.period_label}
    ]
    if call.meeting_on is not None:
        lines.append(_("会议拟于%(day)s召开。") % {"day": date_cn(call.meeting_on)})
    if call.note:
        lines.append(_("征集重点：%(note)s") % {"note": call.note})
    lines.append(call.council.convener.name)
    return "\n".join(lines)


def call_moved_body(call: TopicCall) -> str:
    """The new day."""
    return _("议题征集截止日期改为%(due)s。") % {"due": date_cn(call.due_on)} + call_body(call)


def call_text(call: TopicCall, waiting: list[str], url: str) -> str:
    """Return the call as a message for the chat group."""
    lines = [_("【议题征集】%(title)s。") % {"title": call_title(call)}, call_body(call)]
    if url:
        lines.append(_("点开链接，选择单位即可办理：%(url)s") % {"url": url})
    if waiting:
        lines.append(_("尚未答复：%(units)s。") % {"units": "、".join(waiting)})
    return "\n".join(lines)


def referred_reason(referred_to: str) -> str:
    """A referral's reason where nobody wrote one."""
    return _("转%(who)s办理") % {"who": referred_to}


def decided_title(topic: Topic) -> str:
    """议题“…”：列入."""
    return _("议题“%(title)s”：%(state)s") % {
        "title": topic.title,
        "state": topic.get_state_display(),
    }


def decided_body(topic: Topic) -> str:
    """What the convener decided, why, and what comes next."""
    lines = [
        _("%(council)s的审核意见：%(state)s。")
        % {"council": topic.council.name, "state": topic.get_state_display()}
    ]
    if topic.referred_to:
        lines.append(_("转给：%(who)s。") % {"who": topic.referred_to})
    if topic.decision_reason:
        lines.append(topic.decision_reason)
    return "\n".join(lines)


def carried_reason(topic: Topic) -> str:
    """Why a copy needs no further decision."""
    return _("上次会议%(result)s，自动结转") % {"result": topic.get_result_display()}


def discussed_title(topic: Topic) -> str:
    """议题“…”的讨论结果：达成共识."""
    return _("议题“%(title)s”的讨论结果：%(result)s") % {
        "title": topic.title,
        "result": topic.get_result_display(),
    }


def discussed_body(topic: Topic, meeting: Meeting) -> str:
    """At which meeting, with how many votes, and whether it comes up again."""
    lines = [
        _("%(day)s“%(theme)s”讨论了该议题：%(result)s。")
        % {
            "day": short_date_cn(meeting.held_on),
            "theme": meeting.theme,
            "result": topic.get_result_display(),
        }
    ]
    if topic.votes_for is not None:
        lines.append(votes_words(topic))
    if topic.result_note:
        lines.append(topic.result_note)
    if topic.result in CARRIED_RESULTS:
        lines.append(_("该议题已自动结转，列入下次会议备选，不需要重新提出。"))
    return "\n".join(lines)


def votes_words(topic: Topic) -> str:
    """赞成8票，反对1票，弃权0票."""
    return _("赞成%(for)d票，反对%(against)d票，弃权%(abstained)d票。") % {
        "for": topic.votes_for or 0,
        "against": topic.votes_against or 0,
        "abstained": topic.votes_abstained or 0,
    }


def proposal_title(title: str, state: str) -> str:
    """您的建议“…”：已采用为议题."""
    return _("您的建议“%(title)s”：%(state)s") % {"title": title, "state": state}
