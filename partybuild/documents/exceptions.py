"""What document services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class NotReadyToIssue(ValidationError):
    """What the document is about has not come so far yet."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class AlreadyWithdrawn(ValidationError):
    """Nothing is withdrawn twice."""

    def __init__(self) -> None:
        super().__init__(_("这份文书已经作废。"))


class WithdrawalNeedsAReason(ValidationError):
    """Who withdraws says why."""

    def __init__(self) -> None:
        super().__init__(_("请写明作废原因。"))


class FileNotTaken(ValidationError):
    """A file is not what it should be; the sentence says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TooManyFiles(ValidationError):
    """A record holds as many files of a kind as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(_("这里最多放%(most)d个文件，请先移除不用的。") % {"most": most})


class FileNotKept(ValidationError):
    """The storage did not take the file; nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("文件没有保存：服务器存储空间不足或不可用。请稍后再试，并告知管理员。"))


class ScannerDown(ValidationError):
    """A virus scanner is set and does not answer: no file is taken without it."""

    def __init__(self) -> None:
        super().__init__(_("病毒扫描服务没有应答，暂时不能上传文件。请稍后再试，并告知管理员。"))


class FileInfected(ValidationError):
    """The scanner knows it."""

    def __init__(self) -> None:
        super().__init__(_("病毒扫描没有通过，文件没有保存。"))


class AttachmentAlreadyEnded(ValidationError):
    """Nothing is taken away twice."""

    def __init__(self) -> None:
        super().__init__(_("这个附件已经移除。"))


class EndingNeedsAReason(ValidationError):
    """Who takes a file away says why."""

    def __init__(self) -> None:
        super().__init__(_("请写明移除原因。"))


class UnknownWord(ValidationError):
    """A text holds a {placeholder} for which nothing would be put in."""

    def __init__(self, field: str, wrong: list[str], known: list[str]) -> None:
        can = "、".join("{" + name + "}" for name in known)
        said = (
            _("“%(wrong)s”不是可用的占位。这里可以用：%(known)s。花括号要成对。")
            if can
            else _("“%(wrong)s”不是可用的占位，这一栏不能用占位，请去掉花括号。")
        )
        super().__init__({field: said % {"wrong": "”“".join(wrong), "known": can}})


class AlreadySignedFor(ValidationError):
    """A body signs once for a document in force."""

    def __init__(self) -> None:
        super().__init__(_("这份文书已经签收，或者已经作废。"))
