"""What :func:`iqametrics.stats.krasula` returns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.errors import OptionError

from .results import Estimate, data_frame
from .roc import difference_test
from .rows import FloatArray, one_of
from .significance import TestResult

if TYPE_CHECKING:
    import pandas as pd

KRASULA_STATISTICS = ("auc_different", "auc_better", "share_correct")


@dataclass(frozen=True)
class PairClassification:
    """How one metric sorts pairs of images; intervals allow for pairs that share a reference."""

    metric: str
    auc_different: Estimate
    auc_better: Estimate
    share_correct: Estimate
    threshold: float


@dataclass(frozen=True, repr=False)
class KrasulaResult:
    """Pair classification of several metrics, with the covariances that tests between them need.

    Attributes
    ----------
    metrics : tuple of PairClassification
        One per metric, in the order given.
    n_different, n_similar : int
        Pairs that viewers told apart, and those they did not.
    n_pairs : int
        Pairs of the data set; above n_different + n_similar if a sample of them was taken.
    n_clusters : int
        References, or images where no references were given.
    covariance : dict of str to ndarray, shape (k, k)
        Of each statistic between the metrics, pairs taken for independent (DeLong).
    clustered_covariance : dict of str to ndarray, shape (k, k)
        The same with the pairs that share a reference (or image) summed up first.
    """

    metrics: tuple[PairClassification, ...]
    n_different: int
    n_similar: int
    n_pairs: int
    n_clusters: int
    covariance: dict[str, FloatArray]
    clustered_covariance: dict[str, FloatArray]

    def test(self, statistic: str, first: str, second: str, *, clustered: bool = True) -> TestResult:
        """Whether two metrics differ in ``"auc_different"``, ``"auc_better"`` or ``"share_correct"``.

        Parameters
        ----------
        statistic : str
            The statistic compared.
        first, second : str
            Names of two metrics.
        clustered : bool, optional
            Allow for pairs that share a reference; False is the published test.
        """
        one_of("statistic", statistic, KRASULA_STATISTICS)
        names = [row.metric for row in self.metrics]
        for name in (first, second):
            if name not in names:
                raise OptionError(f"{name!r} was not analysed: there are {', '.join(names)}.")
        covariances = self.clustered_covariance if clustered else self.covariance
        values = np.array([getattr(row, statistic).value for row in self.metrics])
        return difference_test(values, covariances[statistic], names.index(first), names.index(second))

    def to_frame(self) -> "pd.DataFrame":
        """One row per metric: each statistic, its limits, its standard error both ways, the threshold."""
        records = []
        for k, row in enumerate(self.metrics):
            record: dict[str, Any] = {"metric": row.metric}
            for statistic in KRASULA_STATISTICS:
                estimate: Estimate = getattr(row, statistic)
                record |= {
                    statistic: estimate.value,
                    f"{statistic}_low": estimate.low,
                    f"{statistic}_high": estimate.high,
                    f"{statistic}_se": np.sqrt(self.clustered_covariance[statistic][k, k]),
                    f"{statistic}_se_delong": np.sqrt(self.covariance[statistic][k, k]),
                }
            records.append(
                record | {"threshold": row.threshold, "n_different": self.n_different, "n_similar": self.n_similar}
            )
        return data_frame(records)

    def __repr__(self) -> str:
        used = self.n_different + self.n_similar
        lines = [
            f"KrasulaResult: {used} of {self.n_pairs} pairs, {self.n_different} different, {self.n_similar} similar"
        ]
        for row in self.metrics:
            values = "  ".join(f"{statistic} {getattr(row, statistic)}" for statistic in KRASULA_STATISTICS)
            lines.append(f"  {row.metric:<12}{values}")
        return "\n".join(lines)
