"""Primitive operations on planes: those of torch, for everything around the fused passes."""

from torch import Tensor

from iqametrics.formulas.error import absolute_error
from iqametrics.kernels.torch_.ops import at_least as at_least
from iqametrics.kernels.torch_.ops import bind as bind
from iqametrics.kernels.torch_.ops import broadcast_to as broadcast_to
from iqametrics.kernels.torch_.ops import centre as centre
from iqametrics.kernels.torch_.ops import concatenate as concatenate
from iqametrics.kernels.torch_.ops import correlate as correlate
from iqametrics.kernels.torch_.ops import correlate2d as correlate2d
from iqametrics.kernels.torch_.ops import eigenvalues as eigenvalues
from iqametrics.kernels.torch_.ops import pad as pad
from iqametrics.kernels.torch_.ops import plane_max as plane_max
from iqametrics.kernels.torch_.ops import plane_mean as plane_mean
from iqametrics.kernels.torch_.ops import plane_sum as plane_sum
from iqametrics.kernels.torch_.ops import pseudo_inverse as pseudo_inverse
from iqametrics.kernels.torch_.ops import second_moment as second_moment
from iqametrics.kernels.torch_.ops import set_value as set_value
from iqametrics.kernels.torch_.ops import stack as stack
from iqametrics.kernels.torch_.ops import working as working
from iqametrics.kernels.triton_.equations import name_of
from iqametrics.kernels.triton_.pixels import pixel_sums


def identical(x: Tensor, y: Tensor) -> Tensor:
    """Whether two planes hold the same values, for every pair of planes: no difference adds up to more than 0."""
    return pixel_sums(x.detach(), y.detach(), name_of(absolute_error), [], True)[0] == 0
