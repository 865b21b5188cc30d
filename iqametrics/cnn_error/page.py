"""The page of a data set of errors: which predictor foretells them, on which image, and how the layers move."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from iqametrics.cnn_error import tables
from iqametrics.cnn_error.evaluation import PredictorEvaluation
from iqametrics.cnn_error.leave_out import LeftOut
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.pictures import enlarged, map_over
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.report.environment import environment
from iqametrics.report.lines import Lines, lines
from iqametrics.report.page import Fact, Picture, PlotData, Points, render
from iqametrics.report.pictures import data_uri
from iqametrics.report.scatter import Scatter, scatter

#: Images that are drawn, spread evenly over the set: a page with all of them would not open.
_DRAWN = 800
#: Predictors that get a plot and a curve.
_MOST_PLOTS = 4
_COVERAGES = np.linspace(0.02, 1, 50)


def error_page(
    evaluation: PredictorEvaluation, metrifier: Metrifier | None, left_out: Sequence[LeftOut], title: str
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    evaluation : PredictorEvaluation
        Its images are looked at again for their pictures.
    metrifier : Metrifier, optional
        Whose reliability and maps are drawn.
    left_out : sequence of LeftOut
        What it does on what it has not seen.
    title : str
    """
    shown = _plotted(evaluation)
    rows = np.unique(np.linspace(0, len(evaluation.dataset) - 1, _DRAWN).round().astype(int))
    plots = [_plot(evaluation, name, rows) for name in shown]
    with limited_threads(1):  # a few small images at a time leave nothing for a second one to do
        data = _points(evaluation, metrifier, rows, shown, plots)
    dataset = evaluation.dataset
    charts = [_coverage_chart(evaluation, shown)]
    if metrifier is not None:
        charts.append(reliability_chart(metrifier))
    return render(
        "cnn_error.html",
        data=data,
        kind="image quality for machines",
        title=title,
        lead=f"{evaluation.result.n:,} distorted images of {evaluation.result.n_sources:,} sources, "
        f"{dataset.table['distortion'].nunique()} distortions, {dataset.table['level'].nunique()} levels.",
        caveat="",
        headline=tables.headline(evaluation),
        accuracy=tables.accuracy_table(dataset),
        levels=tables.level_table(dataset),
        predictors=tables.predictor_table(evaluation),
        differences=tables.difference_table(evaluation) if metrifier is not None else None,
        plots=[(plot, _subtitle(evaluation, name)) for name, plot in zip(shown, plots, strict=True)],
        drawn=len(rows),
        charts=charts,
        layers=tables.layer_table(evaluation),
        layer_charts=_layer_charts(evaluation),
        left_out=tables.left_out_table(left_out) if left_out else None,
        provenance=_provenance(evaluation, metrifier),
        environment=environment(),
    )


def _plotted(evaluation: PredictorEvaluation) -> list[str]:
    """The predictors that get a plot: the two everybody knows, the best feature and the metrifier, else the best."""
    ranked = [name for name in evaluation.to_frame()["predictor"] if evaluation.kinds[name] != "baseline"]
    features = [name for name in ranked if evaluation.kinds[name] == "features"][:1]
    wanted = ["\N{MINUS SIGN}psnr", "\N{MINUS SIGN}ssim", *features, tables.METRIFIER, *ranked]
    return list(dict.fromkeys(name for name in wanted if name in ranked))[:_MOST_PLOTS]


def _plot(evaluation: PredictorEvaluation, name: str, rows: np.ndarray) -> Scatter:
    table = evaluation.dataset.table.iloc[rows]
    groups = [kind.replace("_", " ") for kind in table["distortion"]]
    labels = (f"{name} (more is worse)", _axis(evaluation.target))
    return scatter(
        name, evaluation.scores[name].to_numpy()[rows].tolist(), table[evaluation.target].tolist(), labels, groups
    )


def _subtitle(evaluation: PredictorEvaluation, name: str) -> str:
    found = evaluation.result[name]
    return f"SROCC {found.srocc.value:.3f}, in type and level {found.within_cell.value:.3f}"


def _axis(target: str) -> str:
    return {"error": "1 \N{MINUS SIGN} p(true class)", "wrong": "share of workers that err"}.get(
        target, target.replace("_", " ")
    )


