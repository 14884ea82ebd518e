"""Having a file read by a process of its own, and what people are told when it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.reader.kinds import kind_of
from partybuild.exchange.reader.limits import WALL_SECONDS, FileRefused
from partybuild.exchange.sheets import Table

SENTENCES = {
    "empty": lazy("文件是空的，请确认选对了文件。"),
    "too_big": lazy("文件超过%(limit)dMB。请删去图片和多余的工作表，或拆成几个文件分别导入。"),
    "damaged": lazy("文件已损坏或没有传完整，无法打开。请在电脑上确认能打开，另存一份后重新上传。"),
    "encrypted": lazy("文件设了打开密码，系统读不了。请在Excel里去掉密码、保存后重新上传。"),
    "bomb": lazy(
        "文件展开后的内容大得不正常，为安全起见没有读取。请把需要的行复制到新表格里再上传。"
    ),
    "hostile": lazy(
        "文件里有正常表格不会有的内容，为安全起见没有读取。请把需要的行复制到新表格里再上传。"
    ),
    "too_heavy": lazy("文件内容太多，读取时超过了上限。请删去空白的行列，或拆成几个文件分别导入。"),
    "too_long": lazy("表格超过%(limit)d行。请删去末尾的空行，或拆成几个文件分别导入。"),
    "too_wide": lazy("表格超过%(limit)d列。请删去右侧没有用到的列再上传。"),
    "xlsb": lazy("这是.xlsb格式的表格。请在Excel里“另存为”.xlsx后重新上传。"),
    "ods": lazy("这是.ods格式的表格。请“另存为”.xlsx后重新上传。"),
    "word": lazy("这是Word文档，不是表格。请把其中的表格复制到Excel里，存为.xlsx后上传。"),
    "web_page": lazy(
        "这个文件其实是网页（有的系统导出的.xls就是这样）。请用Excel打开后“另存为”.xlsx再上传。"
    ),
    "not_a_sheet": lazy("这不是表格文件。可以上传的有：.xlsx、.xls、.csv。"),
}


def sentence(code: str, **details: Any) -> str:
    """Return what people are told about a refused file."""
    return str(SENTENCES[code]) % details


def check_before_storing(content: bytes) -> str:
    """Return the kind of file by its content; SheetRefused before anything is stored or unpacked."""
    try:
        return kind_of(content)
    except FileRefused as refused:
        raise SheetRefused(sentence(refused.code, **refused.details)) from None


def tables_in(content: bytes) -> list[Table]:
    """Have the child process read a file; SheetRefused in plain words whatever becomes of it."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "partybuild.exchange.reader"],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd="/",
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SheetRefused(sentence("too_heavy")) from None
    return _tables(done.stdout, complete=done.returncode == 0)


def _environment() -> dict[str, str]:
    """Nothing of ours: the process that opens strangers' files knows no key and no database."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "PYTHONPATH": str(Path(settings.BASE_DIR)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        # One thread each: address space is what the caps count.
        "RAYON_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }


def _tables(output: bytes, *, complete: bool) -> list[Table]:
    tables: list[Table] = []
    ended = False
    for line in output.splitlines():
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            break
        if isinstance(said, list):
            tables[-1].rows.append(said)
        elif "sheet" in said:
            tables.append(Table(said["sheet"], said["visible"], said["merged"], []))
        elif "refused" in said:
            code = said.pop("refused")
            raise SheetRefused(sentence(code, **said))
        else:
            ended = True
    if not (complete and ended):
        # Killed by its own caps, or by a fault in the reading library.
        raise SheetRefused(sentence("too_heavy"))
    if not any(table.rows for table in tables):
        raise SheetRefused(_("表格里没有内容。"))
    return tables
