"""Storms of kills over a running house: `make chaos`."""
