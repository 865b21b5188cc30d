"""The demonstration: a classifier of digits, its errors, what foretells them, and a metrifier, from nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.digits import DISTORTIONS, digit_sets, train_worker
from iqametrics.cnn_error.evaluation import PredictorEvaluation, evaluate_predictors
from iqametrics.cnn_error.leave_out import LeftOut, leave_one_distortion_out
from iqametrics.cnn_error.making import make_error_dataset
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.page import error_page
from iqametrics.cnn_error.tables import headline, tables
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.progress import Track, untracked
from iqametrics.report.atomic import write_text
from iqametrics.report.markdown import markdown

TITLE = "Digits: which metric foretells the errors of a classifier"
Begin = Callable[[str], Track]
"""Given what is begun, says how its progress is shown."""


@dataclass(frozen=True)
class Settings:
    """The size of the demonstration.

    Attributes
    ----------
    seed : int
        Of the split, the classifier, the distortions and the metrifier.
    sizes : mapping of str to int
        Digits of every set.
    distortions : sequence of str
        Some of :data:`~iqametrics.cnn_error.digits.DISTORTIONS`.
    epochs, width : int
        Of the metrifier; see :class:`~iqametrics.cnn_error.training.Training`.
    metrics : sequence of str or None
        None for all that the images are large enough for.
    left_out : mapping of str to sequence of str
        Groups of distortions that another metrifier does without.
    threads : int
        Of torch and BLAS. Networks of this size gain next to nothing from a second one, and lose much where it has to wait.
    """

    seed: int = 0
    sizes: Mapping[str, int] = field(default_factory=lambda: {"worker": 900, "metrifier": 400, "evaluation": 300})
    distortions: Sequence[str] = tuple(DISTORTIONS)
    epochs: int = 3
    width: int = 16
    metrics: Sequence[str] | None = None
    left_out: Mapping[str, Sequence[str]] = field(default_factory=dict)
    threads: int = 1


#: What ``iqametrics demo`` has time for.
SMALL = Settings(
    sizes={"worker": 900, "metrifier": 150, "evaluation": 100},
    distortions=("gaussian_noise", "gaussian_blur", "jpeg", "pixelate"),
    metrics=("psnr", "ssim"),
)


@dataclass(frozen=True)
class Demonstration:
    """What came of it."""

    dataset: ErrorDataset
    metrifier: Metrifier
    evaluation: PredictorEvaluation
    left_out: Sequence[LeftOut]

    @property
    def headline(self) -> list[str]:
        """What the figures say, in sentences."""
        return headline(self.evaluation)


def demonstrate(folder: Path, settings: Settings, begin: Begin = lambda what: untracked) -> Demonstration:
    """Train a classifier and a metrifier, and hold predictors against the errors.

    Writes ``errors.parquet`` and ``metrifier.safetensors`` into the folder.
    """
    images, labels = digit_sets(settings.seed, settings.sizes)
    with limited_threads(settings.threads):
        worker = train_worker(images["worker"], labels["worker"], settings.seed, track=begin("Classifier"))
    dataset = make_error_dataset(
        worker,
        images,
        labels,
        {name: DISTORTIONS[name] for name in settings.distortions},
        path=folder / "errors.parquet",
        seed=settings.seed,
        threads=settings.threads,
        track=begin("Distorting"),
    )
    metrifier = Metrifier.fit(
        dataset,
        epochs=settings.epochs,
        width=settings.width,
        seed=settings.seed,
        threads=settings.threads,
        track=begin("Metrifier"),
    )
    metrifier.save(folder / "metrifier.safetensors")
    evaluation = evaluate_predictors(
        dataset,
        metrifier=metrifier,
        metrics=settings.metrics,
        seed=settings.seed,
        threads=settings.threads,
        track=begin("Evaluating"),
    )
    left_out: list[LeftOut] = []
    if settings.left_out:
        left_out = leave_one_distortion_out(
            dataset, metrifier, settings.left_out, threads=settings.threads, track=begin("Leaving out")
        )
    return Demonstration(dataset, metrifier, evaluation, left_out)


def write_files(found: Demonstration, folder: Path) -> None:
    """Write ``report.html``, ``tables.md`` and ``predictors.csv``."""
    page = error_page(found.evaluation, found.metrifier, found.left_out, TITLE)
    write_text(folder / "report.html", page)
    remark = " ".join(found.headline)
    write_text(folder / "tables.md", markdown(tables(found.evaluation, found.left_out), TITLE, remark))
    write_text(folder / "predictors.csv", found.evaluation.to_frame().to_csv(index=False, lineterminator="\n"))
