"""What the administrators' pages do."""
