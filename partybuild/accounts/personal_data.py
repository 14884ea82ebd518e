"""What accounts hold about somebody, and how long."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.accounts.models import (
    ApiToken,
    Appointment,
    KnownDevice,
    OneTimeLink,
    PastPassword,
    SignedLink,
    SignInSession,
    User,
)
from partybuild.accounts.services.sessions import end_sessions, sweep_sessions
from partybuild.calendar import today
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.people.retention import keeps_for
from partybuild.people.services.hashes import rehash


@register
class Accounts(PersonalData):
    """The way to sign in."""

    key = "accounts.account"
    order = 80
    title = lazy("登录账号")
    purpose = lazy("登录平台，防止他人冒用")
    kept = lazy("账号存续期间；登录会话结束后按参数清理")

    def copy(self, person: Person) -> list[Row]:
        """The account, its sign-ins and devices; never its secrets."""
        user = User.objects.filter(person=person).first()
        if user is None:
            return []
        rows: list[Row] = [
            {
                _("事项"): _("账号"),
                _("内容"): user.username or _("用手机号登录"),
                _("时间"): user.created_at.isoformat(timespec="seconds"),
            }
        ]
        rows += [
            {
                _("事项"): _("登录"),
                _("内容"): f"{each.label} {each.source}".strip(),
                _("时间"): each.signed_in_at.isoformat(timespec="seconds"),
            }
            for each in SignInSession.objects.filter(user=user).order_by("pk")
        ]
        rows += [
            {
                _("事项"): _("用过的设备"),
                _("内容"): f"{each.label} {each.source}".strip(),
                _("时间"): each.last_used_at.isoformat(timespec="seconds"),
            }
            for each in KnownDevice.objects.filter(user=user).order_by("pk")
        ]
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """Nobody signs in by it any more, and it names nobody."""
        moment = timezone.now()
        OneTimeLink.objects.filter(user__person=person, used_at=None, revoked_at=None).update(
            revoked_at=moment
        )
        SignedLink.objects.filter(person=person, revoked_at=None).update(revoked_at=moment)
        ApiToken.objects.filter(appointment__person=person, revoked_at=None).update(
            revoked_at=moment
        )
        user = User.objects.filter(person=person).first()
        if user is None:
            return 0
        end_sessions(user, by=by)
        KnownDevice.objects.filter(user=user).delete()
        PastPassword.objects.filter(user=user).delete()
        # The second factor is a row of the package that checks it.
        Authenticator.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(
            is_active=False, username=None, phone_hash=None, password=make_password(None), mail=""
        )
        return 1


@register
class Appointments(PersonalData):
    """Offices held."""

    key = "accounts.appointments"
    order = 40
    title = lazy("岗位任职")
    purpose = lazy("明确谁以什么岗位办理事项")
    kept = lazy("长期保存岗位记录；本人离开后不再显示姓名")

    def copy(self, person: Person) -> list[Row]:
        """Each post with its term."""
        posts = Appointment.objects.filter(person=person).select_related("organization")
        return [
            {
                _("岗位"): post.post,
                _("任期开始"): post.starts_on.isoformat(),
                _("任期结束"): post.ends_on.isoformat() if post.ends_on else "",
            }
            for post in posts.order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """Standing posts end; that the post was held stays, by nobody's name."""
        day = today()
        standing = Appointment.objects.filter(person=person).filter(
            Q(ends_on=None) | Q(ends_on__gte=day)
        )
        begun = standing.filter(starts_on__lt=day).update(
            ends_on=day - timedelta(days=1), end_reason=_("应本人要求删除个人信息")
        )
        # One that begins today or later ends on the day it begins.
        rest = 0
        for post in standing.filter(starts_on__gte=day):
            post.ends_on, post.end_reason = post.starts_on, _("应本人要求删除个人信息")
            post.save(update_fields=("ends_on", "end_reason"))
            rest += 1
        return begun + rest

    def holders(self, person: Person) -> list[tuple[int, str]]:
        """The bodies where somebody serves keep their office data right."""
        posts = Appointment.objects.filter(person=person).current(today())
        return [
            (post.organization_id, _("岗位和工作联系方式"))
            for post in posts.order_by("sort", "pk")
            if post.organization_id is not None
        ]


@keeps_for("retention.session_days")
def old_sessions(days: int, by: Actor) -> int:
    """Sessions end by their own clock; the rows go with the first sweep after."""
    return sweep_sessions()


@keeps_for("retention.link_days")
def old_links(days: int, by: Actor) -> int:
    """Links that open nothing any more: one-time links, and signed links past their end."""
    before = timezone.now() - timedelta(days=days)
    over = Q(expires_at__lt=before) | Q(used_at__lt=before) | Q(revoked_at__lt=before)
    gone = OneTimeLink.objects.filter(over).delete()[0]
    gone += SignedLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()[
        0
    ]
    return gone


@rehash
def phones_of_users(people: dict[int, Person]) -> None:
    """Who signs in by phone is found by the phone's hash."""
    for user in User.objects.filter(person__in=people).exclude(phone_hash=None):
        phone = people[user.person_id].phone
        hashed = keyed_hash(phone, "phone") if is_mobile(phone) else None
        User.objects.filter(pk=user.pk).update(phone_hash=hashed)
