"""How Django's forms are drawn."""
