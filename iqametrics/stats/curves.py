"""Least-squares curves through scores and opinions.

Every form is a polynomial plus, for the logistic ones, one sigmoid::

    linear      a0 + a1 z
    cubic       a0 + a1 z + a2 z^2 + a3 z^3
    logistic4   a0                          + a s(k (z - c))
    logistic5   a0 + a1 z                   + a s(k (z - c)),      s(t) = 1/2 - 1/(1 + exp t)

so one solver serves them all. Given the steepness k and the centre c the rest is linear least squares, and
only k and c are searched for (variable projection). Scores and opinions are standardised first: the result
does not depend on the units of either.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from .correlation import spearman
from .rows import FloatArray

# The search box, in standard deviations of the scores. Below the lowest steepness the sigmoid is a straight
# line (logistic4) or a cubic (logistic5) to ten digits, and only its amplitude would still grow. At the
# highest one the curve is a step between two neighbouring scores, which is no regression any more. A centre
# so far outside the scores that even the nearest has s' < exp(-_MARGIN) leaves an exponential on the data,
# again with an amplitude without bounds.
_SLOWEST, _STEEPEST, _MARGIN = 0.02, 10.0, 8.0
_MAX_EVALUATIONS = 300


@dataclass(frozen=True)
class Curve:
    """A fitted curve in standardised units; the published parameters cancel badly, this does not."""

    x_mean: float
    x_scale: float  # signed: negative where the scores were turned round
    y_mean: float
    y_scale: float
    polynomial: FloatArray
    amplitude: float = 0.0
    steepness: float = 1.0
    centre: float = 0.0

    def __call__(self, x: FloatArray) -> FloatArray:
        z = (x - self.x_mean) / self.x_scale
        u = np.polynomial.polynomial.polyval(z, self.polynomial)
        u = u + self.amplitude * _sigmoid(self.steepness * (z - self.centre))
        return np.asarray(self.y_mean + self.y_scale * u)


@dataclass(frozen=True)
class FoundCurve:
    """A curve, whether the search for it converged, and what is out of the ordinary about it."""

    curve: Curve
    converged: bool
    remarks: tuple[str, ...]


def fit_curve(x: FloatArray, y: FloatArray, degree: int, *, sigmoid: bool) -> FoundCurve:
    """Best curve of a polynomial degree, with or without a sigmoid; never worse than without it."""
    x_scale, y_scale = _canonical_scales(x, y)
    z, u = (x - x.mean()) / x_scale, (y - y.mean()) / y_scale
    problem = _Projection(z, u, degree)
    plain = Curve(float(x.mean()), x_scale, float(y.mean()), y_scale, problem.polynomial(0.0 * z, 0.0))
    if not sigmoid:
        return FoundCurve(plain, True, ())
    best, is_step = _search(problem)
    wave, amplitude, _, _ = problem.solve(best.x)
    steepness, centre = problem.steepness_and_centre(best.x)
    curve = replace(
        plain,
        polynomial=problem.polynomial(wave, amplitude),
        amplitude=amplitude,
        steepness=steepness,
        centre=centre,
    )
    if np.sum((y - plain(x)) ** 2) <= np.sum((y - curve(x)) ** 2):
        return FoundCurve(plain, True, ())
    return FoundCurve(curve, best.status > 0, _remarks(best, is_step))


def _canonical_scales(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Signed standard deviations that make the problem the same for x and -x, and for y and -y.

    Scores are turned so that their longer tail points upwards, then opinions so that they rise with the scores.
    """
    deviation = (x - x.mean()) / x.std()
    x_sign = -1.0 if np.mean(deviation**3) < 0 else 1.0
    y_sign = -1.0 if x_sign * spearman(x, y) < 0 else 1.0
    return x_sign * float(x.std()), y_sign * float(y.std())


def _sigmoid(t: FloatArray) -> FloatArray:
    """1/2 - 1/(1 + exp t), without overflow."""
    return 0.5 * np.tanh(0.5 * t)


