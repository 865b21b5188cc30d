"""Labels of error for every distorted version of every image: made in parts that outlive a kill."""

import hashlib
import json
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from iqametrics.cnn_error.dataset import ErrorDataset, metadata, read_info, write_table
from iqametrics.cnn_error.pixels import Pixels, Versions
from iqametrics.cnn_error.plan import Case, cases
from iqametrics.cnn_error.sources import Collection, collect
from iqametrics.cnn_error.targets import targets
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.cnn_error.workers import Worker, as_workers, ask
from iqametrics.errors import JournalError, OptionError
from iqametrics.progress import Track, untracked
from iqametrics.report.atomic import replacing, write_text
from iqametrics.scoring import lock
from iqametrics.scoring.workers import processors
from iqametrics.version import __version__

#: Images whose versions are one part: what a kill costs at most.
_PART = 16
_PLAN, _LOCK = "plan.json", "lock"


def make_error_dataset(
    workers: Any,
    images: Any,
    labels: Any = None,
    distortions: Iterable[str] | Mapping[str, Sequence[Any]] = (),
    *,
    path: str | PathLike[str],
    sets: Sequence[str] | None = None,
    preset: str = "imagenet-c",
    seed: int = 0,
    threads: int | None = None,
    track: Track = untracked,
) -> ErrorDataset:
    """Distort labelled images and record how much classifiers err on every version.

    Parameters
    ----------
    workers : torch.nn.Module, Worker, sequence of Worker, or mapping of str to torch.nn.Module
        The classifiers; see :class:`Worker` for their preprocessing and the names of their outputs.
    images : path, data set, array, sequence, or mapping of str to any of them
        Labelled images, see :func:`labelled_images`. A mapping gives them by set: ``{"worker": ..., "metrifier": ...,
        "evaluation": ...}``, what taught the workers, what is to teach a metrifier, and what is to judge.
    labels : sequence, or mapping of str to sequence, optional
        The class of every image, where they come without.
    distortions : iterable of str, or mapping of str to sequence
        Names of distortions, at the levels of `preset`; or the parameters of every level by the name of the distortion. By
        default all that the preset has.
    path : path
        The Parquet file to write. Parts lie beside it, in a folder of its name with ``.parts``, until it is complete: a run
        that was killed goes on where it was, and gives the same table.
    sets : sequence of str, optional
        The set of every image, where they are not given by set. By default half of the images teach and half judge.
    preset : {"imagenet-c", "kadid", "cifar-c", "tid-like"}, optional
        What a level means where `distortions` does not say it.
    seed : int, optional
        Another seed gives other random numbers, and another default split.
    threads : int, optional
        Of torch and BLAS; by default as many as processors may be used.
    track : callable, optional
        Shows progress.

    Returns
    -------
    ErrorDataset
        A row per image, distortion and level. The images of the set ``worker`` are not distorted: they are there so that
        none of them is used elsewhere, and for the accuracy without distortion.

    Raises
    ------
    DatasetError
        Images and labels differ in number, two sets share an image by name or by content, a set is missing.
    ClassifierError
        A worker's outputs do not fit the classes, or it answers with NaN or infinity; the message names the image.
    JournalError
        Other images, workers or distortions have left parts at this place.
    OptionError, UnknownDistortionError
        A distortion, level or parameter is unknown.

    Notes
    -----
    The table is a function of the images, the workers' parameters, the distortions and the seed. All images are read once
    before the work begins, so that a source that is in two sets is found at once and not after hours.

    Examples
    --------
    >>> import numpy as np, tempfile, torch
    >>> from iqametrics.cnn_error import make_error_dataset
    >>> images = np.random.default_rng(0).integers(0, 256, (6, 16, 16), np.uint8)
    >>> worker = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(256, 3))
    >>> kinds = ["gaussian_noise", "contrast"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     data = make_error_dataset(worker, images, [0, 1, 2] * 2, kinds, path=f"{folder}/d.parquet")
    >>> len(data), data.table["distortion"].unique().tolist()
    (60, ['gaussian_noise', 'contrast'])
    """
    classifiers = as_workers(workers)
    plan = cases(distortions or _all_of(preset), preset)
    collection = collect(images, labels, sets, seed)
    for worker in classifiers:
        worker.outputs(collection.sources.classes)
    pixels = Pixels(collection, plan, seed)
    target = Path(path)
    if target.suffix.lower() != ".parquet":
        raise OptionError(f"{target}: the error dataset is a Parquet file; give it the suffix .parquet")
    info = _info(classifiers, collection, plan, seed)
    if target.exists():
        known = read_info(target)
        if {**known, "clean_accuracy": {}} != info:
            raise JournalError(f"{target} holds another error dataset; remove it or choose another name")
        return ErrorDataset.read(target, pixels=pixels, workers=classifiers)
    with _begun(target, info) as parts, limited_threads(threads):
        found = _make_parts(classifiers, pixels, parts, track)
        _join(found, target, {**info, "clean_accuracy": _accuracies(classifiers, pixels, found)})
    shutil.rmtree(parts)
    return ErrorDataset.read(target, pixels=pixels, workers=classifiers)


