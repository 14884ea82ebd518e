"""What the policy asks of a password, as one of Django's validators."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from partybuild.accounts.policy import Policy, policy

MOST_SIGNS = 128
_KINDS = (str.isupper, str.islower, str.isdigit)


def kinds_in(password: str) -> int:
    """Return how many kinds of signs stand in a password: capitals, small letters, digits, others."""
    plain = [any(kind(sign) for sign in password) for kind in _KINDS]
    other = any(not any(kind(sign) for kind in _KINDS) for sign in password)
    return sum(plain) + other


def _pieces(value: str, length: int) -> set[str]:
    value = value.casefold().strip()
    if len(value) < 2:
        return set()
    if not length or len(value) <= length:
        return {value}
    return {value[start : start + length] for start in range(len(value) - length + 1)}


def _names(name: str, *, syllables: bool) -> list[str]:
    """Return a name as it is written and as it is typed: 张伟, zhangwei, zhang, wei."""
    typed = lazy_pinyin(name)
    parts = [each for each in typed if len(each) > 2] if syllables else []
    return [name, "".join(typed), *parts]


def forbidden_piece(password: str, user: Any, rules: Policy) -> str:
    """Return whose piece stands in a password: login, name, phone or ID number; "" for none."""
    person = getattr(user, "person", None)
    if person is None:
        return ""
    told = {
        _("用户名"): [user.username or "", user.mail.partition("@")[0]],
        _("姓名"): _names(person.name, syllables=bool(rules.password_piece)),
        _("手机号"): [person.phone],
        _("身份证号"): [person.id_number],
    }
    text = password.casefold()
    for what, values in told.items():
        for value in values:
            length = 0 if what == _("姓名") else rules.password_piece
            if any(piece in text for piece in _pieces(value, length)):
                return what
    return ""


class PolicyValidator:
    """Asks length, kinds and pieces as the security policy in force says."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password, with every reason at once."""
        rules = policy()
        faults = []
        if len(password) < rules.password_min_length:
            faults.append(_("密码至少%(least)d位。") % {"least": rules.password_min_length})
        if len(password) > MOST_SIGNS:
            faults.append(_("密码最多%(most)d位。") % {"most": MOST_SIGNS})
        if kinds_in(password) < rules.password_kinds:
            faults.append(
                _("密码应含大写字母、小写字母、数字、其他符号中的至少%(kinds)d种。")
                % {"kinds": rules.password_kinds}
            )
        whose = forbidden_piece(password, user, rules)
        if whose and rules.password_piece and whose != _("姓名"):
            faults.append(
                _("密码中不能有%(whose)s里连续的%(length)d位。")
                % {"whose": whose, "length": rules.password_piece}
            )
        elif whose:
            faults.append(_("密码中不能有本人的%(whose)s。") % {"whose": whose})
        if faults:
            raise ValidationError([ValidationError(fault) for fault in faults])

    def get_help_text(self) -> str:
        """Return the rules in one sentence, for below the field."""
        return password_help(policy())


def password_help(rules: Policy) -> str:
    """Return the rules in plain words."""
    text = _("至少%(least)d位") % {"least": rules.password_min_length}
    if rules.password_kinds > 1:
        text += _("，含大写字母、小写字母、数字、其他符号中的%(kinds)d种") % {
            "kinds": rules.password_kinds
        }
    return text + _("；不要用姓名、手机号、身份证号里的内容。可以用空格和中文。")


class CommonValidator(CommonPasswordValidator):
    """Django's list of 20,000 common passwords, in our words; the same with digits or signs added at the end."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what everybody tries first."""
        plain = password.casefold().strip()
        if plain in self.passwords or plain.rstrip("0123456789!@#.?_-") in self.passwords:
            raise ValidationError(self.get_error_message())

    def get_error_message(self) -> str:
        """Say why."""
        return _("这个密码太常见，容易被猜中，请换一个。")

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return _("不要用常见的密码。")