class _Projection:
    """Residuals of the best curve for a given theta, and their derivatives.

    theta is one plus the log of the steepness, and the place of the centre: the centre itself within the scores, while
    outside them its distance is place's distance divided by the steepness (if above 1), so that one bound on
    the place keeps the sigmoid on the data well above rounding for every steepness.
    """

    def __init__(self, z: FloatArray, u: FloatArray, degree: int) -> None:
        self.z, self.u = z, u
        self.powers = np.vander(z, degree + 1, increasing=True)
        self.q, _ = np.linalg.qr(self.powers)
        self.rest = self._off_polynomial(u)
        self.edges = float(z.min()), float(z.max())

    def steepness_and_centre(self, theta: FloatArray) -> tuple[float, float]:
        steepness = float(np.exp(theta[0] - 1.0))
        inside = float(np.clip(theta[1], *self.edges))
        return steepness, inside + (float(theta[1]) - inside) / max(steepness, 1.0)

    def _off_polynomial(self, columns: FloatArray) -> FloatArray:
        return np.asarray(columns - self.q @ (self.q.T @ columns))

    def solve(self, theta: FloatArray) -> tuple[FloatArray, float, FloatArray, FloatArray]:
        """Sigmoid, its amplitude, its part off the polynomial, and the residuals."""
        steepness, centre = self.steepness_and_centre(theta)
        sigmoid = _sigmoid(steepness * (self.z - centre))
        off = self._off_polynomial(sigmoid)
        square = off @ off
        amplitude = float(off @ self.rest / square) if square > 0 else 0.0
        return sigmoid, amplitude, off, self.rest - amplitude * off

    def residuals(self, theta: FloatArray) -> FloatArray:
        return self.solve(theta)[3]

    def jacobian(self, theta: FloatArray) -> FloatArray:
        """Golub and Pereyra's derivative of the projected residuals by log steepness and place."""
        steepness, centre = self.steepness_and_centre(theta)
        outside = theta[1] - np.clip(theta[1], *self.edges)
        centre_by_place = 1.0 / max(steepness, 1.0) if outside else 1.0
        centre_by_log = -outside / steepness if steepness > 1 else 0.0
        sigmoid, amplitude, off, residuals = self.solve(theta)
        square = off @ off
        if square == 0:
            return np.zeros((self.z.size, 2))
        slope = steepness * (0.25 - sigmoid * sigmoid)
        by_log, by_place = slope * (self.z - centre - centre_by_log), -slope * centre_by_place
        columns = self._off_polynomial(np.column_stack([by_log, by_place]))
        inner = columns - np.outer(off, off @ columns / square)
        return -amplitude * inner - np.outer(off, residuals @ columns / square)

    def polynomial(self, sigmoid: FloatArray, amplitude: float) -> FloatArray:
        """Coefficients that go with a sigmoid of that amplitude."""
        return np.asarray(np.linalg.lstsq(self.powers, self.u - amplitude * sigmoid, rcond=None)[0])


def _search(problem: _Projection) -> tuple[Any, bool]:
    """Best of several starts, and whether it is a step for want of anything better."""
    z = problem.z
    quartiles = np.quantile(z, [0.25, 0.75])
    robust = float(quartiles[1] - quartiles[0]) / 1.349 or 1.0
    steepest = _STEEPEST / min(robust, 1.0)
    # The solver measures its first step by the length of the start, which the 1 in theta keeps from vanishing.
    box = ([1.0 + np.log(_SLOWEST), z.min() - _MARGIN], [1.0 + np.log(steepest), z.max() + _MARGIN])
    found = [
        least_squares(
            problem.residuals,
            (1.0 + np.log(steepness), centre),
            problem.jacobian,
            bounds=box,
            method="dogbox",
            x_scale="jac",
            ftol=1e-10,
            xtol=1e-10,
            gtol=1e-10,
            max_nfev=_MAX_EVALUATIONS,
        )
        for steepness in ([1.0, 1.0 / robust] if robust < 0.5 else [1.0])
        for centre in np.quantile(z, [0.16, 0.5, 0.84])
    ]
    curves = [result for result in found if result.x[0] < 1.0 + np.log(0.99 * steepest)]
    return min(curves or found, key=lambda result: float(result.cost)), not curves


def _remarks(best: Any, is_step: bool) -> tuple[str, ...]:
    remarks = []
    if best.status <= 0:
        remarks.append(f"no convergence within {_MAX_EVALUATIONS} evaluations")
    if is_step:
        remarks.append("at the steepest curve allowed, a step")
    elif np.exp(best.x[0] - 1.0) < 1.1 * _SLOWEST:
        remarks.append("at the slowest curve allowed, a polynomial over these scores")
    elif best.active_mask[1]:
        remarks.append("at the outermost centre allowed, an exponential over these scores")
    return tuple(remarks)
