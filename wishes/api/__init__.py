"""REST interface of wishes."""
