"""The tests of :func:`iqametrics.stats.compare`, run over every pair of metrics."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from .assessment import Assessment, Settings, assess
from .comparison_result import PairTest
from .correlation import pearson, spearman
from .correlation_tests import meng_test, williams_test
from .intervals import UNKNOWN, Interval
from .krasula_result import KRASULA_STATISTICS, KrasulaResult
from .residual_tests import f_test, pitman_morgan_test
from .results import SIGNED, Agreement
from .rows import FloatArray, Rows
from .significance import TestResult, benjamini_hochberg, bootstrap_difference

_BOOTSTRAPPED = ("srocc", "krocc", "plcc", "rmse")
_FITTED = ("plcc", "rmse")
_SOLVER_TOLERANCE = 1e-5
_LOWER_IS_BETTER = ("rmse", "residual_variance")


@dataclass(frozen=True)
class Subject:
    """A metric under comparison."""

    name: str
    assessment: Assessment
    oriented: FloatArray  # scores that by declaration rise with the opinions
    predicted: FloatArray
    residuals: FloatArray

    @classmethod
    def of(cls, name: str, rows: Rows, sign: int, settings: Settings) -> "Subject":
        scores = rows.scores[name]
        found = assess(scores, rows.mos, sigma=None, references=rows.references, sign=sign, settings=settings)
        predicted = found.agreement.fit(scores)
        return cls(name, found, sign * scores, predicted, rows.mos - predicted)

    @property
    def agreement(self) -> Agreement:
        return self.assessment.agreement

    def drawn(self, statistic: str) -> FloatArray:
        """Resampled statistic, its sign counted from the declared direction."""
        sign = self.agreement.expected_sign if statistic in SIGNED else 1
        return sign * self.assessment.replicates[statistic].drawn

    def fitted_as(self, other: "Subject") -> "Subject":
        """The same metric with another's predictions, and all that follows from them."""
        found = self.assessment
        agreement = replace(found.agreement, **{name: getattr(other.agreement, name) for name in _FITTED})
        replicates = found.replicates | {
            name: values for name, values in other.assessment.replicates.items() if name in _FITTED
        }
        assessment = replace(found, agreement=agreement, replicates=replicates)
        return replace(self, assessment=assessment, predicted=other.predicted, residuals=other.residuals)


def run_tests(
    subjects: Sequence[Subject],
    mos: FloatArray,
    tests: Collection[str],
    krasula: KrasulaResult | None,
    alpha: float,
) -> tuple[PairTest, ...]:
    """Every test of every pair, p-values corrected within each test and statistic."""
    found: list[PairTest] = []
    for a, other in combinations(subjects, 2):
        # One metric in two units has two fits that differ by the solver's tolerance: no reason for a verdict.
        same = np.max(np.abs(a.predicted - other.predicted)) <= _SOLVER_TOLERANCE * np.std(mos)
        b = other.fitted_as(a) if same else other
        found += _residual_tests(a, b, tests)
        found += _correlation_tests(a, b, mos, tests)
        if "bootstrap" in tests:
            found += _bootstrap_tests(a, b, 1 - alpha)
        if krasula is not None:
            found += _delong_tests(a, b, krasula)
    return _corrected(found, alpha)


def _residual_tests(a: Subject, b: Subject, tests: Collection[str]) -> Iterator[PairTest]:
    values = float(np.var(a.residuals, ddof=1)), float(np.var(b.residuals, ddof=1))
    for name, test in (("f", f_test), ("pitman_morgan", pitman_morgan_test)):
        if name in tests:
            yield _row(name, "residual_variance", a, b, values, test(a.residuals, b.residuals))


def _correlation_tests(a: Subject, b: Subject, mos: FloatArray, tests: Collection[str]) -> Iterator[PairTest]:
    between = {"plcc": pearson(a.predicted, b.predicted), "srocc": spearman(a.oriented, b.oriented)}
    for name, test in (("williams", williams_test), ("meng", meng_test)):
        if name in tests:
            for statistic, r23 in between.items():
                r12, r13 = a.agreement.oriented(statistic), b.agreement.oriented(statistic)
                yield _row(name, statistic, a, b, (r12, r13), test(r12, r13, r23, mos.size))


def _bootstrap_tests(a: Subject, b: Subject, level: float) -> Iterator[PairTest]:
    """Both metrics see the same resamples, so their differences resample by resample are paired."""
    for statistic in _BOOTSTRAPPED if a.assessment.replicates else ():
        values = a.agreement.oriented(statistic), b.agreement.oriented(statistic)
        differences = a.drawn(statistic) - b.drawn(statistic)
        result, limits = bootstrap_difference(values[0] - values[1], differences, a.assessment.n_units, level)
        yield _row("bootstrap", statistic, a, b, values, result, limits)


def _delong_tests(a: Subject, b: Subject, krasula: KrasulaResult) -> Iterator[PairTest]:
    by_name = {row.metric: row for row in krasula.metrics}
    for statistic in KRASULA_STATISTICS:
        values = getattr(by_name[a.name], statistic).value, getattr(by_name[b.name], statistic).value
        for name, clustered in (("delong", False), ("delong_clustered", True)):
            result = krasula.test(statistic, a.name, b.name, clustered=clustered)
            yield _row(name, statistic, a, b, values, result)


def _row(
    test: str,
    statistic: str,
    a: Subject,
    b: Subject,
    values: tuple[float, float],
    result: TestResult,
    limits: Interval = UNKNOWN,
) -> PairTest:
    return PairTest(
        test=test,
        statistic=statistic,
        metric_a=a.name,
        metric_b=b.name,
        value_a=values[0],
        value_b=values[1],
        difference=values[0] - values[1],
        low=limits[0],
        high=limits[1],
        test_value=result.statistic,
        p_value=result.p_value,
        p_adjusted=float("nan"),
        better="",
    )


def _corrected(rows: Sequence[PairTest], alpha: float) -> tuple[PairTest, ...]:
    """p-values adjusted within each family, families one after the other, and the verdicts."""
    families: dict[tuple[str, str], list[PairTest]] = {}
    for row in rows:
        families.setdefault((row.test, row.statistic), []).append(row)
    out = []
    for family in families.values():
        for row, p in zip(family, benjamini_hochberg([row.p_value for row in family]), strict=True):
            out.append(replace(row, p_adjusted=float(p), better=_better(row) if p < alpha else ""))
    return tuple(out)


def _better(row: PairTest) -> str:
    lead = -row.difference if row.statistic in _LOWER_IS_BETTER else row.difference
    return row.metric_a if lead > 0 else row.metric_b
