"""One-time links: made, sent, used once, taken back."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.carriers import Parcel, carry
from partybuild.accounts.enums import EventKind, LinkPurpose
from partybuild.accounts.exceptions import (
    AccountNotBelow,
    AccountStoppedElsewhere,
    NoWayToReach,
    OneTimeLinkUnusable,
)
from partybuild.accounts.models import OneTimeLink, User
from partybuild.accounts.queries.ranks import may_hand_over_a_way_in
from partybuild.audit.services import record_event
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile, normalize_phone

INVITE_HOURS = 7 * 24
SIGN_IN_HOURS = 0.5
RESET_HOURS = 1.0
# What the column takes; a longer one is no page of ours.
LONGEST_PATH = 500
# So many accounts may share one mailbox before a link to each would be a flood.
_MOST_SHARING = 5


def token_of(link: OneTimeLink) -> str:
    """Return the token of a link: it follows from the row and the secret key, so a mail made again is the same."""
    seal = salted_hmac("partybuild.one-time-link", link.uid.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(seal).decode().rstrip("=")


def one_time_url(link: OneTimeLink) -> str:
    """Return the full address of a link; its host is the setting's, whatever a request says."""
    return str(settings.BASE_URL + reverse("accounts:one-time-open", args=(token_of(link),)))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mark(user: User) -> str:
    return user.get_session_auth_hash()


@transaction.atomic
def issue_one_time_link(
    user: User, *, purpose: str, by: Actor, hours: float, reason: str = "", next_path: str = ""
) -> tuple[OneTimeLink, str]:
    """Make a link that signs in once; returns it with its address.

    An invitation or a reset ends the earlier ones, so that an old chat holds nothing that works.
    """
    if not user.is_active:
        raise AccountStoppedElsewhere
    if purpose != LinkPurpose.SIGN_IN:
        _open_links(user).filter(purpose=purpose).update(revoked_at=timezone.now())
    link = OneTimeLink(
        user=user,
        purpose=purpose,
        expires_at=timezone.now() + timedelta(hours=hours),
        password_mark=_mark(user),
        issuer_post=by.post,
        next_path=next_path if len(next_path) <= LONGEST_PATH else "",
    )
    link.token_hash = _hashed(token_of(link))
    link.save()
    kind = EventKind.INVITED if purpose == LinkPurpose.INVITE else EventKind.SIGN_IN_LINK_SENT
    record_event(
        kind,
        target=user,
        by=by,
        reason=reason,
        changes={"purpose": [None, str(purpose)], "link": [None, str(link.uid)]},
    )
    return link, one_time_url(link)


def _open_links(user: User):  # type: ignore[no-untyped-def]
    return OneTimeLink.objects.filter(user=user, used_at=None, revoked_at=None)


@transaction.atomic
def invite(user: User, *, by: Actor, reason: str = "") -> tuple[OneTimeLink, str]:
    """Make an invitation that its maker may copy into a chat."""
    if not may_hand_over_a_way_in(by, user):
        raise AccountNotBelow
    return issue_one_time_link(
        user, purpose=LinkPurpose.INVITE, by=by, hours=INVITE_HOURS, reason=reason
    )


@transaction.atomic
def send_invitation(user: User, *, by: Actor) -> list[str]:
    """Send an invitation to the account's own mail or phone; whoever sends it does not see it."""
    link, _url = issue_one_time_link(user, purpose=LinkPurpose.INVITE, by=by, hours=INVITE_HOURS)
    channels = carry(
        Parcel(
            link,
            _("请开通%(product)s账号") % {"product": settings.PRODUCT_NAME},
            _("%(name)s，您好。%(post)s邀请您开通账号。链接7天内有效，只能使用一次，请勿转发。")
            % {"name": user.person.name, "post": by.post or _("系统管理员")},
        ),
        by=by,
    )
    if not channels:
        raise NoWayToReach
    return channels


