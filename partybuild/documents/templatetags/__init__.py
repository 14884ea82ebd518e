"""Template tags of the documents."""
