"""Whether an expected error is what comes to pass."""

from dataclasses import dataclass

import numpy as np

#: Bins of the curve, with as many images each.
_BINS = 10


@dataclass(frozen=True)
class Reliability:
    """Expected against actual errors, in bins of as many images each.

    Attributes
    ----------
    expected, actual : tuple of float
        Mean of either in every bin, the smallest expected errors first.
    counts : tuple of int
        Images in every bin.
    """

    expected: tuple[float, ...]
    actual: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def error(self) -> float:
        """Expected calibration error: mean distance of both, weighted by the images."""
        gaps = np.abs(np.array(self.expected) - np.array(self.actual))
        return float(np.average(gaps, weights=self.counts))


def reliability(expected: np.ndarray, actual: np.ndarray) -> Reliability:
    """The curve of expected errors (n,) against actual ones (n,)."""
    bins = [each for each in np.array_split(np.argsort(expected, kind="stable"), _BINS) if each.size]
    return Reliability(
        tuple(float(expected[rows].mean()) for rows in bins),
        tuple(float(actual[rows].mean()) for rows in bins),
        tuple(int(rows.size) for rows in bins),
    )
