"""Forms about members, report-ins, service and summaries."""
