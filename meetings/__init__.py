"""Joint meetings: councils, topics, meetings, minutes, resolutions."""
