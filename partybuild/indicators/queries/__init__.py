"""Reads of figures and of the rows behind them."""

from partybuild.indicators.queries.board import (
    SMALLEST_GROUP,
    Board,
    attention,
    board_of_area,
    board_of_body,
    children_of,
    gives_away,
    held_back,
    held_together,
    is_small,
    known_indicators,
    opens,
)
from partybuild.indicators.queries.figures import (
    Cell,
    figures,
    figures_of_body,
    lateness,
    rows_behind,
    total_behind,
    total_today,
)

__all__ = (
    "SMALLEST_GROUP",
    "Board",
    "Cell",
    "attention",
    "board_of_area",
    "board_of_body",
    "children_of",
    "figures",
    "figures_of_body",
    "gives_away",
    "held_back",
    "held_together",
    "is_small",
    "known_indicators",
    "lateness",
    "opens",
    "rows_behind",
    "total_behind",
    "total_today",
)
