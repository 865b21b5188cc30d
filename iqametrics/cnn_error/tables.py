"""What is known of the errors of a classifier and of their predictors, as tables and in a sentence."""

from collections.abc import Sequence

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.evaluation import PredictorEvaluation
from iqametrics.cnn_error.leave_out import LeftOut, frame
from iqametrics.cnn_error.targets import TARGETS
from iqametrics.report.tables import Cell, Column, Table, best_of, number, text
from iqametrics.stats import PREDICTION_STATISTICS, Estimate, Prediction

METRIFIER = "metrifier"
_HEADINGS = {
    "srocc": "SROCC",
    "auc": "AUC of failure",
    "within_type": "in a type",
    "within_source": "in a source",
    "within_cell": "in type and level",
    "cell_means": "type and level means",
    "plcc": "PLCC",
    "aurc": "AURC",
}
_LOWER = ("aurc",)
_FORM = ".3f"
#: From here on a mean correlation inside type and level says that an image is known, and not its damage alone.
_HARDLY = 0.3
_MINUS = "\N{MINUS SIGN}"


def accuracy_table(dataset: ErrorDataset) -> Table:
    """What the workers are without distortion."""
    rows, sets = [], list(dataset.info["sets"])
    for name, shares in dataset.info["clean_accuracy"].items():
        rows.append((text(name), *(number(shares.get(each, float("nan")), _FORM) for each in sets)))
    counts = "; ".join(f"{name}: {count} images" for name, count in dataset.info["sets"].items())
    columns = [Column("Worker", "text"), *(Column(each) for each in sets)]
    notes = [f"Share of undistorted images that are classified correctly. {counts}. No image is in two sets."]
    if "worker" not in sets:
        notes.append("What taught the workers was not given, so that it is not checked whether it is apart.")
    return Table("accuracy", "Accuracy without distortion", tuple(columns), tuple(rows), tuple(notes))


def level_table(dataset: ErrorDataset, target: str = "wrong") -> Table:
    """Mean error by distortion and level."""
    means = dataset.error_by_level(target)
    levels = [str(level) for level in means.columns]
    rows = tuple(
        (text(_spoken(str(name))), *(number(value, _FORM) for value in values))
        for name, values in zip(means.index, means.to_numpy(), strict=True)
    )
    columns = (Column("Distortion", "text"), *(Column(f"Level {level}") for level in levels))
    note = f"Means over the images of the set {dataset.table['set'].iloc[0]}: {TARGETS[target]}."
    return Table(f"levels-{target.replace('_', '-')}", "Error by distortion and level", columns, rows, (note,))


def predictor_table(evaluation: PredictorEvaluation) -> Table:
    """Every predictor with every view, the best by pooled SROCC first."""
    found = [evaluation.result[name] for name in evaluation.to_frame()["predictor"]]
    rows = []
    bests = {
        name: best_of([getattr(each, name).value for each in found], _FORM, name not in _LOWER) for name in _HEADINGS
    }
    for place, each in enumerate(found):
        cells = [_estimate(each, name, place in bests[name]) for name in _HEADINGS]
        rows.append((text(each.predictor), text(evaluation.kinds[each.predictor]), *cells))
    columns = [Column("Predictor", "text"), Column("Kind", "text")]
    columns += [Column(heading, note=PREDICTION_STATISTICS[name]) for name, heading in _HEADINGS.items()]
    result = evaluation.result
    target, level = TARGETS[evaluation.target], f"{result.level:.0%}"
    about = f"Against {target}, on {result.n:,} distorted images of {result.n_sources} sources"
    notes = [
        f"{about}; {level} intervals by bootstrap over sources.",
        "Correlations are Spearman's; those in a type, source, or type and level are means. AURC: lower is better.",
    ]
    return Table("predictors", "What foretells the error", tuple(columns), tuple(rows), tuple(notes))


def difference_table(evaluation: PredictorEvaluation, first: str = METRIFIER) -> Table:
    """How much more one predictor has of pooled SROCC and inside type and level than every other."""
    rows = []
    for name in evaluation.to_frame()["predictor"]:
        if name == first or evaluation.result[name].srocc.value != evaluation.result[name].srocc.value:
            continue
        cells: list[Cell] = []
        for statistic in ("srocc", "within_cell"):
            test, gap = evaluation.result.difference(first, name, statistic)
            cells += [number(gap.value, "+.3f", (gap.low, gap.high)), number(test.p_value, ".2g")]
        rows.append((text(name), *cells))
    columns = (
        Column("Predictor", "text"),
        Column("SROCC"),
        Column("p"),
        Column("In type and level"),
        Column("p "),
    )
    notes = ("Differences of the paired bootstrap over sources; positive: it has less.",)
    return Table("differences", f"How much more the {first} has", columns, tuple(rows), notes)


