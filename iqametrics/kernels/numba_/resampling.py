"""Low-pass decimation, computing only the samples that are kept."""

import numpy as np

from iqametrics.kernels.borders import margins, mirrored
from iqametrics.kernels.numba_ import planes
from iqametrics.kernels.numba_.compiler import entry, kernel, name_of
from iqametrics.kernels.numba_.threads import over_rows
from iqametrics.planes import Planes


def decimate(source: Planes, taps: tuple[float, ...], factor: int, border: str) -> np.ndarray:
    """Filter rows and columns with the same taps and keep every `factor`-th sample, from the first on."""
    x, _, number = planes.pair(source, source)
    before, after = (0, 0) if border == "valid" else margins(len(taps))
    rows, columns = (_sources(side, before, after, border) for side in x.shape[1:])
    shape = x.shape[0], *((len(index) - len(taps)) // factor + 1 for index in (rows, columns))
    out = np.empty(shape, number)
    weights = np.array(taps, number)
    name, scale = name_of(None), number(source.scale)
    code = entry(_decimate, name, x, scale, weights, factor, rows, columns, 0, 1, out)

    def task(start: int, stop: int) -> None:
        code(name, x, scale, weights, factor, rows, columns, start, stop, out)

    over_rows(task, shape[0] * shape[1], x.shape[2] * factor)
    return out


def _sources(side: int, before: int, after: int, border: str) -> np.ndarray:
    """Where each sample of the extended axis comes from; -1 for a zero."""
    if border in ("valid", "zero"):
        return np.pad(np.arange(side), (before, after), constant_values=-1)
    return mirrored(side, before, after, border)


@kernel
def _decimate(name, x, scale, taps, factor, rows, columns, start, stop, out):
    height, width = out.shape[1:]
    down = np.empty(x.shape[2], out.dtype)
    # Columns by their remainder: what the taps pick at every `factor`-th column then lies side by side.
    phases = np.empty((factor, width + taps.size // factor + 1), out.dtype)
    for row in range(start, stop):
        plane, first = row // height, (row % height) * factor
        down[:] = 0
        for k in range(taps.size):
            index = rows[first + k]
            if index >= 0:
                given, tap = x[plane, index], taps[k] * scale
                for j in range(down.size):
                    down[j] += tap * given[j]
        for q in range(factor):
            phase = phases[q]
            for j in range(min(phase.size, (columns.size - q + factor - 1) // factor)):
                source = columns[j * factor + q]
                phase[j] = down[source] if source >= 0 else 0
        result = out[plane, row % height]
        result[:] = 0
        for k in range(taps.size):
            phase, tap = phases[k % factor, k // factor :], taps[k]
            for j in range(width):
                result[j] += tap * phase[j]
