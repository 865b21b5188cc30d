"""Which rows take part: opinions, scores and labels, aligned, checked and with the absent ones named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from iqametrics.errors import NonFiniteError, OptionError, ShapeError

from .alignment import Missing, aligned, is_labelled, listed

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
Direction = bool | Literal["higher", "lower"]
MosKind = Literal["mos", "dmos"]


@dataclass(frozen=True)
class Labels:
    """A label per row, as integer codes into the sorted names."""

    codes: IntArray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: npt.NDArray[Any]) -> "Labels":
        """Labels of some of the rows; names that no row carries any more go away."""
        present, codes = np.unique(self.codes[rows], return_inverse=True)
        return Labels(codes, tuple(self.names[k] for k in present))


@dataclass(frozen=True)
class Rows:
    """Aligned, finite rows: one opinion and one score of each metric per image."""

    scores: dict[str, FloatArray]
    mos: FloatArray
    images: tuple[str, ...]
    mos_std: FloatArray | None
    n_ratings: FloatArray | None
    groups: Labels | None
    references: Labels | None
    dropped: tuple[str, ...]

    @property
    def n(self) -> int:
        return self.mos.size


def one_of(option: str, value: object, allowed: Sequence[object]) -> None:
    """Refuse an option's value that is not one of those allowed."""
    if not any(value is item or (isinstance(value, str) and value == item) for item in allowed):
        choices = ", ".join(repr(item) for item in allowed)
        raise OptionError(f"{option}={value!r} is not known: choose one of {choices}.")


def expected_sign(direction: Direction, mos_kind: MosKind) -> int:
    """Sign that the correlation of scores with opinions must have by declaration: +1 or -1."""
    if isinstance(direction, (bool, np.bool_)):
        sign = 1 if direction else -1
    elif isinstance(direction, str) and direction in ("higher", "lower"):
        sign = 1 if direction == "higher" else -1
    else:
        raise OptionError(
            f"direction={direction!r} does not say which scores are better: give the metric's "
            "higher_is_better (True or False), or 'higher' or 'lower'."
        )
    one_of("mos_kind", mos_kind, ("mos", "dmos"))
    return sign if mos_kind == "mos" else -sign


def direction_of_each(metrics: Iterable[str], direction: Mapping[str, Direction]) -> dict[str, Direction]:
    """Direction of every metric, none being absent."""
    if not isinstance(direction, Mapping):
        raise OptionError(f"direction={direction!r}: give a mapping from each metric's name to its direction.")
    names = list(metrics)
    absent = [name for name in names if name not in direction]
    if absent:
        raise OptionError(f"direction does not say which scores are better for {listed(absent)}.")
    return {name: direction[name] for name in names}


def paired(x: npt.ArrayLike, y: npt.ArrayLike, names: tuple[str, str] = ("x", "y")) -> tuple[FloatArray, FloatArray]:
    """Two finite, one-dimensional float64 arrays of one length, two rows or more; Series are matched by index."""
    together, _ = aligned({names[0]: x, names[1]: y})
    first, second = (column(together[name], name) for name in names)
    if first.size != second.size:
        raise ShapeError(
            f"{names[0]} has {first.size} values and {names[1]} has {second.size}: they must be paired, row by row."
        )
    if first.size < 2:
        raise ShapeError(f"{names[0]} and {names[1]} hold {first.size} pair(s): at least 2 are needed.")
    for name, values in zip(names, (first, second), strict=True):
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise NonFiniteError(
                f"{bad.size} of {values.size} values of {name} are NaN or infinite, at rows "
                f"{listed([str(row) for row in bad])}: leave those rows out of both arrays, or find out "
                "why they have no value."
            )
    return first, second


