"""What stencils may ask of an executor: the one list of operations.

NumPy and torch carry them out (``numpy_/ops.py``, ``torch_/ops.py``); Numba and Triton take theirs and add fused passes. An
operation that is missing in one of the two, or takes other arguments there, is found by mypy and by a test.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from iqametrics.kernels.binding import Formula

if TYPE_CHECKING:
    from iqametrics.kernels.numpy_ import ops as _of_numpy
    from iqametrics.kernels.torch_ import ops as _of_torch


class Operations(Protocol):
    """Operations on stacks of planes ``(..., height, width)``, arrays or tensors according to the executor."""

    def bind(self, formula: Formula, /) -> Formula:
        """Give a formula the executor's functions."""

    def working(self, data: Any, scale: float, single: bool, /) -> Any:
        """Pixel data times `scale`, in single precision where that will do and the executor has it, in double else."""

    def pad(self, x: Any, rows: tuple[int, int], columns: tuple[int, int], border: str, /) -> Any:
        """Extend the planes beyond their edges: ``"zero"``, ``"reflect"`` or ``"symmetric"``."""

    def correlate(self, x: Any, taps: Sequence[float], border: str, /) -> Any:
        """Filter rows and columns with the same taps, beyond the edges too, or not with ``"valid"``."""

    def correlate2d(self, x: Any, kernel: np.ndarray, border: str, step: int = 1, /) -> Any:
        """Filter with a two-dimensional kernel, which is not flipped, and keep every `step`-th sample."""

    def resample(self, x: Any, index: np.ndarray, weight: np.ndarray, axis: int, /) -> Any:
        """Samples along an axis, each a weighted sum of those at some places ``(samples, terms)``."""

    def plane_mean(self, x: Any, /) -> Any:
        """Mean of every plane."""

    def plane_sum(self, x: Any, /) -> Any:
        """Sum of every plane."""

    def plane_max(self, x: Any, /) -> Any:
        """Largest value of every plane."""

    def smallest_mean(self, x: Any, count: int, /) -> Any:
        """Mean of so many of the smallest values of every plane."""

    def plane_median(self, x: Any, /) -> Any:
        """Median of every plane; of an even count the mean of the two in the middle."""

    def centre(self, x: Any, /) -> Any:
        """A constant per plane near its values, to work on differences from it."""

    def identical(self, x: Any, y: Any, /) -> Any:
        """Whether two planes hold the same values, for every pair of planes."""

    def set_value(self, x: Any, mask: Any, value: float, /) -> Any:
        """Replace the values under the mask, but not their gradients."""

    def within(self, x: Any, low: float, high: float, rounding: float, /) -> Any:
        """Values that rounding has brought beyond an end of a range set to that end; others stay."""

    def may_be_near(self, x: Any, value: float, tolerance: float, /) -> bool:
        """Whether any value is as near to another; True where nobody can look."""

    def at_least(self, x: Any, bound: float, /) -> Any:
        """Values not below a bound."""

    def concatenate(self, parts: Sequence[Any], axis: int, /) -> Any:
        """Join along an axis that the parts have."""

    def stack(self, parts: Sequence[Any], axis: int, /) -> Any:
        """Join along a new axis."""

    def broadcast_to(self, x: Any, shape: tuple[int, ...], /) -> Any:
        """Repeat along axes of length 1, without a copy."""

    def second_moment(self, vectors: Any, /) -> Any:
        """Mean of the outer products of the vectors ``(..., length, count)``."""

    def eigenvalues(self, matrices: Any, /) -> Any:
        """Eigenvalues of symmetric matrices, in ascending order."""

    def pseudo_inverse(self, matrices: Any, relative: float, absolute: float, /) -> Any:
        """Inverse of symmetric matrices; directions with eigenvalues below the tolerance are left out."""

    def rfft2(self, x: Any, /) -> Any:
        """Half of the spectrum of real planes: the columns from 0 to the highest frequency."""

    def irfft2(self, half: Any, size: tuple[int, int], /) -> Any:
        """Real planes of this size from half of their spectrum."""

    def fft2(self, x: Any, /) -> Any:
        """Spectrum of planes."""

    def ifft2(self, spectrum: Any, /) -> Any:
        """Complex planes from their spectrum."""

    def constant(self, values: np.ndarray, like: Any, /) -> Any:
        """Numbers that do not depend on the images, to compute with `like`: where it is, in its precision."""


if TYPE_CHECKING:
    _numpy: Operations = _of_numpy
    _torch: Operations = _of_torch
