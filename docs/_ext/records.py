"""What the records of the metrics say, in words: shared by the README's table and the metric pages."""

from collections.abc import Iterable

import iqametrics
from iqametrics.front import Metric

COLUMNS = ("Metric", "Title", "Better", "Range", "Identical", "Source")


def all_metrics() -> list[Metric]:
    """Every metric, by name."""
    return [iqametrics.metric(name) for name in iqametrics.metrics(weights=True)]


def direction(metric: Metric) -> str:
    """Which way is better."""
    return metric.better


def number(value: float) -> str:
    """A number with typographic signs."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}").replace("inf", "\N{INFINITY}")


def span(metric: Metric) -> str:
    """The range of the scores."""
    low, high = metric.range
    return f"{number(low)} to {number(high)}"


def source_link(metric: Metric) -> tuple[str, str]:
    """Authors with year, and the address of the paper."""
    citation = metric.citation
    families = [name.split()[-1] for name in citation.authors.replace(" and ", ", ").split(", ")]
    names = families[0] + {1: "", 2: f" and {families[-1]}"}.get(len(families), " et al.")
    return f"{names} {citation.year}", f"https://doi.org/{citation.doi}"


def identical(metric: Metric) -> str:
    """The value for identical images, if there are two and it does not depend on them."""
    if metric.task == "nr":
        return "one image"
    return "depends" if metric.identity is None else number(metric.identity)


def summary(metric: Metric) -> tuple[str, ...]:
    """The plain cells of a metric's row, from its title to its value for identical images, if it compares any."""
    return metric.title, direction(metric), span(metric), identical(metric)


def markdown_table(metrics: Iterable[Metric]) -> str:
    """A row per metric, in Markdown."""
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    for metric in metrics:
        label, address = source_link(metric)
        rows.append((f"`{metric.name}`", *summary(metric), f"[{label}]({address})"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
