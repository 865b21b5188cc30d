"""Labelled images that a classifier is to be tried on, from wherever they come."""

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from iqametrics.errors import DatasetError, DTypeError, OptionError, ShapeError
from iqametrics.files import read_image
from iqametrics.scoring.pairing import find_images

#: The three sets that must not share a source: what taught the worker, what teaches the metrifier, what judges both.
SETS = ("worker", "metrifier", "evaluation")

_LISTED = 5


@dataclass(frozen=True)
class Sources:
    """Labelled images.

    Attributes
    ----------
    names : tuple of str
        What each is called; no name twice.
    labels : tuple of str
        The class of each.
    load : callable
        Returns the pixels of the image at a place: uint8 ``(H, W)`` or ``(H, W, 3)``.
    classes : tuple of str
        The classes in the order of a classifier's outputs.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    load: Callable[[int], np.ndarray]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def labelled_images(images: Any, labels: Any = None) -> Sources:
    """Bring labelled images into one form.

    Parameters
    ----------
    images : path, data set, array or sequence
        A folder with a folder of images per class; a CSV file with the columns ``image`` (a path, seen from the file's own
        folder) and ``class``; a data set as torchvision has them, whose items are pairs of an image and the number of its
        class; or arrays uint8 ``(H, W)`` or ``(H, W, 3)`` or paths of images, with `labels`. Files are read as RGB.
    labels : sequence, optional
        The class of every image, as a name or a number, where the images come without.

    Returns
    -------
    Sources

    Raises
    ------
    DatasetError
        There are no images, a class is missing, or there is another number of labels than of images.
    """
    if isinstance(images, Sources):
        found = images
    elif isinstance(images, str | Path) and Path(images).is_dir():
        found = _of_folder(Path(images))
    elif isinstance(images, str | Path):
        found = _of_csv(Path(images))
    elif labels is None and hasattr(images, "__getitem__") and not isinstance(images, np.ndarray | list | tuple):
        found = _of_dataset(images)
    else:
        return _of_sequence(images, labels)
    if labels is not None:
        raise OptionError("labels were given with images that bring their own; leave them out")
    return found


def pixels_of(image: Any, name: str) -> np.ndarray:
    """An image as uint8 ``(H, W)`` or ``(H, W, 3)``: samples of 16 bits are reduced, one channel loses its axis."""
    array = np.asarray(image)
    if array.dtype == np.uint16:
        array = np.rint(array / 257).astype(np.uint8)
    if array.dtype != np.uint8:
        raise DTypeError(f"{name} has data type {array.dtype}; classifiers are tried on images of 8 or 16 bits")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3) or 0 in array.shape:
        raise ShapeError(f"{name} has shape {array.shape}; give (height, width) or (height, width, 3)")
    return array


def digest(pixels: np.ndarray) -> str:
    """SHA-256 of a picture, by which it is known whatever it is called."""
    return hashlib.sha256(repr(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def _of_folder(root: Path) -> Sources:
    found, _ = find_images(root, [])
    bare = [path.as_posix() for path in found if len(path.parts) < 2]
    if bare:
        raise DatasetError(
            f"{root} has images outside of a class: {_listed(bare)}; a class is a folder, {root}/CLASS/IMAGE.png"
        )
    labels = tuple(path.parts[0] for path in found)
    names = tuple(path.as_posix() for path in found)
    return Sources(names, labels, _reader([root / path for path in found]), tuple(sorted(set(labels))))


def _of_csv(path: Path) -> Sources:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} can't be read as a folder or a CSV file of labelled images ({error})") from error
    if not rows or not {"image", "class"} <= rows[0].keys():
        seen = ", ".join(map(str, rows[0])) if rows else "no row"
        raise DatasetError(f"{path} needs the columns image and class; it has {seen}")
    bare = [number for number, row in enumerate(rows, 2) if not row["image"] or not row["class"]]
    if bare:
        raise DatasetError(f"{path}: no image or no class in line {_listed(map(str, bare))}")
    names, labels = tuple(row["image"] for row in rows), tuple(row["class"] for row in rows)
    return Sources(names, labels, _reader([path.parent / name for name in names]), tuple(sorted(set(labels))))


def _of_dataset(data: Any) -> Sources:
    classes = tuple(map(str, getattr(data, "classes", ())))
    numbers = getattr(data, "targets", None)
    targets = (
        [int(data[place][1]) for place in range(len(data))] if numbers is None else [int(each) for each in numbers]
    )
    if len(targets) != len(data):
        raise DatasetError(f"the data set has {len(data)} images but {len(targets)} targets")
    classes = classes or tuple(map(str, range(max(targets, default=-1) + 1)))
    strange = sorted({number for number in targets if not 0 <= number < len(classes)})
    if strange:
        raise DatasetError(f"the data set has {len(classes)} classes, but images of class {_listed(map(str, strange))}")
    samples = getattr(data, "samples", None)
    names = tuple(str(sample[0]) for sample in samples) if samples else tuple(map(str, range(len(data))))
    labels = tuple(classes[number] for number in targets)
    return Sources(names, labels, lambda place: pixels_of(_as_array(data[place][0]), names[place]), classes)


def _of_sequence(images: Sequence[Any], labels: Any) -> Sources:
    if labels is None:
        raise DatasetError("the images come without classes; give labels, one per image")
    if len(images) != len(labels):
        raise DatasetError(f"{len(images)} images but {len(labels)} labels; give one label per image, in their order")
    values = [each.item() if hasattr(each, "item") else each for each in labels]
    numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in values)
    if numbers and min(values, default=0) < 0:
        raise DatasetError(f"label {min(values)} is negative; classes are counted from 0")
    classes = tuple(map(str, range(max(values, default=-1) + 1) if numbers else sorted({str(each) for each in values})))
    from_files = bool(len(images)) and isinstance(images[0], str | Path)
    names = tuple(str(each) for each in images) if from_files else tuple(f"{place:06d}" for place in range(len(images)))
    if from_files:
        load = _reader([Path(each) for each in images])
    else:

        def load(place: int) -> np.ndarray:
            return pixels_of(_as_array(images[place]), f"image {names[place]}")

    return Sources(names, tuple(map(str, values)), load, classes)


def _reader(paths: Sequence[Path]) -> Callable[[int], np.ndarray]:
    def load(place: int) -> np.ndarray:
        pixels = pixels_of(read_image(paths[place], alpha="ignore"), str(paths[place]))
        return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)

    return load


def _as_array(image: Any) -> np.ndarray:
    """A Pillow image or an array as it is; a float tensor (C, H, W) in 0..1, as torchvision's ToTensor gives, in 8 bits."""
    if hasattr(image, "detach"):
        array = image.detach().cpu().numpy()
        array = array.transpose(1, 2, 0) if array.ndim == 3 else array
        return np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8) if array.dtype.kind == "f" else array
    return np.asarray(image)