def _all_of(preset: str) -> list[str]:
    from iqametrics.datasets import distortions

    return [name for name in distortions.names(preset) if not distortions.distortion(name).color]


def _info(workers: Sequence[Worker], collection: Collection, plan: Sequence[Case], seed: int) -> dict[str, Any]:
    """What the table is a function of, and says of itself; equal for runs that give the same."""
    first = collection.sources.load(0)
    content = zip(collection.sources.names, collection.sources.labels, collection.sets, collection.digests, strict=True)
    return {
        "iqametrics": __version__,
        "workers": {worker.name: worker.digest(first) for worker in workers},
        "images": hashlib.sha256(json.dumps(list(content)).encode()).hexdigest(),
        "classes": list(collection.sources.classes),
        "sets": {name: collection.sets.count(name) for name in dict.fromkeys(collection.sets)},
        "distortions": [[case.distortion, case.level, case.text] for case in plan],
        "seed": seed,
        "clean_accuracy": {},
    }


@contextmanager
def _begun(target: Path, info: Mapping[str, Any]) -> Iterator[Path]:
    """The folder of the parts, ours until we end; what an earlier run for the same table has left stays in it."""
    parts = target.with_name(f"{target.name}.parts")
    plan, text = parts / _PLAN, json.dumps(info, indent=1)
    if parts.exists() and not plan.exists() and any(parts.iterdir()):
        raise JournalError(f"{parts} is no folder of parts; remove it or choose another name")
    parts.mkdir(parents=True, exist_ok=True)
    with (parts / _LOCK).open("w") as file:
        if not lock.take(file.fileno()):
            raise JournalError(f"another run is writing {parts}; wait for it or choose another name")
        if not plan.exists():
            write_text(plan, text)
        elif plan.read_text("utf-8") != text:
            raise JournalError(f"{parts} holds parts of another error dataset; remove it or choose another name")
        yield parts


