"""Calls of other packages, and the call of iqametrics that gives each one's number: what makes them differ, in code.

The expressions are evaluated with the names that :func:`names` returns, and shown as they stand in the documentation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
from skimage import data

import iqametrics
from iqametrics.color_modes import planes
from iqametrics.fields import means
from iqametrics.formulas.structure import contrast_structure_and_ssim, universal_quality
from iqametrics.fr.ms_ssim import WEIGHTS
from iqametrics.fr.ssim import C1, C2, WINDOW
from iqametrics.fr.uqi import TINY
from iqametrics.front import Metric
from iqametrics.planes import Planes
from iqametrics.stencils.moments import MomentField, Window, gaussian, uniform

#: Packages by the name under which the expressions know them.
PACKAGES = {
    "skimage": "skimage.metrics",
    "piq": "piq",
    "pytorch_msssim": "pytorch_msssim",
    "torchmetrics": "torchmetrics.functional.image",
    "sewar": "sewar",
}


@dataclass(frozen=True)
class PeerCall:
    """A call of another package.

    Attributes
    ----------
    section : str
        The table it belongs to.
    call : str
        The expression; its first name is the package.
    ours : str
        The expression of iqametrics that gives the same number.
    pairs : tuple of str
        The pairs it is evaluated on.
    tolerance : float
        How far the two numbers may lie apart, relative to those above 1.
    """

    section: str
    call: str
    ours: str
    pairs: tuple[str, ...] = ("camera", "chelsea")
    tolerance: float = 1e-8

    @property
    def package(self) -> str:
        """The package called."""
        return self.call.partition(".")[0]


_SEWAR = "fltr_specs={'fltr': sewar.utils.Filter.GAUSSIAN, 'sigma': 1.5, 'ws': 11}"
_COLOUR = ("chelsea",)
#: Of calls that work in single precision somewhere, or have wider guards.
_SINGLE = 1e-5

CALLS = (
    PeerCall("ssim", "skimage.structural_similarity(x, y)", "ssim(x, y, convention='skimage')"),
    PeerCall(
        "ssim",
        "skimage.structural_similarity(x, y, gaussian_weights=True)",
        "variant(ssim, window=sample_gaussian)(x, y)",
    ),
    PeerCall(
        "ssim",
        "skimage.structural_similarity(x, y, gaussian_weights=True, use_sample_covariance=False)",
        "ssim(x, y)",
    ),
    PeerCall("ssim", "piq.ssim(y1, x1)", "ssim(x, y, convention='wang2004-downsampled')"),
    PeerCall("ssim", "piq.ssim(y1, x1, downsample=False)", "ssim(x, y)"),
    PeerCall("ssim", "pytorch_msssim.ssim(y1, x1, data_range=1)", "ssim(x, y)", tolerance=_SINGLE),
    PeerCall(
        "ssim",
        "torchmetrics.structural_similarity_index_measure(y1, x1, data_range=1.0)",
        "ssim(mirror5(x), mirror5(y))",
    ),
    PeerCall("ssim", "sewar.ssim(x, y)[0]", "variant(ssim, window=uniform(11))(x, y)"),
    PeerCall("ssim", f"sewar.ssim(x, y, {_SEWAR})[0]", "ssim(x, y)"),
    PeerCall("ms_ssim", "piq.multi_scale_ssim(y1, x1)", "ms_ssim_halved_by(pad_edge_first, x, y)"),
    PeerCall(
        "ms_ssim",
        "pytorch_msssim.ms_ssim(y1, x1, data_range=1)",
        "ms_ssim_halved_by(pad_zero_first, x, y)",
        tolerance=_SINGLE,
    ),
    PeerCall(
        "ms_ssim",
        "torchmetrics.multiscale_structural_similarity_index_measure(y1, x1, data_range=1.0)",
        "ms_ssim_halved_by(drop_last, x, y, mirror5)",
    ),
    PeerCall("ms_ssim", "sewar.msssim(x, y)", "ms_ssim_halved_by(shift_by_one, x, y)"),
    PeerCall("gmsd", "piq.gmsd(y1, x1)", "gmsd(x, y) * sqrt(1 - 1 / gmsd.map(x, y).size)"),
    PeerCall("vifp", "piq.vif_p(y1, x1)", "vifp(x, y)"),
    PeerCall("vifp", "piq.vif_p(x1, y1)", "vifp(y, x)", tolerance=1e-6),
    PeerCall("vifp", "torchmetrics.visual_information_fidelity(y255, x255)", "vifp(x, y)"),
    PeerCall("vifp", "torchmetrics.visual_information_fidelity(y1, x1)", "vifp(x / 255, y / 255, data_range=255)"),
    PeerCall("vifp", "sewar.vifp(x, y)", "vifp(x, y)"),
    PeerCall("uqi", "torchmetrics.universal_image_quality_index(y255, x255)", "uqi_in(gaussian(11, 1.5), x, y)"),
    PeerCall("uqi", "sewar.uqi(x, y)", "uqi_of_means_for_sums(x, y)"),
    PeerCall("psnr", "skimage.peak_signal_noise_ratio(x, y)", "psnr(x, y)"),
    PeerCall("psnr", "piq.psnr(y1, x1)", "-10 * log10(mse(x / 255, y / 255, data_range=1) + 1e-8)"),
    PeerCall("psnr", "piq.psnr(x1, x1)", "-10 * log10(mse(x, x) + 1e-8)"),
    PeerCall("psnr", "torchmetrics.peak_signal_noise_ratio(y1, x1, data_range=1.0)", "psnr(x, y)", tolerance=_SINGLE),
    PeerCall("psnr", "sewar.psnr(x, y)", "psnr(x, y)"),
    PeerCall(
        "colour",
        "skimage.structural_similarity(X, Y, channel_axis=2)",
        "ssim(X, Y, convention='skimage', color='channels')",
        _COLOUR,
    ),
    PeerCall("colour", "piq.ssim(Y1, X1, downsample=False)", "ssim(X, Y, color='channels')", _COLOUR),
    PeerCall("colour", "pytorch_msssim.ssim(Y1, X1, data_range=1)", "ssim(X, Y, color='channels')", _COLOUR, _SINGLE),
    PeerCall("colour", "piq.vif_p(Y1, X1)", "vifp(X, Y, color='luma')", _COLOUR),
    PeerCall("colour", "sewar.vifp(X, Y)", "vifp(X, Y, color='channels')", _COLOUR),
    PeerCall("range", "pytorch_msssim.ssim(y1, x1)", "ssim(x / 255, y / 255, data_range=255)"),
    PeerCall(
        "range", "sewar.ssim(x * 1.0, y * 1.0)[0]", "variant(ssim, window=uniform(11))(x * 1.0, y * 1.0, data_range=1)"
    ),
    PeerCall(
        "range",
        "torchmetrics.structural_similarity_index_measure(y1, x1)",
        "ssim(mirror5(x * 1.0), mirror5(y * 1.0), data_range=max(np.ptp(x), np.ptp(y)))",
    ),
)

#: The default of iqametrics for each table, and other recipes it has.
OURS = {
    "ssim": (
        "ssim(x, y)",
        "ssim(x, y, convention='wang2004-downsampled')",
        "ssim(x, y, convention='skimage')",
    ),
    "ms_ssim": (
        "ms_ssim(x, y)",
        "ms_ssim(x, y, convention='wang2003-sum')",
        "ms_ssim(x, y, convention='tid2013')",
    ),
    "gmsd": ("gmsd(x, y)",),
    "vif": ("vif(x, y)", "vif(x, y, convention='metrix-mux')"),
    "vifp": ("vifp(x, y)",),
    "uqi": ("uqi(x, y)",),
    "psnr": ("psnr(x, y)",),
    "colour": (
        "ssim(X, Y)",
        "ssim(X, Y, color='luma')",
        "ssim(X, Y, color='ycbcr')",
        "ssim(X, Y, convention='tid2013')",
        "ssim(X, Y, color='channels')",
        "psnr(X, Y)",
        "psnr(X, Y, convention='tid2013')",
        "vifp(X, Y)",
        "vifp(X, Y, convention='tid2013')",
    ),
    "range": ("ssim(x, y)",),
}  # fmt: skip


def pairs() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Name, reference and distorted image: a grey square with few levels left, a colour image of odd width with noise."""
    camera, chelsea = data.camera(), data.chelsea()
    yield "camera", camera, camera // 32 * 32
    noise = np.random.PCG64(2004).random_raw(chelsea.size).reshape(chelsea.shape) % np.uint64(49)
    yield "chelsea", chelsea, np.clip(chelsea + noise.astype(np.int64) - 24, 0, 255).astype(np.uint8)


