"""JSON as the standard has it: without infinity."""

import json
import math
from typing import Any


def dumps(value: Any, indent: int | None = None) -> str:
    """Write strict JSON, where infinity becomes the string ``"Infinity"`` or ``"-Infinity"``.

    Python's ``float`` and JavaScript's ``Number`` turn these strings into the numbers they name.
    """
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
