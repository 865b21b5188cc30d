"""What files of other projects import from ``iqametrics.record``, with the keywords of that time."""

from collections.abc import Callable
from typing import Any

from iqametrics import front
from iqametrics.front import Metric

__all__ = ["Metric", "full_reference"]


def full_reference(*, units: str = "255", **record: Any) -> Callable[[Callable[..., Any]], front.FullReference]:
    """As :func:`iqametrics.front.full_reference`; ``units="data"`` means that pixels are not scaled."""
    return front.full_reference(scaled=units == "255", **record)
