"""Ways to sign in, appointments, signed links and tokens."""
