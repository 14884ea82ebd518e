"""Reading a spreadsheet in a process of its own, with caps; knows nothing of Django or the database."""
