"""Metrics with their options as text: ``ssim:wang2004-downsampled``, ``ms_ssim:levels=3``."""

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from iqametrics import registry
from iqametrics.errors import OptionError, UnknownMetricError

if TYPE_CHECKING:
    from iqametrics.front import Metric


def parse(text: str, **defaults: Any) -> "Metric":
    """The metric that ``NAME[:CONVENTION][:OPTION=VALUE]...`` means.

    Parameters
    ----------
    text : str
        The metric.
    **defaults
        Options where the text says nothing else.

    Raises
    ------
    UnknownMetricError
        There is no such metric, or no name.
    OptionError
        The metric has no such option, or is given two values of it.
    """
    name, *parts = text.strip().split(":")
    if not name:
        raise UnknownMetricError(f"a metric's name is missing in {text!r}; write for example ssim or psnr:tid2013")
    metric = registry.metric(name)
    if not (parts or defaults):
        return metric
    return metric.with_options(**{**defaults, **_options(metric, parts)})


def label(metric: "Metric") -> str:
    """A metric with its options, as :func:`parse` reads it: ``ssim:wang2004-downsampled:color=luma``."""
    if not metric.bound:
        return metric.name
    return metric.name + "".join(
        f":{value}" if key == "convention" else f":{key}={value}" for key, value in metric.bound.items()
    )


def _options(metric: "Metric", parts: list[str]) -> dict[str, Any]:
    known = ("convention", "color", *metric.options)
    options: dict[str, Any] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals:
            key, value = "convention", part
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            raise OptionError(f"{metric.name} has no option {key!r}; {hint}")
        if key in options:
            raise OptionError(f"{metric.name} is given two values of {key}: {options[key]} and {value}")
        options[key] = _value(value)
    return options


def _value(text: str) -> Any:
    """A number where the text is one, otherwise the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
