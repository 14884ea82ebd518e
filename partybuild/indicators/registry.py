"""Indicators: each app declares its own in indicators.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.db.models import BigIntegerField, Count, DecimalField, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Level
from partybuild.calendar import Period
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Keys
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Column:
    """One column of the list behind a figure."""

    label: Any
    value: Callable[[Any], Any]
    # text, date, status (word, tone) or contact (name, phone).
    kind: str = "text"


class Indicator:
    """One figure: what it counts, among what, for which areas, in which words.

    `numerator` and `denominator` give the rows of a period; the framework narrows them to an area
    by `keys` or to one body by `body`. The list of the rows is the figure: their count is its value.
    """

    key: ClassVar[str] = ""
    name: ClassVar[Any] = ""
    # 家, 场, 件, 人
    unit: ClassVar[Any] = _("件")
    # What is counted, in one sentence that settles disputes.
    definition: ClassVar[Any] = ""
    group: ClassVar[Group] = Group.DUTY
    keys: ClassVar[Keys]
    # The lookup from a row to the Organization whose own figure it is; None: no figure of one body.
    body: ClassVar[str | None] = None
    # The lowest level of areas that have this figure.
    level: ClassVar[Level] = Level.COMMUNITY
    about_persons: ClassVar[bool] = False
    # The figures whose numbers it says again (its denominator is their numerator): where few persons
    # hold one of them back, this one stays out too.
    tells: ClassVar[tuple[str, ...]] = ()
    # The parameter that holds the target in percent.
    target: ClassVar[str] = ""
    # What the share is called where it is said in percent: 参与率.
    rate: ClassVar[Any] = ""
    # What is summed up over the rows instead of counting them: an expression of at most one decimal.
    amount: ClassVar[Any] = None
    # What the rows of a sum are counted in: 条, 场.
    row_unit: ClassVar[Any] = ""
    # The sum is divided by as many as the denominator has rows: 人均. The two are rows of different
    # kinds, and nothing is missing.
    is_average: ClassVar[bool] = False
    # What an average's denominator is counted in.
    denominator_unit: ClassVar[Any] = ""
    # The lookup from a row to the person behind it, where one person may have several rows.
    person: ClassVar[str] = ""
    # What the rows of each part are called: 已回执, 应回执, 未回执.
    words: ClassVar[dict[Part, Any]] = {}
    # Said on top of an area's dashboard when rows are missing: a sentence with %(count)d.
    attention: ClassVar[Any] = ""
    # The column of a row's date: what is missing after it is late.
    due: ClassVar[str] = ""
    # Whether the dashboard's table shows it small, below the group's first figure.
    is_detail: ClassVar[bool] = False
    # Whether it stands on the home page of its place.
    on_home: ClassVar[bool] = False
    # More of it is worse: 逾期.
    is_bad: ClassVar[bool] = False
    columns: ClassVar[tuple[Column, ...]] = ()
    related: ClassVar[tuple[str, ...]] = ()
    # Counted live, it is kept with its rows when a street closes a quarter. Figures on the ledger
    # are not: debts remember how they stood.
    freezes: ClassVar[bool] = True

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the rows counted."""
        raise NotImplementedError

    def denominator(self, period: Period) -> QuerySet[Any] | None:
        """Return the rows among which they are counted; None for a plain count."""
        return None

    def missing(self, period: Period) -> QuerySet[Any] | None:
        """Return the rows of the denominator that are not in the numerator: who has not."""
        whole = None if self.is_average else self.denominator(period)
        if whole is None:
            return None
        return whole.exclude(pk__in=self.numerator(period).order_by().values("pk"))

    def rows(self, part: Part, period: Period) -> QuerySet[Any] | None:
        """Return the rows of one part."""
        return {
            Part.NUMERATOR: self.numerator,
            Part.DENOMINATOR: self.denominator,
            Part.MISSING: self.missing,
        }[part](period)

    def mine(self, rows: QuerySet[Any], body: Organization) -> QuerySet[Any]:
        """Keep the rows of a body's own figure."""
        return rows.filter(**{str(self.body): body.pk})

    def bodies(self, rows: QuerySet[Any]) -> Iterable[tuple[int, int]]:
        """Return (body, row) for the figures that are a body's own."""
        if not self.body:
            return ()
        found: Iterable[tuple[int, int]] = rows.filter(
            **{f"{self.body}__isnull": False}
        ).values_list(self.body, "pk")
        return found

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts whose numbers a dashboard needs.

        Where one person has several rows, two numbers do not tell how many persons lie between them.
        """
        both = (Part.NUMERATOR, Part.DENOMINATOR)
        return (*both, Part.MISSING) if self.person and not self.is_average else both

    def sums(self, part: Part) -> bool:
        """Whether the number of a part is a sum rather than a count."""
        return self.amount is not None and part is not Part.DENOMINATOR

    def counted(self, part: Part) -> Any:
        """Return the aggregate that is the number of a part; sums in tenths, so that all are whole."""
        if not self.sums(part):
            return Count("pk")
        ten = Value(10, output_field=DecimalField())
        return Cast(Sum(self.amount, output_field=DecimalField()) * ten, BigIntegerField())

    def people(self, part: Part) -> Any:
        """Return the aggregate that says how many persons, or rows, stand behind a part."""
        if self.person and not (self.is_average and part is Part.DENOMINATOR):
            return Count(self.person, distinct=True)
        return Count("pk")

    def number(self, counted: int, part: Part) -> int | Decimal:
        """Return what the aggregate says in the figure's own unit."""
        if not self.sums(part):
            return counted
        whole, tenth = divmod(counted, 10)
        return Decimal(counted) / 10 if tenth else whole

    def word(self, part: Part) -> Any:
        """Return what the rows of a part are called."""
        return self.words.get(part) or self.name

    def columns_of(self, part: Part) -> tuple[Column, ...]:
        """Return the columns of the list of a part."""
        return self.columns

    def related_of(self, part: Part) -> tuple[str, ...]:
        """Return what is read along with the rows of a part."""
        return self.related

    def url(self, row: Any) -> str:
        """Return the page of a row."""
        get_url = getattr(row, "get_absolute_url", None)
        return str(get_url()) if get_url else ""

    def prepare(self, rows: list[Any]) -> None:
        """Read along what the columns of a page of rows need."""

    def chasable(self, rows: list[Any], by: Actor) -> set[int]:
        """Return the primary keys of the rows whose bearers the viewer may ask again."""
        return set()

    def text(self, rows: list[Any], period: Period) -> str:
        """Return ready words for the chat group about rows that are missing."""
        return ""

    @property
    def has_denominator(self) -> bool:
        """Whether it is a share of something rather than a plain count."""
        return type(self).denominator is not Indicator.denominator

    @property
    def line(self) -> str:
        """The line of access.csv that opens it."""
        return "figures.view_person" if self.about_persons else "figures.view"


_indicators: dict[str, Indicator] = {}
_I = TypeVar("_I", bound=type[Indicator])


def register(indicator_class: _I) -> _I:
    """Take an Indicator class among the figures (class decorator)."""
    indicator = indicator_class()
    known = _indicators.get(indicator.key)
    if not indicator.key or not indicator.name or not indicator.definition:
        raise ValueError(f"{indicator_class.__name__} lacks its key, name or definition")
    if known is not None and type(known).__qualname__ != indicator_class.__qualname__:
        raise ValueError(f"two indicators are called {indicator.key}")
    _indicators[indicator.key] = indicator
    return indicator_class


def indicators() -> list[Indicator]:
    """Return every indicator in the order of the dashboard's columns."""
    order = list(Group.values)
    return sorted(_indicators.values(), key=lambda each: (order.index(each.group), each.is_detail))


def indicator_of(key: str) -> Indicator | None:
    """Return an indicator by its key."""
    return _indicators.get(key)