def names(reference: np.ndarray, distorted: np.ndarray, package: str | None = None) -> dict[str, Any]:
    """What an expression may use: the images in several forms, metrics, and a package or the ways to depart from it.

    ``x`` and ``y`` are grey (rounded) and uint8, ``X`` and ``Y`` as the images come; with ``1`` or ``255`` they are float64
    tensors ``(1, C, H, W)`` up to that.
    """
    x, y = (_gray(image) for image in (reference, distorted))
    known: dict[str, Any] = {"x": x, "y": y, "X": reference, "Y": distorted, "np": np, **_DEPARTURES}
    known |= {name: iqametrics.metric(name) for name in iqametrics.metrics()}
    if package is None:
        return known
    known[package] = import_module(PACKAGES[package])
    if package == "sewar":
        import_module("sewar.utils")
    elif package != "skimage":
        for name in ("x", "y", "X", "Y"):
            known[f"{name}1"], known[f"{name}255"] = _tensor(known[name]) / 255, _tensor(known[name])
    return known


def value(expression: str, known: dict[str, Any]) -> float:
    """The number an expression gives."""
    return float(eval(expression, dict(known)))


def _gray(image: np.ndarray) -> np.ndarray:
    return image if image.ndim == 2 else planes(image.transpose(2, 0, 1)[None], "gray", 255.0, rounded=True)[0, 0]


