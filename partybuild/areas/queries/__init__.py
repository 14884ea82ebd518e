"""Reads of parameters and dictionaries down the tree."""

from partybuild.areas.queries.inherited import dictionary, parameter, parameters_of, word

__all__ = ("dictionary", "parameter", "parameters_of", "word")
