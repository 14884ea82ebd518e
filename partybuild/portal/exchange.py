"""Offices and accounts by sheet: every row under the same rule as the form.

It lives here: the floor of accounts lies below that of imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.accounts.models import Appointment, OneTimeLink, User
from partybuild.accounts.queries.ranks import grantable_roles
from partybuild.accounts.services import appoint
from partybuild.accounts.services.appointments import check_grant
from partybuild.accounts.services.users import person_of
from partybuild.calendar import today
from partybuild.exchange import cells
from partybuild.exchange.enums import RowState
from partybuild.exchange.sheets import Column, Context, Sheet, SheetRow, Written, register
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# What a sheet may ask for; who may give it is another question.
ROLES: dict[str, Any] = {
    str(role): Role(role).label
    for role in Role
    if role not in {Role.SECTOR_COMMITTEE, Role.GRID_WORKER, Role.MEMBER}
}
_OTHERS = {
    "联络员": str(Role.UNIT_LIAISON),
    "社区书记": str(Role.COMMUNITY_SECRETARY),
    "社区工作者": str(Role.COMMUNITY_WORKER),
    "单位书记": str(Role.UNIT_SECRETARY),
}


@register
class AppointmentSheet(Sheet):
    """岗位任职名册: who takes which office at which body, and gets an account with it."""

    key = "appointments"
    label = lazy("岗位和账号")
    about = lazy(
        "一行任命一人：姓名、手机号、所在组织、岗位。没有账号的一并开通；只能任命本岗位管辖范围内、比本岗位低的岗位。导入后可以一次复制全部邀请。"
    )
    rights = ("import.rows", "appointment.grant")
    holds_personal_data = True
    key_columns = ("name", "phone", "role")

    name = Column(
        lazy("姓名"), read=cells.person_name, required=True, unique=True, aliases=("任职人",)
    )
    phone = Column(
        lazy("手机号"),
        read=cells.phone,
        required=True,
        unique=True,
        personal=True,
        aliases=("手机", "手机号码", "联系电话", "电话"),
        hint=lazy("本人手机号，用来登录"),
    )
    mail = Column(
        lazy("邮箱"), unique=True, personal=True, aliases=("电子邮箱",), hint=lazy("可不填")
    )
    body = Column(
        lazy("组织"),
        required=True,
        aliases=("单位", "所在组织", "单位名称", "组织名称"),
        limit=200,
        hint=lazy("党组织或驻区单位全称"),
    )
    role = Column(
        lazy("岗位"),
        read=cells.one_of(ROLES, _OTHERS),
        choices=ROLES,
        required=True,
        aliases=("角色",),
        hint=lazy("从下拉列表选"),
    )
    title = Column(lazy("职务名称"), aliases=("职务",), limit=100, hint=lazy("可不填"))
    starts_on = Column(lazy("任期开始"), read=cells.day, hint=lazy("不填的，从今天起"))
    ends_on = Column(lazy("任期结束"), read=cells.day, hint=lazy("没有定期限的，不填"))

    def check(self, rows: list[SheetRow], context: Context) -> None:
        """Ask of each row what the form asks: is the body in reach, is the office below."""
        bodies = _bodies(context, {row.values.get("body", "") for row in rows})
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            if row.faults:
                continue
            self._check_body(row, bodies, context)
            self._check_term(row)
            _check_mail(row)
            if row.faults:
                continue
            key = (row.values["phone"], row.values["role"], row.values["_body"].pk)
            first = seen.setdefault(key, row.line)
            if first != row.line:
                row.faults["phone"] = _("与第%(line)d行重复，请保留一行。") % {"line": first}
                continue
            self._meet(row, context)

    def _check_body(
        self, row: SheetRow, bodies: dict[str, list[Organization]], context: Context
    ) -> None:
        found = bodies.get(row.values["body"], [])
        if len(found) != 1:
            row.faults["body"] = (
                _("有%(count)d个组织叫“%(name)s”，请写全称。")
                if found
                else _("“%(name)s”不在您负责的范围内，或名称与系统里的不一致，请核对。")
            ) % {"name": row.values["body"][:50], "count": len(found)}
            return
        row.values["_body"] = found[0]
        allowed = grantable_roles(context.by, found[0])
        if row.values["role"] not in allowed:
            names = "、".join(str(ROLES[role]) for role in allowed if role in ROLES)
            row.faults["role"] = (
                _("您在这个组织可以任命的岗位是：%(names)s。") % {"names": names}
                if names
                else _("您不能任命这个组织的岗位。")
            )

    @staticmethod
    def _check_term(row: SheetRow) -> None:
        begins = row.values.get("starts_on") or today()
        ends = row.values.get("ends_on")
        row.values["_starts_on"] = begins
        if ends and (ends < begins or ends < today()):
            row.faults["ends_on"] = _("任期结束早于开始或已经过去，请核对。")

    @staticmethod
    def _meet(row: SheetRow, context: Context) -> None:
        try:
            person = person_of(name=row.values["name"], phone=row.values["phone"])
            check_grant(
                person,
                role=row.values["role"],
                organization=row.values["_body"],
                by=context.by,
            )
        except ValidationError as refused:
            row.faults["name"] = "".join(refused.messages)
            return
        held = (
            person is not None
            and Appointment.objects.filter(
                person=person, role=row.values["role"], organization=row.values["_body"]
            )
            .open(today())
            .exists()
        )
        if held:
            row.state = RowState.SAME
            row.note = _("此人已任这个岗位。")
            return
        row.state = RowState.NEW
        row.note = _("%(name)s：%(body)s%(role)s") % {
            "name": row.values["name"],
            "body": row.values["_body"].called,
            "role": row.values.get("title") or ROLES[row.values["role"]],
        }

    def apply(self, rows: list[SheetRow], context: Context) -> Iterable[Written]:
        """Appoint row by row."""
        for row in rows:
            values = row.values
            person = person_of(name=values["name"], phone=values["phone"])
            had_user = person is not None and User.objects.filter(person=person).exists()
            appointment = appoint(
                name=values["name"],
                phone=values["phone"],
                mail=values.get("mail") or "",
                role=Role(values["role"]),
                organization=values["_body"],
                title=values.get("title") or "",
                starts_on=values["_starts_on"],
                ends_on=values.get("ends_on"),
                by=context.by,
            )
            if person is None:
                yield Written(row.line, Person._meta.label, appointment.person_id, True)
            if not had_user:
                yield Written(row.line, User._meta.label, appointment.person.user.pk, True)
            yield Written(row.line, Appointment._meta.label, appointment.pk, True)

    def dissolve(self, changes: list[Any], *, by: Any) -> None:
        """Invitations that nobody has used go with the account that they were for."""
        created = [
            change.object_id
            for change in changes
            if change.is_created and change.label == User._meta.label
        ]
        OneTimeLink.objects.filter(user__in=created, used_at=None).delete()


def _check_mail(row: SheetRow) -> None:
    mail = row.values.get("mail") or ""
    if mail and ("@" not in mail or " " in mail or len(mail) > 254):
        row.faults["mail"] = _("“%(mail)s”不是邮箱地址，请核对。") % {"mail": mail[:50]}


def _bodies(context: Context, names: set[str]) -> dict[str, list[Organization]]:
    """Return the bodies in reach by full and by short name."""
    found: dict[str, list[Organization]] = {}
    reached = Organization.objects.reached(context.by.scope, "appointment.grant").current()
    for field in ("name", "short_name"):
        rows = reached.filter(**{f"{field}__in": names - {""}}).select_related("area")
        for body in rows:
            held = found.setdefault(getattr(body, field), [])
            if body not in held:
                held.append(body)
    return found
