"""What comes out of scoring a pair."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iqametrics.report.strict_json import plain
from iqametrics.scoring.pairing import Pair

if TYPE_CHECKING:
    import numpy as np

    from iqametrics.front import Metric


@dataclass(slots=True)
class Score:
    """What a metric says of a pair, or why it can't say anything.

    Attributes
    ----------
    metric : Metric
        The metric.
    value : float or None
        The number.
    error : str or None
        Why there is none.
    provenance : dict
        All that decided it beside the images; that of a call without options, unless given.
    """

    metric: "Metric"
    value: float | None = None
    error: str | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provenance = self.provenance or described(self.metric)

    def as_json(self) -> dict[str, Any]:
        """The number with all that decided it."""
        return {**self.provenance, "value": self.value, "error": self.error}


@dataclass(slots=True)
class Result:
    """The scores of a pair, or of an image alone, or why there are none.

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
        The images, where they are asked for: the distorted one last.
    resumed : bool
        Whether the scores were there before, in the journal of an earlier call.
    """

    pair: Pair
    image: dict[str, Any] | None = None
    scores: list[Score] = field(default_factory=list)
    error: str | None = None
    pixels: "tuple[np.ndarray, ...] | None" = None
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


def described(metric: "Metric", options: Mapping[str, Any] | None = None, **reading: Any) -> dict[str, Any]:
    """The provenance of a call in values that JSON knows, the metric's own options apart; and how files were read."""
    told = metric.provenance(**(options or {}))
    first = {name: told.pop(name) for name in ("metric", "convention", "color")}
    own = {name: told.pop(name) for name in metric.options}
    found: dict[str, Any] = plain({**first, "options": own, **told, **reading})
    return found


def provenance_of(results: Iterable[Result], metrics: "Sequence[Metric]") -> "list[Mapping[str, Any]]":
    """What decided the scores of every metric; if there are none, what would have."""
    scores = next((result.scores for result in results if result.scores), None) or map(Score, metrics)
    return [score.provenance for score in scores]
