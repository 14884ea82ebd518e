"""What the administrators' pages read."""
