"""Pages of members, report-ins, service records and summaries."""
