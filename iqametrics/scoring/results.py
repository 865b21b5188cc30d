"""What comes out of scoring a pair."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iqametrics.scoring.pairing import Pair

if TYPE_CHECKING:
    import numpy as np

    from iqametrics.record import Metric


@dataclass(slots=True)
class Score:
    """What a metric says of a pair, or why it can't say anything."""

    metric: "Metric"
    value: float | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The number with all that decided it."""
        return {**described(self.metric), "value": self.value, "error": self.error}


@dataclass(slots=True)
class Result:
    """The scores of a pair, or why there are none.

    Attributes
    ----------
    pair : Pair
        The files.
    image : dict or None
        Height, width, channels and data type of the images; None if they can't be scored.
    scores : list of Score
        One per metric; empty if the images can't be scored.
    error : str or None
        What is wrong with the images.
    pixels : tuple of ndarray or None
        The images, where they are asked for.
    resumed : bool
        Whether the scores were there before, in the journal of an earlier call.
    """

    pair: Pair
    image: dict[str, Any] | None = None
    scores: list[Score] = field(default_factory=list)
    error: str | None = None
    pixels: "tuple[np.ndarray, np.ndarray] | None" = None
    resumed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The result without the pixels."""
        return {
            "reference": self.pair.reference,
            "distorted": self.pair.distorted,
            "extra": dict(self.pair.extra),
            "image": self.image,
            "scores": [score.as_json() for score in self.scores],
            "error": self.error,
        }


def described(metric: "Metric") -> dict[str, Any]:
    """A metric with its recipe, in values that JSON knows."""
    recipe = metric.recipe()
    return {
        "metric": metric.name,
        "convention": recipe.convention,
        "color": recipe.color,
        "options": {name: getattr(recipe, name) for name in metric.options},
    }
