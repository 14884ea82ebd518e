"""Choices about documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    """Where a document stands."""

    ISSUED = "issued", _("有效")
    WITHDRAWN = "withdrawn", _("已作废")


class EventKind(models.TextChoices):
    """What is done with documents."""

    ISSUED = "document.issued", _("生成正式文书")
    WITHDRAWN = "document.withdrawn", _("文书作废")
    SIGNED_FOR = "document.signed_for", _("签收文书")
    ATTACHED = "attachment.added", _("上传附件")
    ATTACHMENT_ENDED = "attachment.ended", _("移除附件")
    ATTACHMENT_MISSING = "attachment.missing", _("附件文件缺失")
    STYLE_CHANGED = "document.style_changed", _("修改文书格式")
