"""What a file is, by its content: its name and what the browser says of it prove nothing."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.documents.exceptions import FileNotTaken
from partybuild.exchange.reader.archive import unpacked
from partybuild.exchange.reader.limits import FileRefused


@dataclass(frozen=True)
class FileType:
    """A format that may be attached."""

    key: str
    name: Any
    media: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    each.key: each
    for each in (
        FileType("pdf", "PDF", "application/pdf"),
        FileType("ofd", "OFD", "application/ofd"),
        FileType("docx", "Word", f"{_OFFICE}wordprocessingml.document"),
        FileType("xlsx", "Excel", f"{_OFFICE}spreadsheetml.sheet"),
        FileType("pptx", "PPT", f"{_OFFICE}presentationml.presentation"),
        FileType("doc", "Word", "application/msword"),
        FileType("xls", "Excel", "application/vnd.ms-excel"),
        FileType("ppt", "PPT", "application/vnd.ms-powerpoint"),
        FileType("wps", lazy("WPS文字"), "application/vnd.ms-works"),
        FileType("et", lazy("WPS表格"), "application/vnd.ms-excel"),
        FileType("dps", lazy("WPS演示"), "application/vnd.ms-powerpoint"),
        FileType("jpg", lazy("图片"), "image/jpeg"),
        FileType("png", lazy("图片"), "image/png"),
        FileType("webp", lazy("图片"), "image/webp"),
    )
}
EVERYTHING_NAMED = tuple(TYPES)
# A picture is written anew; what comes in as WebP leaves as JPEG, which every office opens.
PICTURES = {"jpg", "png", "webp"}
# The longest side that is kept: A4 at 350 dots per inch.
LONGEST_SIDE = 4096
_MOST_PIXELS = {"jpg": 220_000_000, "png": 60_000_000, "webp": 60_000_000}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_ENTRIES, _MOST_UNPACKED = 5_000, 200 * 1024 * 1024
_HEAD = 64 * 1024
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.I)
# A template fetched from elsewhere when the file is opened.
_FETCHED = re.compile(
    rb"<[^>]*(?:attachedTemplate|/frame|oleObject|subDocument)[^>]*External", re.I
)
_PDF_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)[\s/(<\[]")
# The places of the new and of the old formats that WPS writes alike.
_SAME = {"doc": {"doc", "wps"}, "xls": {"xls", "et"}, "ppt": {"ppt", "dps"}}


@dataclass(frozen=True)
class Examined:
    """A file that was found in order, as it is to be kept."""

    type: FileType
    content: bytes
    file_name: str


def examine(content: bytes, *, name: str, accept: tuple[str, ...]) -> Examined:
    """Return a file as it is to be kept; FileNotTaken with a sentence for the person otherwise."""
    if not content:
        raise FileNotTaken(_("这个文件是空的，请重新选择。"))
    ending = _ending(name)
    found = _type_of(content, ending)
    if found not in accept:
        raise FileNotTaken(_wanted(accept))
    if found in PICTURES:
        content, found = _drawn_anew(content, found)
    return Examined(TYPES[found], content, clean_name(name, ending=found))


def _wanted(accept: tuple[str, ...]) -> str:
    names = "、".join(dict.fromkeys(str(TYPES[key].name) for key in accept))
    return _("不能上传这种文件。可以上传：%(names)s。压缩包请解压后逐个上传。") % {"names": names}


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _type_of(content: bytes, ending: str) -> str:
    if content.startswith(b"%PDF-"):
        return _checked_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _checked_archive(content)
    if content.startswith(_OLE):
        return _checked_compound(content, ending)
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}:
        raise FileNotTaken(
            _("这是苹果手机的HEIC照片，请在手机“设置—相机—格式”里选“兼容性最佳”，或转成JPG再上传。")
        )
    raise FileNotTaken(_("认不出这个文件的格式。请另存为PDF、Word、Excel或JPG图片后再上传。"))


def _checked_pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-2048:]:
        raise FileNotTaken(_("这个PDF不完整，请重新导出或扫描后再上传。"))
    # An archive hidden behind the pages.
    if b"PK\x05\x06" in content[-66_000:]:
        raise FileNotTaken(_("这个PDF里夹带了别的文件，不能上传。"))
    if _PDF_ACTS.search(content):
        raise FileNotTaken(_("这个PDF带有脚本或内嵌文件，不能上传。请打印成新的PDF再上传。"))
    return "pdf"


def _checked_archive(content: bytes) -> str:
    damaged = FileNotTaken(_("文件已损坏，打不开。请重新保存后再上传。"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        raise damaged from None
    names = {entry.filename for entry in entries}
    climbs = any(
        name.startswith("/") or ".." in name.replace("\\", "/").split("/") for name in names
    )
    if climbs or len(entries) > _MOST_ENTRIES or len(names) != len(entries):
        raise FileNotTaken(_("文件结构异常，不能上传。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileNotTaken(_("文件加了密码，请去掉密码后再上传。"))
    try:
        _look_inside(content, entries)
    except FileRefused:
        raise damaged from None
    return _office_type(names)


def _look_inside(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once and believe no directory; keep nothing but the heads of XML parts."""
    total = 0
    for entry in entries:
        is_relation = entry.filename.endswith(".rels")
        held = bytearray()
        for piece in unpacked(content, entry):
            total += len(piece)
            if total > _MOST_UNPACKED:
                raise FileNotTaken(_("文件展开后过大，不能上传。"))
            if is_relation or len(held) < _HEAD:
                held += piece[: _HEAD * 16]
        if entry.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(held):
            raise FileNotTaken(_("文件结构异常，不能上传。"))
        if is_relation and _FETCHED.search(held):
            raise FileNotTaken(_("文件打开时会从网上取内容，不能上传。请另存为PDF再上传。"))


