"""How well predictors foretell a loss: the views, and what is known of each predictor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iqametrics.errors import OptionError

from .intervals import UNKNOWN
from .results import Estimate, data_frame
from .risk_coverage import RiskCoverage
from .rows import FloatArray
from .significance import TestResult, bootstrap_difference

if TYPE_CHECKING:
    import pandas as pd

#: The views, and what each tells.
PREDICTION_STATISTICS = {
    "srocc": "Spearman's correlation with the loss over all images",
    "auc": "share of pairs of a failed and a correct image in which the failed one looks worse",
    "within_type": "mean over the distortion types of Spearman's correlation inside a type",
    "within_source": "mean over the sources of Spearman's correlation among the versions of one source",
    "within_cell": "mean of Spearman's correlation inside one type and level: which image fails, the damage being equal",
    "cell_means": "Spearman's correlation of the mean scores of all types and levels with their mean losses",
    "plcc": "Pearson's correlation with the loss after a five-parameter logistic fit",
    "aurc": "area under the risk-coverage curve: error rate of what is kept, over all shares kept; lower is better",
}


@dataclass(frozen=True)
class Prediction:
    """How well one predictor foretells the loss.

    Attributes
    ----------
    predictor : str
        Its name.
    srocc, auc, within_type, within_source, within_cell, cell_means, plcc, aurc : Estimate
        See ``PREDICTION_STATISTICS``; nan where a predictor is constant.
    risk_coverage : RiskCoverage
        Error rate of what is kept when the images that look worst are refused.
    """

    predictor: str
    srocc: Estimate
    auc: Estimate
    within_type: Estimate
    within_source: Estimate
    within_cell: Estimate
    cell_means: Estimate
    plcc: Estimate
    aurc: Estimate
    risk_coverage: RiskCoverage


@dataclass(frozen=True)
class PredictionResult:
    """Predictors of a loss beside each other.

    Attributes
    ----------
    predictions : tuple of Prediction
        One per predictor.
    n, n_sources : int
        Rows, and sources among them.
    level : float
        Confidence level of the intervals.
    """

    predictions: tuple[Prediction, ...]
    n: int
    n_sources: int
    level: float
    _drawn: Mapping[str, Mapping[str, FloatArray]] = field(repr=False)

    def __getitem__(self, predictor: str) -> Prediction:
        found = {each.predictor: each for each in self.predictions}
        if predictor not in found:
            raise OptionError(f"no predictor is called {predictor!r}; there are {', '.join(found)}")
        return found[predictor]

    def difference(self, first: str, second: str, statistic: str = "srocc") -> tuple[TestResult, Estimate]:
        """Return how much more the first predictor has of a statistic, with the interval of the paired bootstrap.

        Both see the same resamples of sources, so what makes a sample easy for both cancels.

        Parameters
        ----------
        first, second : str
            Two predictors.
        statistic : str, optional
            One of ``PREDICTION_STATISTICS``.
        """
        if statistic not in PREDICTION_STATISTICS:
            raise OptionError(f"statistic={statistic!r} is unknown; use one of {', '.join(PREDICTION_STATISTICS)}")
        value = getattr(self[first], statistic).value - getattr(self[second], statistic).value
        if not self._drawn:
            return TestResult(float("nan"), float("nan")), Estimate(value, *UNKNOWN)
        drawn = self._drawn[first][statistic] - self._drawn[second][statistic]
        test, limits = bootstrap_difference(value, drawn, self.n_sources, self.level)
        return test, Estimate(value, *limits)

    def to_frame(self) -> "pd.DataFrame":
        """One row per predictor; every statistic with ``_low`` and ``_high``."""
        records = []
        for each in self.predictions:
            record: dict[str, Any] = {"predictor": each.predictor}
            for name in PREDICTION_STATISTICS:
                estimate: Estimate = getattr(each, name)
                record |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            records.append(record)
        return data_frame(records)
