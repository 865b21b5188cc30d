"""The tables of a benchmark: agreement, types, tests, published figures, what failed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from math import isfinite

from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.published import TOLERANCE
from iqametrics.report.tables import Cell, Column, Table, best_of, number, text
from iqametrics.stats import Agreement, ComparisonResult, Estimate, EvaluationResult

_CORRELATIONS = ("srocc", "krocc", "plcc")
#: What statistics are called, and whether more of it is better.
STATISTICS = {"srocc": ("SROCC", True), "krocc": ("KROCC", True), "plcc": ("PLCC", True), "rmse": ("RMSE", False)}
_SIGNS = (
    "Signs are counted from each metric's declared direction: a negative correlation ranks images the wrong way round."
)
MARKS = {1: "\N{BLACK UP-POINTING TRIANGLE}", -1: "\N{BLACK DOWN-POINTING TRIANGLE}", 0: "\N{MIDDLE DOT}"}


def agreement_table(benchmark: Benchmark) -> Table:
    """A row per metric: correlations, RMSE and outlier ratio with their intervals."""
    overall = {name: evaluation.overall for name, evaluation in benchmark.evaluations.items()}
    statistics = dict(STATISTICS)
    if any(isfinite(row.outlier_ratio.value) for row in overall.values()):
        statistics["outlier_ratio"] = ("Outliers", False)
    columns = [
        Column("Metric", "text"),
        *(Column(heading, note=_meaning(key)) for key, (heading, _) in statistics.items()),
    ]
    best = {
        key: best_of((row.oriented(key) for row in overall.values()), higher) for key, (_, higher) in statistics.items()
    }
    rows = [
        (
            text(name),
            *(_estimate(row.oriented_estimate(key), key, place == best[key]) for key in statistics),
            number(row.n, "d"),
        )
        for place, (name, row) in enumerate(overall.items())
    ]
    kind = {"bootstrap": "BCa bootstrap by reference", "percentile": "bootstrap percentiles by reference"}
    ci = benchmark.settings.ci
    notes = [f"PLCC and RMSE after a {benchmark.settings.fit} fit; RMSE in units of {benchmark.scores.study.opinion}."]
    if ci is not None:
        notes.append(f"Brackets: 95 % intervals, {kind.get(ci, ci)}.")
    return _table(benchmark, "agreement", "Agreement", [*columns, Column("Images")], rows, [*notes, _SIGNS])


def types_table(benchmark: Benchmark, statistic: str = "srocc") -> Table:
    """A row per distortion type, a column per metric."""
    heading, higher = STATISTICS[statistic]
    labels = list(dict.fromkeys(row.label for result in benchmark.evaluations.values() for row in result.distortions))
    rows = []
    for kind in labels:
        found = [_of_type(result, kind) for result in benchmark.evaluations.values()]
        values = [float("nan") if row is None else row.oriented(statistic) for row in found]
        best = best_of(values, higher)
        counts = [row.n for row in found if row is not None]
        cells = [
            _estimate(Estimate(value, *2 * (float("nan"),)), statistic, k == best) for k, value in enumerate(values)
        ]
        rows.append((text(kind.replace("_", " ")), number(max(counts), "d"), *cells))
    columns = [Column("Type", "text"), Column("Images"), *map(Column, benchmark.evaluations)]
    fit = (
        ["A fit per type; a line where there are too few images for a curve."] if statistic in ("plcc", "rmse") else []
    )
    title = f"{heading} by type of distortion"
    return _table(benchmark, f"types-{statistic}", title, columns, rows, [*fit, _SIGNS])


def matrix_table(benchmark: Benchmark, comparison: ComparisonResult, test: str, statistic: str) -> Table:
    """Who beats whom in one test of one statistic."""
    matrix = comparison.matrix(test, statistic)
    tones = {1: "good", -1: "bad", 0: "faint"}
    rows = [
        (
            text(name),
            *(
                text("") if name == other else Cell(MARKS[verdict], float(verdict), tone=tones[verdict])  # type: ignore[arg-type]
                for other, verdict in matrix.loc[name].items()
            ),
        )
        for name in matrix.index
    ]
    columns = [Column("Metric", "text"), *map(Column, matrix.columns)]
    legend = f"{MARKS[1]} row better than column, {MARKS[-1]} worse, {MARKS[0]} no significant difference"
    notes = [f"{legend}; level {comparison.alpha:g} after Benjamini and Hochberg's correction."]
    return _table(benchmark, f"{test}-{statistic}".replace("_", "-"), test_title(test, statistic), columns, rows, notes)


def test_title(test: str, statistic: str) -> str:
    """What a test of a statistic is called."""
    names = {
        "f": "F-test",
        "pitman_morgan": "Pitman-Morgan test",
        "williams": "Williams' test",
        "meng": "Meng's test",
        "bootstrap": "Bootstrap by reference",
    }
    of = STATISTICS[statistic][0] if statistic in STATISTICS else statistic.replace("_", " ")
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
                text(STATISTICS[line["statistic"]][0] + fit),
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
    kinds = dict.fromkeys((row.test, row.statistic) for row in comparison.tests)
    return sorted(kinds, key=lambda kind: kind[0] != "bootstrap")


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


def _estimate(estimate: Estimate, statistic: str, best: bool) -> Cell:
    form = ".4f" if statistic in _CORRELATIONS or statistic == "outlier_ratio" else ".4g"
    cell = partial(number, estimate.value, form, (estimate.low, estimate.high))
    return cell(best=best)


def _of_type(result: EvaluationResult, kind: str) -> Agreement | None:
    return next((row for row in result.distortions if row.label == kind), None)


def _meaning(statistic: str) -> str:
    return {
        "srocc": "Spearman's rank correlation: higher is better",
        "krocc": "Kendall's tau-b: higher is better",
        "plcc": "Pearson's correlation after the fit: higher is better",
        "rmse": "Root of the mean squared error after the fit: lower is better",
        "outlier_ratio": "Share of images farther from the fit than twice the spread of their opinions: lower is better",
    }[statistic]


def _partial(benchmark: Benchmark) -> list[str]:
    """Says so where the data set is not all that the published figures are about."""
    from iqametrics.datasets import card, names

    dataset = benchmark.scores.study.dataset
    counts = card(dataset.name).counts if dataset.name in names() else None
    if counts is None or counts.images == len(dataset):
        return []
    return [f"Published figures are of {counts.images} images, ours of {len(dataset)}: they can't agree but by chance."]
