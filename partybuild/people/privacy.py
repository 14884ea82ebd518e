"""The privacy notice in force, and the purposes that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.people.enums import Purpose


@dataclass(frozen=True)
class Notice:
    """One version of the notice: its text stands in templates/portal/privacy/<version>.html."""

    version: str
    published_on: date
    # What changed, in one sentence; "" for the first.
    changed: Any = ""

    @property
    def template(self) -> str:
        """The text."""
        return f"portal/privacy/{self.version}.html"


# A new version is a new entry in front and a new file: everybody reads it once, at their next sign-in.
NOTICES = (
    Notice(
        "2026-2",
        date(2026, 11, 22),
        _("写明了每项信息的用途和保存期限，增加了本人查看、下载、更正、删除的办法。"),
    ),
    Notice("2026-1", date(2026, 11, 1)),
)
CURRENT_NOTICE = NOTICES[0]


@dataclass(frozen=True)
class Use:
    """One purpose for which data is used, and on what it rests."""

    title: Any
    text: Any
    basis: Any
    # None: rests on duty, is not asked, and cannot be switched off.
    purpose: Purpose | None = None
    # Whether it runs while nobody has said anything: only what rests on duty may.
    runs_unasked: bool = True


_DUTY = _("履行党内法规和本单位、本社区职责所必需，不以同意为前提")

USES = (
    Use(
        _("组织党员到社区报到、参加服务"),
        _("姓名、联系电话、单位和党组织、报到和服务情况。"),
        _DUTY,
    ),
    Use(_("核对是不是同一个人"), _("公民身份号码，加密保存。"), _DUTY),
    Use(
        _("开展联席会议、填报、签收等工作"),
        _("岗位人员的姓名和工作联系方式；会议通知、任务通知发给岗位。"),
        _DUTY,
    ),
    Use(
        _("保障安全"),
        _("登录和操作记录，保存不少于六个月。"),
        _("履行网络安全法定义务所必需，不以同意为前提"),
    ),
    Use(
        Purpose.REMINDER_MAIL.label,
        _("到期前和逾期后，除站内消息外再发邮件或短信。关闭后只在站内提醒，任务照常。"),
        _("便利服务，可以随时关闭"),
        Purpose.REMINDER_MAIL,
    ),
    Use(
        Purpose.PUBLICATION.label,
        _("在公开的活动报道中出现姓名、照片。不同意不影响参加任何活动。"),
        _("以您的同意为前提，可以随时撤回"),
        Purpose.PUBLICATION,
        runs_unasked=False,
    ),
)
