"""Taking a whole batch back where nobody has built upon it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar.clock import Now
from partybuild.exchange.enums import BatchState, EventKind
from partybuild.exchange.exceptions import BatchMoved, BuiltUpon
from partybuild.exchange.kept import restored
from partybuild.exchange.models import BatchChange, ImportBatch
from partybuild.exchange.sheets import sheet_of


@transaction.atomic
def undo_batch(batch: ImportBatch, *, reason: str, by: Actor) -> ImportBatch:
    """Delete what a batch made and restore what it changed; BuiltUpon if somebody has gone on from it."""
    undone = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLIED)
    if not undone.update(state=BatchState.UNDONE, undone_at=Now()):
        raise BatchMoved
    batch.refresh_from_db()
    sheet = sheet_of(batch.resource)
    changes = list(BatchChange.objects.filter(batch=batch).order_by("id"))
    groups: dict[str, list[BatchChange]] = defaultdict(list)
    for change in changes:
        groups[change.label].append(change)
    _refuse_changed_since(batch, groups)
    sheet.dissolve(changes, by=by)
    _refuse_built_upon(groups)
    for label, changed in groups.items():
        _restore(apps.get_model(label), changed)
    for label in reversed(list(groups)):
        _delete(apps.get_model(label), groups[label])
    sheet.after_undo(by=by)
    record_event(
        EventKind.UNDONE,
        target=batch,
        by=by,
        reason=reason,
        changes={"resource": [batch.resource, None], "rows": [len(changes), None]},
        batch_uid=batch.uid,
    )
    return batch


def _refuse_changed_since(batch: ImportBatch, groups: dict[str, list[BatchChange]]) -> None:
    places: list[str] = []
    for label, changes in groups.items():
        model = apps.get_model(label)
        if not any(field.name == "changed_xid" for field in model._meta.fields):
            continue
        now = dict(
            model._base_manager.filter(pk__in=[change.object_id for change in changes]).values_list(
                "pk", "changed_xid"
            )
        )
        places.extend(
            _("第%(line)d行的%(what)s已被再次修改")
            % {"line": change.line, "what": model._meta.verbose_name}
            for change in changes
            if now.get(change.object_id) != batch.applied_xid
        )
    if places:
        raise BuiltUpon(places)


def _refuse_built_upon(groups: dict[str, list[BatchChange]]) -> None:
    created = {
        label: {change.object_id: change.line for change in changes if change.is_created}
        for label, changes in groups.items()
    }
    places: list[str] = []
    for label, lines in created.items():
        if not lines:
            continue
        for relation in apps.get_model(label)._meta.related_objects:
            other: Any = relation.related_model
            name, column = relation.field.name, relation.field.attname
            # What the batch made itself, or will point elsewhere again once it is restored.
            own = [
                change.object_id
                for change in groups.get(other._meta.label, ())
                if change.is_created or column in change.before
            ]
            found = (
                other._base_manager.filter(**{f"{name}__in": list(lines)})
                .exclude(pk__in=own)
                .values_list(f"{name}__pk", flat=True)[:50]
            )
            places.extend(
                _("第%(line)d行已有%(what)s")
                % {"line": lines[key], "what": other._meta.verbose_name}
                for key in dict.fromkeys(found)
            )
    if places:
        raise BuiltUpon(places)


def _restore(model: Any, changes: list[BatchChange]) -> None:
    for change in changes:
        if not change.is_created:
            model._base_manager.filter(pk=change.object_id).update(
                **{name: restored(value) for name, value in change.before.items()}
            )


def _delete(model: Any, changes: list[BatchChange]) -> None:
    created = [change.object_id for change in changes if change.is_created]
    # Raw deletes: everything that referred to these rows is gone or was refused above.
    model._base_manager.filter(pk__in=created)._raw_delete("default")
