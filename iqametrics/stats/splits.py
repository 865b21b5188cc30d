"""Splits that keep every reference on one side, and the median over many of them, for learned metrics."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from iqametrics.errors import OptionError, ShapeError

from .alignment import aligned
from .assessment import Settings, assess
from .logistic import FitForm
from .results import Agreement, agreement_record, check_statistic, data_frame
from .rows import Direction, IntArray, MosKind, column, expected_sign, gather_rows, label_codes

if TYPE_CHECKING:
    import pandas as pd

Predictor = Callable[..., npt.ArrayLike]

_SUMMARISED = ("srocc", "krocc", "plcc_linear", "plcc", "rmse")


def split_by_reference(
    references: npt.ArrayLike, seed: int, ratios: Sequence[float] = (0.8, 0.2)
) -> tuple[IntArray, ...]:
    """Row numbers of a random split in which all versions of one reference stay together.

    Parameters
    ----------
    references : array_like, shape (n,)
        Reference of each image.
    seed : int
        Number of the split.
    ratios : sequence of float, optional
        Relative sizes of the parts, in references: ``(0.8, 0.2)`` for training and test,
        ``(6, 2, 2)`` for training, validation and test.

    Returns
    -------
    tuple of ndarray of int
        Sorted row numbers, one array per part. Together they hold every row once.

    Raises
    ------
    OptionError
        If a ratio is not positive, there are fewer references than parts, or a label is absent.
    ShapeError
        If `references` is not one-dimensional.

    Notes
    -----
    References are ordered by the SHA-256 of ``"seed:label"``. The split depends on nothing but the labels and
    the seed: not on the order of rows, the machine, or the version of a library. Part sizes are rounded to the
    nearest whole references, the largest remainders first, and no part is empty.

    Examples
    --------
    >>> from iqametrics.stats import split_by_reference
    >>> train, test = split_by_reference(["a", "a", "b", "b", "c", "d", "e"], seed=0)
    >>> len(train) + len(test)
    7
    """
    shares = np.asarray(ratios, dtype=np.float64)
    if shares.ndim != 1 or shares.size < 2 or not (np.isfinite(shares) & (shares > 0)).all():
        raise OptionError(f"ratios={ratios!r}: give the positive sizes of two or more parts, as (0.8, 0.2).")
    labels = label_codes(references, "references")
    if len(labels) < shares.size:
        raise OptionError(f"{len(labels)} references can't be split into {shares.size} parts.")
    order = sorted(range(len(labels)), key=lambda code: _digest(seed, labels.names[code]))
    part_of = np.empty(len(labels), dtype=np.intp)
    part_of[order] = np.repeat(np.arange(shares.size), _part_sizes(len(labels), shares))
    return tuple(np.flatnonzero(part_of[labels.codes] == part) for part in range(shares.size))


@dataclass(frozen=True)
class Spread:
    """Median and range of a statistic over splits."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.4f} [{self.low:.4f}, {self.high:.4f}]"


@dataclass(frozen=True, repr=False)
class SplitSummary:
    """A learned metric's agreement on the test parts of many splits.

    Attributes
    ----------
    splits : tuple of Agreement
        Figures of each split's test part; `label` is the seed.
    srocc, krocc, plcc_linear, plcc, rmse : Spread
        Median over splits, and the range that holds the middle of them (5 to 95 % by default).
    percentiles : (float, float)
        Limits of that range, in percent.
    """

    splits: tuple[Agreement, ...]
    srocc: Spread
    krocc: Spread
    plcc_linear: Spread
    plcc: Spread
    rmse: Spread
    percentiles: tuple[float, float]

    def to_frame(self) -> "pd.DataFrame":
        """One row per split, with the columns of :meth:`EvaluationResult.to_frame`; `label` is the seed."""
        return data_frame([agreement_record("learned", row) for row in self.splits])

    def __repr__(self) -> str:
        low, high = self.percentiles
        lines = [f"SplitSummary: median over {len(self.splits)} splits [{low:g} %, {high:g} %]"]
        lines += [f"  {name:<14}{getattr(self, name)}" for name in _SUMMARISED]
        wrong = sum(row.sign_ok is False for row in self.splits)
        if wrong:
            lines.append(f"  warning: SROCC has the wrong sign in {wrong} of {len(self.splits)} splits")
        return "\n".join(lines)