def send_way_in(name: str, *, purpose: str, by: Actor, next_path: str = "") -> None:
    """Send a sign-in or reset link to whoever a phone, user name or mail belongs to; nobody learns whether.

    A sign-in link leads on to the page that its owner was going to.

    For a name that nobody has, the same work is done for somebody else and rolled back.
    """
    users = _named(name)
    if users:
        with transaction.atomic():
            for user in users:
                _send(user, purpose=purpose, by=by, next_path=next_path)
        return
    decoy = User.objects.filter(is_active=True).select_related("person").order_by("pk").first()
    if decoy is None:
        make_password(name)
        return
    with transaction.atomic():
        _send(decoy, purpose=purpose, by=by, next_path=next_path)
        transaction.set_rollback(True)


def _send(user: User, *, purpose: str, by: Actor, next_path: str) -> None:
    is_reset = purpose == LinkPurpose.RESET
    link, _url = issue_one_time_link(
        user,
        purpose=purpose,
        by=by,
        hours=RESET_HOURS if is_reset else SIGN_IN_HOURS,
        next_path=next_path,
    )
    minutes = int((RESET_HOURS if is_reset else SIGN_IN_HOURS) * 60)
    carry(
        Parcel(
            link,
            _("重设密码") if is_reset else _("登录链接"),
            _(
                "%(name)s，您好。请在%(minutes)d分钟内点开链接并按页面上的按钮，链接只能使用一次。不是您本人申请的，不用理会，也不要转发。"
            )
            % {"name": user.person.name, "minutes": minutes},
        ),
        by=by,
    )


def _named(name: str) -> list[User]:
    """Return the active accounts that a phone, user name or mail address belongs to."""
    text = name.strip().lower()
    number = normalize_phone(text)
    users = User.objects.filter(is_active=True).select_related("person")
    if is_mobile(number):
        return list(users.filter(phone_hash=keyed_hash(number, "phone")))
    if "@" in text:
        return list(users.filter(mail__iexact=text).exclude(mail="")[:_MOST_SHARING])
    return list(users.filter(username=text))


def read_one_time_link(token: str) -> OneTimeLink:
    """Return the link of an address; OneTimeLinkUnusable with a sentence that says what to do."""
    link = (
        OneTimeLink.objects.select_related("user__person").filter(token_hash=_hashed(token)).first()
    )
    if link is None:
        raise OneTimeLinkUnusable(_("链接不完整。请从原消息中重新点开，不要手工输入。"))
    if link.used_at is not None:
        raise OneTimeLinkUnusable(
            _("这条链接已经用过。请在登录页登录；没有设置密码的，可在登录页获取新的登录链接。"),
            link.purpose,
        )
    if link.expires_at <= timezone.now():
        raise OneTimeLinkUnusable(
            _("这条链接已过有效期。请联系发来链接的人重新发送，或在登录页获取新的登录链接。"),
            link.purpose,
        )
    if link.revoked_at is not None or link.password_mark != _mark(link.user):
        raise OneTimeLinkUnusable(
            _("这条链接已失效，请用最新收到的一条，或在登录页登录。"), link.purpose
        )
    if not link.user.is_active:
        raise OneTimeLinkUnusable(_("账号已停用，请联系本单位或社区党组织恢复。"), link.purpose)
    return link


@transaction.atomic
def use_one_time_link(link: OneTimeLink, *, by: Actor) -> User:
    """Use a link up; of two presses at once, one signs in."""
    standing = OneTimeLink.objects.filter(
        pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    # The filter is the lock.
    if not standing.update(used_at=timezone.now()):
        raise OneTimeLinkUnusable(_("这条链接已经用过。请在登录页登录。"), link.purpose)
    user = link.user
    if link.purpose == LinkPurpose.INVITE:
        # What else was sent out for this person has done its work.
        _open_links(user).update(revoked_at=timezone.now())
    record_event(
        EventKind.ONE_TIME_LINK_USED,
        target=user,
        by=by,
        changes={"purpose": [None, str(link.purpose)], "link": [None, str(link.uid)]},
    )
    return user


@transaction.atomic
def revoke_one_time_links(user: User, *, by: Actor) -> int:
    """Take back every open link of an account, as when its password changes."""
    return int(_open_links(user).update(revoked_at=timezone.now()))
