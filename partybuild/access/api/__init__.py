"""The ground of the REST interface: every endpoint is a view of this package with a declaration."""
