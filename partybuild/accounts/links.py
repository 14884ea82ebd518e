"""Signed links: how their address is made, read and led to a page."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from partybuild.accounts.exceptions import LinkUnusable
from partybuild.accounts.models import SignedLink
from partybuild.calendar import now
from partybuild.people.models import Person

LinkPage = Callable[[HttpRequest, SignedLink], HttpResponseBase]
_pages: dict[str, LinkPage] = {}
# What a link says that residents open, once it opens nothing: they have no account to turn to.
_over: dict[str, str | Promise] = {}
_signer = Signer(salt="partybuild.signed-link", sep="~")


def link_page(action: str, *, over: str | Promise = "") -> Callable[[LinkPage], LinkPage]:
    """Register the view that a link's action opens; it answers GET with a page and POST with the deed.

    `over` is for links to people without an account: what they read when it is taken back or expired.
    """

    def register(view: LinkPage) -> LinkPage:
        _pages[action] = view
        _over[action] = over
        return view

    return register


def page_of(action: str) -> LinkPage:
    """Return the view of an action; KeyError where no app registered one."""
    return _pages[action]


def link_url(link: SignedLink) -> str:
    """Return the full address; it follows from the row, so a mail made again is the same."""
    token = _signer.sign(link.uid.hex)
    return settings.BASE_URL + reverse("accounts:link-open", args=(token,))


def own_link(person: Person, action: str) -> SignedLink | None:
    """Return a person's own standing link for an action on themselves."""
    return SignedLink.objects.filter(
        action=action,
        target_uid=person.uid,
        person=person,
        organization=None,
        revoked_at=None,
        expires_at__gt=now(),
    ).first()


def standing_link(target: Model, action: str) -> SignedLink | None:
    """Return the link that everybody may open for an action on an object; None where none stands."""
    return SignedLink.objects.filter(
        action=action,
        target_uid=target.uid,  # type: ignore[attr-defined]
        person=None,
        organization=None,
        revoked_at=None,
        expires_at__gt=now(),
    ).first()


def read_link(token: str) -> SignedLink:
    """Return the link of an address; LinkUnusable with a sentence that says what to do."""
    try:
        uid = uuid.UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise LinkUnusable(_("链接不完整。请从原邮件或群消息中重新点开，不要手工输入。")) from None
    link = SignedLink.objects.select_related("organization", "person").filter(uid=uid).first()
    over = _over.get(link.action, "") if link is not None else ""
    if link is not None and over and (link.revoked_at is not None or link.expires_at <= now()):
        raise LinkUnusable(str(over), is_for_everybody=True)
    if link is None or link.revoked_at is not None:
        raise LinkUnusable(_("这条链接已收回。如仍需办理，请联系发给您链接的单位或社区。"))
    if link.expires_at <= now():
        raise LinkUnusable(
            _("这条链接已过有效期。请登录办理，或请发给您链接的单位、社区重新发送。")
        )
    return link
