"""Lists on their way out: asked for, built, fetched, wiped; the right is asked at each step anew."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now as StatementTime
from django.http import QueryDict
from django.utils.translation import gettext as _

from partybuild.access import Actor, Refused, Scope
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment, User
from partybuild.approvals.registry import needs_approval
from partybuild.approvals.services import request_approval
from partybuild.audit.enums import EventKind as AuditKind
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.calendar.words import short_date_cn
from partybuild.exchange.enums import EventKind, ExportFormat, ExportState
from partybuild.exchange.exceptions import ExportNotReady, ExportTooLong, RightLost
from partybuild.exchange.kept_files import SealingFile, drop
from partybuild.exchange.lists import ListExport, cells, list_of, may_export
from partybuild.exchange.models import ExportJob
from partybuild.exchange.writer import write_csv, write_workbook
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.services import Recipient, notify
from partybuild.waking import wake

logger = logging.getLogger(__name__)

# Built while the person waits; longer ones by the worker.
AT_ONCE = 2_000
MOST_ROWS = 1_000_000
KEPT_HOURS = 24
LEASE_MINUTES = 10
MOST_ATTEMPTS = 3
MASKED, UNMASKED = "export.masked", "export.unmasked"


def print_of(scope: Scope) -> str:
    """Name from where a post looks: what was built from one place is not fetched from another."""
    return f"{scope.column}|{scope.area_path}|{scope.organization_id}|{scope.person_id}"


def _line(job: ExportJob) -> str:
    return UNMASKED if job.is_unmasked else MASKED


@transaction.atomic
def request_export(
    export: ListExport,
    *,
    query: QueryDict,
    file_format: str,
    reason: str,
    by: Actor,
    unmasked: bool = False,
) -> ExportJob:
    """Ask for a list as a file; an unmasked one of a community or street waits for a second person."""
    if not may_export(by, export, unmasked=unmasked):
        raise Refused(UNMASKED if unmasked else MASKED)
    count = export.rows(by, query).count()
    if count > MOST_ROWS:
        raise ExportTooLong(MOST_ROWS)
    assert by.appointment_id is not None, "may_export lets only appointments through"
    waits = unmasked and needs_approval(by, UNMASKED)
    job = ExportJob.objects.create(
        key=export.key,
        query=query.urlencode()[:2000],
        file_format=ExportFormat(file_format),
        is_unmasked=unmasked,
        reason=reason[:300],
        appointment_id=by.appointment_id,
        organization_id=by.organization_id,
        scope_print=print_of(by.scope),
        state=ExportState.ASKED if waits else ExportState.WAITING,
        row_count=count,
        file_name=_file_name(export, file_format),
    )
    record_event(
        EventKind.EXPORT_ASKED,
        target=job,
        by=by,
        reason=reason,
        changes={"list": [None, export.key], "rows": [None, count], "unmasked": [None, unmasked]},
    )
    if waits:
        request_approval(UNMASKED, target=job, payload={"rows": count}, reason=reason, by=by)
    else:
        wake("partybuild.exchange.tasks.build_export", job.pk)
    return job


def _file_name(export: ListExport, file_format: str) -> str:
    return f"{export.name}_{today():%Y%m%d}.{file_format}"


@transaction.atomic
def release_export(job: ExportJob, *, by: Actor) -> None:
    """Let the worker build what a second person has approved."""
    if ExportJob.objects.filter(pk=job.pk, state=ExportState.ASKED).update(
        state=ExportState.WAITING
    ):
        wake("partybuild.exchange.tasks.build_export", job.pk)


def actor_of_export(job: ExportJob) -> Actor:
    """Return the post that asked as it stands today; RightLost if the right or the place is gone."""
    appointment = (
        Appointment.objects.filter(pk=job.appointment_id)
        .current(today())
        .select_related("organization__area", "person")
        .first()
    )
    if appointment is None:
        raise RightLost
    if not User.objects.filter(person=appointment.person_id, is_active=True).exists():
        raise RightLost
    by = actor_in(appointment)
    refuse_lost_right(job, by=by)
    return by


def refuse_lost_right(job: ExportJob, *, by: Actor) -> None:
    """Refuse where the post may no longer take this list away, or looks from elsewhere."""
    try:
        export = list_of(job.key)
    except KeyError:
        raise RightLost from None
    if print_of(by.scope) != job.scope_print or not may_export(
        by, export, unmasked=job.is_unmasked
    ):
        raise RightLost


def _claim(job_id: int) -> ExportJob | None:
    free = Q(state=ExportState.WAITING) | Q(
        state=ExportState.RUNNING, claimed_until__lt=ClockTimestamp()
    )
    # The filter is the lock: of two workers, one takes the job.
    if not ExportJob.objects.filter(free, pk=job_id).update(
        state=ExportState.RUNNING,
        attempts=F("attempts") + 1,
        done_count=0,
        claimed_until=ClockTimestamp() + timedelta(minutes=LEASE_MINUTES),
    ):
        return None
    return ExportJob.objects.get(pk=job_id)


def run_export(job_id: int, *, quietly: bool = False) -> None:
    """Build one export; a second run finds it built. `quietly`: the person waits, no notice."""
    job = _claim(job_id)
    if job is None:
        return
    if job.attempts > MOST_ATTEMPTS:
        fail_export(job, message=_("多次生成都没有完成，请缩小范围后重新导出，或联系系统管理员。"))
        return
    try:
        by = actor_of_export(job)
        build_export(job, by=by, quietly=quietly)
    except RightLost:
        fail_export(job, message=_("岗位、账号或管理范围已有变化，没有生成文件。"))
    except OSError:
        logger.exception("export %s could not be kept", job.uid)
        _give_back(job)


@transaction.atomic
def _give_back(job: ExportJob) -> None:
    """Let it be built again when there is room on the disk; not for ever."""
    if job.attempts >= MOST_ATTEMPTS:
        fail_export(
            job,
            message=_("服务器存储空间不足，没有生成文件。请联系系统管理员，恢复后重新导出。"),
        )
        return
    ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, attempts=job.attempts).update(
        state=ExportState.WAITING, claimed_until=None
    )
    job.refresh_from_db()


def build_export(job: ExportJob, *, by: Actor, quietly: bool = False) -> None:
    """Write the file and what was taken out, of whom; without that event there is no file."""
    export = list_of(job.key)
    people: set[int] = set()
    query = QueryDict(job.query)
    with SealingFile(job.uid) as file:
        columns = export.columns(by, unmasked=job.is_unmasked)
        notes, headers = _notes(job, export, by), [str(column.label) for column in columns]
        rows = cells(export, export.rows(by, query), columns, people)

        def progress(done: int) -> None:
            note_progress(job, done)

        if job.file_format == ExportFormat.CSV:
            count = write_csv(file, notes=notes, headers=headers, rows=rows, each=progress)
        else:
            count = write_workbook(
                file,
                name=str(export.name),
                notes=notes,
                headers=headers,
                widths=[column.width for column in columns],
                rows=rows,
                each=progress,
            )
        place = file.keep()
        size = file.size
    # Asked once more after the writing: a term may have ended meanwhile.
    try:
        actor_of_export(job)
        with transaction.atomic():
            _finish(job, place=place, size=size, count=count, people=people, by=by)
            if not quietly:
                _tell(job, export, by=by)
    except BaseException:
        drop(place)
        raise


def _finish(
    job: ExportJob, *, place: str, size: int, count: int, people: set[int], by: Actor
) -> None:
    claimed = ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, attempts=job.attempts)
    if not claimed.update(
        state=ExportState.READY,
        place=place,
        file_size=size,
        row_count=count,
        done_count=count,
        people=sorted(people),
        claimed_until=None,
        ready_at=ClockTimestamp(),
        expires_at=ClockTimestamp() + timedelta(hours=KEPT_HOURS),
    ):
        raise ExportNotReady(_("这次导出已由另一个进程完成。"))
    job.refresh_from_db()
    record_event(
        AuditKind.EXPORTED,
        target=job,
        by=by,
        reason=job.reason,
        changes={
            "list": [None, job.key],
            "rows": [None, count],
            "unmasked": [None, job.is_unmasked],
        },
        about=people,
    )


def _tell(job: ExportJob, export: ListExport, *, by: Actor) -> None:
    notify(
        kind="export.ready",
        subject=job,
        recipients=[Recipient(person=job.appointment.person)],
        title=_("%(list)s已生成，请在24小时内下载") % {"list": export.name},
        body=_(
            "您导出的%(list)s（共%(count)d行）已生成，保留24小时。只有您在原岗位登录后才能下载。"
        )
        % {"list": export.name, "count": job.row_count},
        by=by,
        path=job.get_absolute_url(),
    )


def _notes(job: ExportJob, export: ListExport, by: Actor) -> list[str]:
    at = now()
    local = f"{short_date_cn(at.date())} {at:%H:%M}"
    masked = (
        _("个人信息按要求未遮盖，请妥善保管，用后删除")
        if job.is_unmasked
        else _("个人信息已按岗位遮盖")
    )
    return [
        str(export.name),
        _("导出：%(post)s %(name)s　时间：%(at)s　用途：%(reason)s")
        % {"post": by.post, "name": by.name, "at": local, "reason": job.reason},
        _("共%(count)d行。%(masked)s。") % {"count": job.row_count, "masked": masked},
    ]


def note_progress(job: ExportJob, done: int) -> None:
    """Write down how far the file is, and keep the job while it is being written."""
    if done % 5_000 == 0 and not connection.in_atomic_block:
        ExportJob.objects.filter(pk=job.pk).update(
            done_count=done, claimed_until=ClockTimestamp() + timedelta(minutes=LEASE_MINUTES)
        )


@transaction.atomic
def fail_export(job: ExportJob, *, message: str) -> None:
    """Give an export up, with a sentence that says why."""
    if ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING).update(
        state=ExportState.FAILED, message=message[:500], claimed_until=None
    ):
        record_event(
            EventKind.EXPORT_FAILED, target=job, by=Actor.system("export"), reason=message[:500]
        )
    job.refresh_from_db()


@transaction.atomic
def fetch_export(job: ExportJob, *, by: Actor) -> ExportJob:
    """Write down that a file is fetched, now and by whom; only after that it is sent."""
    if by.appointment_id != job.appointment_id:
        raise ExportNotReady(_("这份文件是在另一个岗位导出的，请切换到原岗位再下载。"))
    try:
        refuse_lost_right(job, by=by)
    except RightLost:
        raise ExportNotReady(
            _("岗位或管理范围已有变化，这份文件不能再下载，请重新导出。")
        ) from None
    ready = ExportJob.objects.filter(
        pk=job.pk, state=ExportState.READY, expires_at__gt=StatementTime()
    )
    if not ready.update(downloads=F("downloads") + 1):
        raise ExportNotReady(_("文件已过保留时间或尚未生成，请重新导出。"))
    job.refresh_from_db()
    record_event(
        AuditKind.DOWNLOADED,
        target=job,
        by=by,
        reason=job.reason,
        changes={"list": [None, job.key], "rows": [None, job.row_count]},
        about=job.people,
    )
    return job


@transaction.atomic
def wipe_exports(*, by: Actor) -> int:
    """Delete files a day after they were made; what was taken stays written down."""
    old = ExportJob.objects.filter(state=ExportState.READY, expires_at__lte=StatementTime())
    wiped = 0
    for job in old.select_for_update(skip_locked=True):
        drop(job.place)
        ExportJob.objects.filter(pk=job.pk).update(state=ExportState.EXPIRED, place="", people=[])
        wiped += 1
    return wiped


def run_waiting_exports() -> None:
    """Take up exports that nobody woke or whose worker died, and wipe old files."""
    waiting = ExportJob.objects.filter(
        Q(state=ExportState.WAITING, changed_at__lt=StatementTime() - timedelta(seconds=30))
        | Q(state=ExportState.RUNNING, claimed_until__lt=StatementTime())
    )
    for key in waiting.order_by("id").values_list("pk", flat=True):
        try:
            run_export(key)
        except (ExportNotReady, ValidationError, OSError):
            logger.exception("export %s could not be built", key)
    wipe_exports(by=Actor.system("export"))
