"""The signed copy of an issued document, scanned and put back on it (盖章扫描件)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, may
from partybuild.documents.attachment_kinds import SCANS, AttachmentKind, register
from partybuild.documents.registry import kind_of


def may_issue(by: Actor, document: Any) -> bool:
    """Tell whether a post may issue this paper again: who may that, looks after its signed copy."""
    try:
        kind = kind_of(document.kind)
    except KeyError:
        return False
    model: Any = apps.get_model(document.subject_label)
    subject = model.objects.visible_to(by.scope).filter(uid=document.subject_uid).first()
    return subject is not None and bool(kind.issue_key) and may(by, kind.issue_key, subject)


SIGNED_COPY = register(
    AttachmentKind(
        "document.signed_copy",
        _("盖章扫描件"),
        "documents.OfficialDocument",
        accept=SCANS,
        view="document.make",
        adds=may_issue,
        max=5,
        help=_("打印、盖章后扫描或拍照传回。核验页会注明“盖章件已存档”，不公开文件本身。"),
    )
)
