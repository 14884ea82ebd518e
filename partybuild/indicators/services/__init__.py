"""Writes on figures."""

from partybuild.indicators.services.freezing import freeze_figures

__all__ = ("freeze_figures",)
