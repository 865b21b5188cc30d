"""Whether the study of digits comes out as it must, and its figures for the documentation.

``python -m benchmarks.cnn_error --seeds 0 1 2 -o docs/_data/machine_quality.rst``
"""

import argparse
import resource
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from iqametrics.cli.output import print_report_table
from iqametrics.cnn_error.demo import Demonstration, Settings, demonstrate
from iqametrics.cnn_error.tables import tables
from iqametrics.report.atomic import write_text

_MINUS = "\N{MINUS SIGN}"
BLURS = ("gaussian_blur", "motion_blur")
_PSNR, _SSIM, _LAST, _METRIFIER = f"{_MINUS}psnr", f"{_MINUS}ssim", "features means, direction", "metrifier"
#: Pooled SROCC with 1 - p_true: smallest and largest value of each predictor.
RANGES = {_PSNR: (0.50, 0.68), _SSIM: (0.48, 0.66), _LAST: (0.68, 1.0), _METRIFIER: (0.70, 1.0)}


def shortfalls(found: Demonstration) -> Iterator[str]:
    """What does not come out as it must."""
    result = found.evaluation.result
    for worker, accuracies in found.dataset.info["clean_accuracy"].items():
        for name, share in accuracies.items():
            if share < 0.96:
                yield f"accuracy of {worker} on {name} without distortion is {share:.3f}, below 0.96"
    for kind, means in found.evaluation.dataset.error_by_level().iterrows():
        drops = [a - b for a, b in pairwise(means) if b < a]
        if len(drops) > 1 or max(drops, default=0) > 0.03:
            yield f"the mean error of {kind} falls with the level: {means.round(3).tolist()}"
    for name, (low, high) in RANGES.items():
        value = result[name].srocc.value
        if not low <= value <= high:
            yield f"SROCC of {name} is {value:.3f}, not in [{low:g}, {high:g}]"
    _, gap = result.difference(_METRIFIER, _SSIM)
    if not (gap.value >= 0.08 and gap.low > 0):
        yield f"the metrifier is {gap} above SSIM, not 0.08 with an interval that excludes 0"
    for name in (_PSNR, _SSIM):
        value = result[name].within_cell.value
        if not value < 0.3:
            yield f"{name} has {value:.3f} in type and level, not less than 0.3"


def main() -> None:
    """Run seeds, print what came of them, and write the page's figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("-o", "--output", type=Path, help="file for the figures, in reStructuredText")
    given = parser.parse_args()
    runs, failed = {}, False
    for seed in given.seeds:
        start, used = perf_counter(), _processor_seconds()
        with TemporaryDirectory() as folder:
            settings = Settings(seed=seed, metrics=("psnr", "ssim", "gmsd"), left_out={"both blurs": BLURS})
            found = runs[seed] = demonstrate(Path(folder), settings)
        print(f"seed {seed}: {perf_counter() - start:.0f} s, {_processor_seconds() - used:.0f} s of processor time")
        for table in tables(found.evaluation, found.left_out):
            print_report_table(table)
        for text in shortfalls(found):
            failed = True
            print(f"  falls short: {text}")
        print(flush=True)
    if given.output:
        write_text(given.output, figures(runs))
    raise SystemExit(failed)


def figures(runs: Mapping[int, Demonstration]) -> str:
    """Tables of the runs, by seed, in reStructuredText."""
    (seed, first), *_ = runs.items()
    result, seeds = first.evaluation.result, f"for the seeds {_listed(map(str, runs))}"
    levels = first.evaluation.dataset.error_by_level()
    errors = [[str(kind).replace("_", " "), *(f"{each:.3f}" for each in row)] for kind, row in levels.iterrows()]
    views = ["SROCC, pooled", "AUC of failure", "In type and level", "Type and level means"]
    predictors = [_predictor(runs, name) for name in first.evaluation.to_frame()["predictor"] if name != "constant"]
    layers = [_layer(runs, place) for place in range(len(first.evaluation.propagation.layers))]
    calibration = _each(run.metrifier.reliability.error for run in runs.values())
    parts = [
        f".. Written by benchmarks/{Path(__file__).name}.",
        f"``python -m benchmarks.cnn_error`` gives these figures, {seeds}. {_accuracies(runs)}",
        f"The share that is classified wrongly, by distortion and level (seed {seed}):",
        _table(["Distortion", *(f"Level {level}" for level in levels.columns)], errors),
        f"What foretells the error, on {result.n:,} images of {result.n_sources} digits; intervals of 95 %, over digits:",
        _table(["Predictor", *views], predictors),
        f"The metrifier is above SSIM by {_listed(_gaps(runs))}. Its calibration error is {calibration}.",
        f"SROCC on both blurs: {_each(_blurs(runs, 'seen'))}; of one that saw neither, {_each(_blurs(runs, 'unseen'))}.",
        "How far distortions move the features of the classifier, and how that goes with the error:",
        _table(["Layer", "Relative movement", "SROCC of it", "SROCC of the direction"], layers),
    ]
    return "\n\n".join(parts) + "\n"


def _blurs(runs: Mapping[int, Demonstration], name: str) -> list[float]:
    return [run.left_out[0].result[name].srocc.value for run in runs.values()]


def _accuracies(runs: Mapping[int, Demonstration]) -> str:
    said = []
    for name in ("worker", "metrifier", "evaluation"):
        shares = [run.dataset.info["clean_accuracy"]["cnn"][name] for run in runs.values()]
        said.append(f"{_each(shares)} on the set {name}")
    return f"Accuracy without distortion is {_listed(said)}."


def _predictor(runs: Mapping[int, Demonstration], name: str) -> list[str]:
    found = [run.evaluation.result[name] for run in runs.values()]
    pooled = found[0].srocc
    columns = [[getattr(each, statistic).value for each in found] for statistic in ("auc", "within_cell", "cell_means")]
    interval = f"[{pooled.low:.3f}, {pooled.high:.3f}]".replace("-", _MINUS)
    return [name, f"{_each(each.srocc.value for each in found)} {interval}", *map(_each, columns)]


def _layer(runs: Mapping[int, Demonstration], place: int) -> list[str]:
    rows = [run.evaluation.propagation.by_layer.iloc[place] for run in runs.values()]
    columns = ("relative", "srocc_relative", "srocc_direction")
    return [f"{place + 1}", *(_each(row[column] for row in rows) for column in columns)]


def _gaps(runs: Mapping[int, Demonstration]) -> Iterator[str]:
    for run in runs.values():
        _, gap = run.evaluation.result.difference(_METRIFIER, _SSIM)
        yield f"{gap.value:.3f} [{gap.low:.3f}, {gap.high:.3f}]"


def _each(values: Iterable[float]) -> str:
    return " | ".join("\N{EN DASH}" if isnan(value) else f"{value:.3f}".replace("-", _MINUS) for value in values)


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :class: numbers", ""]
    for row in (heads, *rows):
        lines += [f"   {' ' if place else '*'} - {cell}" for place, cell in enumerate(row)]
    return "\n".join(lines)


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
