"""Tags of the shared pages."""
