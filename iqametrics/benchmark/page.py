"""The page of a benchmark: what is drawn, what is told of every image, what stands in the footer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from iqametrics.benchmark import tables
from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.pictures import OUTLIERS, Pictures, choose_maps, draw_pictures
from iqametrics.benchmark.residuals import Residuals, residuals_of
from iqametrics.progress import Track
from iqametrics.report.environment import environment
from iqametrics.report.page import Fact, Picture, PlotData, Points, render
from iqametrics.report.ranges import Ranges, ranges
from iqametrics.report.scatter import Scatter, scatter
from iqametrics.report.tables import ABSENT

if TYPE_CHECKING:
    from iqametrics.front import Metric

_REFERENCE, _DISTORTED = "Reference", "Distorted"


@dataclass(frozen=True)
class OutlierCard:
    """An image far from the fit, as its card on the page tells it."""

    row: int
    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MetricPlot:
    """A metric's plot and its worst outliers."""

    plot: Scatter
    subtitle: str
    outliers: tuple[OutlierCard, ...]


def benchmark_page(benchmark: Benchmark, maps: int, track: Track) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    benchmark : Benchmark
        Its images are read again for their pictures.
    maps : int
        How many quality maps it may hold.
    track : callable
        Shows progress of the pictures.
    """
    study = benchmark.scores.study
    residuals = {name: residuals_of(benchmark, name) for name in benchmark.evaluations}
    chosen = choose_maps(residuals, len(study.dataset), maps)
    pictures = draw_pictures(benchmark, chosen, track)
    scatters = [_metric_plot(benchmark, name, found) for name, found in residuals.items()]
    has_types = study.types is not None and bool(benchmark.evaluations)
    comparison = benchmark.comparison
    return render(
        "benchmark.html",
        data=_points(benchmark, residuals, scatters, pictures),
        kind="benchmark",
        title=f"{study.dataset.card.title}: {_counted(len(scatters), 'metric')} against {study.opinion}",
        lead=_lead(benchmark),
        caveat=study.caveat,
        opinion=study.opinion,
        fit=benchmark.settings.fit,
        agreement=tables.agreement_table(benchmark),
        ranges=[_ranges(benchmark, statistic) for statistic in ("srocc", "plcc")] if scatters else [],
        warnings=benchmark.warnings,
        scatters=scatters,
        by_type=[tables.types_table(benchmark, each) for each in tables.STATISTICS] if has_types else [],
        matrices=[tables.matrix_table(benchmark, comparison, *kind) for kind in tables.matrices(comparison)]
        if comparison
        else [],
        published=tables.published_table(benchmark) if len(benchmark.published) else None,
        failures=tables.failures_table(benchmark),
        provenance=_provenance(benchmark),
        environment=environment(),
    )


def _axis(name: str, metric: "Metric") -> str:
    """What a metric orders the images by, and which way is better."""
    if metric.higher_is_better is None:
        return f"distance of {name} from {metric.identity:g} (lower is better)"
    return f"{name} ({metric.better} is better)"


def _metric_plot(benchmark: Benchmark, name: str, found: Residuals) -> MetricPlot:
    study, metric = benchmark.scores.study, benchmark.scores.metrics[name]
    evaluation = benchmark.evaluations[name]
    opinions = study.dataset.scores.to_list()
    plot = scatter(
        name,
        found.scores.tolist(),
        opinions,
        (_axis(name, metric), study.opinion),
        None if study.types is None else _spoken(study.types),
        evaluation.overall.fit,
    )
    overall = evaluation.overall
    subtitle = f"SROCC {overall.oriented('srocc'):.3f} \N{MIDDLE DOT} PLCC {overall.plcc.value:.3f}"
    cards = tuple(_card(benchmark, int(row), found) for row in found.worst[:OUTLIERS])
    return MetricPlot(plot, subtitle, cards)


def _ranges(benchmark: Benchmark, statistic: str) -> Ranges:
    found = {name: each.overall.oriented_estimate(statistic) for name, each in benchmark.evaluations.items()}
    study = benchmark.scores.study
    title = f"{tables.STATISTICS[statistic].heading} with {study.opinion}"
    return ranges(title, [(name, each.value, each.low, each.high) for name, each in found.items()])


def _card(benchmark: Benchmark, row: int, found: Residuals) -> OutlierCard:
    study = benchmark.scores.study
    line = study.dataset.table.iloc[row]
    kind = [] if study.types is None else [study.types[row].replace("_", " ")]
    kind += [] if _is_absent(line["level"]) else [f"level {line['level']}"]
    kind.append(f"of {line['reference']}")
    facts = (
        (study.opinion, _short(study.dataset.scores[row])),
        ("Expected", _short(found.predicted[row])),
        ("Residual", _signed(found.residuals[row])),
        ("Score", _short(found.scores[row])),
    )
    return OutlierCard(row, str(line["distorted"]), ", ".join(kind), facts)


def _points(
    benchmark: Benchmark, residuals: Mapping[str, Residuals], scatters: Sequence[MetricPlot], pictures: Pictures
) -> Points | None:
    """What the page's script knows of every image."""
    if not scatters:
        return None
    study = benchmark.scores.study
    table = study.dataset.table
    facts = [Fact("Reference", table["reference"].astype(str).tolist())]
    groups = None
    if study.types is not None:
        groups = _spoken(study.types)
        facts.append(Fact("Type", groups))
    if table["level"].notna().any():
        facts.append(Fact("Level", [ABSENT if _is_absent(level) else str(level) for level in table["level"]]))
    facts.append(Fact(study.opinion, [_short(value) for value in study.dataset.scores]))
    places = {name: place for place, (name, _) in enumerate(scatters[0].plot.groups)}
    paths = list(pictures.references)
    rows = list(pictures.distorted)
    of_reference = [paths.index(path) if path in pictures.references else None for path in table["reference"]]
    place_of = {row: place for place, row in enumerate(rows)}
    return Points(
        names=study.names,
        group_of=[places[group] for group in groups] if groups else [],
        facts=facts,
        pictures=[
            Picture(_REFERENCE, [pictures.references[path] for path in paths], of_reference),
            Picture(
                _DISTORTED, [pictures.distorted[row] for row in rows], [place_of.get(row) for row in range(len(table))]
            ),
        ],
        plots=[
            PlotData(
                title=name,
                dots=each.plot.dots,
                facts=[
                    Fact("Score", [_short(value) for value in found.scores]),
                    Fact("Expected", [_short(value) for value in found.predicted]),
                    Fact("Residual", [_signed(value) for value in found.residuals]),
                ],
                picture=f"{name} map",
                pictures=pictures.maps.get(name, {}),
                order=found.worst.tolist(),
            )
            for (name, found), each in zip(residuals.items(), scatters, strict=True)
        ],
    )


