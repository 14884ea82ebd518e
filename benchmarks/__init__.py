"""Benchmarks: the product and its baselines, alternated in one run; ratios, not seconds."""
