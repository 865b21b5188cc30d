"""Nested evaluation: what a selection is worth on references that it was not made on."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from iqametrics.deep.selection.forward import FIT, MAX_FEATURES, MIN_GAIN, SCREEN, Fit, forward_selection
from iqametrics.errors import OptionError, ShapeError
from iqametrics.progress import Track, untracked
from iqametrics.stats import SplitSummary, Spread, median_over_splits
from iqametrics.stats.rows import Direction, IntArray, MosKind

#: Shares of the references that maps are selected on, and that the selection is tested on.
RATIOS = (0.8, 0.2)
_PERCENTILES = (5.0, 50.0, 95.0)


@dataclass(frozen=True)
class NestedSelection:
    """A forward selection repeated on many random parts of the references, each tested on the rest.

    Attributes
    ----------
    in_sample : Spread
        Correlation on the references the maps were selected on: the figure that publications give.
    test : SplitSummary
        Agreement of the selected maps on the other references.
    all_maps : SplitSummary or None
        Agreement of all maps together on the same references, which nothing was selected for.
    sizes : tuple of int
        How many maps each split selected.
    frequency : dict of int to float
        Share of the splits that selected a column, the largest first; columns that none selected are left out.
    """

    in_sample: Spread
    test: SplitSummary
    all_maps: SplitSummary | None
    sizes: tuple[int, ...]
    frequency: dict[int, float]

    @property
    def optimism(self) -> float:
        """Median correlation on the images selected on, less that on other references: what selecting made look better."""
        return self.in_sample.median - self.test.plcc.median

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain numbers, without those of single splits."""
        return {
            "splits": len(self.sizes),
            "percentiles": list(self.test.percentiles),
            "in_sample": _spread(self.in_sample),
            "test": _summary(self.test),
            "all_maps": None if self.all_maps is None else _summary(self.all_maps),
            "sizes": list(self.sizes),
        }


def nested_selection(
    values: npt.ArrayLike,
    opinions: npt.ArrayLike,
    references: npt.ArrayLike,
    *,
    direction: Direction,
    mos_kind: MosKind = "mos",
    all_maps: npt.ArrayLike | None = None,
    n_splits: int = 100,
    seed: int = 0,
    fit: Fit = FIT,
    min_gain: float = MIN_GAIN,
    max_features: int = MAX_FEATURES,
    screen: int = SCREEN,
    track: Track = untracked,
) -> NestedSelection:
    """Select maps on 80 % of the references and test them on the other 20 %, many times.

    Parameters
    ----------
    values, opinions, fit, min_gain, max_features, screen
        As for :func:`forward_selection`.
    references : array_like, shape (n,)
        Reference of each image; all versions of one reference stay together.
    direction, mos_kind
        Whether higher scores and higher opinions are better, as for :func:`iqametrics.stats.median_over_splits`.
    all_maps : array_like of float, shape (n,), optional
        Scores without any selection, to be tested on the same references.
    n_splits, seed : int
        The splits are ``split_by_reference(references, seed + k)`` for k = 0 .. n_splits - 1.
    track : callable, optional
        Passes the numbers of the splits through, as a progress bar does.

    Returns
    -------
    NestedSelection

    Raises
    ------
    OptionError
        There are fewer than two references, or an option is out of range.
    ShapeError, NonFiniteError
        As :func:`forward_selection`.
    """
    matrix, y = np.asarray(values), np.asarray(opinions, np.float64)
    if matrix.ndim != 2 or matrix.shape[:1] != y.shape:
        raise ShapeError(f"values has shape {matrix.shape} and opinions {y.shape}; they must be paired, row by row")
    if n_splits < 1:
        raise OptionError(f"n_splits={n_splits}: at least one split is needed")
    in_sample: list[float] = []
    sizes: list[int] = []
    chosen: Counter[int] = Counter()
    steps = iter(track(range(n_splits)))

    def predict(train: IntArray, test: IntArray) -> npt.NDArray[np.float64]:
        next(steps)
        path = forward_selection(
            matrix[train], y[train], fit=fit, min_gain=min_gain, max_features=max_features, screen=screen
        )
        in_sample.append(path.curve[-1])
        sizes.append(len(path.columns))
        chosen.update(path.columns)
        found: npt.NDArray[np.float64] = matrix[test][:, path.columns].mean(1, dtype=np.float64)
        return found

    def tested(predictor: Any) -> SplitSummary:
        return median_over_splits(
            predictor,
            y,
            references=references,
            direction=direction,
            mos_kind=mos_kind,
            n_splits=n_splits,
            seed=seed,
            ratios=RATIOS,
            fit=fit,
            percentiles=(_PERCENTILES[0], _PERCENTILES[-1]),
        )

    test = tested(predict)
    next(steps, None)  # lets a bar reach its end
    low, median, high = np.percentile(in_sample, _PERCENTILES)
    return NestedSelection(
        Spread(float(median), float(low), float(high)),
        test,
        None if all_maps is None else tested(all_maps),
        tuple(sizes),
        {column: count / n_splits for column, count in sorted(chosen.items(), key=lambda item: (-item[1], item[0]))},
    )


def _spread(found: Spread) -> dict[str, float]:
    return {"median": found.median, "low": found.low, "high": found.high}


def _summary(found: SplitSummary) -> dict[str, dict[str, float]]:
    return {name: _spread(getattr(found, name)) for name in ("plcc", "plcc_linear", "srocc")}
