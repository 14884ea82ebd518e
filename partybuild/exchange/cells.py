"""Reading one cell: the quirks of real sheets, each with the sentence that says what to change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from partybuild.fields.codes import (
    normalize_credit_code,
    normalize_id_number,
    normalize_phone,
    validate_credit_code,
    validate_id_number,
    validate_phone,
)

# Spellings of "same as above".
DITTO = frozenset({"同上", "同前", "〃", "″", '"', "“", "”", "''"})
# Radicals that copies out of PDF files put where the character belongs; NFKC leaves these alone.
_RADICALS = str.maketrans(
    "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻩⻬⻮⻰⻳",
    "民母虎西见角贝车长门青页风飞食马鱼鸟黄齐齿龙龟",
)
_BLANK = re.compile(r"[\s\u3000\u200b\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?)?\s*月?")


class CellFault(Exception):
    """A cell that cannot be taken, with the sentence that says what to change."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain(value: Any) -> str:
    """Return a cell as text: full-width signs narrow, 1.0 as 1, no control characters, trimmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if text.isascii():
        return _CONTROL.sub("", text).strip()
    # NFKC narrows full-width digits and maps compatibility ideographs and radicals to the usual ones;
    # brackets stay as people write them in names.
    text = unicodedata.normalize(
        "NFKC", text.translate(_RADICALS).replace("（", "\ue000").replace("）", "\ue001")
    )
    return _CONTROL.sub("", text.replace("\ue000", "（").replace("\ue001", "）")).strip(
        " \t\r\n\u3000\u200b\ufeff"
    )


def fault_sentence(value: dict[str, Any]) -> str:
    """Return what to do about a formula, an error value or a text that never ends."""
    fault = value.get("fault", "")
    if fault == "formula":
        return _("这一格是公式，系统不计算公式。请复制后“选择性粘贴—数值”。")
    if fault == "long":
        return _("这一格文字过长（超过5000字），请缩短。")
    if fault == "merged":
        return _("这一格被横向合并，看不出属于哪一列。请取消合并后逐格填写。")
    return _("这一格是错误值%(value)s，请改为实际内容。") % {"value": fault}


def text(value: Any) -> str:
    """A line of text; spaces inside become one."""
    return _BLANK.sub(" ", plain(value))


def long_text(value: Any) -> str:
    """Text that may have several lines."""
    return plain(value)


def person_name(value: Any) -> str:
    """A name: spaces between Chinese characters are typing habits, not part of it."""
    name = _BLANK.sub(" ", plain(value))
    if any("\u4e00" <= sign <= "\u9fff" for sign in name):
        name = name.replace(" ", "")
    name = name.replace("•", "·").replace("・", "·").replace("‧", "·")
    if name and (len(name) < 2 or len(name) > 50 or any(sign.isdigit() for sign in name)):
        raise CellFault(
            _("姓名“%(name)s”不像人名，请核对（2至50个字，不含数字）。") % {"name": name}
        )
    return name


def id_number(value: Any) -> str:
    """A resident ID number; as a number in the sheet its last digits are already lost."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise CellFault(
            _("身份证号在表格里被存成了数字，末几位已经丢失。请把该列设为“文本”格式后重新填写。")
        )
    number = normalize_id_number(plain(value).lstrip("'’`"))
    if number:
        _checked(validate_id_number, number)
    return number


def phone(value: Any) -> str:
    """One phone number."""
    raw = plain(value)
    parts = [part for part in re.split(r"[,，、;；/\\\n]|\s{2,}", raw) if part.strip()]
    if len(parts) > 1:
        raise CellFault(_("这一格有%(count)d个号码，请只留一个常用的。") % {"count": len(parts)})
    number = normalize_phone(raw.lstrip("'’`"))
    if number:
        _checked(validate_phone, number)
    return number


def credit_code(value: Any) -> str:
    """A unified social credit code."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise CellFault(_("代码在表格里被存成了数字，位数已经丢失。请设为“文本”格式后重新填写。"))
    code = normalize_credit_code(plain(value))
    if code:
        _checked(validate_credit_code, code)
    return code


def digits(value: Any) -> str:
    """A code of digits only."""
    code = _BLANK.sub("", plain(value)).lstrip("'")
    if code and not (code.isascii() and code.isdigit()):
        raise CellFault(_("编号“%(code)s”应只含数字。") % {"code": code[:30]})
    return code


def day(value: Any) -> date | None:
    """A date, written 2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日, 20260305 or as Excel's own."""
    raw = plain(value)
    if not raw:
        return None
    if re.fullmatch(r"\d{8}", raw):
        raw = f"{raw[:4]}-{raw[4:6]}-{raw[6:]}"
    match = _DATE.match(raw)
    if match and match[3]:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise CellFault(_("日历上没有“%(day)s”这一天，请核对。") % {"day": raw[:20]}) from None
    if match:
        raise CellFault(_("“%(day)s”缺少日，请写成2026-03-05这样的完整日期。") % {"day": raw[:20]})
    if re.fullmatch(r"\d{5}", raw):
        raise CellFault(
            _("这里是数字%(day)s，不是日期。请把该列设为“日期”或“文本”格式。") % {"day": raw}
        )
    raise CellFault(_("“%(day)s”不是日期，请写成2026-03-05。") % {"day": raw[:20]})


def whole_number(value: Any) -> int | None:
    """A whole number from 0; a unit behind it (人) is taken off."""
    raw = re.sub(r"[人名个户,，\s]", "", plain(value))
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 9:
        raise CellFault(_("“%(value)s”不是整数，请只填数字。") % {"value": plain(value)[:20]})
    return int(raw)


def decimal_number(value: Any) -> float | None:
    """A number from 0."""
    raw = re.sub(r"[,，\s]|平方米|㎡|m2", "", plain(value))
    if not raw:
        return None
    try:
        number = float(raw)
    except ValueError:
        raise CellFault(_("“%(value)s”不是数字。") % {"value": plain(value)[:20]}) from None
    if not 0 <= number < 1e12:
        raise CellFault(_("“%(value)s”超出了合理范围。") % {"value": plain(value)[:20]})
    return number


def one_of(
    choices: Mapping[str, str | Promise], others: dict[str, str] | None = None
) -> Callable[[Any], str]:
    """Return a reader of labels that gives the code; "223_正式党员" is read as 正式党员."""

    def read(value: Any) -> str:
        label = re.sub(r"^\d+[_\-、.]", "", text(value))
        if not label:
            return ""
        known = {str(name): code for code, name in choices.items()}
        known.update(others or {})
        if label in known:
            return known[label]
        if label in choices:
            return label
        words = "、".join(dict.fromkeys(str(name) for name in choices.values()))
        raise CellFault(
            _("“%(label)s”不在可选范围内，请改为：%(words)s。")
            % {"label": label[:30], "words": words}
        )

    return read


def _checked(validate: Callable[[str], None], value: str) -> None:
    try:
        validate(value)
    except ValidationError as refused:
        raise CellFault("".join(refused.messages)) from None
