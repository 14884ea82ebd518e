"""Areas by machine."""
