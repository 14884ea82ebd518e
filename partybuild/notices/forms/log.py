"""Which part of the delivery log is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models.notice import NoticeQuerySet


class LogFilter(forms.Form):
    """Channel and what became of it."""

    channel = forms.ChoiceField(
        label=_("方式"), required=False, choices=(("", _("全部方式")), *Channel.choices)
    )
    state = forms.ChoiceField(
        label=_("结果"),
        required=False,
        choices=(
            ("", _("全部结果")),
            ("sent", _("已送达")),
            ("failed", _("未送达")),
            ("unknown", _("待核实")),
            ("waiting", _("等待发送")),
            ("cancelled", _("已取消")),
            ("seen", _("已看")),
            ("unseen", _("未看")),
        ),
    )
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sentence = _("显示{channel}中{state}的通知")

    def narrow(self, rows: NoticeQuerySet) -> NoticeQuerySet:
        """Keep what is asked for."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        if chosen["channel"]:
            rows = rows.filter(channel=chosen["channel"])
        if chosen["subject"]:
            rows = rows.filter(subject_uid=chosen["subject"])
        match chosen["state"]:
            case "waiting":
                return rows.filter(
                    state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER)
                )
            case "seen":
                return rows.filter(read_at__isnull=False)
            case "unseen":
                return rows.filter(
                    channel=Channel.IN_APP, state=NoticeState.SENT, read_at__isnull=True
                )
            case "":
                return rows
            case state:
                return rows.filter(state=state)
