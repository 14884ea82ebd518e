"""In-app notices and the outbox: written in the transaction of the fact, sent exactly as often as needed."""
