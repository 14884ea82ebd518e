"""The five registers of members (五类党员信息库): counts over the one table, no second entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.enums import MemberCategory

# What a register asks of a place; the fifth runs across the other four.
SKILLED = "skilled"
REGISTERS: tuple[tuple[str, Any, Any], ...] = (
    (MemberCategory.IN_SERVICE, _("在职党员"), _("组织关系在单位，向居住地社区报到")),
    (MemberCategory.RETIRED, _("离退休党员"), _("已从单位离退休，在社区参加活动")),
    (MemberCategory.FLOATING, _("流动党员"), _("组织关系在外地，在本地居住或工作")),
    (MemberCategory.DIRECT, _("直管党员"), _("组织关系在社区党组织")),
    (SKILLED, _("特长党员"), _("登记了特长、可以按特长邀请的党员，前四类中都有")),
)
CHOICES = tuple((key, label) for key, label, _about in REGISTERS)


@dataclass(frozen=True)
class Register:
    """One register with its count."""

    key: str
    name: Any
    about: Any
    count: int


def in_register(rows: QuerySet[Any], register: str) -> QuerySet[Any]:
    """Keep the places of a register's members."""
    if register == SKILLED:
        return rows.exclude(member__skills="")
    return rows.filter(member__category=register)


def registers_of(rows: QuerySet[Any]) -> list[Register]:
    """Return the five registers over some places, each member counted once; one query."""
    counted = rows.order_by().aggregate(
        **{
            str(key): Count(
                "member",
                distinct=True,
                filter=~Q(member__skills="") if key == SKILLED else Q(member__category=str(key)),
            )
            for key, _label, _about in REGISTERS
        }
    )
    return [Register(str(key), label, about, counted[str(key)]) for key, label, about in REGISTERS]
