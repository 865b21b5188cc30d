"""What is to be scored, and what the pixels of the files mean."""

from typing import TYPE_CHECKING, Any, NamedTuple

from iqametrics.scoring.results import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iqametrics.front import Metric


class Settings(NamedTuple):
    """How pairs are scored.

    Attributes
    ----------
    metrics : sequence of Metric
        The metrics, with their options bound.
    options : dict
        Options of all calls: ``data_range`` and ``bits``.
    alpha : object
        What to do with transparency, see :func:`iqametrics.read_image`.
    keep_pixels : bool
        Whether results shall have the images.
    """

    metrics: "Sequence[Metric]"
    options: dict[str, Any]
    alpha: Any = None
    keep_pixels: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """Those of the options that say something."""
        return {name: value for name, value in self.options.items() if value is not None}

    def provenance(self) -> list[dict[str, Any]]:
        """For every metric all that decides its score of two given files, in values that JSON knows.

        Weights are looked at, so two calls differ if they have changed in between.
        """
        return [described(metric, self.given, alpha=self.alpha) for metric in self.metrics]


#: The name under which scripts know them.
How = Settings
