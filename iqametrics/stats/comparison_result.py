"""What :func:`iqametrics.stats.compare` returns."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.errors import OptionError

from .krasula_result import KrasulaResult
from .results import Agreement, agreement_record, data_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PairTest:
    """One test of one statistic between two metrics.

    Attributes
    ----------
    test, statistic : str
        Which test, of what.
    metric_a, metric_b : str
        The two metrics.
    value_a, value_b : float
        The statistic of each; correlations with their sign counted from the declared direction.
    difference : float
        value_a - value_b.
    low, high : float
        Limits of the difference (bootstrap), else nan.
    test_value : float
        The test's own statistic: F, t or Z.
    p_value, p_adjusted : float
        Two-sided, before and after Benjamini and Hochberg's correction over all pairs of metrics.
    better : str
        The metric that is better at the level asked for after the correction, or "".
    """

    test: str
    statistic: str
    metric_a: str
    metric_b: str
    value_a: float
    value_b: float
    difference: float
    low: float
    high: float
    test_value: float
    p_value: float
    p_adjusted: float
    better: str


@dataclass(frozen=True, repr=False)
class ComparisonResult:
    """Tests between metrics; :meth:`to_frame` lists them, :meth:`matrix` shows who beats whom.

    Attributes
    ----------
    metrics : tuple of str
        The metrics, in the order given.
    agreements : tuple of Agreement
        Overall figures of each metric.
    tests : tuple of PairTest
        Every test of every pair.
    krasula : KrasulaResult or None
        Pair classification, where the opinions' spread was given.
    alpha : float
        Level of the verdicts.
    dropped : tuple of str
        Images left out for want of a score or an opinion.
    warnings : tuple of str
        What a reader of the tests should know.
    """

    metrics: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    tests: tuple[PairTest, ...]
    krasula: KrasulaResult | None
    alpha: float
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_frame(self) -> "pd.DataFrame":
        """One row per test and pair of metrics, with the columns of :class:`PairTest`."""
        return data_frame([asdict(row) for row in self.tests])

    def agreement_frame(self) -> "pd.DataFrame":
        """One row per metric, with the columns of :meth:`EvaluationResult.to_frame`."""
        return data_frame(
            [agreement_record(name, row) for name, row in zip(self.metrics, self.agreements, strict=True)]
        )

    def matrix(self, test: str, statistic: str) -> "pd.DataFrame":
        """Who is significantly better: 1 where the row's metric beats the column's, -1 where it loses, else 0.

        Parameters
        ----------
        test : str
            "f", "pitman_morgan", "williams", "meng", "bootstrap", "delong" or "delong_clustered".
        statistic : str
            A statistic that this test was run on.

        Raises
        ------
        OptionError
            If the test was not run on that statistic; the message lists those that were.
        """
        rows = [row for row in self.tests if row.test == test and row.statistic == statistic]
        if not rows:
            have = sorted({f"{row.test}/{row.statistic}" for row in self.tests})
            raise OptionError(f"There is no test {test}/{statistic}: there are {', '.join(have)}.")
        place = {name: k for k, name in enumerate(self.metrics)}
        verdict = np.zeros((len(place), len(place)), dtype=int)
        for row in rows:
            if row.better:
                loser = row.metric_b if row.better == row.metric_a else row.metric_a
                verdict[place[row.better], place[loser]] = 1
                verdict[place[loser], place[row.better]] = -1
        return data_frame([dict(zip(self.metrics, line.tolist(), strict=True)) for line in verdict]).set_axis(
            list(self.metrics), axis="index"
        )

    def __repr__(self) -> str:
        lines = [f"ComparisonResult: {len(self.metrics)} metrics, n={self.agreements[0].n}, alpha={self.alpha:g}"]
        for name, row in zip(self.metrics, self.agreements, strict=True):
            sign = "" if row.sign_ok is not False else "  sign AGAINST the declared direction"
            lines.append(
                f"  {name:<12}srocc {row.srocc.value:+.4f}  krocc {row.krocc.value:+.4f}  "
                f"plcc {row.plcc.value:.4f}  rmse {row.rmse.value:.4g}{sign}"
            )
        for kind in dict.fromkeys((row.test, row.statistic) for row in self.tests):
            rows = [row for row in self.tests if (row.test, row.statistic) == kind]
            found = sum(bool(row.better) for row in rows)
            lines.append(f"  {'/'.join(kind):<32}{found} of {len(rows)} pairs differ")
        lines += [f"  warning: {text}" for text in self.warnings]
        return "\n".join(lines)
