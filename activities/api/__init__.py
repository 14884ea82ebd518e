"""The REST interface of this app."""
