"""Reads about members."""
