"""What a person's own decision does to notices."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.notices.registry import check
from partybuild.people.enums import Purpose
from partybuild.people.services import allowed


@check
def switched_off(notices: Sequence[Notice]) -> dict[int, str]:
    """Name the reminders by mail to those who want none; what a post must be told still goes out."""
    asking = {
        each.pk: each.person_id
        for each in notices
        if each.is_reminder and each.channel != Channel.IN_APP and each.person_id is not None
    }
    if not asking:
        return {}
    wanted = allowed(Purpose.REMINDER_MAIL, asking.values())
    return {pk: _("本人已关闭邮件提醒") for pk, person in asking.items() if person not in wanted}
