"""What imports keep for a while."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.exchange.models import BatchChange, ExportJob, StagedRow
from partybuild.exchange.services.uploads import wipe_staged_rows
from partybuild.fields.models import ClockTimestamp
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, register
from partybuild.people.retention import keeps_for


@register
class Imports(PersonalData):
    """Rows of sheets that wait for their import or could be undone."""

    key = "exchange.rows"
    title = lazy("整表导入的暂存数据")
    purpose = lazy("导入前核对，导入后可以撤销")
    kept = lazy("暂存行加密保存14天")

    def erase(self, person: Person, *, by: Actor) -> int:
        """Staged rows that hold their numbers, files not yet read, and what an undo would bring back."""
        words = [word for word in (person.id_number, person.phone) if word]
        rows = [
            row.pk
            for row in StagedRow.objects.order_by("pk").iterator(chunk_size=2000)
            if any(word in row.sealed for word in words)
        ]
        gone = StagedRow.objects.filter(pk__in=rows).delete()[0]
        kept = Q(label="people.Person", object_id=person.pk)
        return gone + BatchChange.objects.filter(kept).exclude(before={}).update(before={})


@keeps_for("retention.staged_days")
def staged_rows(days: int, by: Actor) -> int:
    """Rows and files of imports that nobody finished, or that are done; what was searched for to export."""
    old = ClockTimestamp() - timedelta(days=days)
    searches = ExportJob.objects.filter(created_at__lt=old).exclude(query="").update(query="")
    return searches + wipe_staged_rows(days=days, by=by)
