"""Rules of the house as tests, each with planted faults so that it cannot go blind."""
