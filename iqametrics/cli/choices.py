"""Metrics as they are written on the command line: ``ssim:wang2004-downsampled,ms_ssim:levels=3``."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from iqametrics.front import Metric

#: Stands for every metric without weights that the images allow, and that sees colour as it is asked to.
ALL = "all"


class Choice(NamedTuple):
    """A metric with its options bound, and whether the user asked for it by name."""

    metric: "Metric"
    named: bool


def chosen(texts: Iterable[str], color: str | None = None, task: str | None = "fr") -> list[Choice]:
    """Metrics in the order asked for, each once.

    Parameters
    ----------
    texts : iterable of str
        Lists separated by commas of ``NAME[:CONVENTION][:OPTION=VALUE]...``, or ``all``.
    color : str, optional
        How all of them see colour, where they are not told otherwise.
    task : {"fr", "nr"} or None
        What ``all`` stands for: the metrics of this task, or of every task.
    """
    from iqametrics.naming import label
    from iqametrics.record import COLORS, check_choice

    check_choice("color", color, COLORS)
    found: dict[str, Choice] = {}
    for text in texts:
        for item in text.split(","):
            for metric, named in _parse(item.strip(), color, task):
                before = found.get(label(metric))
                found[label(metric)] = Choice(metric, named or (before is not None and before.named))
    return list(found.values())


def check_images(choices: Iterable[Choice], alone: bool) -> None:
    """Refuse metrics that compare where there is an image alone, or those of one image where two are compared."""
    wrong = ", ".join(choice.metric.name for choice in choices if (choice.metric.task == "nr") != alone)
    if wrong and alone:
        raise click.UsageError(
            f"{wrong} needs a reference, and an image alone has none; give DISTORTED too, or ask for metrics of one image: "
            f"{names_of_one_image()}"
        )
    if wrong:
        raise click.UsageError(
            f"{wrong} judges one image alone and has no use for a reference: iqametrics score FOLDER -m {wrong}"
        )


def names_of_one_image() -> str:
    """The metrics that could be asked for where there is no reference."""
    from iqametrics import registry

    found = [registry.metric(name) for name in registry.metrics(task="nr", weights=True)]
    return ", ".join(f"{metric.name} (needs weights)" if metric.needs_weights else metric.name for metric in found)


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


def _parse(item: str, color: str | None, task: str | None) -> Iterator[Choice]:
    from iqametrics import naming, registry

    shared = {} if color is None else {"color": color}
    name, colon, _ = item.partition(":")
    if name == ALL:
        if colon:
            raise click.UsageError(f"{item!r}: conventions and options belong to one metric, not to {ALL!r}")
        every = [registry.metric(each) for each in registry.metrics(task)]
        able = [metric for metric in every if color is None or color in metric.sees.modes]
        if not able:
            unable = f"; and none of {', '.join(metric.name for metric in every)} sees color={color!r}" if every else ""
            raise click.UsageError(
                f"{ALL!r} never includes metrics that need weights{unable}; name one: {names_of_one_image()}"
            )
        for metric in able:
            yield Choice(metric.with_options(**shared), named=False)
        return
    yield Choice(naming.parse(item, **shared), named=True)