def _points(
    evaluation: PredictorEvaluation,
    metrifier: Metrifier | None,
    rows: np.ndarray,
    shown: Sequence[str],
    plots: Sequence[Scatter],
) -> Points:
    """What the page's script knows of every image that is drawn."""
    table = evaluation.dataset.table.iloc[rows]
    wanted = {int(row): place for place, row in enumerate(rows)}
    sources, distorted, maps = [], [""] * len(rows), {}
    of_source: list[int | None] = [None] * len(rows)
    for of, clean, images in evaluation.dataset.images():
        here = [(wanted[int(row)], image) for row, image in zip(of.index, images, strict=True) if int(row) in wanted]
        if not here:
            continue
        sources.append(data_uri(enlarged(clean)))
        for place, image in here:
            of_source[place] = len(sources) - 1
            distorted[place] = data_uri(enlarged(image))
        if metrifier is not None:
            for (place, image), local in zip(here, metrifier.map([image for _, image in here]), strict=True):
                maps[place] = (data_uri(map_over(image, local)), "dark red: where the metrifier expects error")
    places = {name: place for place, (name, _) in enumerate(plots[0].groups)}
    kinds = [kind.replace("_", " ") for kind in table["distortion"]]
    facts = [
        Fact("Distortion", [f"{kind}, level {level}" for kind, level in zip(kinds, table["level"], strict=True)]),
        Fact("Class", table["class"].tolist()),
        *(
            Fact(
                "Taken for" if len(evaluation.dataset.info["workers"]) == 1 else f"{name} takes it for",
                table[f"prediction:{name}"].tolist(),
            )
            for name in evaluation.dataset.info["workers"]
        ),
        Fact("Error", [f"{value:.3f}" for value in table[evaluation.target]]),
    ]
    return Points(
        names=table["image"].tolist(),
        group_of=[places[kind] for kind in kinds],
        facts=facts,
        pictures=[Picture("Undistorted", sources, of_source), Picture("Distorted", distorted, list(range(len(rows))))],
        plots=[
            PlotData(
                title=name,
                dots=plot.dots,
                facts=[Fact("Score", [f"{value:.4g}" for value in evaluation.scores[name].to_numpy()[rows]])],
                picture="Metrifier's map",
                pictures=maps,
                order=np.argsort(-table[evaluation.target].to_numpy(), kind="stable").tolist(),
            )
            for name, plot in zip(shown, plots, strict=True)
        ],
    )


def _coverage_chart(evaluation: PredictorEvaluation, shown: Sequence[str]) -> Lines:
    curves = {}
    for name in [*shown, "level index"]:
        found = evaluation.result[name].risk_coverage
        curves[name] = (_COVERAGES.tolist(), [found.at(share) for share in _COVERAGES])
    return lines(
        "coverage",
        "Error rate of what is kept when the worst-looking images are refused",
        curves,
        ("share of the images kept", "share classified wrongly"),
    )


def reliability_chart(metrifier: Metrifier) -> Lines:
    """Expected against actual errors of a metrifier."""
    found = metrifier.reliability
    title = (
        f"Reliability of the metrifier (calibration error {found.error:.3f}, {sum(found.counts):,} images kept back)"
    )
    curve = {"metrifier": (found.expected, found.actual)}
    return lines("reliability", title, curve, ("expected error", "actual error"), marked=True, diagonal=True)


def _layer_charts(evaluation: PredictorEvaluation) -> list[Lines]:
    found = evaluation.propagation
    if found is None:
        return []
    means = found.by_level.groupby(["distortion", "layer"], sort=False)["relative"].mean()
    depths = list(range(len(found.layers)))
    by_kind: Mapping[str, Any] = {
        str(kind).replace("_", " "): (depths, [means[kind, layer] for layer in found.layers])
        for kind in dict.fromkeys(found.by_level["distortion"])
    }
    columns = {"relative": "srocc_relative", "direction": "srocc_direction"}
    agreement = {name: (depths, found.by_layer[column].tolist()) for name, column in columns.items()}
    return [
        lines(
            "movement",
            "Relative movement of the features, mean over the levels",
            by_kind,
            ("layer", "||F(x') \N{MINUS SIGN} F(x)|| / ||F(x)||"),
            x_names=found.layers,
            marked=True,
        ),
        lines(
            "layer-agreement",
            "Correlation of the movement with the error",
            agreement,
            ("layer", "SROCC"),
            x_names=found.layers,
            marked=True,
        ),
    ]


def _provenance(evaluation: PredictorEvaluation, metrifier: Metrifier | None) -> dict[str, str]:
    info = evaluation.dataset.info
    facts = {
        "Workers": "; ".join(f"{name} (sha256 {digest[:16]})" for name, digest in info["workers"].items()),
        "Images": f"sha256 {info['images']}",
        "Classes": f"{len(info['classes'])}",
        "Distortions": "\n".join(
            f"{kind.replace('_', ' ')}: " + "; ".join(text for of, _, text in info["distortions"] if of == kind)
            for kind in dict.fromkeys(kind for kind, _, _ in info["distortions"])
        ),
        "Seed": str(info["seed"]),
    }
    if metrifier is not None:
        training = metrifier.training
        facts["Metrifier"] = f"{training.epochs} epochs, target {training.target}, seed {training.seed}"
    return facts