def median_over_splits(
    predict: Predictor | npt.ArrayLike,
    mos: npt.ArrayLike,
    *,
    references: npt.ArrayLike,
    direction: Direction,
    mos_kind: MosKind = "mos",
    n_splits: int = 10,
    seed: int = 0,
    ratios: Sequence[float] = (0.8, 0.2),
    fit: FitForm = "logistic5",
    percentiles: tuple[float, float] = (5.0, 95.0),
) -> SplitSummary:
    """Median agreement of a learned metric over random splits by reference, with the range over splits.

    Parameters
    ----------
    predict : callable or array_like of float, shape (n,)
        ``predict(train_rows, ..., test_rows)`` trains on all parts but the last and returns the scores of the
        test rows, in their order. An array instead of it is a metric that needs no training: its scores of the
        test rows are taken.
    mos : array_like of float, shape (n,)
        Mean opinions.
    references : array_like, shape (n,)
        Reference of each image.
    direction : bool or {"higher", "lower"}
        Which scores are better.
    mos_kind : {"mos", "dmos"}, optional
        Whether higher opinions are better or worse.
    n_splits : int, optional
        Number of splits: 10 to 1000 in the literature.
    seed : int, optional
        The splits are ``split_by_reference(references, seed + k, ratios)`` for k = 0 .. n_splits - 1.
    ratios : sequence of float, optional
        Relative sizes of the parts; the last one is the test part.
    fit : {"logistic5", "logistic4", "cubic", "linear"}, optional
        Regression on each test part.
    percentiles : (float, float), optional
        Limits of the range reported.

    Returns
    -------
    SplitSummary
        With every split's figures.

    Raises
    ------
    OptionError
        If an option is out of range, or the ratios do not fit the references.
    ShapeError
        If `predict` returns another number of scores than there are test rows.
    NonFiniteError
        If scores or opinions are missing.

    Notes
    -----
    The splits overlap, so the range over them is no confidence interval: it says how much the figure depends
    on the choice of references.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import median_over_splits
    >>> generator = np.random.default_rng(0)
    >>> opinions = generator.uniform(size=200)
    >>> scores = opinions + 0.1 * generator.normal(size=200)
    >>> summary = median_over_splits(scores, opinions, references=np.arange(200) // 10, direction="higher")
    >>> summary.srocc.low <= summary.srocc.median <= summary.srocc.high
    True
    """
    if n_splits < 1:
        raise OptionError(f"n_splits={n_splits}: at least one split is needed.")
    if not 0 <= percentiles[0] < percentiles[1] <= 100:
        raise OptionError(f"percentiles={percentiles!r}: give two rising limits in percent, as (5, 95).")
    sign = expected_sign(direction, mos_kind)
    settings = Settings(fit, None, 0.95, 1000, seed)
    finished = None if callable(predict) else predict
    columns, _ = aligned({"mos": mos, "predict": finished, "references": references})
    opinions, references = column(columns["mos"], "mos"), columns["references"]
    trained = predict if callable(predict) else _Looked(column(columns["predict"], "predict"), opinions.size)
    splits = []
    for number in range(seed, seed + n_splits):
        parts = split_by_reference(references, number, ratios)
        if sum(part.size for part in parts) != opinions.size:
            raise ShapeError(f"references has {sum(p.size for p in parts)} labels for {opinions.size} opinions.")
        test = parts[-1]
        images = [str(row) for row in test]
        rows = gather_rows({"predict": trained(*parts)}, opinions[test], images=images)
        found = assess(
            rows.scores["predict"],
            rows.mos,
            sigma=None,
            references=label_codes(np.asarray(references)[test], "references"),
            sign=sign,
            settings=settings,
            scope="split",
            label=str(number),
        )
        splits.append(found.agreement)
    spreads = {name: _spread(splits, name, percentiles) for name in _SUMMARISED}
    return SplitSummary(tuple(splits), **spreads, percentiles=percentiles)


class _Looked:
    """A predictor that looks finished scores up."""

    def __init__(self, scores: npt.NDArray[np.float64], rows: int) -> None:
        if scores.size != rows:
            raise ShapeError(f"There are {scores.size} scores for {rows} opinions.")
        self._scores = scores

    def __call__(self, *parts: IntArray) -> npt.NDArray[np.float64]:
        return self._scores[parts[-1]]


def _spread(splits: Sequence[Agreement], statistic: str, percentiles: tuple[float, float]) -> Spread:
    values: Any = [getattr(row, check_statistic(statistic)).value for row in splits]
    low, median, high = np.percentile(values, [percentiles[0], 50, percentiles[1]])
    return Spread(float(median), float(low), float(high))


def _digest(seed: int, label: str) -> bytes:
    return hashlib.sha256(f"{seed}:{label}".encode()).digest()


def _part_sizes(n: int, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Whole sizes that add up to n: one each, the rest in proportion, largest remainders first."""
    exact = n * shares / shares.sum()
    sizes = np.maximum(np.floor(exact).astype(np.intp), 1)
    while sizes.sum() < n:
        sizes[np.argmax(exact - sizes)] += 1
    while sizes.sum() > n:
        sizes[np.argmax(np.where(sizes > 1, sizes - exact, -np.inf))] -= 1
    return sizes
