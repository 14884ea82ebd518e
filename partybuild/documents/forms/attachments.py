"""Choosing files, taking one off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from partybuild.documents.attachment_kinds import IMAGES, AttachmentKind
from partybuild.documents.file_types import TYPES


class FilesInput(forms.FileInput):
    """A file control for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    widget = FilesInput

    def __init__(self, *args: Any, max_files: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_files = max_files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Clean each."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.max_files is not None and len(given) > self.max_files:
            raise ValidationError(_t("最多%(count)d个文件。") % {"count": self.max_files})
        return [super(FilesField, self).clean(each, initial) for each in given]


class AttachForm(forms.Form):
    """Files for a record, from the disk or from the camera."""

    # Asked for by clean(): a photograph is as good.
    uploads = FilesField(label=_("文件"))
    photo = forms.FileField(
        label=_("拍照上传"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, kind: AttachmentKind, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"attach-{kind.key.replace('.', '-')}-%s")
        super().__init__(*args, **kwargs)
        accept = ",".join(f".{key}" for key in kind.accept)
        takes_photos = bool(set(IMAGES) & set(kind.accept))
        if takes_photos:
            # Browsers of telephones offer the camera beside the files.
            accept = f"{accept},.jpeg,image/jpeg,image/png"
        else:
            del self.fields["photo"]
        names = "、".join(dict.fromkeys(str(TYPES[key].name) for key in kind.accept))
        uploads = self.fields["uploads"]
        uploads.widget.attrs |= {"accept": accept, "data-max-mb": str(kind.megabytes)}
        if kind.max > 1:
            uploads.widget.attrs["multiple"] = True
        said = _t("%(names)s，每个不超过%(size)dMB，可以一次选多个。照片里的拍摄地点会自动去掉。")
        if kind.max == 1:
            said = _t("%(names)s，不超过%(size)dMB。照片里的拍摄地点会自动去掉。")
        uploads.help_text = said % {"names": names, "size": kind.megabytes}

    def clean(self) -> dict[str, Any]:
        """Ask for at least one."""
        super().clean()
        if not self.errors and not self.chosen():
            self.add_error("uploads", _("请先选择文件。"))
        return self.cleaned_data

    def chosen(self) -> list[UploadedFile]:
        """Return the files of both controls."""
        photo = self.cleaned_data.get("photo")
        return [*(self.cleaned_data.get("uploads") or []), *([photo] if photo else [])]


class EndAttachmentForm(forms.Form):
    """Why a file is taken off."""

    reason = forms.CharField(
        label=_("移除原因"), max_length=200, help_text=_("如“传错了文件”“已换新版”。")
    )
