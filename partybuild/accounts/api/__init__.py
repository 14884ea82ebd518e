"""How the API knows who is asking."""
