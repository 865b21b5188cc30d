"""Pixel metrics applied to feature maps: deep SSIM and its relatives."""

from collections.abc import Mapping
from typing import Any

from iqametrics import registry
from iqametrics.deep.chosen_maps import chosen, maps_option
from iqametrics.deep.options import choice, network_options, require_torch
from iqametrics.errors import OptionError
from iqametrics.fr.gmsd import gmsd
from iqametrics.fr.lmse import lmse
from iqametrics.fr.mae import mae
from iqametrics.fr.md import md
from iqametrics.fr.mse import mse
from iqametrics.fr.nae import nae
from iqametrics.fr.psnr import psnr
from iqametrics.fr.sc import sc
from iqametrics.fr.ssim import ssim
from iqametrics.front import (
    IMAGE_MODES,
    Citation,
    Convention,
    FullReference,
    MapGeometry,
    Metric,
    Option,
    Planes,
    Recipe,
    Sees,
)
from iqametrics.pooling import Pool

#: The smallest side of an image: at 64 pixels AlexNet's last maps have 3.
MIN_SIZE = 64
#: Sides of the window of SSIM, the largest that fits a map is taken.
WINDOWS = (11, 9, 7, 5, 3, 1)
#: Decibels of maps without any error.
CAP = 100.0
AMIRSHAHI_2018 = Citation(
    "S. A. Amirshahi, M. Pedersen and A. Beghdadi",
    "Reviving traditional image quality metrics using CNNs",
    "26th Color and Imaging Conference",
    2018,
    "10.2352/ISSN.2169-2629.2018.26.241",
)
_MEASURES = {metric.name: metric for metric in (ssim, gmsd, mse, psnr, mae, lmse, nae, md, sc)}
_RANGES = {"ssim": "fixed", "gmsd": "fixed", "psnr": "ref"}
_RANGE_TEXT = (
    'What counts as the data range of a map: ``"fixed"`` 1, as MATLAB takes it for floats; ``"joint"`` largest less '
    'smallest value in both images; ``"ref"`` the same in the reference.'
)
_LAYER_TEXT = (
    'How the values of the layers, each the mean over its maps, are joined: ``"geometric"`` or arithmetic ``"mean"``.'
)
_BORDER_TEXT = (
    'Whether maps are extended by half a window, with the values at their edge (``"replicate"``) or mirrored '
    '(``"reflect"``), or the window stays inside (``"valid"``).'
)
_WORDS = {"geometric": "geometric", "mean": "arithmetic"}
_DOC = r"""{title} of feature maps; {better} is better, {identity} for identical images.

The mean over the maps of a layer, then the {layer_pool} mean over the layers of a network, of :doc:`{name}` between a map of
the reference and the same map of the distorted image:

.. math:: {equation}

Notes
-----
{notes}The pixel metric's own equation and kernels do the work. Maps it can't score, since there is nothing to divide by,
are left out of the mean. There is a map per layer, the mean of the quality maps of its feature maps. A network has to be
chosen, and its weights: see :doc:`/deep_features`.

Examples
--------
>>> import numpy as np
>>> from iqametrics import deep_metric
>>> x = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
>>> metric = deep_metric("{name}", weights="surrogate", taps=["conv1", "conv2"])
>>> round(metric(x, x), 4)
{identity}
>>> metric(x, x // 2) == metric(x, x)
False
"""


def _doc(pixel: Metric, identity: float, layer_pool: str) -> str:
    product = r"\Bigl(\prod_l \frac{1}{M_l} \sum_m q_{l,m}\Bigr)^{1/L}"
    total = r"\frac{1}{L} \sum_l \frac{1}{M_l} \sum_m q_{l,m}"
    notes = {
        "ssim": "The window shrinks with maps smaller than 11 samples. Maps that are constant in both images count 1. ",
        "psnr": f"Maps without any error count {CAP:g} dB. ",
    }
    return _DOC.format(
        title=pixel.title,
        name=pixel.name,
        better=pixel.better,
        identity=identity,
        layer_pool=_WORDS[layer_pool],
        equation=product if layer_pool == "geometric" else total,
        notes=notes.get(pixel.name, ""),
    )


def _make(name: str) -> Metric:
    pixel = _MEASURES[name]
    layer_pool = "geometric" if name == "ssim" else "mean"
    identity = min(pixel.identity or 0.0, CAP)

    def compute(x: Planes, y: Planes, recipe: Recipe) -> Pool:
        recipe, maps, _ = found = chosen(recipe, f"deep_{name}", options)
        backbone = found.network()
        from iqametrics.deep.comparing import compare

        return compare(x, y, recipe, backbone, pixel, maps)

    def geometry(shape: tuple[int, int], recipe: Recipe) -> tuple[MapGeometry, ...]:
        require_torch()
        from iqametrics.deep.comparing import geometry as of_layers

        return of_layers(shape, chosen(recipe, f"deep_{name}", options).recipe, pixel)

    def origin(recipe: Recipe) -> Mapping[str, Any]:
        return chosen(recipe, f"deep_{name}", options).provenance(options)

    compute.__doc__ = _doc(pixel, identity, layer_pool)
    options: dict[str, Option] = network_options("alexnet", "conv")
    options["maps"] = maps_option()
    options["layer_pool"] = choice("layer_pool", ("geometric", "mean"), layer_pool, _LAYER_TEXT)
    if name in _RANGES:
        options["dynamic_range"] = choice("dynamic_range", ("fixed", "joint", "ref"), _RANGES[name], _RANGE_TEXT)
    parameters: dict[str, Any] = {"windows": WINDOWS}
    if name == "ssim":
        options["border"] = choice("border", ("replicate", "reflect", "valid"), "replicate", _BORDER_TEXT)
    if name == "psnr":
        parameters["cap"] = CAP
    low, high = pixel.range
    return registry.register(
        FullReference(
            name=f"deep_{name}",
            title=f"{pixel.title}, of feature maps",
            higher_is_better=pixel.higher_is_better,
            range=(low, min(high, CAP) if name == "psnr" else high),
            identity=identity,
            sees=Sees("rgb", IMAGE_MODES),
            conventions={
                "amirshahi2018": Convention(
                    f"{name} of every map of a layer, their mean, and the {_WORDS[layer_pool]} mean of the layers; the "
                    "image at its own size, red, green and blue together, a grey image as all three",
                    min_size=MIN_SIZE,
                    parameters=parameters,
                )
            },
            citation=AMIRSHAHI_2018,
            compute=compute,
            geometry=geometry,
            options=options,
            needs_weights=True,
            origin=origin,
        )
    )


_METRICS = {name: _make(name) for name in _MEASURES}
deep_ssim = _METRICS["ssim"]


def deep_metric(name: str, /, **options: Any) -> Metric:
    """Return a pixel metric applied to feature maps, with options bound.

    Parameters
    ----------
    name : {"ssim", "gmsd", "mse", "psnr", "mae", "lmse", "nae", "md", "sc"}
        The pixel metric.
    **options
        Options of the call, such as ``backbone``, ``weights`` and ``taps``.

    Returns
    -------
    Metric
        The same as ``iqametrics.metric("deep_" + name, **options)``.

    Raises
    ------
    OptionError
        There is no such metric of feature maps.

    Examples
    --------
    >>> from iqametrics import deep_metric
    >>> deep_metric("gmsd", weights="surrogate").better
    'lower'
    """
    if name not in _METRICS:
        raise OptionError(f"there is no deep_metric({name!r}); use one of {', '.join(_MEASURES)}")
    return _METRICS[name].with_options(**options) if options else _METRICS[name]
