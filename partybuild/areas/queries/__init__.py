"""Reads of parameters and dictionaries down the tree."""

from partybuild.areas.queries.inherited import (
    any_word,
    channel_word,
    dictionary,
    origins_of,
    parameter,
    parameters_of,
    word,
)

__all__ = (
    "any_word",
    "channel_word",
    "dictionary",
    "origins_of",
    "parameter",
    "parameters_of",
    "word",
)
