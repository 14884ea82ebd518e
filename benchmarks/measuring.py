"""What every benchmark reports."""

from __future__ import annotations

from statistics import median
from typing import Any


def report(
    bench: str,
    *,
    rows: int,
    ours: list[float],
    baselines: dict[str, list[float]],
    rss_mb: float,
    slower: bool = False,
) -> dict[str, Any]:
    """Return the JSON object of a benchmark; times in seconds.

    A ratio against a slower way says how many times faster we are; with `slower`, the baseline is a
    limit and the ratio says how many times slower we are.
    """
    middle = median(ours)
    medians = {name: median(times) for name, times in baselines.items()}
    return {
        "bench": bench,
        "rows": rows,
        "ours": round(middle, 3),
        "baseline": {name: round(time, 3) for name, time in medians.items()},
        "ratio": {
            name: round(middle / time if slower else time / middle, 2)
            for name, time in medians.items()
        },
        "min_max": [round(min(ours), 3), round(max(ours), 3)],
        "rss_mb": round(rss_mb, 1),
    }
