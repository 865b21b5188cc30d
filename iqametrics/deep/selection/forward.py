"""Forward selection: the map that serves best, then again and again the one that adds most."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from iqametrics.deep.selection.linear_plcc import LinearCandidates
from iqametrics.deep.selection.logistic_plcc import ROUNDING, LogisticCandidates
from iqametrics.errors import NonFiniteError, OptionError, ShapeError
from iqametrics.progress import Track, untracked
from iqametrics.stats.rows import FloatArray, column, one_of

Fit = Literal["linear", "logistic4", "logistic5"]
FITS: tuple[Fit, ...] = ("linear", "logistic4", "logistic5")
#: Candidates that ``fit="logistic5"`` looks at in every step.
SCREEN = 50
#: What is made larger unless told otherwise, the least that a further map must add, and the most maps.
FIT: Fit = "logistic4"
MIN_GAIN = 1e-3
MAX_FEATURES = 64


@dataclass(frozen=True)
class ForwardPath:
    """How a forward selection went.

    Attributes
    ----------
    columns : tuple of int
        The chosen columns, in the order in which they were chosen.
    curve : tuple of float
        Correlation of their mean with the opinions after each choice, on the rows they were chosen on: it can only
        rise, and says nothing about other images.
    fit : str
        The criterion.
    candidates : int
        Columns that could be chosen.
    excluded : int
        Columns that could not: constant, or with a score that is not finite.
    stopped : str
        Why there are no more.
    screened : int or None
        How many candidates a step has fitted, where those were not provably enough; None where every choice is the best.
    fits : int
        Logistic fits done.
    """

    columns: tuple[int, ...]
    curve: tuple[float, ...]
    fit: Fit
    candidates: int
    excluded: int
    stopped: str
    screened: int | None = None
    fits: int = 0


def forward_selection(
    values: npt.ArrayLike,
    opinions: npt.ArrayLike,
    *,
    fit: Fit = FIT,
    min_gain: float = MIN_GAIN,
    max_features: int = MAX_FEATURES,
    screen: int = SCREEN,
    track: Track = untracked,
) -> ForwardPath:
    """Choose columns whose mean agrees best with the opinions, one at a time.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Scores: a row per image, a column per feature map.
    opinions : array_like of float, shape (n,)
        Mean opinions, MOS or DMOS.
    fit : {"logistic4", "logistic5", "linear"}
        What is made larger: Pearson's correlation after a logistic fit (see :func:`iqametrics.stats.fit_logistic`), or its
        absolute value without one. Each choice is the best there is with `logistic4` and `linear`; with `logistic5`,
        whose curve need not be monotone, it is the best of `screen` candidates.
    min_gain : float
        Stop where no column adds this much. Without a threshold rounding alone keeps a selection going for hundreds of maps.
    max_features : int
        Stop with so many.
    screen : int
        Candidates that `logistic5` fits in every step, those that a monotone curve could serve best.
    track : callable, optional
        Passes the numbers of the steps through, as a progress bar does.

    Returns
    -------
    ForwardPath

    Raises
    ------
    OptionError
        An option is out of range, or no column varies.
    ShapeError
        The shapes don't fit, or there are fewer than two rows.
    NonFiniteError
        An opinion is NaN or infinite, or they are all the same.

    Notes
    -----
    The procedure is that of Nguyen and Amirshahi's selection of feature maps, who do not say how chosen maps are joined:
    here they are averaged. Of columns that serve equally well the first is chosen.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.deep.selection import forward_selection
    >>> random = np.random.default_rng(0)
    >>> y = random.normal(size=200)
    >>> maps = random.normal(size=(200, 30))
    >>> maps[:, [7, 21]] += y[:, None]
    >>> sorted(forward_selection(maps, y, fit="linear", min_gain=0.02).columns)
    [7, 21]
    """
    one_of("fit", fit, FITS)
    _check_limits(min_gain, max_features, screen)
    y = _opinions(opinions)
    matrix = np.asarray(values)
    if matrix.ndim != 2 or len(matrix) != y.size:
        raise ShapeError(f"values has shape {matrix.shape}; it needs a row for each of {y.size} opinions")
    usable = np.flatnonzero(np.isfinite(matrix).all(0) & (matrix != matrix[:1]).any(0))
    excluded = matrix.shape[1] - usable.size
    if not usable.size:
        raise OptionError("no column varies and is finite throughout: there is nothing to select from")
    scores = matrix[:, usable].astype(np.float64)
    steps = track(range(max_features))
    found = (
        _linear(scores, y, min_gain, steps) if fit == "linear" else _logistic(scores, y, fit, min_gain, screen, steps)
    )
    chosen, curve, fits = found
    stopped = "max_features" if len(chosen) == max_features else "min_gain"
    if len(chosen) == usable.size:
        stopped = "no column is left"
    return ForwardPath(
        tuple(int(usable[each]) for each in chosen),
        tuple(curve),
        fit,
        int(usable.size),
        excluded,
        stopped,
        screen if fit == "logistic5" else None,
        fits,
    )


def _linear(
    scores: FloatArray, y: FloatArray, min_gain: float, steps: Iterable[int]
) -> tuple[list[int], list[float], int]:
    candidates = LinearCandidates(scores, y)
    free = np.ones(scores.shape[1], bool)
    chosen: list[int] = []
    curve: list[float] = []
    for _ in steps:
        if not free.any():
            break
        found = np.where(free, candidates.correlations(), -1.0)
        best = int(np.argmax(found >= found.max() - ROUNDING))
        if curve and not _gains(float(found[best]), curve[-1], min_gain):
            break
        chosen.append(best)
        curve.append(min(float(found[best]), 1.0))
        candidates.add(best)
        free[best] = False
    return chosen, curve, 0


def _logistic(
    scores: FloatArray, y: FloatArray, fit: Fit, min_gain: float, screen: int, steps: Iterable[int]
) -> tuple[list[int], list[float], int]:
    candidates = LogisticCandidates(scores, y, fit, screen)
    free = list(range(scores.shape[1]))
    chosen: list[int] = []
    curve: list[float] = []
    for _ in steps:
        if not free:
            break
        best, value = candidates.best(free, curve[-1] + min_gain if curve else -1.0)
        if best < 0 or (curve and not _gains(value, curve[-1], min_gain)):
            break
        chosen.append(best)
        curve.append(value)
        candidates.add(best)
        free.remove(best)
    return chosen, curve, candidates.fits


def _gains(value: float, before: float, min_gain: float) -> bool:
    """Whether a step is worth it; rounding is none."""
    return value - before >= max(min_gain - ROUNDING, ROUNDING)


def _check_limits(min_gain: float, max_features: int, screen: int) -> None:
    if not 0 <= min_gain < 1:
        raise OptionError(f"min_gain={min_gain!r} must be a correlation from 0 to 1")
    if max_features < 1 or screen < 1:
        raise OptionError(f"max_features={max_features!r} and screen={screen!r} must be 1 or more")


def _opinions(values: npt.ArrayLike) -> FloatArray:
    found = column(values, "opinions")
    if found.size < 2:
        raise ShapeError(f"there are {found.size} opinions: at least 2 are needed")
    if not np.isfinite(found).all() or found.min() == found.max():
        raise NonFiniteError("opinions must be finite, and not all the same")
    return found
