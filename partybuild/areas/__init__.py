"""The area tree (块), and parameters and dictionaries inherited down it."""
