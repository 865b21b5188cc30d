"""Distortions of known kind and strength, to be made of any picture: types by name, levels by preset, the same by seed."""

from iqametrics.datasets.distortions.application import apply
from iqametrics.datasets.distortions.catalogue import distortion, levels, names
from iqametrics.datasets.distortions.presets import PRESETS
from iqametrics.datasets.distortions.record import Distortion, Parameter

__all__ = ["PRESETS", "Distortion", "Parameter", "apply", "distortion", "levels", "names"]
