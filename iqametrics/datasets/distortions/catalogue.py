"""The distortions by name, and the parameters of their levels."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from iqametrics.datasets.distortions.presets import PRESETS, has_levels, levels_of
from iqametrics.datasets.distortions.record import Distortion
from iqametrics.errors import OptionError, UnknownDistortionError

#: The modules that define distortions, in the order in which they are listed.
_ROOMS = ("noise", "blur", "compression", "quantization", "tone", "color", "blocks", "geometry")
_DISTORTIONS: dict[str, Distortion] = {}


def register(**record: Any) -> Callable[[Callable[..., np.ndarray]], Distortion]:
    """Make a distortion of the function that computes it, and enter it under the function's name and its aliases.

    Parameters
    ----------
    **record
        The attributes of :class:`~iqametrics.datasets.distortions.record.Distortion`. The function takes pixels
        ``(H, W, 1)`` or ``(H, W, 3)`` in 0..1, a random generator if it is random, and its parameters by name.
    """

    def decorate(function: Callable[..., np.ndarray]) -> Distortion:
        made = Distortion(name=function.__name__, function=function, **record)
        for name in (made.name, *made.aliases):
            if _DISTORTIONS.setdefault(name, made) is not made:
                raise ValueError(f"two distortions are called {name!r}; rename one")
        return made

    return decorate


def all_distortions() -> list[Distortion]:
    """Every distortion once, those of a family together."""
    _load()
    return list(dict.fromkeys(_DISTORTIONS.values()))


def names(preset: str | None = None) -> list[str]:
    """Return the names of the distortions, those of a family together.

    Parameters
    ----------
    preset : str, optional
        Only those that this preset has levels for, one of :data:`~iqametrics.datasets.distortions.PRESETS`.

    Returns
    -------
    list of str

    Raises
    ------
    OptionError
        No preset has this name.

    Examples
    --------
    >>> from iqametrics.datasets import distortions
    >>> distortions.names("cifar-c")[:3]
    ['gaussian_noise', 'shot_noise', 'impulse_noise']
    """
    return [each.name for each in all_distortions() if preset is None or has_levels(each, preset)]


def distortion(name: str) -> Distortion:
    """Return the record of a distortion: title, parameters, their units and ranges.

    Parameters
    ----------
    name : str
        One of :func:`names`, or what a data set calls it; case and ``-`` for ``_`` don't matter.

    Returns
    -------
    Distortion

    Raises
    ------
    UnknownDistortionError
        No distortion has this name; the message tells similar ones.

    Examples
    --------
    >>> from iqametrics.datasets import distortions
    >>> distortions.distortion("jpeg").strength.name
    'quality'
    """
    _load()
    wanted = str(name).lower().replace("-", "_")
    if wanted not in _DISTORTIONS:
        close = [_DISTORTIONS[found].name for found in get_close_matches(wanted, _DISTORTIONS, n=3, cutoff=0.5)]
        hint = f"did you mean {' or '.join(dict.fromkeys(close))}?" if close else f"there are {', '.join(names())}"
        raise UnknownDistortionError(f"no distortion is called {name!r}; {hint}")
    return _DISTORTIONS[wanted]


def levels(name: str, preset: str = "kadid") -> list[dict[str, Any]]:
    """Return the parameters of the levels 1 to 5 of a distortion, as :func:`apply` takes them.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    preset : {"kadid", "imagenet-c", "cifar-c", "tid-like"}, default "kadid"
        Whose levels. Those of ``"tid-like"`` are ``{"psnr": decibels}``: the strength depends on the image.

    Returns
    -------
    list of dict
        Five of them, spelled as in the source of the preset.

    Raises
    ------
    UnknownDistortionError
        No distortion has this name.
    OptionError
        No preset has this name, or it has no such distortion.

    Examples
    --------
    >>> from iqametrics.datasets import distortions
    >>> distortions.levels("jpeg")[0], distortions.levels("jpeg", "tid-like")[0]
    ({'quality': 43}, {'psnr': 33})
    """
    record = distortion(name)
    found = levels_of(record, preset)
    if found is None:
        others = [each for each in PRESETS if has_levels(record, each)]
        raise OptionError(f"{record.name} has no levels in the preset {preset!r}; it has in {', '.join(others)}")
    return [dict(level) for level in found]


@cache
def _load() -> None:
    for room in _ROOMS:
        import_module(f"iqametrics.datasets.distortions.{room}")
