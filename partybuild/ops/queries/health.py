"""How the machine stands: counts, ages and versions; nothing of what anybody wrote."""

from __future__ import annotations

import json
import shutil
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu import Connection
from kombu.exceptions import KombuError

from partybuild.calendar import now
from partybuild.calendar.clock import Now
from partybuild.exchange.enums import BatchState, ExportState
from partybuild.exchange.models import ExportJob, ImportBatch
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import ChannelPause, GroupRobot, Notice
from partybuild.ops.enums import Health, Process
from partybuild.ops.models import SignOfLife

_QUIET_AFTER = timedelta(minutes=2)
_DEAD_AFTER = timedelta(minutes=5)
_QUEUE_WARN = timedelta(minutes=5)
_QUEUE_BAD = timedelta(minutes=30)
_BACKUP_WARN = timedelta(hours=26)
_BACKUP_BAD = timedelta(hours=72)


@dataclass(frozen=True)
class Check:
    """One line of the page: what, how it stands, what was found, what to do."""

    name: str
    health: Health
    found: str
    advice: str = ""

    @property
    def word(self) -> str:
        """How it stands in a word."""
        return str(self.health.label)


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    title: str
    checks: list[Check]


def age_words(age: timedelta | None) -> str:
    """Say how long ago something was."""
    if age is None:
        return _("还没有")
    seconds = max(0, int(age.total_seconds()))
    if seconds < 90:
        return _("%(number)d秒前") % {"number": seconds}
    if seconds < 5400:
        return _("%(number)d分钟前") % {"number": seconds // 60}
    if seconds < 48 * 3600:
        return _("%(number)d小时前") % {"number": seconds // 3600}
    return _("%(number)d天前") % {"number": seconds // 86400}


def size_words(size: float) -> str:
    """Say a number of bytes."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _guarded(name: str, look: Callable[[], Check], advice: str) -> Check:
    """Look, and turn what cannot be looked at into a line of its own."""
    try:
        return look()
    except (OSError, ValueError, KombuError, DatabaseError, ssl.SSLError) as fault:
        found = _("连接不上，或者读不出来（%(fault)s）") % {"fault": type(fault).__name__}
        return Check(name, Health.BAD, found, advice)


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database())"
        )
        version, size = cursor.fetchone()
    found = _("PostgreSQL %(version)s，已用%(size)s") % {
        "version": version.split()[0],
        "size": size_words(size),
    }
    return Check(_("数据库"), Health.GOOD, found)


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return Check(
            _("数据库结构"),
            Health.BAD,
            _("有%(count)d项结构更新没有执行") % {"count": waiting},
            _("在服务器上执行 manage.py migrate，见安装手册“升级”。"),
        )
    return Check(_("数据库结构"), Health.GOOD, _("与程序版本一致"))


def _broker() -> Check:
    name = _("消息队列")
    options = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
    with Connection(
        settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options
    ) as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
        channel: Any = broker.default_channel
        client = getattr(channel, "client", None)
        length = int(client.llen("celery")) if client is not None else 0
    health = Health.GOOD if length < 1000 else Health.WARN
    advice = "" if length < 1000 else _("后台处理程序可能停了，请看下面各行。")
    return Check(name, health, _("连接正常，排队%(count)d项") % {"count": length}, advice)


def _process(process: Process, clock: datetime) -> Check:
    last = SignOfLife.objects.filter(process=process).order_by("-at").first()
    name = str(process.label)
    if last is None:
        return Check(
            name,
            Health.BAD,
            _("还没有收到过信号"),
            _("检查对应服务是否启动：systemctl status，或 docker compose ps。"),
        )
    age = clock - last.at
    found = _("%(name)s，%(age)s") % {"name": last.name, "age": age_words(age)}
    if age > _DEAD_AFTER:
        return Check(
            name, Health.BAD, found, _("服务可能停了：重启对应服务，排队的事项会自动接着办。")
        )
    return Check(name, Health.GOOD if age < _QUIET_AFTER else Health.WARN, found)


def _clocks(clock: datetime) -> Check:
    here = abs((timezone.now() - clock).total_seconds())
    signs = SignOfLife.objects.filter(said_at__isnull=False).values_list("at", "said_at")
    worst = max([here, *(abs((at - said).total_seconds()) for at, said in signs if said)])
    health = Health.GOOD if worst < 5 else Health.WARN if worst < 60 else Health.BAD
    advice = "" if worst < 5 else _("校准各服务器的时间（chrony、ntpd），期限以数据库时间为准。")
    return Check(_("时钟偏差"), health, _("最大%(count).1f秒") % {"count": worst}, advice)


def _disk() -> Check:
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    share = usage.free / usage.total
    health = Health.GOOD if share > 0.2 else Health.WARN if share > 0.1 else Health.BAD
    advice = "" if share > 0.2 else _("清理日志和旧备份，或扩充磁盘。")
    found = _("剩余%(free)s，占%(share)d%%") % {
        "free": size_words(usage.free),
        "share": share * 100,
    }
    return Check(_("磁盘空间"), health, found, advice)


def _queue(name: str, oldest: datetime | None, count: int, clock: datetime, advice: str) -> Check:
    if not count or oldest is None:
        return Check(name, Health.GOOD, _("没有积压"))
    age = clock - oldest
    health = Health.BAD if age > _QUEUE_BAD else Health.WARN if age > _QUEUE_WARN else Health.GOOD
    found = _("等待%(count)d项，最早的在%(age)s") % {"count": count, "age": age_words(age)}
    return Check(name, health, found, "" if health == Health.GOOD else advice)


def _queues(clock: datetime) -> list[Check]:
    advice = _("先看“后台处理程序”是否正常；恢复后会自动接着办，不用重新提交。")
    imports = ImportBatch.objects.filter(
        state__in=(BatchState.UPLOADED, BatchState.APPLYING)
    ).aggregate(oldest=Min("changed_at"), number=Count("pk"))
    exports = ExportJob.objects.filter(
        state__in=(ExportState.WAITING, ExportState.RUNNING)
    ).aggregate(oldest=Min("changed_at"), number=Count("pk"))
    mails = Notice.objects.filter(
        channel=Channel.MAIL, state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)
    ).aggregate(oldest=Min("changed_at"), number=Count("pk"))
    held = ChannelPause.objects.filter(channel=Channel.MAIL, resumed_at=None).first()
    if held is not None:
        mail = Check(
            _("待发邮件"),
            Health.WARN,
            _("已暂停：%(reason)s，等待%(count)d封")
            % {"reason": held.reason, "count": mails["number"]},
            _("处理完请在“通知渠道”恢复。"),
        )
    else:
        mail = _outbox(_("待发邮件"), Channel.MAIL, mails["number"])
    return [
        mail,
        *_postings(),
        *_short_messages(clock),
        _queue(_("导入"), imports["oldest"], imports["number"], clock, advice),
        _queue(_("导出"), exports["oldest"], exports["number"], clock, advice),
    ]


def _outbox(name: str, channel: Channel, number: int) -> Check:
    """Quiet hours and the day's letter hold messages back: only what is due and waits is a fault."""
    due = Notice.objects.filter(
        channel=channel,
        state__in=(NoticeState.QUEUED, NoticeState.CLAIMED),
        not_before__lte=Now(),
    ).aggregate(oldest=Min("not_before"), number=Count("pk"))
    if not due["number"]:
        return Check(name, Health.GOOD, _("%(count)d条，都还没到发送时间") % {"count": number})
    advice = _("看“后台处理程序”是否正常、邮件服务器是否应答，再看“邮件和短信发送”里的原因。")
    # Its time is the business clock's.
    return _queue(name, due["oldest"], due["number"], now(), advice)


def _postings() -> list[Check]:
    """Groups' robots, where there are any."""
    if not GroupRobot.objects.filter(ended_at=None).exists():
        return []
    number = Notice.objects.filter(
        channel=Channel.ROBOT, state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)
    ).count()
    return [_outbox(_("待发群消息"), Channel.ROBOT, number)]


def _short_messages(clock: datetime) -> list[Check]:
    """A link to sign in is waited for: a short message that waits long is a fault."""
    if settings.SMS_GATEWAY is None:
        return []
    waiting = Notice.objects.filter(
        channel=Channel.SMS,
        is_reminder=False,
        state__in=(NoticeState.QUEUED, NoticeState.CLAIMED),
    ).aggregate(oldest=Min("created_at"), number=Count("pk"))
    advice = _("请在“通知渠道”核对短信网关的地址和令牌，看是否已暂停。")
    return [_queue(_("待发短信"), waiting["oldest"], waiting["number"], clock, advice)]


def _parked() -> list[Check]:
    counts = dict(
        Notice.objects.outbound().order_by().values_list("state").annotate(number=Count("pk"))
    )
    unknown, failed = counts.get(NoticeState.UNKNOWN, 0), counts.get(NoticeState.FAILED, 0)
    exports = ExportJob.objects.filter(state=ExportState.FAILED).count()
    return [
        Check(
            _("待核实邮件、短信"),
            Health.WARN if unknown else Health.GOOD,
            _("%(count)d条") % {"count": unknown},
            _("在“邮件和短信发送”里对照邮件服务器日志或短信平台记录登记。") if unknown else "",
        ),
        Check(
            _("未送达邮件、短信"),
            Health.WARN if failed else Health.GOOD,
            _("%(count)d条") % {"count": failed},
            _("在“排队和停下的事项”里查看原因，改正后重新排队。") if failed else "",
        ),
        Check(
            _("未能生成的导出"),
            Health.PLAIN if exports else Health.GOOD,
            _("%(count)d项") % {"count": exports},
        ),
    ]


def _backup(clock: datetime) -> Check:
    name = _("最近备份")
    path = Path(settings.BACKUP_STATE_FILE)
    advice = _("按安装手册“备份”一章设置每日备份。")
    if not path.is_file():
        return Check(name, Health.WARN, _("没有备份记录"), advice)
    state = json.loads(path.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(str(state["at"]))
    age = clock - (at if at.tzinfo else at.replace(tzinfo=UTC))
    health = Health.GOOD if age < _BACKUP_WARN else Health.WARN if age < _BACKUP_BAD else Health.BAD
    checked = _("已验证") if state.get("verified") else _("未验证")
    found = _("%(age)s，%(checked)s") % {"age": age_words(age), "checked": checked}
    return Check(name, health, found, "" if health == Health.GOOD else advice)


def _certificate(clock: datetime) -> Check:
    name = _("网站证书")
    path = settings.TLS_CERTIFICATE_FILE
    if not path:
        return Check(name, Health.PLAIN, _("没有登记证书文件（TLS_CERTIFICATE_FILE）"))
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(Path(path).read_bytes())
    days = (certificate.not_valid_after_utc - clock).days
    health = Health.GOOD if days > 30 else Health.WARN if days > 7 else Health.BAD
    advice = "" if days > 30 else _("请尽快更换证书。")
    return Check(name, health, _("还有%(count)d天到期") % {"count": days}, advice)


def _version() -> Check:
    found = f"Django {django.get_version()}，{settings.DEPLOYMENT}"
    if settings.PRODUCT_VERSION:
        found = f"{settings.PRODUCT_VERSION}（{found}）"
    return Check(_("程序版本"), Health.GOOD, found)


def health_groups() -> list[Group]:
    """Return everything that the page shows, the worst reasons first to be read in words."""
    clock = _clock()
    restart = _("检查服务是否启动、地址和密码是否正确。")
    return [
        Group(
            _("服务"),
            [
                _guarded(_("数据库"), _database, restart),
                _guarded(_("消息队列"), _broker, restart),
                *(_process(each, clock) for each in Process),
            ],
        ),
        Group(_("排队"), _queues(clock)),
        Group(_("停下的事项"), _parked()),
        Group(
            _("服务器"),
            [
                _guarded(_("磁盘空间"), _disk, restart),
                _clocks(clock),
                _guarded(
                    _("最近备份"), lambda: _backup(clock), _("备份记录读不出来，请检查文件。")
                ),
                _guarded(_("网站证书"), lambda: _certificate(clock), _("证书文件读不出来。")),
                _guarded(_("数据库结构"), _migrations, restart),
                _version(),
            ],
        ),
    ]


def worst_of(groups: list[Group]) -> list[Check]:
    """Return what asks for somebody's attention, the bad before the doubtful."""
    found = [check for group in groups for check in group.checks]
    return [check for check in found if check.health == Health.BAD] + [
        check for check in found if check.health == Health.WARN
    ]