def layer_table(evaluation: PredictorEvaluation) -> Table | None:
    """How far the layers of the worker are moved; None without one."""
    if evaluation.propagation is None:
        return None
    rows = tuple(
        (
            text(line["layer"]),
            number(line["relative"], _FORM),
            number(line["direction"], _FORM),
            number(line["srocc_relative"], _FORM),
            number(line["srocc_direction"], _FORM),
        )
        for line in evaluation.propagation.by_layer.to_dict("records")
    )
    columns = (
        Column("Layer", "text"),
        Column("Relative movement", note="mean of ||F(x') \N{MINUS SIGN} F(x)|| / ||F(x)||"),
        Column("Change of direction", note="mean squared distance of the channel vectors at length 1"),
        Column("SROCC of relative"),
        Column("SROCC of direction"),
    )
    notes = ("The first layer first; correlations with the error over all images.",)
    return Table("layers", "How far distortions move the layers", columns, rows, notes)


def left_out_table(results: Sequence[LeftOut]) -> Table:
    """Metrifiers on what they have not seen."""
    rows = tuple(
        (
            text(_spoken(line["left out"])),
            number(line["seen"], _FORM, (line["seen_low"], line["seen_high"])),
            number(line["unseen"], _FORM, (line["unseen_low"], line["unseen_high"])),
            number(line["difference"], "+.3f", (line["difference_low"], line["difference_high"])),
        )
        for line in frame(results).to_dict("records")
    )
    columns = (Column("Left out", "text"), Column("SROCC, seen"), Column("SROCC, unseen"), Column("Difference"))
    note = "Pooled SROCC on the images that are about it, of a metrifier that has seen it and of one that has not."
    return Table("left-out", "What the metrifier has not seen", columns, rows, (note,))


def tables(evaluation: PredictorEvaluation, left_out: Sequence[LeftOut] = ()) -> list[Table]:
    """All tables, in the order of reading."""
    found = [
        accuracy_table(evaluation.dataset),
        level_table(evaluation.dataset),
        predictor_table(evaluation),
        difference_table(evaluation) if METRIFIER in evaluation.kinds else None,
        layer_table(evaluation),
        left_out_table(left_out) if left_out else None,
    ]
    return [each for each in found if each is not None]


def headline(evaluation: PredictorEvaluation) -> list[str]:
    """What the figures say, in sentences."""
    said = []
    known = [name for name in (f"{_MINUS}psnr", f"{_MINUS}ssim") if name in evaluation.kinds]
    shown = {_title(name): evaluation.result[name] for name in known}
    if shown:
        names = " and ".join(shown)
        inside = [each.within_cell.value for each in shown.values()]
        means = [each.cell_means.value for each in shown.values()]
        figures = (
            f"their means over a type and level rank with the mean error ({_each(means)}), but among images of one type and "
            f"level they rank with the error by {_each(inside)} only"
        )
        if max(inside) < _HARDLY < min(means):
            said.append(f"{names} see how much damage there is but hardly which image fails: {figures}.")
        else:
            said.append(
                f"{names}: correlation {_each(means)} of the means over a type and level with the mean error, "
                f"{_each(inside)} among images of one type and level."
            )
        level = evaluation.result["level index"].srocc.value
        pooled = [each.srocc.value for each in shown.values()]
        said.append(f"Over all images their SROCC is {_each(pooled)}; the bare number of the level has {level:.3f}.")
    if METRIFIER in evaluation.kinds:
        own = evaluation.result[METRIFIER]
        sentence = (
            f"The metrifier, which sees the distorted image alone, has {own.srocc.value:.3f} over all images and "
            f"{own.within_cell.value:.3f} inside type and level"
        )
        if f"{_MINUS}ssim" in evaluation.kinds:
            _, gap = evaluation.result.difference(METRIFIER, f"{_MINUS}ssim")
            sentence += f", {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}] against SSIM"
        said.append(f"{sentence}.")
    return said


def _estimate(prediction: Prediction, statistic: str, best: bool) -> Cell:
    estimate: Estimate = getattr(prediction, statistic)
    return number(estimate.value, _FORM, (estimate.low, estimate.high), best=best)


def _each(values: Sequence[float]) -> str:
    return " and ".join(f"{value:.3f}" for value in values)


def _title(name: str) -> str:
    return name.removeprefix(_MINUS).upper()


def _spoken(name: str) -> str:
    return name.replace("_", " ")
