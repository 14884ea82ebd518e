"""Pages of units and their reports."""
