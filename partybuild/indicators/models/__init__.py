"""FrozenFigure."""

from partybuild.indicators.models.frozen_figure import FrozenFigure

__all__ = ("FrozenFigure",)