def column(values: npt.ArrayLike, name: str) -> FloatArray:
    """One float64 number per row."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"{name} is not an array of numbers ({error}): give one real number per image.") from error
    if array.ndim != 1:
        raise ShapeError(f"{name} has shape {array.shape}: give one number per image, shape (n,).")
    return array


def gather_rows(
    scores: Mapping[str, Any],
    mos: Any,
    *,
    mos_std: Any = None,
    n_ratings: Any = None,
    groups: Any = None,
    references: Any = None,
    images: Any = None,
    missing: Missing = "raise",
) -> Rows:
    """Align every column with the opinions, and name the images whose score or opinion is absent.

    Series are matched by index, everything else by position (see :func:`aligned`).
    """
    one_of("missing", missing, ("raise", "drop"))
    if not scores:
        raise OptionError("No metric was given: scores must hold at least one.")
    columns, unmatched = aligned(
        {
            "mos": mos,
            **{f"scores of {name}": values for name, values in scores.items()},
            "mos_std": mos_std,
            "n_ratings": n_ratings,
            "groups": groups,
            "references": references,
        },
        missing,
    )
    opinions = column(columns["mos"], "mos")
    labels = _image_labels(images, columns, opinions.size)
    by_metric = {name: _scores_of_rows(columns, name, opinions.size) for name in scores}
    std, ratings = (_column_of_rows(columns[name], name, opinions.size) for name in ("mos_std", "n_ratings"))
    keep, dropped = _present(by_metric, unmatched, opinions, std, ratings, labels, missing)
    if std is not None and (std[keep] < 0).any():
        raise OptionError("mos_std holds negative values: a standard deviation is zero or more.")
    if ratings is not None and (ratings[keep] < 1).any():
        raise OptionError("n_ratings holds values below 1: it counts the opinions behind each mean.")
    if np.count_nonzero(keep) < 2:
        raise ShapeError(f"{np.count_nonzero(keep)} of {opinions.size} rows can be used: at least 2 are needed.")
    by_group, by_reference = (_labels(columns[name], name, labels) for name in ("groups", "references"))
    return Rows(
        scores={name: values[keep] for name, values in by_metric.items()},
        mos=opinions[keep],
        images=tuple(label for label, kept in zip(labels, keep, strict=True) if kept),
        mos_std=None if std is None else std[keep],
        n_ratings=None if ratings is None else ratings[keep],
        groups=None if by_group is None else by_group.take(keep),
        references=None if by_reference is None else by_reference.take(keep),
        dropped=tuple(dropped),
    )


def label_codes(values: Any, name: str) -> Labels:
    """Sorted distinct labels and each row's code; refuses absent labels."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ShapeError(f"{name} has shape {array.shape}: give one label per image, shape (n,).")
    absent = [row for row, value in enumerate(array) if _is_absent(value)]
    if absent:
        raise OptionError(f"{name} has no label in rows {listed([str(row) for row in absent])}.")
    try:
        distinct, codes = np.unique(array, return_inverse=True)
    except TypeError:  # labels of several types have no common order
        distinct, codes = np.unique(array.astype(str), return_inverse=True)
    return Labels(codes, tuple(str(value) for value in distinct))


def _is_absent(label: Any) -> bool:
    # NaN, NaT and pandas.NA are the values that are not equal to themselves; the last can't even say so.
    return label is None or type(label).__name__ == "NAType" or label != label


def _scores_of_rows(columns: Mapping[str, Any], name: str, rows: int) -> FloatArray:
    array = column(columns[f"scores of {name}"], f"scores of {name}")
    if array.size != rows:
        raise ShapeError(
            f"There are {array.size} scores of {name} for {rows} opinions: they must be paired, row by row."
        )
    return array


def _column_of_rows(values: Any, name: str, rows: int) -> FloatArray | None:
    if values is None:
        return None
    if np.ndim(values) == 0:
        return np.full(rows, float(values))
    array = column(values, name)
    if array.size != rows:
        raise ShapeError(f"{name} has {array.size} values for {rows} opinions: they must be paired, row by row.")
    return array


def _labels(values: Any, name: str, images: Sequence[str]) -> Labels | None:
    if values is None:
        return None
    labels = label_codes(values, name)
    if labels.codes.size != len(images):
        raise ShapeError(f"{name} has {labels.codes.size} labels for {len(images)} opinions.")
    return labels


def _image_labels(images: Any, columns: Mapping[str, Any], rows: int) -> list[str]:
    if images is None:
        source = next((values for values in columns.values() if is_labelled(values)), None)
        return [str(label) for label in (range(rows) if source is None else source.index)]
    labels = [str(label) for label in images]
    if len(labels) != rows:
        raise ShapeError(f"images has {len(labels)} names for {rows} opinions.")
    return labels


def _present(
    scores: dict[str, FloatArray],
    unmatched: Sequence[str],
    mos: FloatArray,
    std: FloatArray | None,
    ratings: FloatArray | None,
    labels: list[str],
    missing: Missing,
) -> tuple[BoolArray, list[str]]:
    """Rows with a finite value in every column; with missing='raise' any other row is an error."""
    columns = {f"score of {name}": values for name, values in scores.items()} | {"opinion": mos}
    if std is not None:
        columns["mos_std"] = std
    if ratings is not None:
        columns["n_ratings"] = ratings
    keep = np.ones(mos.size, dtype=bool)
    complaints = []
    for name, values in columns.items():
        bad = np.flatnonzero(~np.isfinite(values))
        keep[bad] = False
        if bad.size:
            complaints.append(
                f"{bad.size} of {mos.size} images have no finite {name}: "
                + listed([f"{labels[row]} ({values[row]:g})" for row in bad])
            )
    dropped = [*(labels[row] for row in np.flatnonzero(~keep)), *unmatched]
    if complaints and missing == "raise":
        raise NonFiniteError(
            ". ".join(complaints)
            + ". Find out why and fill the gaps, or leave these images out on purpose with missing='drop'.",
            images=tuple(dropped),
        )
    return keep, dropped