def _office_type(names: set[str]) -> str:
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise FileNotTaken(_("文件带有宏，不能上传。请另存为不带宏的文件或PDF。"))
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        for part, key in (
            ("word/document.xml", "docx"),
            ("xl/workbook.xml", "xlsx"),
            ("ppt/presentation.xml", "pptx"),
        ):
            if part in names:
                return key
    raise FileNotTaken(_("不能上传压缩包，请解压后逐个上传。"))


def _checked_compound(content: bytes, ending: str) -> str:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise FileNotTaken(_("文件加了密码，请去掉密码后再上传。"))
    if holds("_VBA_PROJECT") or holds("_VBA_PROJECT_CUR"):
        raise FileNotTaken(_("文件带有宏，不能上传。请另存为不带宏的文件或PDF。"))
    for stream, key in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("PowerPoint Document", "ppt"),
    ):
        if holds(stream):
            return ending if ending in _SAME[key] else key
    raise FileNotTaken(_("认不出这个文件的格式。请另存为PDF、Word、Excel或JPG图片后再上传。"))


def _drawn_anew(content: bytes, key: str) -> tuple[bytes, str]:
    """Return the picture alone: no place, no camera, no time, nothing behind its end."""
    from PIL import Image, ImageOps

    refused = FileNotTaken(_("图片已损坏，打不开。请重新拍照或另存后再上传。"))
    try:
        picture: Any = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
        width, height = picture.size
        if width * height > _MOST_PIXELS[key]:
            raise FileNotTaken(_("图片尺寸过大，请缩小后再上传。"))
        # A JPEG is decoded at a fraction of its size where that is enough.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture = ImageOps.exif_transpose(picture)
        has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
        plain = picture.convert("RGBA" if key == "png" and has_alpha else "RGB")
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except FileNotTaken:
        raise
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        raise refused from None
    plain.info = {}
    made = io.BytesIO()
    if key == "png":
        plain.save(made, "PNG", optimize=False)
        return made.getvalue(), "png"
    plain.save(made, "JPEG", quality=88)
    return made.getvalue(), "jpg"


_FORBIDDEN = re.compile(r'[<>:"|?*/\\\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.I)
_LONGEST_NAME = 100


def clean_name(name: str, *, ending: str = "") -> str:
    """Return a file's name without paths, marks that turn the writing round, and devices; at most 100 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Cf and Cc: direction marks, joiners, controls; Co, Cs: private and half characters.
    plain = "".join(
        each for each in last if unicodedata.category(each) not in {"Cc", "Cf", "Co", "Cs", "Zl"}
    )
    stem = _FORBIDDEN.sub("", plain).rpartition(".")[0] if "." in plain else plain
    stem = _FORBIDDEN.sub("", stem).strip(" .").strip()
    if not stem or _DEVICES.fullmatch(stem):
        stem = _("附件")
    ending = ending or _FORBIDDEN.sub("", _ending(plain))
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}" if ending else stem[:_LONGEST_NAME]
