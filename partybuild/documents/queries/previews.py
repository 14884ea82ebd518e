"""How a paper would look, before anything is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.apps import apps

from partybuild.access import Actor
from partybuild.documents.composition import Composition
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries.styles import style_of
from partybuild.documents.registry import DocumentKind, Issue
from partybuild.organizations.models import Organization

_LOOKED_THROUGH = 30


def preview_of(kind: DocumentKind, row: DocumentStyle, by: Actor) -> Composition | None:
    """Return the newest paper of a kind in sight under a style that is not saved; None where there is none yet."""
    subject = _example(kind, row, by)
    if subject is None:
        return None
    office = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id).first()
    issuer = kind.issuer(subject)
    if issuer.area_id != row.area_id and office is not None:
        issuer = office
    style = style_of(kind, row.area, issuer, instead=row)
    number = f"{style.prefix}〔2026〕1号" if style.prefix and not kind.is_form else ""
    own = kind.own_number(subject)
    paper = kind.compose(subject, style=style, issue=Issue(number=own or number, is_draft=False))
    return replace(
        paper,
        issuer=issuer.name if paper.issuer else "",
        printed_by=issuer.name if paper.printed_by else "",
    )


def _example(kind: DocumentKind, row: DocumentStyle, by: Actor) -> Any:
    """Return the newest row about which this post may make such a paper, one of its own office first."""
    model: Any = apps.get_model(kind.subject)
    rows = model.objects.visible_to(by.scope).select_related(*kind.select_related).order_by("-pk")
    found = [each for each in rows[:_LOOKED_THROUGH] if kind.is_for(each, by)]
    own = [each for each in found if kind.issuer(each).area_id == row.area_id]
    ready = [each for each in (*own, *found) if kind.is_form or not kind.waits_for(each)]
    return next(iter((*ready, *own, *found)), None)
