"""Reads of parameters and dictionaries down the tree."""

from partybuild.areas.queries.inherited import (
    dictionary,
    origins_of,
    parameter,
    parameters_of,
    word,
)

__all__ = ("dictionary", "origins_of", "parameter", "parameters_of", "word")
