"""In-service Party members (在职党员): rosters, reporting in, service records, summaries."""
