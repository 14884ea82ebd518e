"""Figures: each declared once, opened down to the rows that it counts."""
