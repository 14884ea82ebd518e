"""Checks and masks of the codes that people and bodies carry (GB 32100-2015, GB 11643-1999)."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
# GB/T 2260 provinces, and 81–83 on residence permits of Hong Kong, Macao and Taiwan.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")


def _narrow(text: str) -> str:
    """Full-width digits and letters become plain ones; spaces inside go."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def normalize_credit_code(text: str) -> str:
    """Return a unified social credit code in capitals, without spaces."""
    return _narrow(text).upper()


def validate_credit_code(code: str) -> None:
    """Refuse a code whose length, alphabet or check character is wrong."""
    if not uscc.is_valid(code):
        raise ValidationError(
            _("统一社会信用代码应为18位，请对照营业执照或法人证书核对（末位为校验码）。"),
            code="credit_code",
        )


def normalize_id_number(text: str) -> str:
    """Return a resident ID number in plain digits, x as X."""
    return _narrow(text).upper()


def id_number_birth_date(number: str) -> date | None:
    """Return the birth date in an ID number, None if no such day exists."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def id_number_gender(number: str) -> str:
    """Return "male" or "female" by the 17th digit."""
    return "male" if int(number[16]) % 2 else "female"


def validate_id_number(number: str) -> None:
    """Refuse a resident ID number with a wrong length, province, birth date or check character."""
    if not re.fullmatch(r"\d{17}[0-9X]", number):
        raise ValidationError(
            _("公民身份号码应为18位（末位可为X），现为%(length)d位，请核对。")
            % {"length": len(number)},
            code="id_number_length",
        )
    born = id_number_birth_date(number)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    if (
        number[:2] not in _PROVINCES
        or born is None
        or not date(1900, 1, 1) <= born
        or number[17] != _ID_CHECKS[total % 11]
    ):
        raise ValidationError(
            _("公民身份号码校验不通过，请对照身份证逐位核对。"), code="id_number_check"
        )


def normalize_phone(text: str) -> str:
    """Return a phone number in plain digits, without +86; fixed lines keep their hyphen."""
    number = _narrow(text).replace("－", "-").replace("—", "-")
    number = re.sub(r"^(\+?86|0086)-?", "", number)
    if number.endswith(".0"):
        number = number[:-2]
    digits = number.replace("-", "")
    return digits if _MOBILE.fullmatch(digits) else number


def validate_phone(number: str) -> None:
    """Refuse what is neither a mobile number nor a fixed line with its area code."""
    if not (_MOBILE.fullmatch(number) or _FIXED.fullmatch(number)):
        raise ValidationError(
            _("联系电话应为11位手机号，或带区号的固定电话（如0574-87001234），请核对。"),
            code="phone",
        )


def is_mobile(number: str) -> bool:
    """Whether a normalized number is a mobile phone."""
    return bool(_MOBILE.fullmatch(number))


def mask_phone(number: str) -> str:
    """138****8000."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" if number else ""


def mask_id_number(number: str) -> str:
    """First 3 and last 1: with area, birth date and gender known, four last digits give it away."""
    return f"{number[:3]}{'*' * (len(number) - 4)}{number[-1:]}" if len(number) >= 8 else ""


def mask_name(name: str) -> str:
    """First character and **, for public pages."""
    return f"{name[:1]}**" if name else ""
