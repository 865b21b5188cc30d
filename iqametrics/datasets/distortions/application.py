"""A distortion applied to an image."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from iqametrics.datasets.distortions.catalogue import distortion, levels
from iqametrics.datasets.distortions.pixels import Picture, picture
from iqametrics.datasets.distortions.presets import LEVELS, PSNR
from iqametrics.datasets.distortions.record import Distortion, Value
from iqametrics.datasets.distortions.seeds import fingerprint, generator
from iqametrics.datasets.distortions.target import strength_for
from iqametrics.errors import DistortionError, OptionError, ShapeError


class Distorted(NamedTuple):
    """A distorted image, and the parameters that made it."""

    image: np.ndarray
    parameters: dict[str, Value]


def apply(
    name: str,
    image: Any,
    strength: int | float | Mapping[str, Any] | None = None,
    seed: int = 0,
    *,
    level: int | None = None,
    params: float | Mapping[str, Any] | None = None,
    preset: str = "kadid",
    image_id: str | None = None,
    quantise: bool = True,
) -> np.ndarray:
    """Distort an image; equal arguments give equal pixels.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    image : array ``(H, W)``, ``(H, W, 1)`` or ``(H, W, 3)``, or path
        uint8, uint16 (0 to 65535), or floats in 0..1. Colour is RGB.
    strength : int, float or mapping, optional
        The third argument by position: an int is a `level`, anything else `params`.
    seed : int, default 0
        Another seed gives other random numbers, for distortions that use any.
    level : {1, 2, 3, 4, 5}, optional
        A level of `preset`.
    params : float or mapping, optional
        Instead of a level: the value of the distortion's strength, or its parameters by name. ``{"psnr": 30}`` looks for
        the strength that gives this PSNR in decibels.
    preset : {"kadid", "imagenet-c", "cifar-c", "tid-like"}, default "kadid"
        Whose levels, see :func:`levels`.
    image_id : str, optional
        What random numbers depend on beside seed, name and level; by default the pixels of the image, so that pictures
        get noise independent of each other whatever their files are called.
    quantise : bool, default True
        Whether floats are rounded to the 256 levels of a file of 8 bits. Integers always are to theirs.

    Returns
    -------
    numpy.ndarray
        Of the shape and data type of `image`, clipped to its range.

    Raises
    ------
    UnknownDistortionError
        No distortion has this name.
    OptionError
        The level, the preset or a parameter is unknown or out of its range.
    DistortionError
        The image is grey and the distortion is one of colour, or no strength gives the PSNR asked for.
    ShapeError, RangeError, DTypeError, NonFiniteError
        The image is none that distortions take, or too small.
    DependencyError
        Pillow was built without the codec.

    Notes
    -----
    Random numbers come from NumPy's PCG64, seeded with a digest of seed, name, level (0 for `params`) and image: they
    don't depend on the order of calls, the process or the machine. NumPy may change how it draws from a distribution in
    a new version.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import psnr
    >>> from iqametrics.datasets import distortions
    >>> grey = np.full((512, 512), 128, np.uint8)
    >>> distorted = distortions.apply("gaussian_noise", grey, level=5)  # variance 0.01
    >>> round(psnr(grey, distorted), 1)
    20.0
    """
    record = distortion(name)
    number, asked = _asked(record, strength, level, params, preset)
    return distorted(record, image, asked, number, seed, image_id, quantise).image


def distorted(
    record: Distortion,
    image: Any,
    parameters: Mapping[str, Any],
    level: int = 0,
    seed: int = 0,
    image_id: str | None = None,
    quantise: bool = True,
) -> Distorted:
    """Do as :func:`apply` does, with parameters at hand, and tell them in full; a PSNR among them becomes a strength."""
    seed = _whole("seed", seed)
    before = picture(image, quantise)
    _check(record, before)
    identity = image_id if image_id is not None else fingerprint(before.pixels) if record.random else ""

    def render(complete: Mapping[str, Value]) -> np.ndarray:
        return before.finished(record(before.pixels, generator(seed, record.name, level, identity), **complete))

    if PSNR in parameters:
        return Distorted(*strength_for(record, before.original, parameters, render))
    complete = record.complete(parameters)
    return Distorted(render(complete), complete)


def _asked(
    record: Distortion, strength: Any, level: int | None, params: Any, preset: str
) -> tuple[int, dict[str, Any]]:
    """The level, 0 if there is none, and the parameters as they were given."""
    if sum(each is not None for each in (strength, level, params)) != 1:
        raise OptionError(f"{record.name}: give a level, or params, and only one of them")
    if isinstance(strength, int | np.integer) and not isinstance(strength, bool):
        level = int(strength)
    elif strength is not None:
        params = strength
    if level is None:
        return 0, dict(params) if isinstance(params, Mapping) else {record.strength.name: params}
    found = levels(record.name, preset)
    if level not in LEVELS:
        raise OptionError(f"{record.name}: level={level!r} must be 1 to 5; a strength is given as params={level!r}")
    return level, found[_whole("level", level) - 1]


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise OptionError(f"{name}={value!r} must be a whole number")
    return int(value)


def _check(record: Distortion, image: Picture) -> None:
    height, width, channels = image.pixels.shape
    if record.color and channels == 1:
        raise DistortionError(f"{record.name} changes colour, and the image is grey: give RGB, or leave this one out")
    if min(height, width) < record.min_side:
        raise ShapeError(
            f"the image has {height}x{width} pixels (height x width); {record.name} needs sides of {record.min_side}"
        )
