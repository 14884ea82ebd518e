"""What a second person decides: each app declares its own in approvals.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db.models import Model
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Scope, cell, may

if TYPE_CHECKING:
    from partybuild.approvals.models import Approval
    from partybuild.areas.models import Area
    from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Line:
    """One fact of a request: what it is now and, where it changes, what it will be."""

    label: str
    before: Any
    after: Any = None

    @property
    def changes(self) -> bool:
        """Whether the decision changes it."""
        return self.after is not None


class Approvable:
    """One line of access.csv marked 2: whom it concerns, what will change, and the service that does it."""

    key: str = ""
    # A verb with its noun: 免除应办事项.
    name: Any = _("审批事项")
    # What happens on approval, said beside the button.
    effect: Any = ""
    # False: approving lets the requester do it once, see services.claim_approved.
    executes_at_once = True

    def target(self, approval: Approval) -> Model | None:
        """Return the row it is about."""
        try:
            model = apps.get_model(approval.target_label)
        except LookupError:
            return None
        lookup = (
            "uid"
            if any(field.name == "uid" for field in model._meta.get_fields())
            else "organization__uid"
        )
        return model._base_manager.filter(**{lookup: approval.target_uid}).first()

    def area(self, target: Any) -> Area | None:
        """Return the area over which holders of the line are found."""
        return getattr(target, "area", None)

    def unit(self, target: Any) -> Organization | None:
        """Return the unit whose secretary may decide too, where the line gives it to units."""
        return None

    def about(self, target: Any, payload: dict[str, Any]) -> set[int]:
        """Return the primary keys of the persons it is about: they do not decide."""
        return set()

    def once(self, payload: dict[str, Any], by: Actor) -> str:
        """Return what tells requests about the same row apart that may wait beside each other."""
        return ""

    def holds(self, by: Actor, target: Any) -> bool:
        """Tell whether a post holds the line on the row."""
        return may(by, self.key, target)

    def check(self, target: Any, payload: dict[str, Any], *, by: Actor) -> None:
        """Raise ValidationError where it makes no sense to ask."""

    def subject(self, approval: Approval, target: Any) -> str:
        """Return what it is about in a few words, without personal values: it stands in mails."""
        return "" if getattr(target, "holds_personal_data", False) else str(target)

    def describe(self, approval: Approval, target: Any, scope: Scope) -> list[Line]:
        """Return the facts as the reader's scope may see them."""
        return []

    def url(self, approval: Approval, target: Any) -> str:
        """Return the page of the row."""
        get_url = getattr(target, "get_absolute_url", None)
        try:
            return str(get_url()) if get_url is not None else ""
        except NoReverseMatch:
            return ""

    def still_valid(self, approval: Approval, target: Any) -> str:
        """Return why it cannot be executed any more, "" while it can."""
        return ""

    def execute(self, approval: Approval, target: Any, *, by: Actor) -> None:
        """Call the service; `by` is who approved."""
        raise NotImplementedError

    def end(self, approval: Approval, target: Any, *, by: Actor) -> None:
        """Tidy up what waited for a request that was refused, withdrawn, expired or overtaken."""


class _Unknown(Approvable):
    """A request whose app has been taken away is still shown."""

    def __init__(self, key: str) -> None:
        self.key = key

    def still_valid(self, approval: Approval, target: Any) -> str:
        """Nobody can execute it."""
        return str(_("这类申请已不再受理。"))


_approvables: dict[str, Approvable] = {}
_A = TypeVar("_A", bound=type[Approvable])


def register(approvable_class: _A) -> _A:
    """Take an Approvable class (class decorator)."""
    approvable = approvable_class()
    known = _approvables.get(approvable.key)
    if not approvable.key:
        raise ValueError(f"{approvable_class.__name__} has no key")
    if known is not None and type(known).__qualname__ != approvable_class.__qualname__:
        raise ValueError(f"two approvables are called {approvable.key}")
    _approvables[approvable.key] = approvable
    return approvable_class


def approvables() -> list[Approvable]:
    """Return every declared one in the order of its key."""
    return [_approvables[key] for key in sorted(_approvables)]


def approvable_of(key: str) -> Approvable:
    """Return one by its line of access.csv."""
    return _approvables.get(key) or _Unknown(key)


def needs_approval(by: Actor, key: str) -> bool:
    """Tell whether this post holds a line only together with a second person."""
    right = by.scope.cell(key) if not by.scope.is_system else cell(key, "")
    return right.allows and right.needs_second_person
