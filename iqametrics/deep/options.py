"""What all metrics on feature maps are asked: the network, its weights and its layers."""

import os
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.errors import DependencyError, OptionError
from iqametrics.front import Option, Recipe
from iqametrics.weights import sha256_of

if TYPE_CHECKING:
    from iqametrics.deep.architectures import Layout
    from iqametrics.deep.backbones import Backbone

#: Stands for heads that weight all maps alike.
UNIFORM = "uniform"


def _check_text(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise OptionError(f"{name}={value!r} must be a name, such as 'alexnet'")


def _check_path(name: str, value: Any) -> None:
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise OptionError(f"{name}={value!r} must be one of its words, or the path of a file")


def _check_optional_path(name: str, value: Any) -> None:
    if value is not None:
        _check_path(name, value)


def _check_taps(value: Any) -> None:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        raise OptionError(f"taps={value!r} must be the name of a layer, or a list of them, such as ['conv1', 'conv3']")


def _check_hash(value: Any) -> None:
    if value is not None and (not isinstance(value, str) or len(value) != 64):
        raise OptionError(f"sha256={value!r} must be 64 hexadecimal digits")


def check_one_of(name: str, choices: tuple[str, ...], value: Any) -> None:
    """Refuse anything but a choice."""
    if value not in choices:
        raise OptionError(f"{name}={value!r} is unknown; use one of {', '.join(choices)}")


def choice(name: str, choices: tuple[str, ...], default: str, text: str) -> Option:
    """An option with a few legal words, the default among them."""
    words = ", ".join(f'"{each}"' for each in choices)
    return Option(default, f"{{{words}}}", text, partial(check_one_of, name, choices))


def network_options(backbone: str | None, taps: Any) -> dict[str, Option]:
    """The options of a metric's network; without a default backbone the metric has but one."""
    options = {
        "weights": Option(
            "imagenet",
            "str or path",
            'Weights of the network: ``"imagenet"`` (downloaded once), the path of a state dict, or ``"surrogate"`` (fixed '
            "filters, to try things out).",
            partial(_check_path, "weights"),
        ),
        "sha256": Option(None, "str, optional", "SHA-256 that a file of weights must have.", _check_hash),
        "precision": choice("precision", ("single", "double"), "single", "What the network computes in."),
    }
    if backbone is None:
        return options
    return {
        "backbone": Option(backbone, "str", "A classifier of torchvision.", partial(_check_text, "backbone")),
        "taps": Option(
            taps,
            "str or list of str",
            "Layers to compare, by the names that the page about deep features gives them.",
            _check_taps,
        ),
        **options,
    }


def file_option(name: str, text: str) -> Option:
    """An option that takes the path of a file, and has none by default."""
    return Option(None, "str or path", text, partial(_check_optional_path, name))


def require_torch() -> None:
    """Raise a DependencyError that names the extra, unless torch and torchvision are there."""
    for package in ("torch", "torchvision"):
        if find_spec(package) is None:
            raise DependencyError(
                f'metrics on feature maps need {package}, which is not installed: pip install "iqametrics[deep]"'
            )


def network(recipe: Recipe, pooling: str = "max") -> "Backbone":
    """The network that a recipe asks for."""
    require_torch()
    from iqametrics.deep.backbones import backbone

    return backbone(recipe.backbone, recipe.weights, _taps(recipe), recipe.sha256, pooling)


def layout(recipe: Recipe, shape: tuple[int, int]) -> "Layout":
    """Sizes and places of the maps of the network that a recipe asks for, without its weights."""
    require_torch()
    from iqametrics.deep import architectures

    return architectures.layout(recipe.backbone, _taps(recipe), shape)


def _taps(recipe: Recipe) -> str | tuple[str, ...]:
    return recipe.taps if isinstance(recipe.taps, str) else tuple(recipe.taps)


def provenance(recipe: Recipe, pooling: str = "max") -> Mapping[str, Any]:
    """Backbone, taps, weights and their hash; and that of learned heads, where the metric has some and a file is given."""
    found = network(recipe, pooling).provenance
    heads = getattr(recipe, "heads", None)
    if heads in (None, UNIFORM):
        return found
    return {**found, "heads_sha256": sha256_of(Path(heads).expanduser())}
