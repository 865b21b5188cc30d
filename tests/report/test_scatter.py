"""Scatter plots: dots where their values are, round ticks, a curve that stays inside."""

import math

import numpy as np
import pytest

from iqametrics.report.scatter import MOST_MARKS, scatter

LABELS = ("score", "MOS")


def places(path):
    """Where a path puts its pen down."""
    return [tuple(map(float, part.split("m")[0].split("h")[0].split()[:2])) for part in path.split("M")[1:]]


def test_dots_lie_where_their_values_are():
    plot = scatter("ssim", [0.0, 0.5, 1.0], [1.0, 3.0, 2.0], LABELS)
    left, top, right, bottom = plot.box
    (x0, y0), (x1, y1), (x2, y2) = plot.dots
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.11)
    assert y0 - y2 == pytest.approx(y2 - y1, abs=0.11)  # upwards is smaller on a screen
    assert y1 < y2 < y0
    assert all(left < x < right and top < y < bottom for x, y in plot.dots)
    assert places(plot.groups[0][1]) == list(plot.dots)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 37.0, 1e7])
def test_ticks_are_round_and_in_their_place(scale):
    x = [0.13 * scale, 0.97 * scale]
    plot = scatter("m", x, [0.0, 1.0], LABELS)
    values = [float(label) for _, label in plot.x_ticks]
    assert 3 <= len(values) <= 7
    steps = np.diff(values)
    assert steps == pytest.approx(steps[0], rel=1e-6)
    assert min(abs(steps[0] / 10 ** math.floor(math.log10(steps[0])) - k) for k in (1, 2, 5, 10)) < 1e-6
    (x0, _), (x1, _) = plot.dots
    for place, value in zip((tick[0] for tick in plot.x_ticks), values, strict=True):
        assert place == pytest.approx(x0 + (value - x[0]) / (x[1] - x[0]) * (x1 - x0), abs=0.2)


def test_infinite_scores_are_left_out_and_counted():
    plot = scatter("psnr", [30.0, math.inf, math.nan, 40.0], [1.0, 5.0, 2.0, 3.0], LABELS)
    assert plot.left_out == 2
    assert [dot is None for dot in plot.dots] == [False, True, True, False]
    assert len(places(plot.groups[0][1])) == 2


def test_groups_have_marks_of_their_own_while_there_are_enough():
    few = scatter("m", range(8), range(8), LABELS, groups=[f"g{k}" for k in range(MOST_MARKS)])
    assert few.marked
    outlines = {path.split("m", 1)[1] for _, path in few.groups}
    assert len(outlines) == MOST_MARKS
    many = scatter("m", range(9), range(9), LABELS, groups=[f"g{k}" for k in range(MOST_MARKS + 1)])
    assert not many.marked


def test_curve_goes_through_its_values_and_not_outside():
    plot = scatter("m", [0.0, 10.0], [0.0, 10.0], LABELS, curve=lambda x: 3 * x)
    pairs = [part.split() for part in plot.curve.replace("L", "M").split("M")[1:]]
    points = np.array(pairs, dtype=float)
    left, top, right, bottom = plot.box
    assert points[:, 1].min() >= top - 0.1
    (x0, y0), (x1, y1) = plot.dots
    values = (points - (x0, y0)) / ((x1 - x0) / 10, (y1 - y0) / 10)
    assert values[:, 1] == pytest.approx(3 * values[:, 0], abs=0.05)
    assert points[:, 0].max() < (left + right) / 2
    assert bottom > points[:, 1].max() - 0.1


@pytest.mark.parametrize("values", [[], [2.0], [0.0, 0.0]])
def test_nothing_and_a_single_value_can_be_drawn(values):
    plot = scatter("m", values, values, LABELS, curve=lambda x: x)
    assert len(plot.dots) == len(values)
    assert plot.x_ticks
