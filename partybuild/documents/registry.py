"""Kinds of documents: each app declares its own in documents.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.documents.composition import Composition

if TYPE_CHECKING:
    from partybuild.access import Actor
    from partybuild.areas.models import Area
    from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Style:
    """What an office sets for a kind of document without a programmer; empty texts mean the default."""

    mark: str = ""
    prefix: str = ""
    opening: str = ""
    closing: str = ""
    copies_to: str = ""
    note: str = ""
    is_sealed: bool = True
    # A red head, where there is a mark for it.
    has_head: bool = True
    # Keys of the kind's parts in their order; () means those that are used by default.
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A section, column or line of a kind that an office may leave out or move."""

    key: str
    name: Any
    # What it is a part of, where a paper has several lists: "通知的内容", "回执的栏目".
    group: Any = ""
    # Without it the paper would be none.
    is_required: bool = False
    is_default: bool = True


@dataclass(frozen=True)
class Issue:
    """What is known once a document is issued: its number and day; a draft has neither."""

    number: str = ""
    day: date | None = None
    is_draft: bool = True


class DocumentKind:
    """One kind of document: its words, what it is about, and what it says."""

    key: str = ""
    name: Any = _("文书")
    # The model of what it is about, as "meetings.Meeting".
    subject: str = ""
    # Whether it takes a number out of the issuer's register when it is issued.
    is_numbered: bool = False
    # Whether its receivers owe a signature; not where another answer that they owe comes with it.
    asks_signature: bool = True
    # A form is filled in or printed; it is never issued.
    is_form: bool = False
    # Signed by whom it binds before an office gives it number and seal: what waits for those is no draft.
    is_signed_first: bool = False
    # A form that is counted for whoever asks: `address` says where its file is drawn.
    is_counted: bool = False
    # The line of access.csv that lets a post issue it under its number.
    issue_key: str = ""
    # Words that an office may set, with their defaults: placeholders in {} as `words` explains.
    style: Style = Style()
    # {placeholder: what stands for it}, for opening and closing.
    words: dict[str, Any] = {}
    # What of the style an office may set for this kind.
    fields: tuple[str, ...] = (
        "has_head",
        "mark",
        "prefix",
        "opening",
        "closing",
        "copies_to",
        "note",
        "is_sealed",
    )
    # What an office may leave out or move, in the default order.
    parts: tuple[Part, ...] = ()
    select_related: tuple[str, ...] = ()

    def chosen(self, style: Style, group: Any = "") -> list[str]:
        """Return the keys of the parts that stand on the paper, in their order."""
        own = {part.key: part for part in self.parts if not group or part.group == group}
        if not style.parts:
            return [key for key, part in own.items() if part.is_default or part.is_required]
        kept = [key for key in style.parts if key in own]
        return kept + [key for key, part in own.items() if part.is_required and key not in kept]

    def issuer(self, subject: Any) -> Organization:
        """Return the body that issues it."""
        raise NotImplementedError

    def area(self, subject: Any) -> Area | None:
        """Return the area whose style holds, and in which the document is seen."""
        return self.issuer(subject).area

    def is_for(self, subject: Any, by: Actor) -> bool:
        """Tell whether this post may make it; the subject is in its sight and document.make holds."""
        return True

    def waits_for(self, subject: Any) -> str:
        """Return what is still missing before it can be issued; "" when it can."""
        return ""

    def receivers(self, subject: Any) -> Iterable[Organization]:
        """Return the bodies that it goes to once it is issued, and that sign for it."""
        return ()

    def answered(self, subject: Any) -> dict[int, datetime]:
        """Return which receivers have answered what the paper asks, and when: {pk of the body: moment}."""
        return {}

    def own_number(self, subject: Any) -> str:
        """Return the number that the subject carries itself, "" where the register gives one."""
        return ""

    def address(self, subject: Any, extension: str, by: Actor) -> str:
        """Return where the file is drawn of a form that is counted for whoever asks."""
        raise NotImplementedError

    def compose(self, subject: Any, *, style: Style, issue: Issue) -> Composition:
        """Return what it says."""
        raise NotImplementedError

    def verified(self, subject: Any) -> Iterable[tuple[Any, str]]:
        """Return what the public page says of an issued paper beyond its number: (label, value), masked."""
        return ()

    def withdrawn(self, subject: Any, *, reason: str, by: Actor) -> None:
        """Take down on the subject that its paper is out of force, in the same transaction."""

    def find(self, queryset: models.QuerySet[Any], uid: Any) -> Any:
        """Return the subject with what composing it reads."""
        return queryset.select_related(*self.select_related).filter(uid=uid).first()


_kinds: dict[str, DocumentKind] = {}
Declared = TypeVar("Declared", bound=type[DocumentKind])


def register(kind: Declared) -> Declared:
    """Register a kind; ValueError on a key that stands twice."""
    if not kind.key or kind.key in _kinds:
        raise ValueError(f"document kind {kind.key!r} has no key or stands twice")
    _kinds[kind.key] = kind()
    return kind


def kind_of(key: str) -> DocumentKind:
    """Return a kind; KeyError on one that nobody declared."""
    return _kinds[key]


def kinds() -> list[DocumentKind]:
    """Return every kind in the order of their keys."""
    return [_kinds[key] for key in sorted(_kinds)]


def kinds_about(label: str) -> list[DocumentKind]:
    """Return the kinds about one model, in the order in which they were declared."""
    return [kind for kind in _kinds.values() if kind.subject == label]


# What stands for the issuer in a mark and a prefix: only with one of these do they hold for bodies below.
ISSUER_WORDS = {"发文机关": _("发文机关全称"), "简称": _("发文机关简称")}
_BRACED = re.compile(r"\{([^{}]*)\}")


def unknown_words(template: str, known: Iterable[str]) -> list[str]:
    """Return the {placeholders} of a text that nothing will be put in for, and braces without their other half."""
    names = set(known)
    found = [f"{{{name}}}" for name in _BRACED.findall(template) if name not in names]
    rest = _BRACED.sub("", template)
    return found + [brace for brace in "{}" if brace in rest]


def filled(template: str, values: dict[str, Any]) -> str:
    """Put values into {placeholders}; what nobody knows stays as typed: no code runs in a template."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template
