"""What :func:`iqametrics.stats.evaluate` returns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.errors import DependencyError, OptionError

from .logistic import LogisticFit
from .resampling import STATISTICS
from .rows import one_of

if TYPE_CHECKING:
    import pandas as pd

SIGNED = ("srocc", "krocc", "plcc_linear")


@dataclass(frozen=True)
class Estimate:
    """A statistic and the limits of its confidence interval; nan where there is none."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.low):
            return f"{self.value:.4f}"
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


@dataclass(frozen=True)
class Agreement:
    """How scores agree with opinions over one set of rows.

    Attributes
    ----------
    scope : str
        "overall", "distortion" or "reference".
    label : str
        Name of the distortion type or reference; "all" for the whole.
    n, n_references : int
        Rows, and distinct references among them (0 if references are not known).
    srocc, krocc, plcc_linear : Estimate
        Correlations of the scores as they are, with their sign.
    plcc, rmse : Estimate
        After the fit; plcc is >= 0 by construction, whatever the direction: see `sign_ok`.
    outlier_ratio : Estimate
        After the fit; nan without ``mos_std``.
    fit : LogisticFit
        The regression.
    expected_sign : int
        Sign of the correlations by the declared direction: +1 or -1.
    sign_ok : bool or None
        Whether SROCC has that sign; None where SROCC is nan or 0.
    note : str
        What is out of the ordinary in this row.
    """

    scope: str
    label: str
    n: int
    n_references: int
    srocc: Estimate
    krocc: Estimate
    plcc_linear: Estimate
    plcc: Estimate
    rmse: Estimate
    outlier_ratio: Estimate
    fit: LogisticFit
    expected_sign: int
    sign_ok: bool | None
    note: str

    def oriented(self, statistic: str) -> float:
        """A statistic with its sign counted from the declared direction: positive is as it should be."""
        return self.oriented_estimate(statistic).value

    def oriented_estimate(self, statistic: str) -> Estimate:
        """The same with the limits of its interval."""
        estimate: Estimate = getattr(self, check_statistic(statistic))
        if statistic not in SIGNED or self.expected_sign > 0:
            return estimate
        return Estimate(-estimate.value, -estimate.high, -estimate.low)


@dataclass(frozen=True, repr=False)
class EvaluationResult:
    """A metric's agreement with opinions; print it, or take it to pandas with :meth:`to_frame`.

    Attributes
    ----------
    metric : str
        Name of the metric.
    overall : Agreement
        All rows.
    distortions, references : tuple of Agreement
        One per distortion type and one per reference, in the order of their sorted labels.
    mos_kind : str
        "mos" or "dmos".
    ci : str or None
        Kind of the intervals.
    level : float
        Their confidence level.
    dropped : tuple of str
        Images left out for want of a score or an opinion (``missing="drop"``).
    warnings : tuple of str
        What a reader of the figures should know: signs against the declared direction, fits that did not
        converge, images left out, intervals that rest on few references.
    """

    metric: str
    overall: Agreement
    distortions: tuple[Agreement, ...]
    references: tuple[Agreement, ...]
    mos_kind: str
    ci: str | None
    level: float
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]

    def mean_over_references(self, statistic: str = "srocc", *, fisher_z: bool = False) -> float:
        """Mean over references of a statistic, or the mean in Fisher's z for correlations.

        Parameters
        ----------
        statistic : str, optional
            A name among the statistics of :class:`Agreement`.
        fisher_z : bool, optional
            Average artanh of the statistic and transform back.

        Returns
        -------
        float
            References where the statistic is nan do not count; nan without any.
        """
        values = np.array([getattr(row, check_statistic(statistic)).value for row in self.references])
        values = values[np.isfinite(values)]
        if values.size == 0:
            return float("nan")
        if not fisher_z:
            return float(values.mean())
        if statistic in ("rmse", "outlier_ratio"):
            raise OptionError(f"fisher_z averages correlations; {statistic} is none.")
        with np.errstate(divide="ignore"):
            return float(np.tanh(np.arctanh(values).mean()))

    def to_frame(self) -> "pd.DataFrame":
        """One row per scope and label: the statistics, their limits, the fit, the sign check, notes.

        Returns
        -------
        pandas.DataFrame
            Columns metric, scope, label, n, n_references; each statistic with ``_low`` and ``_high``;
            expected_sign, sign_ok, fit, fit_converged, fit_monotonic, b1 ... b5, note. Frames of several
            metrics can be concatenated.
        """
        rows = [agreement_record(self.metric, row) for row in (self.overall, *self.distortions, *self.references)]
        return data_frame(rows)

    def __repr__(self) -> str:
        row = self.overall
        lines = [
            f"EvaluationResult: {self.metric} against {self.mos_kind.upper()}, n={row.n}"
            + "".join(
                f", {len(parts)} {name}"
                for parts, name in ((self.distortions, "distortion types"), (self.references, "references"))
                if parts
            )
        ]
        if self.ci is not None:
            lines[0] += f"; intervals: {self.ci}, {self.level:.0%}"
        for statistic in STATISTICS:
            estimate: Estimate = getattr(row, statistic)
            if statistic != "outlier_ratio" or not np.isnan(estimate.value):
                lines.append(f"  {statistic:<14}{estimate}")
        lines.append(f"  {'fit':<14}{row.fit!r}")
        agreement = {True: "as declared", False: "AGAINST the declared direction", None: "undefined"}[row.sign_ok]
        lines.append(f"  {'sign':<14}{agreement} (expected {row.expected_sign:+d})")
        lines += [f"  warning: {text}" for text in self.warnings]
        return "\n".join(lines)


