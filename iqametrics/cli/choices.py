"""Metrics as they are written on the command line: ``ssim:wang2004-downsampled,ms_ssim:levels=3``."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from iqametrics.record import Metric

#: Stands for every metric that the size of the images allows.
ALL = "all"


class Choice(NamedTuple):
    """A metric with its options bound, and whether the user asked for it by name."""

    metric: "Metric"
    named: bool


def chosen(texts: Iterable[str], color: str | None = None) -> list[Choice]:
    """Metrics in the order asked for.

    Parameters
    ----------
    texts : iterable of str
        Lists separated by commas of ``NAME[:CONVENTION][:OPTION=VALUE]...``, or ``all``.
    color : str, optional
        How all of them see colour, where they are not told otherwise.
    """
    return [choice for text in texts for item in text.split(",") for choice in _parse(item.strip(), color)]


def _parse(item: str, color: str | None) -> Iterator[Choice]:
    from iqametrics import registry

    shared = {} if color is None else {"color": color}
    name, *parts = item.split(":")
    if not name:
        raise click.UsageError(f"a metric's name is missing in {item!r}; write for example -m ssim,psnr")
    if name == ALL:
        if parts:
            raise click.UsageError(f"{item!r}: conventions and options belong to one metric, not to {ALL!r}")
        for each in registry.metrics(task="fr"):
            yield Choice(registry.metric(each, **shared), named=False)
        return
    metric = registry.metric(name)
    yield Choice(metric.with_options(**{**shared, **_options(metric, parts)}), named=True)


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
            raise click.UsageError(f"{metric.name} has no option {key!r}; {hint}")
        if key in options:
            raise click.UsageError(f"{metric.name} is given two values of {key}: {options[key]} and {value}")
        options[key] = _value(value)
    return options


def _value(text: str) -> Any:
    """A number where the text is one, otherwise the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
