"""Choices of imports and exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("正在读取")
    REFUSED = "refused", _("未能读取")
    STAGED = "staged", _("待确认")
    APPLYING = "applying", _("正在写入")
    APPLIED = "applied", _("已导入")
    UNDONE = "undone", _("已撤销")
    DISCARDED = "discarded", _("已放弃")


class RowState(models.TextChoices):
    """What a row of the sheet would do."""

    NEW = "new", _("新增")
    CHANGED = "changed", _("修改")
    SAME = "same", _("无变化")
    AMBIGUOUS = "ambiguous", _("需确认")
    WRONG = "wrong", _("有误")


GOOD = (RowState.NEW, RowState.CHANGED)


class ExportState(models.TextChoices):
    """How far an export has come."""

    ASKED = "asked", _("等待复核")
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在生成")
    READY = "ready", _("可以下载")
    FAILED = "failed", _("未能生成")
    EXPIRED = "expired", _("已过期清除")


class ExportFormat(models.TextChoices):
    """What the file is."""

    XLSX = "xlsx", _("Excel 工作簿（.xlsx）")
    CSV = "csv", _("CSV 文本（.csv）")


class EventKind(models.TextChoices):
    """What is done with imports."""

    UPLOADED = "import.uploaded", _("上传导入文件")
    APPLIED = "import.applied", _("确认导入")
    UNDONE = "import.undone", _("撤销导入")
    DISCARDED = "import.discarded", _("放弃导入")
    ROWS_RETURNED = "import.rows_returned", _("下载待更正行")
    TEMPLATE_TAKEN = "import.template_taken", _("下载导入模板")
    EXPORT_ASKED = "export.asked", _("申请导出名单")
    EXPORT_FAILED = "export.failed", _("导出未能生成")
