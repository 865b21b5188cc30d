"""Columns in one order: those with labels by their labels, the others by position."""

from collections.abc import Mapping
from typing import Any, Literal

from iqametrics.errors import NonFiniteError, ShapeError

Missing = Literal["raise", "drop"]

_LISTED = 50


def listed(labels: Any) -> str:
    """A list of labels for a message, cut where it gets unreadable."""
    shown = ", ".join(map(str, labels[:_LISTED]))
    return shown if len(labels) <= _LISTED else f"{shown}, ... and {len(labels) - _LISTED} more"


def is_labelled(values: Any) -> bool:
    """Whether every value has a label, as those of a pandas Series do."""
    return hasattr(values, "reindex") and hasattr(values, "index") and getattr(values, "ndim", 0) == 1


def aligned(columns: Mapping[str, Any], missing: Missing = "raise") -> tuple[dict[str, Any], tuple[str, ...]]:
    """Bring columns with labels into the order of the first column, and say which labels that order does not know.

    Columns without labels stay as they are: their rows are those of the first column. Where that has no labels itself, the
    labels of the others have to be in one order.

    Parameters
    ----------
    columns : mapping of str to array_like or pandas.Series
        By the names that messages call them.
    missing : {"raise", "drop"}
        What to do where one has a label that another lacks: fail, or leave out what the order has no place for, and
        leave a gap where there is no value.

    Returns
    -------
    dict of str to array_like or pandas.Series
        The columns.
    tuple of str
        Labels that were left out.

    Raises
    ------
    NonFiniteError
        If labels are missing; the message names them, and its attribute ``images`` holds all.
    ShapeError
        If a column has a label twice, or the order is not known.
    """
    labels = {name: values.index for name, values in columns.items() if is_labelled(values)}
    if len(labels) < 2:
        return dict(columns), ()
    for name, index in labels.items():
        if not index.is_unique:
            raise ShapeError(
                f"The index of {name} names some images twice: {listed(index[index.duplicated()].unique())}. "
                "Keep one value of each."
            )
    first, base = next(iter(labels.items()))
    gaps, unknown = [], []
    for name, index in labels.items():
        lacking, extra = base[~base.isin(index)], index[~index.isin(base)]
        unknown += [label for label in map(str, extra) if label not in unknown]
        gaps += [(name, first, lacking)] if len(lacking) else []
        gaps += [(first, name, extra)] if len(extra) else []
    if gaps and missing == "raise":
        raise NonFiniteError(
            ". ".join(f"Labels of {other} that {one} lacks ({len(at)}): {listed(at)}" for one, other, at in gaps)
            + ". Series are matched by their index: give all the same labels, or arrays to match rows by position.",
            images=tuple(dict.fromkeys(str(label) for *_, at in gaps for label in at)),
        )
    leader = next(iter(columns))
    if leader not in labels:
        turned = [name for name, index in labels.items() if not index.equals(base)]
        if turned:
            raise ShapeError(
                f"{leader} has no labels, and those of {first} and {listed(turned)} are in different orders: which rows "
                f"belong together can't be told. Give {leader} the same labels as a pandas.Series."
            )
    return {name: values.reindex(base) if name in labels else values for name, values in columns.items()}, tuple(
        unknown
    )
