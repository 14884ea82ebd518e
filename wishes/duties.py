"""What communities and claimers owe about wishes."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Duty, register
from wishes.enums import ClaimState, WishState
from wishes.models import Wish, WishClaim
from wishes.queries.wishes import DECIDE_DUTY, FULFIL_DUTY, REVISIT_DUTY, VERIFY_DUTY

_COMMUNITY = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})


def _title_of(obligation: Obligation) -> str:
    """Return the wish's title: shown in public, so that lists and mails may name it."""
    subject = obligation.subject
    if isinstance(subject, WishClaim):
        return str(subject.wish.title)
    return str(subject.title) if isinstance(subject, Wish) else ""


@register
class VerifyWish(Duty):
    """A community checks by phone and at home what it heard; the street sees it come."""

    key = VERIFY_DUTY
    name = lazy("核实微心愿")
    action = lazy("核实")
    bearer_roles = _COMMUNITY
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Say what waits; nothing of it has been shown yet."""
        return _("核实1条微心愿")

    def list_url(self) -> str:
        """Several wait on the list."""
        return f"{reverse('wishes:wish-list')}?state={WishState.ENTERED.value}"

    def list_title(self, count: int) -> str:
        """Say how many."""
        return _("%(count)d条微心愿待核实") % {"count": count}


@register
class DecideWishClaim(Duty):
    """A community owes whoever offers to fulfil a wish an answer."""

    key = DECIDE_DUTY
    name = lazy("答复微心愿认领")
    action = lazy("确定")
    bearer_roles = _COMMUNITY
    is_watched = True
    subject_related = ("wish",)

    def title(self, obligation: Obligation) -> str:
        """Name the wish, not who claims it."""
        return _("答复“%(wish)s”的认领") % {"wish": _title_of(obligation)}

    def list_url(self) -> str:
        """Several wait on the list."""
        return f"{reverse('wishes:claim-list')}?state={ClaimState.PROPOSED.value}"

    def list_title(self, count: int) -> str:
        """Say how many."""
        return _("%(count)d项微心愿认领待答复") % {"count": count}


@register
class FulfilWish(Duty):
    """Whoever was handed a wish makes it come true by the day that they promised."""

    key = FULFIL_DUTY
    name = lazy("兑现微心愿")
    action = lazy("兑现")
    bearer_roles = frozenset({Role.MEMBER, Role.UNIT_SECRETARY, Role.UNIT_LIAISON})
    subject_related = ("wish",)

    def title(self, obligation: Obligation) -> str:
        """Name the wish."""
        return _("兑现微心愿“%(wish)s”") % {"wish": _title_of(obligation)}


@register
class RevisitWish(Duty):
    """A community asks the wisher again once a wish was fulfilled."""

    key = REVISIT_DUTY
    name = lazy("回访微心愿")
    action = lazy("回访")
    bearer_roles = _COMMUNITY
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Name the wish."""
        return _("回访微心愿“%(wish)s”") % {"wish": _title_of(obligation)}

    def list_url(self) -> str:
        """Several wait on the list."""
        return f"{reverse('wishes:wish-list')}?state={WishState.FULFILLED.value}"

    def list_title(self, count: int) -> str:
        """Say how many."""
        return _("%(count)d条微心愿待回访") % {"count": count}
