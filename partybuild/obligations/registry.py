"""Duties: each app declares its own in duties.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.calendar import Period
from partybuild.calendar.periods import QUARTER

if TYPE_CHECKING:
    from partybuild.accounts.models import Appointment
    from partybuild.areas.models import Area
    from partybuild.obligations.models import Obligation
    from partybuild.organizations.models import Organization
    from partybuild.people.models import Person


@dataclass(frozen=True)
class Debt:
    """Who owes which duty to whom by when: what `owe` makes a row of."""

    duty: str
    owed_to: Organization
    due_on: date
    period: str = ""
    bearer_organization: Organization | None = None
    bearer_person: Person | None = None
    unit: Organization | None = None
    subject: Model | None = None
    # Where it is counted; by default the area of the committee that takes part.
    area: Area | None = None


class Duty:
    """One kind of debt: its words, its page, who sees it, and for periodic ones who owes it."""

    key: str = ""
    # The noun of lists, and the verb on the button.
    name: Any = lazy("应办事项")
    action: Any = lazy("去办理")
    # Where the noun begins with what is done to something of the period: 签收2026年第三季度服务情况汇总.
    verb: Any = ""
    # Whose to-do list shows it; empty means every post of the bearer.
    bearer_roles: frozenset[Role] | set[Role] = frozenset()
    # A line of access.csv whose column "link" allows: reminders then carry a signed link.
    link_action: str | None = None
    period_kind: str = QUARTER
    # A bearer's debts of one period are paid on one page: one reminder names them all.
    paid_together = False
    # Whom it is owed to only looks on; nothing is handed in there: the to-do does not say 交某某.
    is_watched = False
    # What title() and url() read along with the subject.
    subject_related: tuple[str, ...] = ()

    def title(self, obligation: Obligation) -> str:
        """Return one plain sentence for to-do, chase and reminder."""
        return self.name_in(obligation.period)

    def name_in(self, period: str) -> str:
        """Return 2026年第一季度填报: the noun with its period, and 季度 said once."""
        label, name = period_label(period), str(self.name)
        for word in ("季度", "月度", "年度"):
            if label and name.startswith(word):
                name = name.removeprefix(word)
        verb = str(self.verb)
        if verb and name.startswith(verb):
            return f"{verb}{label}{name.removeprefix(verb)}"
        return f"{label}{name}"

    def action_for(self, obligation: Obligation) -> str:
        """Return the verb on the button of one debt."""
        return str(self.action)

    def url(self, obligation: Obligation) -> str:
        """Return the page on which the bearer pays it."""
        subject = obligation.subject
        get_url = getattr(subject, "get_absolute_url", None)
        return str(get_url()) if get_url else obligation.get_absolute_url()

    def list_url(self) -> str:
        """Return the page on which several of them wait together; "" where each is a line of its own."""
        return ""

    def list_title(self, count: int) -> str:
        """Return the one line of several debts that wait on `list_url`, or on the page of each."""
        return _("%(duty)s，共%(count)d项") % {"duty": self.name, "count": count}

    def waits_for_others(self, post: Appointment) -> Q | None:
        """Return the filter of debts in which this holder has done their part: not in their list."""
        return None

    def link_target(self, obligation: Obligation) -> Model | None:
        """Return the object on which the signed link acts."""
        return obligation.subject

    def periods(self, on: date) -> Iterable[Period]:
        """Return the periods whose debts are opened on a day."""
        return (Period.of(on, self.period_kind),)

    def debts(self, period: Period) -> Iterable[Debt]:
        """Return who owes this in a period; nothing for duties that arise from an event."""
        return ()

    def subjects(self, model: type[Model]) -> QuerySet[Any]:
        """Return the rows that subjects are read from, with what the words need."""
        from partybuild.obligations.models.obligation import subject_rows  # models import later

        return subject_rows(model).select_related(*self.subject_related)

    def safe_url(self, obligation: Obligation) -> str:
        """Return the page where it is paid, the debt's own page while that one is not built."""
        try:
            return self.url(obligation) or obligation.get_absolute_url()
        except NoReverseMatch:
            return obligation.get_absolute_url()


class _UnknownDuty(Duty):
    """A row whose app has been taken away is still shown."""

    def __init__(self, key: str) -> None:
        self.key = key


_duties: dict[str, Duty] = {}
_D = TypeVar("_D", bound=type[Duty])


def register(duty_class: _D) -> _D:
    """Take a Duty class into the ledger (class decorator)."""
    duty = duty_class()
    if not duty.key:
        raise ValueError(f"{duty_class.__name__} has no key")
    known = _duties.get(duty.key)
    if known is not None and type(known).__qualname__ != duty_class.__qualname__:
        raise ValueError(f"two duties are called {duty.key}")
    _duties[duty.key] = duty
    return duty_class


def duties() -> list[Duty]:
    """Return every declared duty in the order of its key."""
    return [_duties[key] for key in sorted(_duties)]


def duty_of(key: str) -> Duty:
    """Return a duty by its key."""
    return _duties.get(key) or _UnknownDuty(key)


def period_label(period: str) -> str:
    """Return 2026年第一季度; the text itself where it is no period."""
    try:
        return Period.parse(period).label if period else ""
    except ValueError:
        return period


# What higher floors keep when a street closes a quarter, in the same transaction: given its row.
Keeper = Callable[[Any], Any]
_keepers: list[Keeper] = []


def keeps_at_closing(function: Keeper) -> Keeper:
    """Register what is to be kept when a quarter is closed."""
    if function not in _keepers:
        _keepers.append(function)
    return function


def keepers() -> list[Keeper]:
    """Return what is to be done at every closing."""
    return list(_keepers)
