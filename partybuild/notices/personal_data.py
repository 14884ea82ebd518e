"""Notices to somebody, and how long their words are kept."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.calendar import now
from partybuild.notices.enums import OUTBOUND, NoticeState
from partybuild.notices.models import ChannelPreference, Delegation, Notice
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.people.retention import keeps_for

_WAITING = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER, NoticeState.UNKNOWN)


@register
class Notices(PersonalData):
    """What was written to somebody."""

    key = "notices.notices"
    order = 70
    title = lazy("发给本人的通知")
    purpose = lazy("告知应办事项，查证是否送达")
    kept = lazy("正文和收件地址按参数保存，到期清空")

    def copy(self, person: Person) -> list[Row]:
        """Title, words, way and time of each."""
        return [
            {
                _("标题"): each.title,
                _("正文"): each.body,
                _("方式"): str(each.get_channel_display()),
                _("收件地址"): each.address,
                _("时间"): each.created_at.isoformat(timespec="seconds"),
            }
            for each in Notice.objects.filter(person=person).order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """What has not gone out does not; what has gone out keeps its fate and loses its words."""
        Notice.objects.filter(
            person=person,
            channel__in=OUTBOUND,
            state__in=(NoticeState.QUEUED, NoticeState.CLAIMED),
        ).update(
            state=NoticeState.CANCELLED, error=_("本人信息已删除"), claim=None, lease_until=None
        )
        return Notice.objects.filter(
            Q(person=person) | Q(subject_uid=person.uid) | Q(address=person.mail or "-")
        ).update(title=_("（已删除）"), body="", address="")


@register
class Wishes(PersonalData):
    """How somebody wants to be told, and who takes their notices during leave."""

    key = "notices.wishes"
    order = 71
    title = lazy("通知设置和请假代收")
    purpose = lazy("按本人选择的方式发送通知")
    kept = lazy("账号停用前保留，修改后只留最新")

    def copy(self, person: Person) -> list[Row]:
        """The ways chosen, and each leave."""
        rows: list[Row] = [
            {
                _("邮件"): str(each.get_mail_display()),
                _("短信提醒"): _("是") if each.sms else _("否"),
                _("免打扰"): ""
                if each.quiet_from is None
                else f"{each.quiet_from}:00—{each.quiet_to}:00",
            }
            for each in ChannelPreference.objects.filter(person=person)
        ]
        leaves = Delegation.objects.filter(person=person).select_related("delegate", "organization")
        rows += [
            {
                _("请假"): str(each),
                _("单位"): each.organization.name,
                _("由谁代收"): each.delegate.name,
                _("原因"): each.reason,
            }
            for each in leaves.order_by("pk")
        ]
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """The wishes go; that somebody was away stays without its reason."""
        gone, _per_model = ChannelPreference.objects.filter(person=person).delete()
        return gone + Delegation.objects.filter(person=person).update(reason=_("（已删除）"))


@keeps_for("retention.notice_days")
def old_words(days: int, by: Actor) -> int:
    """Who was told of what, and when, stays; the words and the address go."""
    return (
        Notice.objects.filter(created_at__lt=now() - timedelta(days=days))
        .exclude(state__in=_WAITING)
        .exclude(body="", address="")
        .update(body="", address="")
    )
