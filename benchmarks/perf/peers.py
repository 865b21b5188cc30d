"""Other packages' functions that claim the number of a metric's default convention, called as they are made to be called."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks.perf.pictures import Pair

Form = Callable[[Pair], tuple[Any, Any, float]]


def arrays(pair: Pair) -> tuple[Any, Any, float]:
    """Arrays as they are."""
    return pair.arrays()


def arrays_to_255(pair: Pair) -> tuple[Any, Any, float]:
    """Arrays from 0 to 255."""
    return pair.arrays(255.0)


def tensors(pair: Pair) -> tuple[Any, Any, float]:
    """float32 tensors in the units of the images, for scores in those units."""
    return pair.tensors()


def tensors_to_1(pair: Pair) -> tuple[Any, Any, float]:
    """float32 tensors from 0 to 1."""
    return pair.tensors(1.0)


def tensors_to_255(pair: Pair) -> tuple[Any, Any, float]:
    """float32 tensors from 0 to 255."""
    return pair.tensors(255.0)


@dataclass(frozen=True)
class Peer:
    """A function of another package.

    Attributes
    ----------
    metric : str
        The metric whose number it claims.
    module : str
        Where it stands; the first part names the package.
    form : callable
        The form in which it takes the images.
    call : callable
        ``call(module, reference, distorted, top)``, `top` being the largest value the pixels may have.
    double : tuple of str
        Types of images on which it works in double precision.
    """

    metric: str
    module: str
    form: Form
    call: Callable[[Any, Any, Any, float], Any]
    double: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the package."""
        return self.module.partition(".")[0]

    def prepare(self, pair: Pair) -> Callable[[], float]:
        """The call to time; ImportError without the package."""
        module = import_module(self.module)
        x, y, top = self.form(pair)
        return lambda: float(self.call(module, x, y, top))


SKIMAGE, TORCHMETRICS, TORCHMETRICS_IMAGE = (
    "skimage.metrics",
    "torchmetrics.functional",
    "torchmetrics.functional.image",
)
BYTES, ALL = ("uint8",), ("uint8", "float32")
_GAUSSIAN = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}


def _sewar_gaussian(sewar: Any) -> dict[str, Any]:
    return {"fltr": sewar.utils.Filter.GAUSSIAN, "sigma": 1.5, "ws": 11}


PEERS = (
    Peer("mse", "numpy", arrays, lambda np, x, y, top: np.mean((x.astype(float) - y) ** 2), ALL),
    Peer("mse", SKIMAGE, arrays, lambda m, x, y, top: m.mean_squared_error(x, y), BYTES),
    Peer("mse", TORCHMETRICS, tensors, lambda m, x, y, top: m.mean_squared_error(y, x)),
    Peer("mse", "sewar", arrays, lambda m, x, y, top: m.mse(x, y), ALL),
    Peer(
        "psnr",
        "numpy",
        arrays,
        lambda np, x, y, top: 10 * np.log10(top**2 / np.mean((x.astype(float) - y) ** 2)),
        ALL,
    ),
    Peer("psnr", SKIMAGE, arrays, lambda m, x, y, top: m.peak_signal_noise_ratio(x, y, data_range=top), BYTES),
    Peer("psnr", "piq", tensors_to_1, lambda m, x, y, top: m.psnr(y, x, data_range=top)),
    Peer(
        "psnr", TORCHMETRICS_IMAGE, tensors_to_1, lambda m, x, y, top: m.peak_signal_noise_ratio(y, x, data_range=top)
    ),
    Peer("psnr", "sewar", arrays, lambda m, x, y, top: m.psnr(x, y, MAX=top), ALL),
    Peer(
        "ssim", SKIMAGE, arrays, lambda m, x, y, top: m.structural_similarity(x, y, data_range=top, **_GAUSSIAN), BYTES
    ),
    Peer("ssim", "piq", tensors_to_1, lambda m, x, y, top: m.ssim(y, x, data_range=top, downsample=False)),
    Peer("ssim", "pytorch_msssim", tensors_to_1, lambda m, x, y, top: m.ssim(y, x, data_range=top)),
    Peer(
        "ssim",
        TORCHMETRICS_IMAGE,
        tensors_to_1,
        lambda m, x, y, top: m.structural_similarity_index_measure(y, x, data_range=top),
    ),
    Peer("ssim", "sewar", arrays, lambda m, x, y, top: m.ssim(x, y, MAX=top, fltr_specs=_sewar_gaussian(m))[0], ALL),
    Peer("ms_ssim", "piq", tensors_to_1, lambda m, x, y, top: m.multi_scale_ssim(y, x, data_range=top)),
    Peer("ms_ssim", "pytorch_msssim", tensors_to_1, lambda m, x, y, top: m.ms_ssim(y, x, data_range=top)),
    Peer(
        "ms_ssim",
        TORCHMETRICS_IMAGE,
        tensors_to_1,
        lambda m, x, y, top: m.multiscale_structural_similarity_index_measure(y, x, data_range=top),
    ),
    Peer("ms_ssim", "sewar", arrays, lambda m, x, y, top: m.msssim(x, y, MAX=top).real, ALL),
    Peer("gmsd", "piq", tensors_to_1, lambda m, x, y, top: m.gmsd(y, x, data_range=top)),
    Peer("vifp", "piq", tensors_to_1, lambda m, x, y, top: m.vif_p(y, x, data_range=top)),
    Peer("vifp", TORCHMETRICS_IMAGE, tensors_to_255, lambda m, x, y, top: m.visual_information_fidelity(y, x)),
    Peer("vifp", "sewar", arrays_to_255, lambda m, x, y, top: m.vifp(x, y), ALL),
)
