"""Who sees a record sees the files on it."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Reach, Scope
from partybuild.access.visibility import NOTHING, brings
from partybuild.documents.attachment_kinds import attachment_kinds


@brings("documents.Attachment", Reach.PARTICIPANT, words=_("能看到所附的记录"))
def files_of_records(scope: Scope) -> Q:
    """The files of each kind on the records in sight."""
    if scope.link_target is not None:
        return NOTHING
    kinds_on: dict[str, list[str]] = {}
    for kind in attachment_kinds():
        if not kind.view or scope.cell(kind.view).allows:
            kinds_on.setdefault(kind.subject, []).append(kind.key)
    found = NOTHING
    for label, keys in kinds_on.items():
        model = apps.get_model(label)
        records = model._default_manager.visible_to(scope).order_by().values("uid")
        found |= Q(subject_label=label, kind__in=keys, subject_uid__in=records)
    return found
