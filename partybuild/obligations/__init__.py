"""The obligation ledger: who owes what to whom by when, and what was done about it."""
