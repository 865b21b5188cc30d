"""Every statistic of one metric over one set of rows, with intervals and the resamples behind them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from iqametrics.errors import OptionError

from .correlation import constant_side, kendall, pearson, spearman
from .intervals import (
    UNKNOWN,
    Interval,
    bca_interval,
    bonett_wright_interval,
    check_level,
    fieller_interval,
    fisher_interval,
    percentile_interval,
)
from .logistic import FitForm, LogisticFit, fit_logistic, no_fit
from .resampling import STATISTICS, Resamples, draw_resamples, resampled_statistics
from .results import Agreement, Estimate
from .rows import FloatArray, Labels, one_of

IntervalKind = Literal["bootstrap", "percentile", "analytic"]

# With fewer resampled units the tails of a bootstrap distribution are a handful of distinct values.
FEWEST_UNITS = 5
_FEWEST_RESAMPLES = 100


@dataclass(frozen=True)
class Settings:
    """How agreement is computed, checked once."""

    form: FitForm
    ci: IntervalKind | None
    level: float
    n_resamples: int
    seed: int

    def __post_init__(self) -> None:
        one_of("fit", self.form, ("logistic5", "logistic4", "cubic", "linear"))
        one_of("ci", self.ci, ("bootstrap", "percentile", "analytic", None))
        check_level(self.level)
        if self.n_resamples < _FEWEST_RESAMPLES:
            raise OptionError(f"n_resamples={self.n_resamples} is too few to read percentiles from: take 1000 or more.")


@dataclass(frozen=True)
class Replicates:
    """A statistic's bootstrap and jackknife values, in the same order for every metric on the same rows."""

    drawn: FloatArray
    left_out: FloatArray


@dataclass(frozen=True)
class Assessment:
    """Agreement, and the resampled statistics by name (empty without a bootstrap)."""

    agreement: Agreement
    replicates: dict[str, Replicates]
    n_units: int


def assess(
    x: FloatArray,
    y: FloatArray,
    *,
    sigma: FloatArray | None,
    references: Labels | None,
    sign: int,
    settings: Settings,
    scope: str = "overall",
    label: str = "all",
) -> Assessment:
    """Agreement of scores x with opinions y; sigma is that of the outlier ratio."""
    reason = "one row" if x.size < 2 else constant_side(x, y, ("score", "opinion"))
    fit = no_fit(settings.form, x.size, reason) if reason else fit_logistic(x, y, settings.form)
    values = dict.fromkeys(STATISTICS, float("nan"))
    replicates: dict[str, Replicates] = {}
    units = resampled_units(references, x.size)
    notes = [fit.message] if fit.message else []
    if not reason:
        values |= _statistics(x, y, fit, sigma)
        if settings.ci in ("bootstrap", "percentile"):
            if len(units) >= FEWEST_UNITS:
                resamples = draw_resamples(len(units), settings.n_resamples, settings.seed)
                replicates = _replicates(x, y, fit, sigma, units, resamples)
            else:
                notes.append(f"no interval: {len(units)} units to resample, {FEWEST_UNITS} are needed")
    limits = _limits(values, replicates, x.size, len(units), settings)
    agreement = Agreement(
        scope=scope,
        label=label,
        n=x.size,
        n_references=0 if references is None else len(references),
        **{name: Estimate(values[name], *limits.get(name, UNKNOWN)) for name in STATISTICS},
        fit=fit,
        expected_sign=sign,
        sign_ok=None if reason or values["srocc"] == 0 else bool(np.sign(values["srocc"]) == sign),
        note="; ".join(notes),
    )
    return Assessment(agreement, replicates, len(units))


def resampled_units(references: Labels | None, n: int) -> Labels:
    """What is drawn or left out as a whole: references where there are two or more, else rows."""
    if references is not None and len(references) > 1:
        return references
    return Labels(np.arange(n), tuple(str(row) for row in range(n)))


def _statistics(x: FloatArray, y: FloatArray, fit: LogisticFit, sigma: FloatArray | None) -> dict[str, float]:
    values = {
        "srocc": spearman(x, y),
        "krocc": kendall(x, y),
        "plcc_linear": pearson(x, y),
        "plcc": fit.plcc,
        "rmse": fit.rmse,
    }
    if sigma is not None:
        values["outlier_ratio"] = float(np.mean(np.abs(fit(x) - y) > 2 * sigma))
    return values


def _replicates(
    x: FloatArray,
    y: FloatArray,
    fit: LogisticFit,
    sigma: FloatArray | None,
    units: Labels,
    resamples: Resamples,
) -> dict[str, Replicates]:
    resampled = resampled_statistics(x, y, fit, sigma, units, resamples.counts)
    return {name: Replicates(*resamples.split(values)) for name, values in resampled.items()}


def _limits(
    values: dict[str, float], replicates: dict[str, Replicates], n: int, n_units: int, settings: Settings
) -> dict[str, Interval]:
    level = settings.level
    if settings.ci == "analytic":
        return {
            "srocc": bonett_wright_interval(values["srocc"], n, level),
            "krocc": fieller_interval(values["krocc"], n, level),
            "plcc_linear": fisher_interval(values["plcc_linear"], n, level),
            "plcc": fisher_interval(values["plcc"], n, level),
        }
    if settings.ci == "percentile":
        return {name: percentile_interval(r.drawn, level, n_units) for name, r in replicates.items()}
    return {name: bca_interval(values[name], r.drawn, r.left_out, level, n_units) for name, r in replicates.items()}