@dataclass(frozen=True)
class Collection:
    """Labelled images of several sets, every one known by its content.

    Attributes
    ----------
    sources : Sources
        All of them.
    sets : tuple of str
        The set of each, one of `SETS`.
    digests : tuple of str
        SHA-256 of the pixels of each.
    """

    sources: Sources
    sets: tuple[str, ...]
    digests: tuple[str, ...]

    def places(self, name: str) -> list[int]:
        """Where the images of a set are."""
        return [place for place, of in enumerate(self.sets) if of == name]


def collect(images: Any, labels: Any, sets: Sequence[str] | None, seed: int) -> Collection:
    """Bring images and their sets together; no image may belong to two of them.

    Raises
    ------
    DatasetError
        Two sets share an image, by its name or by its pixels, or a set is unknown or missing.
    """
    if isinstance(images, Mapping):
        if sets is not None or (labels is not None and not isinstance(labels, Mapping)):
            raise OptionError("images are given by set, so labels must be too, and sets= says nothing")
        sources, sets = _joined(
            {name: labelled_images(each, (labels or {}).get(name)) for name, each in images.items()}
        )
    else:
        sources = labelled_images(images, labels)
        sets = _halves(sources.names, seed) if sets is None else tuple(map(str, sets))
    if len(sets) != len(sources):
        raise DatasetError(f"{len(sources)} images but {len(sets)} sets; say of each to which it belongs")
    strange = sorted(set(sets) - set(SETS))
    if strange:
        raise DatasetError(f"no set is called {_listed(strange)}; there are {', '.join(SETS)}")
    absent = [name for name in SETS[1:] if name not in sets]
    if absent:
        raise DatasetError(
            f"no image belongs to the set {' or '.join(absent)}: one teaches the metrifier, one judges it"
        )
    _refuse_shared("name", sources.names, sources.names, sets)
    digests = tuple(digest(sources.load(place)) for place in range(len(sources)))
    _refuse_shared("picture", digests, sources.names, sets)
    return Collection(sources, tuple(sets), digests)


def _joined(parts: Mapping[str, Sources]) -> tuple[Sources, tuple[str, ...]]:
    """Images of several sets as one sequence; classes must be the same in all that name them in another order."""
    classes = max((each.classes for each in parts.values()), key=len)
    for name, each in parts.items():
        if not set(each.labels) <= set(classes):
            raise DatasetError(
                f"the set {name} has classes that others lack: {_listed(sorted(set(each.labels) - set(classes)))}"
            )
    places = [(each, place) for each in parts.values() for place in range(len(each))]
    counted = [name for each in parts.values() for name in each.names]
    unnamed = all(name.isdecimal() for name in counted)  # arrays, which only have numbers
    names = [f"{of}/{name}" if unnamed else name for of, each in parts.items() for name in each.names]

    def load(place: int) -> np.ndarray:
        part, inside = places[place]
        return part.load(inside)

    labels = tuple(label for each in parts.values() for label in each.labels)
    sets = tuple(name for name, each in parts.items() for _ in range(len(each)))
    return Sources(tuple(names), labels, load, classes), sets


def _halves(names: Sequence[str], seed: int) -> tuple[str, ...]:
    from iqametrics.stats import split_by_reference

    taught, _ = split_by_reference(list(names), seed, (0.5, 0.5))
    half = set(taught.tolist())
    return tuple("metrifier" if place in half else "evaluation" for place in range(len(names)))


def _refuse_shared(what: str, keys: Sequence[str], names: Sequence[str], sets: Sequence[str]) -> None:
    first: dict[str, int] = {}
    shared = []
    for place, key in enumerate(keys):
        before = first.setdefault(key, place)
        if sets[before] != sets[place]:
            shared.append(f"{names[before]} ({sets[before]}) and {names[place]} ({sets[place]})")
        elif before != place and what == "name":
            raise DatasetError(f"two images are called {names[place]}; names must differ")
    if shared:
        raise DatasetError(
            f"{len(shared)} images have the same {what} in two sets: {_listed(shared)}. Keep every source in one: a worker "
            "hardly errs on what it learned, and figures on what taught the metrifier say nothing"
        )


def _listed(items: Any) -> str:
    texts = list(items)
    more = f" and {len(texts) - _LISTED} more" if len(texts) > _LISTED else ""
    return ", ".join(texts[:_LISTED]) + more
