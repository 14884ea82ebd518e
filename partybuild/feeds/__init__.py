"""What comes into sight and leaves it: the tombstones of the REST feeds."""
