"""How near a score must be."""

import math


def assert_close(score, value, tolerance):
    """Relative to the value, absolute where that is below 1; infinity only equals itself."""
    if math.isinf(value):
        assert score == value
    else:
        assert abs(score - value) <= tolerance * max(1.0, abs(value))
