"""The second person: what one asks for, another decides."""
