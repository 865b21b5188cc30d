"""From the scores of all maps to a selection that a metric takes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from iqametrics import registry
from iqametrics.deep.selection.forward import FIT, MAX_FEATURES, MIN_GAIN, SCREEN, Fit, ForwardPath, forward_selection
from iqametrics.deep.selection.nested import NestedSelection, nested_selection
from iqametrics.deep.selection.scores import MapScores
from iqametrics.deep.selection.selection import Selection
from iqametrics.progress import Bar, no_bar
from iqametrics.stats import fit_logistic
from iqametrics.stats.rows import MosKind

#: Of a metric's provenance, what a selection tells elsewhere or does not decide.
_ELSEWHERE = (
    *("iqametrics", "metric", "data_range", "bits", "backend"),
    *("taps", "maps", "sha256", "weights_sha256", "layer_pool"),
)


def select_maps(
    scores: MapScores,
    opinions: npt.ArrayLike,
    *,
    mos_kind: MosKind = "mos",
    fit: Fit = FIT,
    min_gain: float = MIN_GAIN,
    max_features: int = MAX_FEATURES,
    screen: int = SCREEN,
    n_splits: int = 100,
    seed: int = 0,
    bar: Bar = no_bar,
) -> Selection:
    """Select feature maps by forward selection, and say what the selection is worth on other references.

    Parameters
    ----------
    scores : MapScores
        From :func:`score_matrix`.
    opinions : array_like of float, shape (images,)
        Mean opinions of the same pairs.
    mos_kind : {"mos", "dmos"}
        Whether higher opinions are better or worse.
    fit, min_gain, max_features, screen
        As for :func:`forward_selection`.
    n_splits, seed : int
        Splits of the nested evaluation; 0 does without it.
    bar : callable, optional
        Shows progress: called with a text and the numbers of steps, it passes the numbers through.

    Returns
    -------
    Selection
        Chosen on all pairs; its ``nested`` holds the figures on held-out references, ``frequency`` how often a split
        chose each map and ``layers`` which share of the chosen maps each layer had.

    Raises
    ------
    OptionError, ShapeError, NonFiniteError
        As :func:`forward_selection` and :func:`nested_selection`.
    """
    y = np.asarray(opinions, np.float64)
    how: dict[str, Any] = {"fit": fit, "min_gain": min_gain, "max_features": max_features, "screen": screen}
    path = forward_selection(scores.values, y, **how, track=partial(bar, "Selecting"))
    everything = scores.all_maps()
    nested = None
    if n_splits:
        nested = nested_selection(
            scores.values,
            y,
            scores.references,
            direction=registry.metric(scores.metric).higher_is_better is not False,
            mos_kind=mos_kind,
            all_maps=everything,
            n_splits=n_splits,
            seed=seed,
            track=partial(bar, "Nested"),
            **how,
        )
    return Selection(
        scores.metric,
        {name: value for name, value in scores.provenance.items() if name not in _ELSEWHERE},
        str(scores.provenance["weights_sha256"]),
        tuple(scores.maps[column] for column in path.columns),
        path.curve,
        _facts(path, scores, min_gain, max_features, fit_logistic(everything, y, fit).plcc),
        None if nested is None else {**nested.to_dict(), **_stability(nested, scores)},
    )


def _facts(path: ForwardPath, scores: MapScores, min_gain: float, max_features: int, all_maps: float) -> dict[str, Any]:
    return {
        "fit": path.fit,
        "min_gain": min_gain,
        "max_features": max_features,
        "stopped": path.stopped,
        "screened": path.screened,
        "candidates": path.candidates,
        "excluded": path.excluded,
        "images": len(scores.references),
        "references": len(set(scores.references)),
        "all_maps": all_maps,
        "layers": _shares(dict.fromkeys(path.columns, 1.0), scores),
    }


def _stability(nested: NestedSelection, scores: MapScores) -> dict[str, Any]:
    """How often splits chose each map, and the share of each layer among all that they chose."""
    return {
        "frequency": {str(scores.maps[column]): share for column, share in nested.frequency.items()},
        "layers": _shares(nested.frequency, scores),
    }


def _shares(weights: Mapping[int, float], scores: MapScores) -> dict[str, float]:
    """Share of every layer in the weights of columns."""
    layers = dict.fromkeys(scores.layers, 0.0)
    for column, weight in weights.items():
        layers[scores.maps[column].layer] += weight / sum(weights.values())
    return layers
