"""What follows from numbers that were read: sums over cells that nobody shows alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction

Row = dict[Hashable, Fraction]


class Knowledge:
    """Everything that was read, kept in echelon form: a sum follows if it lies in the span of the rows."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, tuple[Row, Fraction]] = {}
        self._sums: list[tuple[frozenset[Hashable], Fraction]] = []

    def read(self, cells: Iterable[Hashable], number: int | Fraction | None) -> None:
        """Take in that the cells add up to a number; None: it was held back."""
        if number is None:
            return
        known = frozenset(cells)
        self._sums.append((known, Fraction(number)))
        row, rest = self._reduced(dict.fromkeys(known, Fraction(1)), Fraction(number))
        if not row:
            assert rest == 0, "two numbers contradict each other"
            return
        lead = next(iter(row))
        by = row[lead]
        self._rows[lead] = ({cell: share / by for cell, share in row.items()}, rest / by)

    def follows(self, cells: Iterable[Hashable]) -> Fraction | None:
        """Return what the cells must add up to, None if it stays open."""
        wanted = frozenset(cells)
        row, rest = self._reduced(dict.fromkeys(wanted, Fraction(1)), Fraction(0))
        if not row:
            return -rest
        # Nothing is less than none.
        low, high = self._bounds()
        least = sum((low.get(cell, Fraction(0)) for cell in wanted), Fraction(0))
        most = [high[cell] for cell in wanted if cell in high]
        if len(most) == len(wanted) and sum(most) == least:
            return least
        return None

    def _reduced(self, row: Row, rest: Fraction) -> tuple[Row, Fraction]:
        row = dict(row)
        while found := next((cell for cell in row if cell in self._rows), None):
            other, number = self._rows[found]
            by = row[found]
            for cell, share in other.items():
                row[cell] = row.get(cell, Fraction(0)) - by * share
                if not row[cell]:
                    del row[cell]
            rest -= by * number
        return row, rest

    def _bounds(self) -> tuple[dict[Hashable, Fraction], dict[Hashable, Fraction]]:
        low: dict[Hashable, Fraction] = {}
        high: dict[Hashable, Fraction] = {}
        moved = True
        while moved:
            moved = False
            for cells, number in self._sums:
                least = sum((low.get(cell, Fraction(0)) for cell in cells), Fraction(0))
                for cell in cells:
                    most = number - least + low.get(cell, Fraction(0))
                    if cell not in high or most < high[cell]:
                        high[cell] = most
                        moved = True
                if all(cell in high for cell in cells):
                    whole = sum((high[cell] for cell in cells), Fraction(0))
                    for cell in cells:
                        at_least = number - whole + high[cell]
                        if at_least > low.get(cell, Fraction(0)):
                            low[cell] = at_least
                            moved = True
        return low, high
