"""The panel of documents on a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template

from partybuild.access import may
from partybuild.accounts.actors import actor_of
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.bundles import bundle_about
from partybuild.documents.forms import AttachForm
from partybuild.documents.models import OfficialDocument
from partybuild.documents.queries import panel_of
from partybuild.documents.registry import DocumentKind, kinds_about

register = template.Library()


@dataclass(frozen=True)
class Line:
    """One kind of document about a record: what can be done with it now."""

    kind: DocumentKind
    issued: OfficialDocument | None
    waits_for: str
    may_issue: bool


@register.inclusion_tag("documents/_panel.html", takes_context=True)
def document_panel(context: Any, subject: Any, kinds: str = "") -> dict[str, Any]:
    """List the documents about a record: those issued, those to print, those to be issued.

    `kinds`: keys or their beginnings, a space between them, where a page is about a part of the record.
    """
    by = actor_of(context["request"])
    lines: list[Line] = []
    if may(by, "document.make"):
        issued = {
            row.kind: row
            for row in OfficialDocument.objects.visible_to(by.scope)
            .filter(subject_uid=subject.uid)
            .order_by("edition")
        }
        for kind in kinds_about(subject._meta.label):
            if kinds and not kind.key.startswith(tuple(kinds.split())):
                continue
            if kind.key not in issued and not kind.is_for(subject, by):
                continue
            lines.append(
                Line(
                    kind=kind,
                    issued=issued.get(kind.key),
                    waits_for="" if kind.is_form else kind.waits_for(subject),
                    may_issue=bool(kind.issue_key) and may(by, kind.issue_key, subject),
                )
            )
    bundle = bundle_about(subject._meta.label)
    may_bundle = bool(lines) and bundle is not None and may(by, bundle.right, subject)
    return {
        **context.flatten(),
        "lines": lines,
        "subject": subject,
        "bundle": bundle.subject if may_bundle and bundle else "",
    }


@register.inclusion_tag("documents/_attachments.html", takes_context=True)
def attachment_panel(
    context: Any,
    target: Any,
    kind: str,
    can_add: bool | None = None,
    can_remove: bool | None = None,
) -> dict[str, Any]:
    """List the files of a kind on a record, with a form to add some and a way to take one off."""
    declared = attachment_kind(kind)
    by = actor_of(context["request"])
    panel = panel_of(target, declared, by, can_add=can_add, can_remove=can_remove)
    form = AttachForm(kind=declared) if panel and panel.may_add else None
    return {
        **context.flatten(),
        "panel": panel,
        "form": form,
        "next": context["request"].path,
        "is_open": False,
    }