def _make_parts(workers: Sequence[Worker], pixels: Pixels, parts: Path, track: Track) -> list[Path]:
    """Make the parts that are not there: images are distorted by threads while the workers look at others."""
    collection = pixels.collection
    used = [place for place, name in enumerate(collection.sets) if name != "worker"]
    found = [parts / f"part-{start // _PART:06d}.parquet" for start in range(0, len(used), _PART)]
    missing = [number for number, path in enumerate(found) if not path.exists()]
    with ThreadPoolExecutor(processors(), thread_name_prefix="iqametrics-distort") as pool:
        waiting: deque[tuple[int, list[Future[Versions]]]] = deque()
        todo = iter(missing)

        def submit(count: int) -> None:
            for number in islice(todo, count):
                places = used[number * _PART : (number + 1) * _PART]
                waiting.append((number, [pool.submit(pixels.versions, place) for place in places]))

        submit(2)  # one that the workers look at, one that is being made
        try:
            for number in track(missing, len(missing)):
                _, futures = waiting.popleft()
                write_table(found[number], _rows(workers, pixels, [future.result() for future in futures]), {})
                submit(1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _rows(workers: Sequence[Worker], pixels: Pixels, made: Sequence[Versions]) -> dict[str, list[Any]]:
    """The columns of the versions of some sources."""
    sources, plan = pixels.collection.sources, pixels.plan
    images = [image for each in made for image in (each.clean, *each.distorted)]
    places = [each.place for each in made]
    labels = [sources.labels[place] for place in places for _ in range(len(plan) + 1)]
    tags = ["undistorted", *(f"{case.distortion}/{case.level}" for case in plan)]
    names = [f"{sources.names[place]}/{tag}" for place in places for tag in tags]
    distorted = np.arange(len(images)).reshape(len(made), -1)[:, 1:].ravel()
    clean = np.repeat(np.arange(len(made)) * len(tags), len(plan))
    columns: dict[str, Any] = {
        "image": [names[row] for row in distorted],
        "source": [sources.names[place] for place in places for _ in plan],
        "source_sha256": [pixels.collection.digests[place] for place in places for _ in plan],
        "set": [pixels.collection.sets[place] for place in places for _ in plan],
        "class": [sources.labels[place] for place in places for _ in plan],
        "height": [each.clean.shape[0] for each in made for _ in plan],
        "width": [each.clean.shape[1] for each in made for _ in plan],
        "distortion": [case.distortion for _ in places for case in plan],
        "level": [case.level for _ in places for case in plan],
        "parameters": [case.text for _ in places for case in plan],
    }
    answers = {worker.name: ask(worker, images, labels, sources.classes, names) for worker in workers}
    losses = np.array([each.cross_entropy for each in answers.values()])
    correct = np.array([[a == b for a, b in zip(each.predictions, labels, strict=True)] for each in answers.values()])
    for name, values in targets(losses, correct).items():
        columns[name] = values[distorted]
        columns[f"clean_{name}"] = values[clean]
    for name, each in answers.items():
        for prefix, rows in (("", distorted), ("clean_", clean)):
            columns[f"{prefix}prediction:{name}"] = [each.predictions[row] for row in rows]
            columns[f"{prefix}cross_entropy:{name}"] = each.cross_entropy[rows]
    return columns


def _accuracies(workers: Sequence[Worker], pixels: Pixels, found: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Share of undistorted images that each worker gets right, by set."""
    table = ErrorDataset.joined(found)
    accuracies: dict[str, dict[str, float]] = {}
    learned = pixels.collection.places("worker")
    sources = pixels.collection.sources
    for worker in workers:
        first = table.drop_duplicates("source")
        right = first[f"clean_prediction:{worker.name}"] == first["class"]
        accuracies[worker.name] = {name: float(rows.mean()) for name, rows in right.groupby(first["set"])}
        correct = 0
        for start in range(0, len(learned), _PART):
            places = learned[start : start + _PART]
            images, labels = [sources.load(place) for place in places], [sources.labels[place] for place in places]
            answers = ask(worker, images, labels, sources.classes, [sources.names[place] for place in places])
            correct += sum(a == b for a, b in zip(answers.predictions, labels, strict=True))
        if learned:
            accuracies[worker.name]["worker"] = correct / len(learned)
    return accuracies


def _join(found: Sequence[Path], target: Path, info: Mapping[str, Any]) -> None:
    """Write the parts one after the other into one file, which appears when it is whole."""
    from pyarrow import parquet

    with replacing(target) as unfinished:
        schema = parquet.read_schema(found[0]).with_metadata(metadata(info))
        with parquet.ParquetWriter(unfinished, schema) as writer:
            for path in found:
                writer.write_table(parquet.read_table(path).replace_schema_metadata(schema.metadata))