def mean_over_datasets(
    results: Mapping[str, EvaluationResult] | Iterable[EvaluationResult],
    statistic: str = "srocc",
    *,
    weighting: str = "size",
) -> float:
    """Mean of a metric's statistic over data sets, as tables of the literature end with.

    Signs are counted from each data set's declared direction, so that MOS and DMOS sets can be averaged
    and a correlation of the wrong sign lowers the mean.

    Parameters
    ----------
    results : mapping or iterable of EvaluationResult
        The same metric on several data sets.
    statistic : str, optional
        A correlation's name.
    weighting : {"size", "direct"}, optional
        Weigh each data set by its number of images, or all alike.

    Returns
    -------
    float
        The mean; nan if one of the values is.

    Examples
    --------
    >>> from iqametrics.stats import evaluate, mean_over_datasets
    >>> first = evaluate([1, 2, 3, 4, 5], [1, 3, 2, 4, 5], direction="higher", ci=None)
    >>> second = evaluate([1, 2, 3, 4], [9, 7, 6, 5], direction="higher", mos_kind="dmos", ci=None)
    >>> round(mean_over_datasets([first, second]), 6)
    0.944444
    """
    rows = [result.overall for result in (results.values() if isinstance(results, Mapping) else results)]
    if not rows:
        raise OptionError("No result was given to average.")
    one_of("weighting", weighting, ("size", "direct"))
    one_of("statistic", statistic, ("srocc", "krocc", "plcc", "plcc_linear"))
    weights = [row.n if weighting == "size" else 1 for row in rows]
    return float(np.average([row.oriented(statistic) for row in rows], weights=weights))


def check_statistic(statistic: str) -> str:
    """The name, if a statistic has it."""
    if statistic not in STATISTICS:
        raise OptionError(f"{statistic!r} is not a statistic: choose one of {', '.join(STATISTICS)}.")
    return statistic


def data_frame(records: list[dict[str, Any]]) -> "pd.DataFrame":
    """A pandas table of records, pandas being imported only now."""
    try:
        import pandas as pd
    except ImportError as error:
        raise DependencyError("A table needs pandas: pip install 'iqametrics[stats]'.") from error
    return pd.DataFrame.from_records(records)


def agreement_record(metric: str, row: Agreement) -> dict[str, Any]:
    """A table's row for a metric's agreement."""
    record: dict[str, Any] = {
        "metric": metric,
        "scope": row.scope,
        "label": row.label,
        "n": row.n,
        "n_references": row.n_references,
    }
    for statistic in STATISTICS:
        estimate: Estimate = getattr(row, statistic)
        record |= {
            statistic: estimate.value,
            f"{statistic}_low": estimate.low,
            f"{statistic}_high": estimate.high,
        }
    record |= {
        "expected_sign": row.expected_sign,
        "sign_ok": row.sign_ok,
        "fit": row.fit.form,
        "fit_converged": row.fit.converged,
        "fit_monotonic": row.fit.monotonic,
    }
    for number in range(5):
        record[f"b{number + 1}"] = row.fit.params[number] if number < len(row.fit.params) else float("nan")
    record["note"] = row.note
    return record
