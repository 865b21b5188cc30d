"""The regression of opinions on scores that comes before PLCC and RMSE: its forms, and its result."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from .correlation import constant_side, pearson
from .curves import Curve, fit_curve
from .rows import FloatArray, column, one_of, paired

FitForm = Literal["logistic4", "logistic5", "cubic", "linear"]

_ROWS_PER_PARAMETER = 2
_DEGREE = {"linear": 1, "cubic": 3, "logistic4": 0, "logistic5": 1}
_N_PARAMS = {"linear": 2, "cubic": 4, "logistic4": 4, "logistic5": 5}


@dataclass(frozen=True, repr=False)
class LogisticFit:
    """Curve that maps scores to opinions; call it with scores to get the predicted opinions.

    Attributes
    ----------
    form : str
        The form of the curve. Differs from `requested` only where a line had to stand in.
    requested : str
        The form asked for.
    params : tuple of float
        b1, b2, ... of the form's equation in :func:`fit_logistic`, in the units of the data.
    converged : bool
        Whether the kept solution met the solver's tolerance.
    message : str
        What is out of the ordinary, in words: no convergence, a line standing in, a limit of the family, or
        why there is no fit. Empty where all is well.
    n : int
        Number of rows fitted.
    rss : float
        Residual sum of squares, in squared opinion units.
    plcc : float
        Pearson's correlation of predicted and given opinions, >= 0.
    rmse : float
        sqrt(rss / n), in opinion units.
    monotonic : bool
        Whether the curve only rises, or only falls, over the scores fitted. Where it does not, PLCC gives
        credit for a relation that ranks (SROCC, KROCC) do not see.
    """

    form: str
    requested: str
    params: tuple[float, ...]
    converged: bool
    message: str
    n: int
    rss: float
    plcc: float
    rmse: float
    monotonic: bool
    _curve: Curve | None = field(repr=False, compare=False)

    def __repr__(self) -> str:
        params = ", ".join(f"{value:.6g}" for value in self.params)
        state = "converged" if self.converged else "NOT converged"
        remark = f": {self.message}" if self.message else ""
        return f"LogisticFit({self.form}, n={self.n}, plcc={self.plcc:.4f}, b=[{params}], {state}{remark})"

    def __call__(self, scores: npt.ArrayLike) -> FloatArray:
        """Opinions predicted for scores of shape (n,); nan where there is no fit."""
        x = column(scores, "scores")
        return np.full(x.shape, np.nan) if self._curve is None else self._curve(x)


def fit_logistic(x: npt.ArrayLike, y: npt.ArrayLike, form: FitForm = "logistic5") -> LogisticFit:
    r"""Least-squares curve from scores to opinions, as asked for before PLCC and RMSE are quoted.

    ========== ===================================================================================== ==========
    form       :math:`f(x)`                                                                          parameters
    ========== ===================================================================================== ==========
    logistic4  :math:`(b_1 - b_2) / (1 + \exp(-(x - b_3) / |b_4|)) + b_2`                            4 [1]_
    logistic5  :math:`b_1 \left(1/2 - 1 / (1 + \exp(b_2 (x - b_3)))\right) + b_4 x + b_5`            5 [2]_
    cubic      :math:`b_1 + b_2 x + b_3 x^2 + b_4 x^3`                                               4
    linear     :math:`b_1 + b_2 x`                                                                   2
    ========== ===================================================================================== ==========

    Parameters
    ----------
    x : array_like of float, shape (n,)
        Scores of one metric, in any unit and direction.
    y : array_like of float, shape (n,)
        Mean opinions of the same images, MOS or DMOS.
    form : {"logistic5", "logistic4", "cubic", "linear"}, optional
        The curve. `logistic5` and `cubic` hold every line, so their PLCC is never below ``abs(plcc(x, y))``.
        `logistic4` holds lines only as a limit, and can fall short of that by a hair.

    Returns
    -------
    LogisticFit
        The curve with its parameters (b2 >= 0 of logistic5 and b4 > 0 of logistic4), residuals' size,
        and whether and how the search ended. Where `x` or `y` is constant everything is nan and `message`
        says why. With fewer than two rows per parameter a line is fitted in place of the curve.

    Raises
    ------
    ShapeError
        If the arrays are not one-dimensional, differ in length, or hold fewer than two pairs.
    NonFiniteError
        If a value is NaN or infinite; the message names the rows.
    OptionError
        If `form` is unknown.

    Notes
    -----
    The search starts at three centres (the 16th, 50th and 84th percentile of `x`) with the steepness
    1 / std(x), and also 1 / (robust std) where outliers make the two differ by a factor of two; the smallest
    residual wins. The steepness is held between 0.02 and 10 per standard deviation (per robust standard
    deviation at the upper end), and the centre near enough to the data to bend the curve on them. Without
    those limits least squares runs off to curves that are no regressions: a step between two neighbouring
    scores, which isolates a few images and drives PLCC up, or amplitudes without end. A solution on the
    upper steepness is kept only if every start ends there.

    Data are brought to one canonical orientation before the fit: ``y`` and ``c - y`` get mirrored curves
    and the same PLCC, as do `x` and any ``a * x + b``.

    References
    ----------
    .. [1] VQEG, "Final report from the Video Quality Experts Group on the validation of objective models of
       video quality assessment", 2000.
    .. [2] H. R. Sheikh, M. F. Sabir, A. C. Bovik, "A statistical evaluation of recent full reference image
       quality assessment algorithms", IEEE Trans. Image Processing 15(11), 2006.
       https://doi.org/10.1109/TIP.2006.881959
    .. [3] G. H. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares
       problems whose variables separate", SIAM J. Numerical Analysis 10(2), 1973.
       https://doi.org/10.1137/0710036

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.stats import fit_logistic
    >>> scores = np.linspace(0, 1, 40)
    >>> opinions = 80 / (1 + np.exp(-(scores - 0.6) / 0.1)) + 10
    >>> fit = fit_logistic(scores, opinions, form="logistic4")
    >>> [round(b, 6) for b in fit.params]
    [90.0, 10.0, 0.6, 0.1]
    >>> round(fit.plcc, 6)
    1.0
    """
    one_of("form", form, tuple(_DEGREE))
    x, y = paired(x, y)
    reason = constant_side(x, y)
    if reason is not None:
        return no_fit(form, x.size, reason)
    too_few = x.size < _ROWS_PER_PARAMETER * _N_PARAMS[form] and form != "linear"
    used: FitForm = "linear" if too_few else form
    notes = [f"a line stands in for {form}: {x.size} rows are too few"] if too_few else []

    found = fit_curve(x, y, _DEGREE[used], sigmoid=used in ("logistic4", "logistic5"))
    predicted = found.curve(x)
    residual = y - predicted
    rss = float(residual @ residual)
    steps = np.diff(predicted[np.argsort(x)])
    rounding = 1e-12 * np.ptp(predicted)
    return LogisticFit(
        form=used,
        requested=form,
        params=_published_parameters(found.curve, used),
        converged=found.converged,
        message="; ".join([*notes, *found.remarks]),
        n=x.size,
        rss=rss,
        plcc=float("nan") if constant_side(predicted, y) else pearson(predicted, y),
        rmse=float(np.sqrt(rss / x.size)),
        monotonic=bool((steps >= -rounding).all() or (steps <= rounding).all()),
        _curve=found.curve,
    )


def no_fit(form: str, n: int, reason: str) -> LogisticFit:
    """The fit that does not exist, and why."""
    nan = float("nan")
    return LogisticFit(form, form, (nan,) * _N_PARAMS[form], False, reason, n, nan, nan, nan, False, None)


def _published_parameters(curve: Curve, form: str) -> tuple[float, ...]:
    """b1, b2, ... of the form's equation in the units of the data."""
    if form in ("linear", "cubic"):
        inner = np.polynomial.Polynomial([-curve.x_mean / curve.x_scale, 1.0 / curve.x_scale])
        outer = np.polynomial.Polynomial(curve.polynomial * curve.y_scale)
        coefficients = [float(b) for b in (outer(inner) + curve.y_mean).coef]
        return tuple(coefficients + [0.0] * (_N_PARAMS[form] - len(coefficients)))
    # An odd sigmoid: turning the scores round changes the sign of its amplitude, not of its steepness.
    amplitude = curve.amplitude * curve.y_scale * np.sign(curve.x_scale)
    steepness = curve.steepness / abs(curve.x_scale)
    centre = curve.x_mean + curve.centre * curve.x_scale
    level = curve.y_mean + curve.y_scale * curve.polynomial[0]
    if form == "logistic4":
        return float(level + amplitude / 2), float(level - amplitude / 2), centre, 1.0 / steepness
    slope = curve.y_scale * curve.polynomial[1] / curve.x_scale
    return float(amplitude), steepness, centre, float(slope), float(level - slope * curve.x_mean)
