"""Reads of figures and of the rows behind them."""

from partybuild.indicators.queries.board import (
    Board,
    attention,
    board_of_area,
    board_of_body,
    children_of,
    known_indicators,
)
from partybuild.indicators.queries.figures import (
    Cell,
    figures,
    figures_of_body,
    lateness,
    rows_behind,
)

__all__ = (
    "Board",
    "Cell",
    "attention",
    "board_of_area",
    "board_of_body",
    "children_of",
    "figures",
    "figures_of_body",
    "known_indicators",
    "lateness",
    "rows_behind",
)
