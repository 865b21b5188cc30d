"""Fused passes over the 3x3 blocks of a wavelet band (VIF, IFC)."""

from typing import TYPE_CHECKING

import numpy as np

from iqametrics.formulas.information import channel_information, energy_about_mean, gain_and_noise
from iqametrics.kernels.borders import mirrored
from iqametrics.kernels.numba_.compiler import apply, entry, kernel, name_of
from iqametrics.kernels.numba_.rows import Tally, tally
from iqametrics.kernels.numba_.threads import over_rows
from iqametrics.planes import Planes

if TYPE_CHECKING:
    from iqametrics.stencils.bands import BandField

_SIDE = 3
_PAIRS = np.array([(a, b) for a in range(_SIDE**2) for b in range(a, _SIDE**2)])


def run(field: "BandField", spread: bool, maps: bool) -> Tally:
    """Evaluate a field, a row of blocks at a time."""
    x, y = (np.ascontiguousarray(planes.data) for planes in (field.x, field.y))
    covariance = field.x.derive("covariance", lambda: _covariance(field.x))
    inverse, eigenvalues = field.x.derive("mixture", lambda: field.mixture(covariance))
    height, width = (side // _SIDE * _SIDE for side in x.shape[1:])
    reach = (field.window - 1) // 2
    sources = mirrored(height, reach, reach, "reflect"), mirrored(width, reach, reach, "reflect")
    shape = x.shape[0], height // _SIDE - 2 * field.margin, width // _SIDE - 2 * field.margin
    out = Tally.empty(2, shape, np.float64, spread, maps)
    names = name_of(channel_information), name_of(gain_and_noise), name_of(energy_about_mean)
    given = x, y, *sources, field.window, field.margin, inverse, eigenvalues, field.neural, field.tiny
    rest = out.sums, out.spreads, out.maps
    code = entry(_blocks, *names, *given, 0, 1, *rest)

    def task(start: int, stop: int) -> None:
        code(*names, *given, start, stop, *rest)

    over_rows(task, shape[0] * shape[1], _SIDE * x.shape[2])
    return out


def _covariance(planes: Planes) -> np.ndarray:
    """Covariance ``(planes, 9, 9)`` of the coefficients of all overlapping blocks."""
    band = np.ascontiguousarray(planes.data)
    height, width = (side // _SIDE * _SIDE for side in band.shape[1:])
    rows = height - _SIDE + 1
    sums = np.empty((band.shape[0] * rows, len(_PAIRS) + _SIDE**2))
    name = name_of(None)
    code = entry(_products, name, band, _PAIRS, height, width, 0, 1, sums)

    def task(start: int, stop: int) -> None:
        code(name, band, _PAIRS, height, width, start, stop, sums)

    over_rows(task, len(sums), width * _SIDE)
    means = sums.reshape(band.shape[0], rows, -1).sum(1) / (rows * (width - _SIDE + 1))
    products, mean = means[:, : len(_PAIRS)], means[:, len(_PAIRS) :]
    first, second = _PAIRS.T
    out = np.empty((band.shape[0], _SIDE**2, _SIDE**2))
    out[:, first, second] = out[:, second, first] = products - mean[:, first] * mean[:, second]
    return out


@kernel
def _products(name, band, pairs, height, width, start, stop, sums):
    """Sums over a row of blocks: of the products of two of their coefficients, then of the coefficients."""
    rows, count = height - 2, width - 2
    for row in range(start, stop):
        image, first = band[row // rows], row % rows
        for p in range(pairs.shape[0]):
            a, b = pairs[p]
            one = image[first + a // 3, a % 3 : a % 3 + count]
            other = image[first + b // 3, b % 3 : b % 3 + count]
            total = 0.0
            for j in range(count):
                total += one[j] * other[j]
            sums[row, p] = total
        for a in range(9):
            one = image[first + a // 3, a % 3 : a % 3 + count]
            total = 0.0
            for j in range(count):
                total += one[j]
            sums[row, pairs.shape[0] + a] = total


@kernel
def _blocks(
    name,
    gain_name,
    energy_name,
    x,
    y,
    source_rows,
    source_columns,
    window,
    margin,
    inverse,
    eigenvalues,
    neural,
    tiny,
    start,
    stop,
    sums,
    spreads,
    maps,
):
    width = source_columns.size - window + 1
    height, count = (source_rows.size - window + 1) // 3 - 2 * margin, width // 3 - 2 * margin
    area = window * window
    down = np.empty((5, width))
    local = np.empty((5, count))
    gains, noises, energies = np.empty(count), np.empty(count), np.empty(count)
    values = np.empty((2, count))
    for row in range(start, stop):
        plane, block = row // height, row % height + margin
        # Sums over the window around the block's centre: down the columns, then across.
        down[:] = 0
        s0, s1, s2, s3, s4 = down[0], down[1], down[2], down[3], down[4]
        for k in range(window):
            source = source_rows[3 * block + 1 + k]
            of_x, of_y = x[plane, source], y[plane, source]
            for j in range(width):
                u, v = of_x[j], of_y[j]
                s0[j] += u
                s1[j] += v
                s2[j] += u * u
                s3[j] += v * v
                s4[j] += u * v
        local[:] = 0
        for q in range(5):
            sums_down, across = down[q], local[q]
            for k in range(window):
                for j in range(count):
                    across[j] += sums_down[source_columns[3 * (j + margin) + 1 + k]]
        # Energy of the reference in the metric of its covariance.
        energies[:] = 0
        for a in range(9):
            one = x[plane, 3 * block + a // 3]
            for b in range(9):
                other, weight = x[plane, 3 * block + b // 3], inverse[plane, a, b] / 9
                for j in range(count):
                    place = 3 * (j + margin)
                    energies[j] += weight * one[place + a % 3] * other[place + b % 3]
        for j in range(count):
            a, b = local[0, j] / area, local[1, j] / area
            (energy_x,) = apply(energy_name, (local[2, j], a, float(area)), ())
            (energy_y,) = apply(energy_name, (local[3, j], b, float(area)), ())
            gains[j], noises[j] = apply(
                gain_name, (energy_x, energy_y, local[4, j] - area * a * b, float(area), tiny), ()
            )
        values[:] = 0
        through, without = values[0], values[1]
        for k in range(9):
            eigenvalue = eigenvalues[plane, k]
            for j in range(count):
                one, other = apply(name, (gains[j], noises[j], energies[j] * eigenvalue, neural), ())
                through[j] += one
                without[j] += other
        tally(values, count, row, height, 0, sums, spreads, maps)
