"""The sentences about units that leave, councils that end, and part-time members."""

from __future__ import annotations

from django.utils.translation import gettext as _

from meetings.models import Council, CouncilMember, PartTimeMember
from partybuild.ui.filters import short_date_cn


def left_title(member: CouncilMember) -> str:
    """Who has left what."""
    return _("%(unit)s退出%(council)s") % {
        "unit": member.organization.called,
        "council": member.council.name,
    }


def left_body(member: CouncilMember) -> str:
    """From when, and why; what was done together stays."""
    return _(
        "%(unit)s自%(day)s起不再是%(council)s成员单位。原因：%(reason)s。此前的会议和办理记录保留。"
    ) % {
        "unit": member.organization.name,
        "council": member.council.name,
        "day": short_date_cn(member.valid_to),
        "reason": member.end_reason.rstrip("。"),
    }


def ended_title(council: Council) -> str:
    """The council is no more."""
    return _("%(council)s已终止") % {"council": council.name}


def ended_body(council: Council) -> str:
    """From when, and why."""
    return _("%(council)s自%(day)s起终止。原因：%(reason)s。") % {
        "council": council.name,
        "day": short_date_cn(council.ended_on),
        "reason": council.end_reason.rstrip("。"),
    }


def _named(member: PartTimeMember) -> dict[str, str]:
    # Mails name the unit and the office, never the person.
    return {
        "unit": member.organization.called,
        "council": member.council.name,
        "title": member.title,
        "reason": (member.state_reason or member.end_reason).rstrip("。"),
        "since": short_date_cn(member.term_from),
        "until": short_date_cn(member.term_to),
        "number": member.approval_number,
    }


def part_time_returned(member: PartTimeMember) -> tuple[str, str]:
    """The committee above sends a candidate back."""
    return (
        _("%(council)s兼职委员人选（%(unit)s）被退回") % _named(member),
        _("%(unit)s推荐的人选被退回。原因：%(reason)s。请补充或另行推荐后重新上报。")
        % _named(member),
    )


def part_time_approved(member: PartTimeMember) -> tuple[str, str]:
    """The committee above has approved; the name is published next."""
    return (
        _("%(council)s兼职委员人选（%(unit)s）已批复") % _named(member),
        _("%(unit)s推荐的人选已批复同意。%(number)s 下一步请公示，公示期满后聘任。")
        % _named(member),
    )


def part_time_appointed(member: PartTimeMember) -> tuple[str, str]:
    """Somebody of the unit has been appointed."""
    return (
        _("%(council)s聘任%(unit)s同志为%(title)s") % _named(member),
        _("%(unit)s的同志受聘为%(council)s%(title)s，任期自%(since)s至%(until)s。感谢支持。")
        % _named(member),
    )


def part_time_renewed(member: PartTimeMember) -> tuple[str, str]:
    """The term goes on."""
    return (
        _("%(council)s续聘%(unit)s同志为%(title)s") % _named(member),
        _("%(unit)s的同志续聘为%(council)s%(title)s，任期自%(since)s至%(until)s。")
        % _named(member),
    )


def part_time_ended(member: PartTimeMember) -> tuple[str, str]:
    """The term is over."""
    return (
        _("%(unit)s同志不再担任%(council)s%(title)s") % _named(member),
        _("%(unit)s的同志自%(day)s起不再担任%(council)s%(title)s（%(kind)s）。感谢履职期间的支持。")
        % {
            **_named(member),
            "day": short_date_cn(member.ended_on),
            "kind": member.get_end_kind_display(),
        },
    )
