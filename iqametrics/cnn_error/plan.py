"""What is done to every image: distortions, and the parameters of their levels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from iqametrics.datasets import distortions
from iqametrics.datasets.distortions.rows import parameter_text
from iqametrics.errors import OptionError


class Case(NamedTuple):
    """A distortion at a level.

    Attributes
    ----------
    distortion : str
        Its name.
    level : int
        From 1 on, the weakest first.
    parameters : mapping
        As :func:`iqametrics.datasets.distortions.apply` takes them.
    """

    distortion: str
    level: int
    parameters: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The parameters in words."""
        return parameter_text(self.parameters)


def cases(wanted: Iterable[str] | Mapping[str, Sequence[Any]], preset: str) -> tuple[Case, ...]:
    """Every distortion with every level.

    Parameters
    ----------
    wanted : iterable of str, or mapping of str to sequence
        Names of distortions, with the levels of `preset`; or the parameters of each level by name: mappings, or values of
        the distortion's strength.
    preset : str
        One of :data:`iqametrics.datasets.distortions.PRESETS`.
    """
    if isinstance(wanted, str):
        raise OptionError(f"distortions={wanted!r}: give a list of names, or the levels of each by its name")
    by_name: dict[str, Sequence[Any]] = {}
    for name in wanted:
        record = distortions.distortion(name)
        by_name[record.name] = wanted[name] if isinstance(wanted, Mapping) else distortions.levels(record.name, preset)
        if not by_name[record.name]:
            raise OptionError(f"{record.name} has no level; give the parameters of at least one")
    if not by_name:
        raise OptionError("no distortion was named; give at least one")
    found = []
    for name, levels in by_name.items():
        strength = distortions.distortion(name).strength.name
        for level, parameters in enumerate(levels, 1):
            given = dict(parameters) if isinstance(parameters, Mapping) else {strength: parameters}
            found.append(Case(name, level, given))
    return tuple(found)


def distort(case: Case, pixels: np.ndarray, digest: str, seed: int) -> np.ndarray:
    """The image after a case. Random numbers depend on the picture, not on its name or on the order of work."""
    return distortions.apply(
        case.distortion, pixels, params=case.parameters, seed=seed, image_id=f"{digest} {case.level}"
    )
