"""Parameters: each is declared once."""

from collections import Counter

from partybuild.areas.parameters import KINDS


def test_no_parameter_is_declared_twice():
    # The later one would silently take the place of the other, with other words and limits.
    counts = Counter(kind.key for kind in KINDS)
    assert [key for key, count in counts.items() if count > 1] == []
