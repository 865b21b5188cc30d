"""Metrics as they are written on the command line: ``ssim:wang2004-downsampled,ms_ssim:levels=3``."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from iqametrics.front import Metric

#: Stands for every metric that the size of the images allows.
ALL = "all"


class Choice(NamedTuple):
    """A metric with its options bound, and whether the user asked for it by name."""

    metric: "Metric"
    named: bool


def chosen(texts: Iterable[str], color: str | None = None) -> list[Choice]:
    """Metrics in the order asked for, each once.

    Parameters
    ----------
    texts : iterable of str
        Lists separated by commas of ``NAME[:CONVENTION][:OPTION=VALUE]...``, or ``all``.
    color : str, optional
        How all of them see colour, where they are not told otherwise.
    """
    from iqametrics.naming import label

    found: dict[str, Choice] = {}
    for text in texts:
        for item in text.split(","):
            for metric, named in _parse(item.strip(), color):
                before = found.get(label(metric))
                found[label(metric)] = Choice(metric, named or (before is not None and before.named))
    return list(found.values())


def complete_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of metrics that begin as what is being typed."""
    from iqametrics import registry

    return [name for name in registry.metrics() if name.startswith(incomplete)]


def complete_metrics(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names for the last metric of a list that is being typed, and the conventions of one that has its colon."""
    from iqametrics import registry

    *before, last = incomplete.split(",")
    name, colon, _ = last.partition(":")
    names = registry.metrics()
    if colon:
        names = [f"{name}:{convention}" for convention in registry.metric(name).conventions] if name in names else []
    return [",".join([*before, each]) for each in names if each.startswith(last)]


def _parse(item: str, color: str | None) -> Iterator[Choice]:
    from iqametrics import naming, registry

    shared = {} if color is None else {"color": color}
    name, colon, _ = item.partition(":")
    if name == ALL:
        if colon:
            raise click.UsageError(f"{item!r}: conventions and options belong to one metric, not to {ALL!r}")
        for each in registry.metrics(task="fr"):
            yield Choice(registry.metric(each, **shared), named=False)
        return
    if name and registry.metric(name).task != "fr":
        raise click.UsageError(f"{name} judges one image alone and has no use for a reference: iqametrics curate")
    yield Choice(naming.parse(item, **shared), named=True)
