"""JSON as the standard has it: without infinity."""

import dataclasses
import json
import math
import os
import pickle
from collections.abc import Mapping, Set
from hashlib import sha256
from typing import Any

from iqametrics.errors import OptionError


def dumps(value: Any, indent: int | None = None) -> str:
    """Write strict JSON, where infinity becomes the string ``"Infinity"`` or ``"-Infinity"``.

    Python's ``float`` and JavaScript's ``Number`` turn these strings into the numbers they name.
    """
    return json.dumps(plain(value), indent=indent, allow_nan=False)


def plain(value: Any) -> Any:
    """A value in those that JSON knows: the same for equal values, another one for others.

    Raises
    ------
    OptionError
        It is an object that can't even be pickled, of which nothing tells whether another is the same.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return (
            float(value) if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
        )
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=json.dumps)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if hasattr(value, "tolist"):  # numbers, arrays and tensors
        return plain(value.tolist())
    try:
        digest = sha256(pickle.dumps(value)).hexdigest()
    except Exception as error:
        raise OptionError(
            f"{value!r} can't be written down as an option ({error}); pass a value that can be pickled"
        ) from error
    return f"{type(value).__qualname__} {digest}"
