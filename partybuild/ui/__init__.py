"""Component tags, the frame of every page, and the gallery that shows them."""
