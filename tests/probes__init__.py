"""Hostile tests: what a stranger, or somebody at the wrong place, gets to see or to change."""
