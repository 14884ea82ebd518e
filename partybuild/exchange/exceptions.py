"""What an import may be refused for, in the words that people read."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SheetRefused(ValidationError):
    """The file as a whole cannot be taken."""


class QuotaReached(SheetRefused):
    """A person has uploaded as much as a day allows."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            _("未上传：%(limit)s，请明天再传；确有需要，请联系街道调整参数。") % {"limit": limit}
        )


class BatchMoved(ValidationError):
    """Somebody has applied, undone or discarded the batch meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("这批导入的状态已经变化（可能已在别处确认或撤销），请刷新页面查看。"))


class RowsDrifted(ValidationError):
    """The data has changed since the preview."""

    def __init__(self, lines: list[int]) -> None:
        self.lines = lines
        shown = "、".join(str(line) for line in lines[:20])
        more = _("等%(count)d行") % {"count": len(lines)} if len(lines) > 20 else _("行")
        super().__init__(
            _(
                "预览之后，第%(lines)s%(more)s对应的数据已被他人修改，这批没有写入。已按最新数据重新预览，请核对后再确认。"
            )
            % {"lines": shown, "more": more}
        )


class NothingToApply(ValidationError):
    """No row of the batch would change anything."""

    def __init__(self) -> None:
        super().__init__(_("没有可以写入的行：请先更正标出的单元格，再重新上传。"))


class BuiltUpon(ValidationError):
    """Rows of the batch are in use or were changed again."""

    def __init__(self, places: list[str]) -> None:
        shown = "；".join(places[:10])
        more = _("；等共%(count)d处") % {"count": len(places)} if len(places) > 10 else ""
        super().__init__(
            _("不能整批撤销，因为导入之后已有人在此基础上办理：%(places)s%(more)s。请逐条处理。")
            % {"places": shown, "more": more}
        )


class RightLost(ValidationError):
    """The post no longer holds the right or the area that the batch needs."""

    def __init__(self) -> None:
        super().__init__(
            _("提交人的岗位已不再有这项导入的权限，这批没有写入。请由有权限的岗位重新上传。")
        )


class ExportTooLong(ValidationError):
    """More rows than a sheet holds."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("这份名单超过%(most)d行，一张表放不下。请先用筛选条件缩小范围，再导出。")
            % {"most": most}
        )


class ExportNotReady(ValidationError):
    """There is no file, or no longer, or not for whoever asks now."""
