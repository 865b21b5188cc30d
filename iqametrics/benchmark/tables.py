"""The tables of a benchmark: agreement, types, tests, published figures, what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite
from typing import NamedTuple

from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.published import TOLERANCE
from iqametrics.report.tables import Cell, Column, Table, Tone, best_of, number, text
from iqametrics.stats import Agreement, ComparisonResult, Estimate, EvaluationResult, PairTest


class Statistic(NamedTuple):
    """What a statistic is called, whether more of it is better, how it is written, and what it means."""

    heading: str
    higher: bool
    form: str
    meaning: str


_OUTLIERS = Statistic(
    "Outliers",
    False,
    ".4f",
    "Share of images farther from the fit than twice the spread of their opinions: lower is better",
)
#: The statistics that every benchmark has.
STATISTICS = {
    "srocc": Statistic("SROCC", True, ".4f", "Spearman's rank correlation: higher is better"),
    "krocc": Statistic("KROCC", True, ".4f", "Kendall's tau-b: higher is better"),
    "plcc": Statistic("PLCC", True, ".4f", "Pearson's correlation after the fit: higher is better"),
    "rmse": Statistic("RMSE", False, ".4g", "Root of the mean squared error after the fit: lower is better"),
}
_SIGNS = (
    "Signs are counted from each metric's declared direction: a negative correlation ranks images the wrong way round."
)
MARKS = {1: "\N{BLACK UP-POINTING TRIANGLE}", -1: "\N{BLACK DOWN-POINTING TRIANGLE}", 0: "\N{MIDDLE DOT}"}


def agreement_table(benchmark: Benchmark) -> Table:
    """A row per metric: correlations, RMSE and outlier ratio with their intervals."""
    overall = {name: evaluation.overall for name, evaluation in benchmark.evaluations.items()}
    statistics = dict(STATISTICS)
    if any(isfinite(row.outlier_ratio.value) for row in overall.values()):
        statistics["outlier_ratio"] = _OUTLIERS
    columns = [Column("Metric", "text"), *(Column(each.heading, note=each.meaning) for each in statistics.values())]
    figures = [
        _estimates([row.oriented_estimate(key) for row in overall.values()], statistic)
        for key, statistic in statistics.items()
    ]
    rows = [
        (text(name), *cells, number(row.n, "d")) for (name, row), *cells in zip(overall.items(), *figures, strict=True)
    ]
    kind = {"bootstrap": "BCa bootstrap by reference", "percentile": "bootstrap percentiles by reference"}
    ci = benchmark.settings.ci
    notes = [f"PLCC and RMSE after a {benchmark.settings.fit} fit; RMSE in units of {benchmark.scores.study.opinion}."]
    if ci is not None:
        notes.append(f"Brackets: 95 % intervals, {kind.get(ci, ci)}.")
    return _table(benchmark, "agreement", "Agreement", [*columns, Column("Images")], rows, [*notes, _SIGNS])


def types_table(benchmark: Benchmark, statistic: str = "srocc") -> Table:
    """A row per distortion type, a column per metric."""
    labels = list(dict.fromkeys(row.label for result in benchmark.evaluations.values() for row in result.distortions))
    rows = []
    for kind in labels:
        found = [_of_type(result, kind) for result in benchmark.evaluations.values()]
        values = [float("nan") if row is None else row.oriented(statistic) for row in found]
        count = max(row.n for row in found if row is not None)
        cells = _estimates([Estimate(value, float("nan"), float("nan")) for value in values], STATISTICS[statistic])
        rows.append((text(kind.replace("_", " ")), number(count, "d"), *cells))
    columns = [Column("Type", "text"), Column("Images"), *map(Column, benchmark.evaluations)]
    fit = (
        ["A fit per type; a line where there are too few images for a curve."] if statistic in ("plcc", "rmse") else []
    )
    title = f"{STATISTICS[statistic].heading} by type of distortion"
    return _table(benchmark, f"types-{statistic}", title, columns, rows, [*fit, _SIGNS])


def matrix_table(benchmark: Benchmark, comparison: ComparisonResult, test: str, statistic: str) -> Table:
    """Who beats whom in one test of one statistic."""
    matrix = comparison.matrix(test, statistic)
    found = {
        frozenset((row.metric_a, row.metric_b)): row for row in comparison.tests if _kind(row) == (test, statistic)
    }
    tones: dict[int, Tone] = {1: "good", -1: "bad", 0: "faint"}
    rows = [
        (
            text(name),
            *(
                Cell("")
                if name == other
                else Cell(
                    MARKS[verdict], float(verdict), tone=tones[verdict], note=_told(found[frozenset((name, other))])
                )
                for other, verdict in matrix.loc[name].items()
            ),
        )
        for name in matrix.index
    ]
    columns = [Column("Metric", "text"), *map(Column, matrix.columns)]
    legend = f"{MARKS[1]} row better than column, {MARKS[-1]} worse, {MARKS[0]} no significant difference"
    notes = [f"{legend}; level {comparison.alpha:g} after Benjamini and Hochberg's correction."]
    return _table(benchmark, f"{test}-{statistic}".replace("_", "-"), test_title(test, statistic), columns, rows, notes)


def _told(row: PairTest) -> str:
    """A test in words."""
    interval = f" [{row.low:+.4f}, {row.high:+.4f}]" if isfinite(row.low) and isfinite(row.high) else ""
    return (
        f"{row.metric_a} {row.value_a:.4f}, {row.metric_b} {row.value_b:.4f}: difference {row.difference:+.4f}{interval}, "
        f"p = {row.p_adjusted:.2g} corrected, {row.p_value:.2g} alone"
    )


def test_title(test: str, statistic: str) -> str:
    """What a test of a statistic is called."""
    names = {
        "f": "F-test",
        "pitman_morgan": "Pitman-Morgan test",
        "williams": "Williams' test",
        "meng": "Meng's test",
        "bootstrap": "Bootstrap by reference",
    }
    of = STATISTICS[statistic].heading if statistic in STATISTICS else statistic.replace("_", " ")
    return f"{names.get(test, test)}: {of}"


def published_table(benchmark: Benchmark, *, subsets: bool = True) -> Table:
    """Our figures beside published ones, on the whole set and its subsets; where ours leaves them, by how much."""
    rows = []
    figures = benchmark.published if subsets else benchmark.published[benchmark.published["subset"] == "full"]
    for line in figures.to_dict("records"):
        mark = Cell("leaves", 1.0, tone="bad") if line["leaves"] else Cell("agrees", 0.0, tone="good")
        variant = f"{line['variant']}; " if line["variant"] else ""
        fit = {"linear": ", linear", "unstated": ", mapping unstated"}.get(line["fit"], "")
        rows.append(
            (
                text(line["metric"]),
                text(line["subset"]),
                text(STATISTICS[line["statistic"]].heading + fit),
                number(line["ours"]),
                number(line["published"]),
                replace(number(line["difference"], "+.4f"), value=abs(line["difference"])),
                mark,
                number(line["n"], "d"),
                text(f"{variant}{line['source']}"),
            )
        )
    columns = [
        *(Column(heading, "text") for heading in ("Metric", "Subset", "Statistic")),
        *(Column(heading) for heading in ("Ours", "Published", "Difference")),
        Column("Verdict", "text"),
        Column("Images"),
        Column("Variant; source", "text"),
    ]
    leaving = int(figures["leaves"].sum())
    notes = [
        f"{leaving} of {len(rows)} published figures are farther than {TOLERANCE} from ours.",
        "Published figures are those of others' implementations, which may follow other conventions. Sizes are compared.",
        *_partial(benchmark),
    ]
    return _table(benchmark, "published", "Published figures", columns, rows, notes)


def failures_table(benchmark: Benchmark) -> Table | None:
    """The images that lack a score, and why; None if there are none."""
    table = benchmark.scores.table
    failed = table[table["error"] != ""]
    if failed.empty:
        return None
    rows = [(text(row["distorted"]), text(row["error"])) for row in failed.to_dict("records")]
    columns = [Column("Image", "text"), Column("Why", "text")]
    return Table("failures", "Images without a score", tuple(columns), tuple(rows))


def paper_tables(benchmark: Benchmark) -> list[Table]:
    """The tables that go into a paper: agreement, SROCC by type, the bootstrap's matrix, published figures."""
    tables = [agreement_table(benchmark)]
    if benchmark.scores.study.types is not None:
        tables.append(types_table(benchmark))
    if benchmark.comparison is not None:
        tables += [matrix_table(benchmark, benchmark.comparison, *kind) for kind in matrices(benchmark.comparison)[:1]]
    if len(benchmark.published):
        tables.append(published_table(benchmark, subsets=False))
    return tables


