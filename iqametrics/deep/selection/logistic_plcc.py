"""Correlation after a logistic fit of a set's sum and one map more: few fits decide among thousands of maps."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from iqametrics.stats import fit_logistic
from iqametrics.stats.logistic import FitForm
from iqametrics.stats.rows import FloatArray

#: Bounds and fits are compared up to this much rounding.
ROUNDING = 1e-12


def isotonic_bound(x: FloatArray, y: FloatArray) -> float:
    """Largest Pearson correlation with `y` that any rising or any falling function of `x` has.

    The isotonic regression is the projection of `y` on the convex cone of monotone sequences, and of all in a convex
    cone the projection has the largest correlation. Rows of equal `x` may even get different values, so that this stays
    a bound.
    """
    ordered = y[np.argsort(x)]
    spread = ordered.std()
    return max(isotonic_regression(ordered, increasing=rising).x.std() / spread for rising in (True, False))


class LogisticCandidates:
    """Candidates for the next map of a set.

    Parameters
    ----------
    values : ndarray of float64, shape (n, m)
        Scores of the maps.
    opinions : ndarray of float64, shape (n,)
    form : {"logistic4", "logistic5"}
        `logistic4` is monotone: candidates are fitted in the order of their bounds until no bound reaches the best fit,
        which finds what fitting all of them would find. `logistic5` is not, and its bound is a guess.
    screen : int
        How many candidates of the largest bounds are fitted where the bound is a guess.

    Attributes
    ----------
    fits : int
        Fits done so far.
    """

    def __init__(self, values: FloatArray, opinions: FloatArray, form: FitForm, screen: int) -> None:
        self._values = np.asfortranarray(values)
        self._opinions = opinions
        self._form: FitForm = form
        self._screen = screen
        self._sum = np.zeros(len(opinions))
        self.fits = 0

    def best(self, maps: Sequence[int], wanted: float) -> tuple[int, float]:
        """The map that makes the best set, and its correlation; -1 if none can be better than `wanted`.

        Of equal ones the first.
        """
        bounds = [isotonic_bound(self._sum + self._values[:, each], self._opinions) for each in maps]
        order = np.argsort(-np.asarray(bounds), kind="stable")
        if self._form == "logistic5":
            order = order[: self._screen]
        found, best = -1, wanted
        for place in order:
            if self._form == "logistic4" and bounds[place] < best - ROUNDING:
                break
            value = self._fitted(maps[place])
            tied = found >= 0 and abs(value - best) <= ROUNDING
            if value > best + ROUNDING * (found >= 0) or (tied and maps[place] < found):
                found, best = maps[place], value
        return found, best

    def add(self, map_: int) -> None:
        """Let a map into the set."""
        self._sum += self._values[:, map_]

    def _fitted(self, map_: int) -> float:
        self.fits += 1
        value = fit_logistic(self._sum + self._values[:, map_], self._opinions, self._form).plcc
        return value if np.isfinite(value) else -1.0
