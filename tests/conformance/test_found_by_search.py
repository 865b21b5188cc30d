"""Pairs that the long hypothesis search found: each broke a metric once."""

import numpy as np
import pytest

from iqametrics import psnr, vif, vifp
from iqametrics.kernels import ON_CPU
from tests.closeness import assert_close
from tests.conformance.cases import why_not


@pytest.mark.parametrize("executor", ON_CPU)
def test_vifp_of_images_that_are_alike_only_at_the_coarsest_scale(executor):
    """There both checkerboards are flat and equal, which does not make the images identical."""
    if why_not(executor):
        pytest.skip(why_not(executor))
    rows, columns = np.indices((41, 41))
    board = (((rows // 2 + columns // 2) % 2) * 65535).astype(np.uint16)
    assert vifp(board, np.roll(board, -1, 0), backend=executor) < 1e-4


def test_psnr_of_neighbouring_single_precision_numbers():
    """Their difference is exact; that of the same pixels scaled to 0..255 would have one digit."""
    torch = pytest.importorskip("torch")
    reference = np.linspace(0.5, 0.9, 64, dtype=np.float32).reshape(8, 8)
    distorted = np.nextafter(reference, np.float32(1))
    value = psnr(reference.astype(np.float64), distorted.astype(np.float64), data_range=1.0)
    assert_close(psnr(reference, distorted, data_range=1.0), value, 1e-6)
    tensors = torch.from_numpy(reference), torch.from_numpy(distorted)
    assert_close(float(psnr(*tensors, data_range=1.0, backend="torch")), value, 1e-6)


@pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")
def test_psnr_of_next_to_nothing_in_single_precision():
    """The square of so small a difference is 0 in single precision; the images are not identical."""
    reference = np.zeros((8, 8), np.float32)
    distorted = np.full((8, 8), 1e-36, np.float32)
    assert_close(psnr(reference, distorted, data_range=1.0), 720.0, 1e-6)


@pytest.mark.filterwarnings("ignore::iqametrics.errors.RangeWarning")
def test_vif_of_a_ramp_and_next_to_no_noise():
    """Variances of which rounding has left a digit or two must not decide whether a window has a gain."""
    rows, columns = np.indices((75, 72))
    for seed in range(20):
        random = np.random.default_rng(seed)
        slopes = random.uniform(-3, 3, 2)
        ramp = slopes[0] * rows / 75 + slopes[1] * columns / 72
        noisy = ramp + 1e-8 * random.standard_normal(ramp.shape)
        ramp, noisy = np.clip(ramp, 0, 1), np.clip(noisy, 0, 1)
        truth, found = (vif(ramp, noisy, data_range=1.0, backend=backend) for backend in ("numpy", "numba"))
        assert_close(found, truth, 1e-6)


def test_vifp_of_clipped_ramps():
    """A window of which all but a corner is flat has next to no variance, and all digits of it count."""
    rows, columns = np.indices((41, 41))
    for seed in range(40):
        random = np.random.default_rng(seed)
        ramp = 65535 - random.uniform(1000, 3000) * rows - random.uniform(100, 600) * columns
        moved = ramp + random.uniform(-3000, 3000)
        moved[0] -= 50000
        moved[:, 0] -= 5000
        pair = [np.clip(image, 0, 65535).round().astype(np.uint16) for image in (ramp, moved)]
        truth, found = (vifp(*pair, backend=backend) for backend in ("numpy", "numba"))
        assert_close(found, truth, 1e-10)
