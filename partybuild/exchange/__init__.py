"""Sheets in and out: recognise, preview cell by cell, apply the good rows, undo the whole batch."""
