"""Strengths of the levels 1 to 5: those of known data sets, and the rule of a PSNR per level.

The values of ``kadid`` are those of KADID-10k's generator (Lin, Hosu and Saupe 2019, doi 10.1109/QoMEX.2019.8743252), those
of ``imagenet-c`` and ``cifar-c`` of Hendrycks and Dietterich's corruptions (arXiv 1903.12261), spelled as they are there.
"""

from collections.abc import Callable, Mapping, Sequence

from iqametrics.datasets.distortions.record import Distortion, Value
from iqametrics.errors import OptionError

#: Name of the parameter that stands for a strength to be looked for.
PSNR = "psnr"
LEVELS = (1, 2, 3, 4, 5)

Levels = Sequence[Mapping[str, Value]]


def _vary(name: str, values: Sequence[Value], **fixed: Value) -> Levels:
    return [{name: value, **fixed} for value in values]


_KADID: dict[str, Levels] = {
    "gaussian_blur": _vary("sigma", (0.1, 0.5, 1, 2, 5), truncate=2),
    "lens_blur": _vary("radius", (1, 2, 4, 6, 8)),
    "motion_blur": _vary("length", (1, 2, 4, 6, 10)),
    "color_diffusion": _vary("amount", (1, 3, 6, 8, 12)),
    "color_shift": _vary("amount", (1, 3, 6, 8, 12)),
    "color_quantization": _vary("colors", (64, 48, 32, 16, 8)),
    "saturation_hsv": _vary("factor", (0.4, 0.2, 0.1, 0, -0.4)),
    "saturation_lab": _vary("factor", (1, 2, 3, 6, 9)),
    "jpeg2000": _vary("ratio", (16, 32, 45, 120, 400)),
    "jpeg": _vary("quality", (43, 36, 24, 7, 4)),
    "gaussian_noise": _vary("variance", (0.001, 0.002, 0.003, 0.005, 0.01)),
    "gaussian_noise_ycbcr": _vary("variance", (0.0001, 0.0005, 0.001, 0.002, 0.003)),
    "impulse_noise": _vary("density", (0.001, 0.005, 0.01, 0.02, 0.03)),
    "multiplicative_noise": _vary("variance", (0.001, 0.005, 0.01, 0.02, 0.05)),
    "denoise": _vary("variance", (0.01, 0.03, 0.05, 0.1, 0.15)),
    "brighten": _vary("amount", (0.1, 0.2, 0.4, 0.7, 1.1)),
    "darken": _vary("amount", (0.05, 0.1, 0.2, 0.4, 0.8)),
    "mean_shift": _vary("offset", (0.15, 0.08, 0, -0.08, -0.15)),
    "jitter": _vary("amount", (0.05, 0.1, 0.2, 0.5, 1)),
    "non_eccentricity_patch": _vary("count", (20, 40, 60, 80, 100)),
    "pixelate": _vary("strength", (0.01, 0.05, 0.1, 0.2, 0.5), shrink="nearest"),
    "quantization": _vary("levels", (20, 16, 13, 10, 7)),
    "color_block": _vary("count", (2, 4, 6, 8, 10)),
    "high_sharpen": _vary("amount", (1, 2, 3, 6, 12)),
    "contrast_change": _vary("amount", (0.3, 0.15, 0, -0.4, -0.6)),
}
_IMAGENET_C: dict[str, Levels] = {
    "gaussian_noise": _vary("sd", (0.08, 0.12, 0.18, 0.26, 0.38)),
    "shot_noise": _vary("rate", (60, 25, 12, 5, 3)),
    "impulse_noise": _vary("density", (0.03, 0.06, 0.09, 0.17, 0.27)),
    "speckle_noise": _vary("sd", (0.15, 0.2, 0.35, 0.45, 0.6)),
    "gaussian_blur": _vary("sigma", (1, 2, 3, 4, 6)),
    "lens_blur": [
        {"radius": radius, "alias": alias} for radius, alias in ((3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5))
    ],
    "motion_blur": [
        {"radius": radius, "sigma": sigma} for radius, sigma in ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))
    ],
    "zoom_blur": [
        {"zoom": zoom, "steps": steps} for zoom, steps in ((1.11, 11), (1.16, 16), (1.21, 11), (1.26, 13), (1.31, 11))
    ],
    "contrast": _vary("factor", (0.4, 0.3, 0.2, 0.1, 0.05)),
    "brightness": _vary("amount", (0.1, 0.2, 0.3, 0.4, 0.5)),
    "saturation_hsv": [
        {"factor": factor, "offset": offset} for factor, offset in ((0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2))
    ],
    "jpeg": _vary("quality", (25, 18, 15, 10, 7)),
    "pixelate": _vary("scale", (0.6, 0.5, 0.4, 0.3, 0.25)),
}
_CIFAR_C: dict[str, Levels] = {
    "gaussian_noise": _vary("sd", (0.04, 0.06, 0.08, 0.09, 0.1)),
    "shot_noise": _vary("rate", (500, 250, 100, 75, 50)),
    "impulse_noise": _vary("density", (0.01, 0.02, 0.03, 0.05, 0.07)),
    "gaussian_blur": _vary("sigma", (0.4, 0.6, 0.7, 0.8, 1)),
    "contrast": _vary("factor", (0.75, 0.5, 0.4, 0.3, 0.15)),
    "brightness": _vary("amount", (0.05, 0.1, 0.15, 0.2, 0.3)),
    "jpeg": _vary("quality", (80, 65, 58, 50, 40)),
    "pixelate": _vary("scale", (0.95, 0.9, 0.85, 0.75, 0.65)),
}
#: TID2013's rule: a PSNR per level, and a strength for every image that gives it.
_TID_LIKE: Levels = _vary(PSNR, (33, 30, 27, 24, 21))

_TABLES: dict[str, Callable[[str], Levels | None]] = {
    "kadid": _KADID.get,
    "imagenet-c": _IMAGENET_C.get,
    "cifar-c": _CIFAR_C.get,
    "tid-like": lambda name: _TID_LIKE,
}
#: What a level may mean.
PRESETS = tuple(_TABLES)


def levels_of(record: Distortion, preset: str) -> Levels | None:
    """The levels that a preset has of a distortion; None if it has none."""
    if preset not in _TABLES:
        raise OptionError(f"preset={preset!r} is unknown; use one of {', '.join(PRESETS)}")
    return _TABLES[preset](record.name)


def has_levels(record: Distortion, preset: str) -> bool:
    """Whether a preset has levels of a distortion."""
    return levels_of(record, preset) is not None
