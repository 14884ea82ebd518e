"""Workbooks made in the test, and the way of one through the pipeline."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import Workbook

from partybuild.access import Actor
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.services import apply_batch, confirm_batch, read_batch, upload_file
from partybuild.exchange.sheets import sheet_of

REGISTER_HEAD = ["组织机构名", "编号"] * 5
ROSTER_HEAD = [
    "序号",
    "姓名",
    "身份证号",
    "联系电话",
    "党员类别",
    "入党时间",
    "工作单位",
    "职务",
    "社区",
]
UNIT_HEAD = [
    "名称*",
    "营业执照号码*",
    "住所*",
    "所属网格*",
    "有效期开始日期*",
    "有效期结束日期*",
    "类别*",
    "负责人*",
    "联系手机",
    "固定电话",
    "传真",
    "面积(平方米)",
    "从业人数",
    "党员人数",
    "简介",
    "荣誉",
    "备注",
]


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def workbook(*rows: list[Any], title: str = "Sheet1") -> bytes:
    """Return an .xlsx of one sheet."""
    book = Workbook()
    page: Any = book.active
    page.title = title
    for row in rows:
        page.append(row)
    return saved(book)


def register(*rows: list[Any]) -> bytes:
    """Return an area register of these rows under its head."""
    return workbook(REGISTER_HEAD, *rows, title="甲市")


def small_register() -> list[list[Any]]:
    """Return a register of two streets; blank = same as above, the province's code is a number."""
    return [
        [
            "乙省",
            98,
            "甲市",
            "9801",
            "丙区",
            "980101",
            "南门街道",
            "980101001",
            "澄浪社区",
            "980101001001",
        ],
        ["", "", "", "", "", "", "", "", "柳锦社区", "980101001002"],
        [
            "乙省",
            98,
            "甲市",
            "9801",
            "丙区",
            "980101",
            "石山镇",
            "980101100",
            "上村村委会",
            "980101100201",
        ],
        ["", "", "", "", "", "", "", "", "石山林场", "980101100500"],
    ]


def unit_form(
    *rows: list[Any], community: str = "某某社区", title: str = "非公有制经济组织登记表"
) -> bytes:
    """Return the registration form as it is in use: title, notes, reporting unit, header on row 5 of two rows."""
    book = Workbook()
    page: Any = book.active
    page.title = title
    page["A1"], page["B1"] = "1.0", "非公有制经济组织信息登记表"
    page.merge_cells("B1:L1")
    page["B2"] = "填写注意事项：\n1.表格中带有*的单元格，为必须填入的数据项目"
    places = (
        "填报单位：",
        "某某省",
        "省*",
        "某某市",
        "市*",
        "某某区",
        "市/县/区*",
        "某某镇",
        "乡镇/街道*",
    )
    for number, text in enumerate((*places, community, "社区/村*"), start=1):
        page.cell(row=3, column=number, value=text)
    for number, text in enumerate(UNIT_HEAD, start=1):
        page.cell(row=5, column=number, value=text)
        page.merge_cells(start_row=5, end_row=6, start_column=number, end_column=number)
    for line, row in enumerate(rows, start=7):
        for number, value in enumerate(row, start=1):
            page.cell(row=line, column=number, value=value)
    hidden = book.create_sheet("bean")
    hidden.sheet_state = "hidden"
    hidden.append(["name", "licenseNumber"])
    hidden.append(["名称", "营业执照号码"])
    return saved(book)


def roster(*rows: list[Any], head: list[str] | None = None) -> bytes:
    """Return a roster under its head."""
    return workbook(ROSTER_HEAD if head is None else head, *rows)


def uploaded(
    key: str, content: bytes, *, by: Actor, name: str = "表.xlsx", **values: Any
) -> ImportBatch:
    """Return a batch as the upload page leaves it."""
    return upload_file(sheet=sheet_of(key), file_name=name, content=content, by=by, **values)


def staged(key: str, content: bytes, *, by: Actor, **values: Any) -> ImportBatch:
    """Return a batch that has been read."""
    return read_batch(uploaded(key, content, by=by, **values), by=by)


def applied(key: str, content: bytes, *, by: Actor, **values: Any) -> ImportBatch:
    """Return a batch whose good rows have been written."""
    batch = staged(key, content, by=by, **values)
    confirm_batch(batch, by=by)
    return apply_batch(batch, by=by)


def counts(batch: ImportBatch) -> dict[str, int]:
    """Return the states of a batch's rows that occur."""
    found = {
        state: getattr(batch, f"{state}_count")
        for state in ("new", "changed", "same", "ambiguous", "wrong")
    }
    return {state: count for state, count in found.items() if count}


def rezipped(content: bytes, changes: dict[str, bytes]) -> bytes:
    """Return an archive with other parts in it."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, changes.pop(entry.filename, old.read(entry.filename)))
        for name, part in changes.items():
            new.writestr(name, part)
    return held.getvalue()
