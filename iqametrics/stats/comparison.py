"""Metrics against each other on one data set."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import kurtosis

from iqametrics.errors import OptionError

from .alignment import Missing, listed
from .assessment import Settings
from .comparison_result import ComparisonResult
from .krasula_analysis import krasula_of_rows
from .logistic import FitForm
from .pair_tests import Subject, run_tests
from .rows import (
    Direction,
    MosKind,
    Rows,
    direction_of_each,
    expected_sign,
    gather_rows,
    one_of,
)

TESTS = ("f", "pitman_morgan", "williams", "meng", "bootstrap", "krasula")

# Sheikh's criterion of Gaussian residuals.
_GAUSSIAN = (2.0, 4.0)


def compare(
    scores: Mapping[str, Any],
    mos: Any,
    *,
    direction: Mapping[str, Direction],
    mos_kind: MosKind = "mos",
    mos_std: Any = None,
    n_ratings: Any = None,
    references: Any = None,
    images: Sequence[Any] | None = None,
    fit: FitForm = "logistic5",
    tests: Iterable[str] | None = None,
    alpha: float = 0.05,
    n_resamples: int = 1000,
    seed: int = 0,
    max_pairs: int = 5_000_000,
    missing: Missing = "raise",
) -> ComparisonResult:
    """Which of several metrics agrees better with the same opinions, and whether that is more than chance.

    Every pair of metrics is put to every test; p-values of one test and statistic are corrected over the
    pairs after Benjamini and Hochberg.

    ================= =============================================== =======================================
    test              statistics                                      what it takes for granted
    ================= =============================================== =======================================
    f                 residual_variance                               Gaussian, independent residuals [1]_
    pitman_morgan     residual_variance                               Gaussian, paired residuals
    williams, meng    plcc, srocc                                     normal variables, independent images
    bootstrap         srocc, krocc, plcc, rmse                        independent references
    delong            auc_different, auc_better, share_correct        independent pairs of images [2]_
    delong_clustered  the same                                        independent references
    ================= =============================================== =======================================

    Versions of one reference are not independent images: the bootstrap and delong_clustered are the tests to
    believe, the others are what papers report.

    Parameters
    ----------
    scores : mapping of str to array_like of float, or pandas.DataFrame
        Scores of each metric, one per image. Columns that are Series are matched by index, as in
        :func:`evaluate`.
    mos : array_like of float or pandas.Series, shape (n,)
        Mean opinion per image.
    direction : mapping of str to bool or {"higher", "lower"}
        Which scores each metric declares to be better. Correlations are compared with their sign counted
        from it: a metric that ranks the wrong way round has a negative one, and loses.
    mos_kind : {"mos", "dmos"}, optional
        Whether higher opinions are better or worse.
    mos_std : array_like of float, shape (n,), optional
        Standard deviation of the opinions about each image, for "krasula".
    n_ratings : int or array_like of int, shape (n,), optional
        Number of opinions behind each mean, for "krasula"; 1 where `mos_std` is the standard error already.
    references : array_like, shape (n,), optional
        Reference of each image: what the bootstrap draws and delong_clustered sums over.
    images : sequence, optional
        Names of the images, for messages.
    fit : {"logistic5", "logistic4", "cubic", "linear"}, optional
        Regression before PLCC, RMSE and residuals.
    tests : iterable of {"f", "pitman_morgan", "williams", "meng", "bootstrap", "krasula"}, optional
        What to run; "krasula" stands for both DeLong tests. By default everything the data allow.
    alpha : float, optional
        Level below which a corrected p-value names a better metric; 1 - alpha is the level of intervals.
    n_resamples, seed : int, optional
        Bootstrap resamples, the same for all metrics, and their seed.
    max_pairs : int, optional
        See :func:`krasula`.
    missing : {"raise", "drop"}, optional
        What to do with images that lack the score of any metric, or an opinion.

    Returns
    -------
    ComparisonResult
        With ``to_frame()`` and ``matrix(test, statistic)``.

    Raises
    ------
    ShapeError, NonFiniteError
        As :func:`evaluate`.
    OptionError
        If there are fewer than two metrics, one has no direction, or a test is unknown or lacks its data.

    References
    ----------
    .. [1] H. R. Sheikh, M. F. Sabir, A. C. Bovik, IEEE Trans. Image Processing 15(11), 2006.
       https://doi.org/10.1109/TIP.2006.881959
    .. [2] L. Krasula, K. Fliegel, P. Le Callet, M. Klima, QoMEX 2016.
       https://doi.org/10.1109/QoMEX.2016.7498936

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import compare
    >>> generator = np.random.default_rng(0)
    >>> opinions = generator.uniform(1, 5, size=300)
    >>> scores = {"good": opinions + generator.normal(size=300), "poor": generator.normal(size=300) - opinions / 3}
    >>> result = compare(scores, opinions, direction={"good": "higher", "poor": "lower"},
    ...                  references=np.arange(300) // 10)
    >>> result.matrix("bootstrap", "srocc").loc["good"].to_dict()
    {'good': 0, 'poor': 1}
    """
    named = {str(name): values for name, values in scores.items()}
    if len(named) < 2:
        raise OptionError(f"{len(named)} metric(s) were given: a comparison needs at least two.")
    if not 0 < alpha < 1:
        raise OptionError(f"alpha={alpha!r} is not a level: it lies between 0 and 1, as 0.05.")
    directions = direction_of_each(named, direction)
    signs = {name: expected_sign(each, mos_kind) for name, each in directions.items()}
    chosen = _chosen_tests(tests, mos_std is not None and n_ratings is not None)
    settings = Settings(fit, "bootstrap" if "bootstrap" in chosen else None, 1 - alpha, n_resamples, seed)
    rows = gather_rows(
        named,
        mos,
        mos_std=mos_std,
        n_ratings=n_ratings,
        references=references,
        images=images,
        missing=missing,
    )
    subjects = [Subject.of(name, rows, signs[name], settings) for name in rows.scores]
    constant = [subject.name for subject in subjects if np.isnan(subject.agreement.srocc.value)]
    if constant:
        raise OptionError(f"Scores or opinions are constant, so there is nothing to compare: {', '.join(constant)}.")
    krasula = None
    if "krasula" in chosen:
        krasula = krasula_of_rows(rows, directions, mos_kind, level=1 - alpha, max_pairs=max_pairs, seed=seed)
    return ComparisonResult(
        metrics=tuple(rows.scores),
        agreements=tuple(subject.agreement for subject in subjects),
        tests=run_tests(subjects, rows.mos, chosen, krasula, alpha),
        krasula=krasula,
        alpha=alpha,
        dropped=rows.dropped,
        warnings=_warnings(subjects, chosen, rows),
    )


def _chosen_tests(tests: Iterable[str] | None, has_spread: bool) -> tuple[str, ...]:
    if tests is None:
        return tuple(test for test in TESTS if has_spread or test != "krasula")
    chosen = (tests,) if isinstance(tests, str) else tuple(tests)
    for test in chosen:
        one_of("tests", test, TESTS)
    return chosen


def _warnings(subjects: Sequence[Subject], tests: Sequence[str], rows: Rows) -> tuple[str, ...]:
    texts = []
    wrong = [
        f"{subject.name} ({subject.agreement.srocc.value:+.3f})"
        for subject in subjects
        if subject.agreement.sign_ok is False
    ]
    if wrong:
        texts.append(
            f"SROCC has the wrong sign for {listed(wrong)}: check direction and mos_kind. "
            "Their PLCC and residuals after the fit do not show it."
        )
    unfit = [
        s.name for s in subjects if not s.agreement.fit.converged or s.agreement.fit.form != s.agreement.fit.requested
    ]
    if unfit:
        texts.append(f"The fit did not converge, or a line stands in for it, for {listed(unfit)}.")
    if "f" in tests:
        tails = [(s.name, float(kurtosis(s.residuals, fisher=False))) for s in subjects]
        heavy = [f"{name} ({value:.2f})" for name, value in tails if not _GAUSSIAN[0] <= value <= _GAUSSIAN[1]]
        if heavy:
            texts.append(
                f"Residuals with a kurtosis outside {_GAUSSIAN[0]:g} to {_GAUSSIAN[1]:g}, hardly Gaussian as the "
                f"F-test has it: {listed(heavy)}."
            )
    if rows.references is None and {"bootstrap", "krasula"} & set(tests):
        texts.append("No references were given: the bootstrap and delong_clustered take the images for independent.")
    if "bootstrap" in tests and not subjects[0].assessment.replicates:
        texts.append(f"No bootstrap: {subjects[0].agreement.note}.")
    if rows.dropped:
        texts.append(f"{len(rows.dropped)} images were left out: {listed(rows.dropped)}.")
    return tuple(texts)