def matrices(comparison: ComparisonResult) -> list[tuple[str, str]]:
    """Tests and statistics that were run, the ones to believe first."""
    kinds = dict.fromkeys(map(_kind, comparison.tests))
    return sorted(kinds, key=lambda kind: kind[0] != "bootstrap")


def _kind(row: PairTest) -> tuple[str, str]:
    return row.test, row.statistic


def _table(
    benchmark: Benchmark,
    name: str,
    title: str,
    columns: Iterable[Column],
    rows: Iterable[tuple[Cell, ...]],
    notes: list[str],
) -> Table:
    """A table that names its data set and says so if no opinions are behind it."""
    study = benchmark.scores.study
    caveat = [study.caveat] if study.caveat else []
    about = f"{study.dataset.name}, against {study.opinion}"
    return Table(name, title, tuple(columns), tuple(rows), (*caveat, *notes), about)


def _estimates(estimates: Sequence[Estimate], statistic: Statistic) -> list[Cell]:
    """The cells of one statistic of several metrics, the best marked, and those of the wrong sign."""
    best = best_of([each.value for each in estimates], statistic.form, statistic.higher)
    return [
        number(
            each.value,
            statistic.form,
            (each.low, each.high),
            best=place in best and each.value >= 0,
            tone="bad" if each.value < 0 else "",
        )
        for place, each in enumerate(estimates)
    ]


def _of_type(result: EvaluationResult, kind: str) -> Agreement | None:
    return next((row for row in result.distortions if row.label == kind), None)


def _partial(benchmark: Benchmark) -> list[str]:
    """Says so where the data set is not all that the published figures are about."""
    from iqametrics.datasets import card, names

    dataset = benchmark.scores.study.dataset
    counts = card(dataset.name).counts if dataset.name in names() else None
    if counts is None or counts.images == len(dataset):
        return []
    return [f"Published figures are of {counts.images} images, ours of {len(dataset)}: they can't agree but by chance."]
