"""Activities (活动): planned, published, signed up for, held."""
