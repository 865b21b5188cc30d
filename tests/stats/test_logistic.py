import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

import iqametrics.stats.curves
from iqametrics.errors import NonFiniteError, OptionError
from iqametrics.stats import fit_logistic, plcc, srocc


def logistic4(x, b1, b2, b3, b4):
    return (b1 - b2) / (1 + np.exp(-(x - b3) / abs(b4))) + b2


def logistic5(x, b1, b2, b3, b4, b5):
    return b1 * (0.5 - 1 / (1 + np.exp(b2 * (x - b3)))) + b4 * x + b5


def cubic(x, b1, b2, b3, b4):
    return b1 + b2 * x + b3 * x**2 + b4 * x**3


def linear(x, b1, b2):
    return b1 + b2 * x


FORMS = {"logistic4": logistic4, "logistic5": logistic5, "cubic": cubic, "linear": linear}


def noisy(rng, n=300):
    x = rng.uniform(size=n)
    return x, logistic5(x, 40, 12, 0.55, 15, 20) + 4 * rng.normal(size=n)


@pytest.mark.parametrize("centre", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("scale", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("ends", [(90, 10), (10, 90)])
def test_recovers_logistic4(centre, scale, ends):
    x = np.linspace(0, 1, 200)
    fit = fit_logistic(x, logistic4(x, *ends, centre, scale), "logistic4")
    assert fit.converged
    assert fit.params == pytest.approx((*ends, centre, scale), rel=1e-5)


@pytest.mark.parametrize("b1", [50, -50])
@pytest.mark.parametrize("b2", [8, 25])
@pytest.mark.parametrize("b3", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("b4", [-20, 30])
def test_recovers_logistic5(b1, b2, b3, b4):
    x = np.linspace(0, 1, 300)
    fit = fit_logistic(x, logistic5(x, b1, b2, b3, b4, 5))
    assert fit.converged
    assert fit.params == pytest.approx((b1, b2, b3, b4, 5), rel=1e-4)


def test_recovers_cubic_and_line(rng):
    x = rng.normal(size=60)
    assert fit_logistic(x, cubic(x, 1, -2, 0.5, 3), "cubic").params == pytest.approx((1, -2, 0.5, 3), rel=1e-10)
    assert fit_logistic(x, linear(x, 4, -2), "linear").params == pytest.approx((4, -2), rel=1e-12)


@pytest.mark.parametrize("form", ["logistic4", "logistic5"])
def test_is_the_optimum_that_scipy_reaches_from_the_truth(form, rng):
    x, y = noisy(rng)
    start = {"logistic4": (62, 15, 0.55, 0.1), "logistic5": (40, 12, 0.55, 15, 20)}[form]
    reached, _ = curve_fit(FORMS[form], x, y, p0=start, maxfev=20_000, ftol=1e-13, xtol=1e-13)
    fit = fit_logistic(x, y, form)
    assert fit.rss == pytest.approx(np.sum((y - FORMS[form](x, *reached)) ** 2), rel=1e-8)
    assert fit.params == pytest.approx(reached, rel=1e-3)


@pytest.mark.parametrize("form", ["logistic4", "logistic5"])
def test_nothing_on_a_fine_grid_is_better(form, rng):
    x, y = noisy(rng, 120)
    best = np.inf
    for steepness in np.geomspace(0.05, 30, 60):
        for centre in np.linspace(x.min(), x.max(), 60):
            columns = [np.ones_like(x), np.tanh(steepness * (x - centre))] + [x] * (form == "logistic5")
            best = min(best, np.linalg.lstsq(np.column_stack(columns), y, rcond=None)[1][0])
    assert fit_logistic(x, y, form).rss <= best * (1 + 1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_published_parameters_give_the_curve(form, rng):
    x, y = noisy(rng)
    for scores in (x, 100 - 30 * x, 1e4 * x - 3e3):
        fit = fit_logistic(scores, y, form)
        assert len(fit.params) == {"logistic5": 5, "linear": 2}.get(form, 4)
        assert FORMS[form](scores, *fit.params) == pytest.approx(fit(scores), rel=1e-7)
        assert fit.rmse == pytest.approx(np.sqrt(np.mean((y - fit(scores)) ** 2)), rel=1e-12)
        assert fit.plcc == pytest.approx(plcc(fit(scores), y), rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("slope", "offset"), [(1e-4, 0), (-1, 0), (-37, 5), (1e5, -2e5)])
def test_units_and_direction_of_scores_do_not_matter(form, slope, offset, rng):
    x, y = noisy(rng)
    fit, other = fit_logistic(x, y, form), fit_logistic(slope * x + offset, y, form)
    assert other.plcc == pytest.approx(fit.plcc, rel=1e-9)
    assert other.rmse == pytest.approx(fit.rmse, rel=1e-9)
    assert other(slope * x + offset) == pytest.approx(fit(x), rel=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_reversed_opinions_give_the_mirrored_curve(form, rng):
    x, y = noisy(rng)
    fit, mirrored = fit_logistic(x, y, form), fit_logistic(x, -y, form)
    assert mirrored.plcc == fit.plcc
    assert mirrored.rss == fit.rss
    assert np.array_equal(mirrored(x), -fit(x))


def test_order_of_rows_does_not_matter(rng):
    x, y = noisy(rng)
    order = rng.permutation(x.size)
    assert fit_logistic(x[order], y[order]).plcc == pytest.approx(fit_logistic(x, y).plcc, rel=1e-10)


@settings(max_examples=80)
@given(st.integers(0, 2**32), st.sampled_from(["normal", "lognormal", "cauchy", "ties", "two"]), st.integers(10, 80))
@example(0, "cauchy", 80)
def test_never_worse_than_the_line(seed, kind, n):
    rng = np.random.default_rng(seed)
    x = {
        "normal": lambda: rng.normal(size=n),
        "lognormal": lambda: rng.lognormal(sigma=2, size=n),
        "cauchy": lambda: rng.standard_cauchy(size=n),
        "ties": lambda: rng.integers(0, 5, size=n).astype(float),
        "two": lambda: np.arange(n) % 2 + 0.0,
    }[kind]()
    y = rng.normal() * x / (np.std(x) or 1) + rng.normal(size=n)
    if np.ptp(x) == 0:
        return
    line = fit_logistic(x, y, "linear")
    assert line.plcc == pytest.approx(abs(plcc(x, y)), abs=1e-10)
    for form in ("logistic5", "cubic"):
        fit = fit_logistic(x, y, form)
        assert fit.rss <= line.rss * (1 + 1e-12)
        assert fit.plcc >= line.plcc - 1e-9


@pytest.mark.parametrize("tail", ["uniform", "normal", "exponential"])
def test_logistic4_comes_close_to_a_line(tail, rng):
    x = getattr(rng, tail)(size=300)
    assert fit_logistic(x, 3 * x + 1, "logistic4").plcc > 1 - 1e-6


def test_a_straight_relation_needs_no_sigmoid(rng):
    x = rng.normal(size=50)
    fit = fit_logistic(x, 3 * x + 1)
    assert fit.plcc == pytest.approx(1, abs=1e-14)
    assert fit(x) == pytest.approx(3 * x + 1, abs=1e-12)


def test_monotonic_fit_keeps_the_ranks(rng):
    x, y = noisy(rng)
    fit = fit_logistic(x, y, "logistic4")
    assert fit.monotonic
    assert srocc(fit(x), y) == pytest.approx(srocc(x, y), abs=1e-14)
    hump = fit_logistic(x, -((x - 0.5) ** 2), "cubic")
    assert not hump.monotonic


def test_a_few_odd_images_do_not_make_a_step(rng):
    """Least squares would rather isolate the four images at the end with a step of endless steepness."""
    x = np.concatenate([np.linspace(0, 1, 100), [1.01, 1.011, 1.012, 1.013]])
    y = np.concatenate([np.linspace(0, 1, 100), [0.0, 0.0, 0.0, 0.0]]) + 0.02 * rng.normal(size=104)
    fit = fit_logistic(x, y)
    assert fit.converged
    robust = np.subtract(*np.quantile(x, [0.75, 0.25])) / 1.349
    assert fit.params[1] * robust <= 10 * (1 + 1e-9)


def test_limits_of_the_family_are_named():
    x = np.linspace(0, 1, 100)
    assert "exponential" in fit_logistic(x, np.exp(3 * x), "logistic4").message
    assert "polynomial" in fit_logistic(x, x + 2 * (x - 0.5) ** 3).message
    assert "step" in fit_logistic(x, np.sign(x - 0.5), "logistic4").message


def test_convergence_is_reported(monkeypatch, rng):
    x, y = noisy(rng)
    fit = fit_logistic(x, y)
    assert fit.converged
    assert fit.message == ""
    monkeypatch.setattr(iqametrics.stats.curves, "_MAX_EVALUATIONS", 2)
    hurried = fit_logistic(x, y)
    assert not hurried.converged
    assert "no convergence within 2 evaluations" in hurried.message
    assert "NOT converged" in repr(hurried)
    assert hurried.rss <= fit_logistic(x, y, "linear").rss


def test_few_rows_get_a_line():
    x, y = np.arange(9.0), np.arange(9.0) ** 2
    fit = fit_logistic(x, y)
    assert (fit.form, fit.requested) == ("linear", "logistic5")
    assert fit.message == "a line stands in for logistic5: 9 rows are too few"
    assert fit_logistic(np.arange(10.0), np.arange(10.0) ** 2).form == "logistic5"


@pytest.mark.parametrize(("x", "y", "side"), [([2] * 12, range(12), "x"), (range(12), [2] * 12, "y")])
def test_nothing_to_fit_is_nan_with_a_reason(x, y, side):
    fit = fit_logistic(x, y)
    assert np.isnan([fit.plcc, fit.rmse, *fit.params]).all()
    assert np.isnan(fit(np.arange(3.0))).all()
    assert not fit.converged
    assert fit.message == f"{side} is constant (2 in all 12 rows)"


def test_refuses_unknown_forms_and_missing_values():
    with pytest.raises(OptionError, match="form='spline' is not known"):
        fit_logistic([1, 2, 3], [1, 2, 3], "spline")
    with pytest.raises(NonFiniteError, match="rows 2"):
        fit_logistic([1, 2, np.nan], [1, 2, 3])
