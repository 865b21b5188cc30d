"""The option ``maps``: a metric on some feature maps alone."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from iqametrics.deep.options import network
from iqametrics.deep.selection.selection import Selection
from iqametrics.errors import OptionError, WeightsError
from iqametrics.front import Option, Recipe

_TEXT = (
    "Compare these maps alone and take the mean over them, whatever their layers; only what they need is computed. A "
    ":class:`~iqametrics.deep.selection.Selection` or the path of one, which decides backbone and weights too; or a dict "
    "of layers to numbers of maps from 0, such as ``{'conv1': [8, 9]}``."
)


def maps_option() -> Option:
    """The option, with no choice by default."""
    return Option(None, "Selection, path or dict, optional", _TEXT, _check)


def _check(value: Any) -> None:
    if value is None or isinstance(value, Selection):
        return
    if isinstance(value, str | os.PathLike) and os.fspath(value):
        return
    if isinstance(value, Mapping) and value:
        fine = all(isinstance(layer, str) and _are_numbers(numbers) for layer, numbers in value.items())
        if fine:
            return
    raise OptionError(
        f"maps={value!r} must be a selection, the path of one, or a dict such as {{'conv1': [8, 9]}} of different numbers"
    )


def _are_numbers(value: Any) -> bool:
    whole = isinstance(value, list | tuple) and value and all(type(each) is int and each >= 0 for each in value)
    return bool(whole) and len(set(value)) == len(value)


class Chosen(NamedTuple):
    """A recipe in which a selection has had its say, and the numbers of the chosen maps by layer."""

    recipe: Recipe
    maps: Mapping[str, Sequence[int]] | None
    weights_sha256: str | None

    def network(self) -> Any:
        """The network, up to the last layer that is needed.

        Raises
        ------
        WeightsError
            Its weights are not those that the maps were chosen with.
        """
        found = network(self.recipe)
        if self.weights_sha256 not in (None, found.weights_sha256):
            raise WeightsError(
                f"maps: they were chosen with weights whose SHA-256 is {self.weights_sha256}, and weights="
                f"{self.recipe.weights!r} has {found.weights_sha256}; pass the weights that the maps were chosen with"
            )
        return found

    def provenance(self, options: Iterable[str]) -> Mapping[str, Any]:
        """What the score depends on: these options, as the selection decided, and the network."""
        used = {name: getattr(self.recipe, name) for name in options}
        return {**used, **self.network().provenance, "maps": self.maps}


def chosen(recipe: Recipe, metric: str, options: Mapping[str, Option]) -> Chosen:
    """Read the option ``maps`` of a recipe.

    Raises
    ------
    OptionError
        The selection belongs to another metric, or contradicts an option that was given.
    """
    if recipe.maps is None:
        return Chosen(recipe, None, None)
    if recipe.taps != options["taps"].default:
        raise OptionError("taps and maps are both given; maps names its layers, leave taps out")
    if isinstance(recipe.maps, Mapping):
        layers = {layer: tuple(numbers) for layer, numbers in recipe.maps.items()}
        return Chosen(recipe.replace(taps=tuple(layers)), layers, None)
    selection = recipe.maps if isinstance(recipe.maps, Selection) else Selection.load(recipe.maps)
    if selection.metric != metric:
        raise OptionError(f"the maps were chosen for {selection.metric}, not for {metric}")
    values = {**vars(recipe), "taps": tuple(selection.layers)}
    for key, value in selection.options.items():
        if key not in values:
            raise OptionError(f"the selection of maps has an option {key!r}, which {metric} does not know")
        default = options[key].default if key in options else None
        if values[key] not in (value, default) or (key not in options and values[key] != value):
            # Weights may have moved to another path: their hash tells whether they are the same.
            if key == "weights":
                continue
            raise OptionError(f"the maps were chosen with {key}={value!r}, and {key}={values[key]!r} is given")
        values[key] = value
    return Chosen(recipe.replace(**values), selection.layers, selection.weights_sha256)
