"""Human beings."""
