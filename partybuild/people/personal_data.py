"""What the register of people holds about somebody."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.people.models import Consent, NoticeSeen, Person
from partybuild.people.registry import PersonalData, Row, register


@register
class Basics(PersonalData):
    """Name, phone, number."""

    key = "people.basics"
    order = 10
    title = lazy("基本信息")
    purpose = lazy("联系本人，核对是不是同一个人")
    kept = lazy("在册期间；离开后按保存期限清理，或应本人要求删除")

    def copy(self, person: Person) -> list[Row]:
        """The person's own row, in full."""
        return [
            {
                _("姓名"): person.name,
                _("性别"): str(person.get_gender_display()),
                _("出生日期"): person.birth_date.isoformat() if person.birth_date else "",
                _("联系电话"): person.phone,
                _("公民身份号码"): person.id_number,
                _("电子邮箱"): person.mail,
            }
        ]


@register
class Decisions(PersonalData):
    """What was read and decided about privacy."""

    key = "people.privacy"
    order = 90
    title = lazy("个人信息保护说明和同意记录")
    purpose = lazy("证明平台已告知，按本人的选择办理")
    kept = lazy("账号存续期间")

    def copy(self, person: Person) -> list[Row]:
        """Versions seen and decisions, oldest first."""
        seen = NoticeSeen.objects.filter(person=person).order_by("pk")
        decided = Consent.objects.filter(person=person).order_by("pk")
        return [
            {
                _("事项"): _("阅读说明（%(version)s）") % {"version": each.version},
                _("方式"): str(each.get_way_display()),
                _("时间"): each.seen_at.isoformat(timespec="seconds"),
            }
            for each in seen
        ] + [
            {
                _(
                    "事项"
                ): f"{each.get_purpose_display()}：{_('同意') if each.is_given else _('不同意')}",
                _("方式"): str(each.get_way_display()),
                _("时间"): each.decided_at.isoformat(timespec="seconds"),
            }
            for each in decided
        ]