def _tensor(image: np.ndarray) -> Any:
    import torch

    stack = image[:, :, None] if image.ndim == 2 else image
    return torch.from_numpy(np.ascontiguousarray(stack.transpose(2, 0, 1)[None])).double()


def _variant(metric: Metric, **parameters: Any) -> Metric:
    """A metric whose default recipe has other parameters."""
    name, convention = next(iter(metric.conventions.items()))
    changed = replace(convention, parameters={**convention.parameters, **parameters})
    return replace(metric, conventions={name: changed})


def _moments(x: np.ndarray, y: np.ndarray, window: Window, formula: Callable, *constants: float, **options: Any) -> Any:
    return MomentField(Planes(x[None], "numpy"), Planes(y[None], "numpy"), window, formula, constants, **options)


def _mirror5(image: np.ndarray) -> np.ndarray:
    """Five more pixels on every side, mirrored: windows then cross the border."""
    return np.pad(image, 5, "reflect")


def _ms_ssim_halved_by(shrink: Callable, x: np.ndarray, y: np.ndarray, border: Callable = lambda image: image) -> float:
    """MS-SSIM with another way to halve the images, and another border for the SSIM of the coarsest scale."""
    x, y, score = x.astype(float), y.astype(float), 1.0
    for level, weight in enumerate(WEIGHTS):
        if level:
            x, y = (_halve(shrink(image)) for image in (x, y))
        last = level == len(WEIGHTS) - 1
        a, b = (border(x), border(y)) if last else (x, y)
        contrast, whole = means([_moments(a, b, WINDOW, contrast_structure_and_ssim, C1, C2, joint=True)])[0]
        score *= max(float((whole if last else contrast)[0]), 0.0) ** weight
    return score


def _halve(image: np.ndarray) -> np.ndarray:
    rows, columns = (side // 2 for side in image.shape)
    return image[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean((1, 3))


def _pad_edge_first(image: np.ndarray) -> np.ndarray:
    return np.pad(image, (max(side % 2 for side in image.shape), 0), "edge")


def _pad_zero_first(image: np.ndarray) -> np.ndarray:
    return np.pad(image, [(side % 2, 0) for side in image.shape])


def _shift_by_one(image: np.ndarray) -> np.ndarray:
    return np.pad(image, (1, 0), "edge")


def _uqi_in(window: Window, x: np.ndarray, y: np.ndarray) -> float:
    return float(_moments(x, y, window, universal_quality, TINY).mean()[0])


def _uqi_of_means_for_sums(x: np.ndarray, y: np.ndarray) -> float:
    """The last row and column of windows are left out."""
    (quality,) = _moments(x, y, uniform(8), _quality_of_means_for_sums).values()
    return float(quality[0, :-1, :-1].mean())


def _quality_of_means_for_sums(mx: Any, my: Any, vx: Any, vy: Any, cxy: Any) -> Any:
    """The authors' formula for sums over 64 pixels, fed with means."""
    product, squares = mx * my, mx * mx + my * my
    covariation = 64 * (cxy + product) - product
    return 4 * covariation * product / ((64 * (vx + vy + squares) - squares) * squares)


_DEPARTURES = SimpleNamespace(
    sqrt=np.sqrt,
    log10=np.log10,
    gaussian=gaussian,
    uniform=uniform,
    sample_gaussian=Window(WINDOW.taps, unbiased=True),
    variant=_variant,
    mirror5=_mirror5,
    ms_ssim_halved_by=_ms_ssim_halved_by,
    pad_edge_first=_pad_edge_first,
    pad_zero_first=_pad_zero_first,
    drop_last=lambda image: image,
    shift_by_one=_shift_by_one,
    uqi_in=_uqi_in,
    uqi_of_means_for_sums=_uqi_of_means_for_sums,
).__dict__
