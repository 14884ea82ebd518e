"""Files that somebody put on records."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.models import Attachment
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register


@register
class Uploads(PersonalData):
    """Who uploaded what: their own files are named to them; what a file says is the record's."""

    key = "documents.attachments"
    order = 70
    title = lazy("上传过的附件")
    purpose = lazy("会议材料、盖章扫描件、办理情况材料的留存；按人按天限制上传量")
    kept = lazy("附件随所附的记录归档保存；上传岗位保留，上传人在删除个人信息后不再关联")

    def copy(self, person: Person) -> list[Row]:
        """Each file they uploaded."""
        return [
            {
                _("类别"): _named(row.kind),
                _("文件名"): row.file_name,
                _("大小（字节）"): row.size,
                _("上传时间"): row.uploaded_at.isoformat(),
                _("上传岗位"): row.uploaded_by,
                _("移除时间"): row.ended_at.isoformat() if row.ended_at else "",
            }
            for row in Attachment.objects.filter(person=person)
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """The link to the person goes; the file stays with its record."""
        return Attachment.objects.filter(person=person).update(person=None)


def _named(key: str) -> str:
    try:
        return str(attachment_kind(key).name)
    except KeyError:
        return key
