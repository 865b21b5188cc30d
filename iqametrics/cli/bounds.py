"""``--fail-under``: the scores a build must reach."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

from iqametrics.cli.choices import Choice, chosen
from iqametrics.naming import label
from iqametrics.scoring.results import Result


class Bound(NamedTuple):
    """The worst value of some scores that is accepted."""

    labels: frozenset[str]
    text: str
    worst: float

    def broken_by(self, result: Result) -> list[str]:
        """What is worse than allowed in a result."""
        return [
            f"{label(score.metric)} is {score.value:.6g}, worse than {self.text}"
            for score in result.scores
            if score.value is not None
            and label(score.metric) in self.labels
            # Anything that is not at least as good is worse, whatever it may be.
            and not score.metric.badness(score.value) <= score.metric.badness(self.worst)
        ]


def bounds(texts: Iterable[str], choices: Sequence[Choice], color: str | None) -> list[Bound]:
    """Read ``METRIC=VALUE``, lists separated by commas; every metric must be among those that are scored.

    A plain name stands for all of that metric's recipes that are scored.
    """
    return [_bound(item.strip(), choices, color) for text in texts for item in text.split(",")]


def _bound(text: str, choices: Sequence[Choice], color: str | None) -> Bound:
    name, equals, number = text.rpartition("=")
    try:
        worst = float(number)
    except ValueError:
        worst = math.nan
    if not equals or math.isnan(worst):
        raise click.UsageError(f"--fail-under {text}: write METRIC=VALUE, for example ssim=0.95")
    wanted = chosen([name], color)
    if len(wanted) != 1:
        raise click.UsageError(f"--fail-under {text}: metrics have scales of their own; give each its value")
    metric, scored = wanted[0].metric, [choice.metric for choice in choices]
    plain = ":" not in name
    labels = {label(each) for each in scored if label(each) == label(metric) or (plain and each.name == metric.name)}
    if not labels:
        raise click.UsageError(f"--fail-under {text}: {name} is not scored; add -m {name}")
    return Bound(frozenset(labels), text, worst)
