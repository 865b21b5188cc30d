"""How far distortions move the layers of a classifier, and which layer's movement goes with its errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.stats.correlation import is_undefined, spearman

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Propagation:
    """Movement of the layers.

    Attributes
    ----------
    by_level : pandas.DataFrame
        A row per layer, distortion and level: ``layer``, ``distortion``, ``level``, and the means ``relative``,
        ||F(x') - F(x)|| / ||F(x)||, and ``direction``, of the channel vectors at length 1, squared.
    by_layer : pandas.DataFrame
        A row per layer, the first layer first: the means of both over all images, and Spearman's correlation of each with
        the error, ``srocc_relative`` and ``srocc_direction``.
    """

    by_level: "pd.DataFrame"
    by_layer: "pd.DataFrame"

    @property
    def layers(self) -> list[str]:
        """The layers in their order."""
        return [str(layer) for layer in self.by_layer["layer"]]


def propagation(
    dataset: ErrorDataset, distances: Mapping[str, tuple[np.ndarray, np.ndarray]], target: str
) -> Propagation:
    """Summarise the distances of every row by layer, and correlate them with the error."""
    import pandas as pd

    rows = dataset.table[["distortion", "level"]]
    error = dataset.table[target].to_numpy()
    by_level, by_layer = [], []
    for layer, (relative, direction) in distances.items():
        moved = rows.assign(relative=relative, direction=direction)
        means = moved.groupby(["distortion", "level"], sort=False).mean().reset_index()
        by_level.append(means.assign(layer=layer))
        by_layer.append(
            {
                "layer": layer,
                "relative": float(relative.mean()),
                "direction": float(direction.mean()),
                "srocc_relative": _spearman(relative, error),
                "srocc_direction": _spearman(direction, error),
            }
        )
    columns = ["layer", "distortion", "level", "relative", "direction"]
    return Propagation(pd.concat(by_level, ignore_index=True)[columns], pd.DataFrame(by_layer))


def _spearman(x: np.ndarray, y: np.ndarray) -> float:
    return float("nan") if is_undefined(x, y) else spearman(x, y)
