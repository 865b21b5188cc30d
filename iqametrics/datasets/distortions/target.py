"""The strength of a distortion that gives an image a PSNR, as TID2008 and TID2013 were made."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from iqametrics.datasets.distortions.presets import PSNR
from iqametrics.datasets.distortions.record import Distortion, Value
from iqametrics.errors import DistortionError, OptionError

#: A strength that comes this near to the PSNR, in decibels, ends the search.
_NEAR = 0.02
#: Where the PSNR jumps past the target, by whole numbers or by rounding, the nearest strength is taken up to this far off.
_FAR = 1.0
#: Steps between the weakest and the strongest value of a strength that is no whole number.
_STEPS = 2**30

Render = Callable[[Mapping[str, Value]], np.ndarray]


class _Trial(NamedTuple):
    """A strength that was tried."""

    psnr: float
    image: np.ndarray
    parameters: dict[str, Value]


def strength_for(
    record: Distortion, image: np.ndarray, asked: Mapping[str, Any], render: Render
) -> tuple[np.ndarray, dict[str, Value]]:
    """Bisect the strength of a distortion until the image has a PSNR.

    Parameters
    ----------
    record : Distortion
        Whose strength is looked for, between the two ends of its `search`.
    image : numpy.ndarray
        The undistorted image.
    asked : mapping
        ``psnr`` in decibels, and any parameters but the strength.
    render : callable
        Distorts the image with parameters, the same random numbers each time.

    Returns
    -------
    numpy.ndarray, dict
        The distorted image, and its parameters, of the strength that comes nearest.

    Raises
    ------
    DistortionError
        The weakest strength already harms the image more, the strongest still less, or the PSNR jumps past the target
        by more than a decibel either way.
    """
    from iqametrics import psnr

    others = dict(asked)
    target = _decibels(others.pop(PSNR), record.name)
    given = [name for name in (record.strength.name, *record.strength.spellings) if name in others]
    if given:
        raise OptionError(f"{record.name}: {PSNR} stands for {given[0]}, which is looked for; give one of them")
    against = psnr.prepare(image, data_range=None if image.dtype.kind == "u" else 1.0)

    def attempt(step: int) -> _Trial:
        parameters = record.complete({**others, record.strength.name: _strength(record, step)})
        rendered = render(parameters)
        return _Trial(float(against(rendered)), rendered, parameters)

    weak, strong = 0, _steps(record)
    above, below = attempt(weak), attempt(strong)
    if not below.psnr <= target <= above.psnr:
        raise DistortionError(
            f"{record.name} can't give this image a PSNR of {target:g} dB: its weakest strength gives "
            f"{above.psnr:.2f} dB, its strongest {below.psnr:.2f} dB"
        )
    while strong - weak > 1 and _miss(above, below, target) > _NEAR:
        middle = (weak + strong) // 2
        trial = attempt(middle)
        if trial.psnr >= target:
            weak, above = middle, trial
        else:
            strong, below = middle, trial
    if _miss(above, below, target) > _FAR:
        raise DistortionError(
            f"{record.name} can't give this image a PSNR of {target:g} dB: it jumps from {above.psnr:.2f} to "
            f"{below.psnr:.2f} dB at {record.strength.name}={below.parameters[record.strength.name]:.6g}"
        )
    best = min(above, below, key=lambda each: abs(each.psnr - target))
    return best.image, best.parameters


def _miss(above: _Trial, below: _Trial, target: float) -> float:
    return min(above.psnr - target, target - below.psnr)


def _steps(record: Distortion) -> int:
    weak, strong = record.search
    return int(abs(strong - weak)) if record.strength.whole else _STEPS


def _strength(record: Distortion, step: int) -> float:
    """The strength after some steps from the weakest: even ones, or such that every value gets its share of decibels."""
    weak, strong = record.search
    if record.strength.whole:
        return weak + step if strong > weak else weak - step
    share = step / _STEPS
    if weak > 0 and strong > 0:
        return weak * (strong / weak) ** share
    return weak + (strong - weak) * share**3


def _decibels(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 < value < 100:
        raise OptionError(f"{name}: {PSNR}={value!r} must be a number of decibels between 0 and 100")
    return float(value)
