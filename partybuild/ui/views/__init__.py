"""Pages of the user interface itself."""
