"""Home, search, suggestions, privacy, help: the pages that every role shares."""
