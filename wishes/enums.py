"""Choices about wishes, their claims and return visits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishState(models.TextChoices):
    """Machine 7 of a wish: checked by phone and at home before it is shown, visited again before it is closed."""

    ENTERED = "entered", _("待核实")
    VERIFIED = "verified", _("待公示")
    OPEN = "open", _("待认领")
    CLAIMED = "claimed", _("已认领")
    FULFILLED = "fulfilled", _("待回访")
    CLOSED = "closed", _("已办结")
    DECLINED = "declined", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


# Not shown to anybody but the community.
HIDDEN = (WishState.ENTERED, WishState.VERIFIED, WishState.DECLINED)
# May still be taken back or found impossible.
UNFINISHED = (WishState.ENTERED, WishState.VERIFIED, WishState.OPEN, WishState.CLAIMED)
# Hangs in public.
SHOWN = (WishState.OPEN, WishState.CLAIMED, WishState.FULFILLED)


class ClaimState(models.TextChoices):
    """Where a claim stands: proposed, decided by the community, fulfilled."""

    PROPOSED = "proposed", _("待社区确定")
    ACCEPTED = "accepted", _("待兑现")
    FULFILLED = "fulfilled", _("已兑现")
    DECLINED = "declined", _("未认领成功")
    WITHDRAWN = "withdrawn", _("已撤回")
    LEFT = "left", _("已退出")


# Waits or fulfils.
STANDING = (ClaimState.PROPOSED, ClaimState.ACCEPTED)
# Has the wish in hand: at most one does.
HOLDING = (ClaimState.ACCEPTED, ClaimState.FULFILLED)


class VisitMeans(models.TextChoices):
    """How the community asked again (回访方式)."""

    HOME = "home", _("上门")
    PHONE = "phone", _("电话")


class EventKind(models.TextChoices):
    """What is done to wishes."""

    WISH_ENTERED = "wish.entered", _("登记微心愿")
    WISH_CHANGED = "wish.changed", _("修改微心愿")
    WISHER_CHANGED = "wish.wisher_changed", _("修改许愿人信息")
    WISHER_SHOWN = "wish.wisher_shown", _("查看许愿人信息")
    WISH_VERIFIED = "wish.verified", _("核实微心愿")
    WISH_PUBLISHED = "wish.published", _("公示微心愿")
    WISH_DECLINED = "wish.declined", _("微心愿未通过")
    WISH_WITHDRAWN = "wish.withdrawn", _("撤回微心愿")
    WISH_REVISITED = "wish.revisited", _("回访微心愿")
    CLAIM_PROPOSED = "wish_claim.proposed", _("认领微心愿")
    CLAIM_ACCEPTED = "wish_claim.accepted", _("确定认领微心愿")
    CLAIM_DECLINED = "wish_claim.declined", _("婉拒认领微心愿")
    CLAIM_WITHDRAWN = "wish_claim.withdrawn", _("撤回认领微心愿")
    CLAIM_LEFT = "wish_claim.left", _("退出认领微心愿")
    CLAIM_FULFILLED = "wish_claim.fulfilled", _("兑现微心愿")
    CLAIM_REOPENED = "wish_claim.reopened", _("继续兑现微心愿")
