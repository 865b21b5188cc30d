"""Fused passes over the 3x3 blocks of a wavelet band (VIF, IFC)."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.formulas.information import channel_information, energy_about_mean, gain_and_noise
from iqametrics.kernels.borders import mirrored
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import apply, kernel, name_of
from iqametrics.kernels.numba_.memory import allocate, release
from iqametrics.kernels.numba_.rows import Tally, tally
from iqametrics.kernels.numba_.strips import Strip, Strips, in_strips, launch
from iqametrics.kernels.passes import side_by_side

if TYPE_CHECKING:
    from iqametrics.stencils.bands import BandField

#: Side of a block: what the kernels below are written for.
BLOCK = 3
#: Pairs of a block's coefficients.
_PAIRS = np.array([(a, b) for a in range(BLOCK**2) for b in range(a, BLOCK**2)])


def run(field: "BandField", spread: bool, maps: bool) -> Generator[float, None, Tally]:
    """Evaluate a field, a strip after the other: first the reference's covariance, then the blocks."""
    x, y = (planes.data(band) for band in (field.x, field.y))
    if field.x.prepared:
        covariance = field.x.derive("covariance", lambda: side_by_side([_covariance(x)])[0])
    else:
        covariance = yield from _covariance(x)
    inverse, eigenvalues = field.x.derive("mixture", lambda: field.mixture(covariance))
    reach = (field.window - 1) // 2
    rows, columns = (mirrored(side // BLOCK * BLOCK, reach, reach, "reflect") for side in x.shape[1:])
    count, height, width = x.shape[0], *(side // BLOCK - 2 * field.margin for side in x.shape[1:])
    out = Tally.empty(2, (count, height, width), np.float64, spread, maps)
    names = name_of(channel_information), name_of(gain_and_noise), name_of(energy_about_mean)

    def needs(first: int, stop: int) -> tuple[int, int]:
        centres = BLOCK * (first + field.margin) + BLOCK // 2, BLOCK * (stop - 1 + field.margin) + BLOCK // 2
        needed = rows[centres[0] : centres[1] + field.window]
        return min(int(needed.min()), centres[0] - 1), max(int(needed.max()), centres[1] + 1) + 1

    for strip in in_strips((x, y), height, needs):
        yield 0.5 + 0.5 * strip.share
        of_x, of_y = (np.ascontiguousarray(part) for part in strip.parts(x, y))
        inputs = *names, of_x, of_y, rows, columns, strip.origin, field.window, field.margin
        before = *inputs, inverse, eigenvalues, field.neural, field.tiny
        launch(_blocks, before, (out.sums, out.spreads, out.maps), count, height, strip, BLOCK * x.shape[2])
    return out


def _covariance(band: np.ndarray | Strips) -> Generator[float, None, np.ndarray]:
    """Covariance ``(planes, 9, 9)`` of the coefficients of all overlapping blocks."""
    count, height, width = band.shape[0], *(side // BLOCK * BLOCK for side in band.shape[1:])
    rows, total = height - BLOCK + 1, np.zeros((count, len(_PAIRS) + BLOCK**2))
    for strip in in_strips((band,), rows, lambda first, stop: (first, stop + BLOCK - 1)):
        yield 0.5 * strip.share
        (part,) = strip.parts(band)
        some = strip.stop - strip.first
        sums = np.empty((count * some, total.shape[1]))
        before = name_of(None), np.ascontiguousarray(part), _PAIRS, some, width
        launch(_products, before, (sums,), count, some, Strip(0, some), width * BLOCK)
        total += sums.reshape(count, some, -1).sum(1)
    means = total / (rows * (width - BLOCK + 1))
    products, mean = means[:, : len(_PAIRS)], means[:, len(_PAIRS) :]
    first, second = _PAIRS.T
    out = np.empty((count, BLOCK**2, BLOCK**2))
    out[:, first, second] = out[:, second, first] = products - mean[:, first] * mean[:, second]
    return out


@kernel
def _products(name, band, pairs, rows, width, start, stop, sums):
    """Sums over a row of blocks: of the products of two of their coefficients, then of the coefficients."""
    count = width - 2
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
    origin,
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
    down = allocate(sums, (5, width))
    local = allocate(sums, (5, count))
    gains, noises, energies = allocate(sums, (count,)), allocate(sums, (count,)), allocate(sums, (count,))
    values = allocate(sums, (2, count))
    for row in range(start, stop):
        plane, block = row // height, row % height + margin
        # Sums over the window around the block's centre: down the columns, then across.
        down[:] = 0
        s0, s1, s2, s3, s4 = down[0], down[1], down[2], down[3], down[4]
        for k in range(window):
            source = source_rows[3 * block + 1 + k] - origin
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
            one = x[plane, 3 * block + a // 3 - origin]
            for b in range(9):
                other, weight = x[plane, 3 * block + b // 3 - origin], inverse[plane, a, b] / 9
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
    release(down, local, gains, noises, energies, values)