def _lead(benchmark: Benchmark) -> str:
    dataset = benchmark.scores.study.dataset
    parts = [
        _counted(len(dataset), "image"),
        _counted(dataset.table["reference"].nunique(), "reference"),
    ]
    kinds = dataset.table["type"].nunique()
    parts += [_counted(kinds, "type") + " of distortion"] if kinds else []
    direction = "higher is better" if dataset.direction == "quality" else "higher is worse"
    return f"{', '.join(parts)}. {benchmark.scores.study.opinion}: {direction}."


def _provenance(benchmark: Benchmark) -> dict[str, str]:
    """Whose data these are, and which exactly."""
    study = benchmark.scores.study
    card = study.dataset.card
    settings = benchmark.settings
    facts = {
        "Name": f"{card.name}, {card.title}",
        "Cite": " ".join(card.citation.split()),
        "Notice": card.notice.strip(),
        "Manifest": f"sha256 {study.manifest_sha256()}, of {len(study.dataset)} images",
        "Metrics": "; ".join(f"{name} ({_in_words(said)})" for name, said in benchmark.scores.provenance.items()),
        "Statistics": f"{settings.fit} fit; {settings.n_resamples} resamples, seed {settings.seed}",
    }
    return {label: text for label, text in facts.items() if text}


def _in_words(provenance: Mapping[str, Any]) -> str:
    """What a metric's scores depend on; the version stands elsewhere, the name before it."""
    told = {**provenance, **provenance["options"]}
    facts = [
        f"{name} {' '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in told.items()
        if value is not None and name not in ("iqametrics", "metric", "options")
    ]
    return ", ".join(facts)


def _spoken(types: Any) -> list[str]:
    return [kind.replace("_", " ") for kind in types]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _is_absent(value: Any) -> bool:
    return type(value).__name__ == "NAType" or value != value


def _short(value: float) -> str:
    return f"{value:.5g}" if isfinite(value) else (ABSENT if value != value else str(value))


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "\N{MINUS SIGN}") if isfinite(value) else ABSENT
