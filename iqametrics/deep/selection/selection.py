"""A selection of feature maps: a small JSON file that the metrics on feature maps take."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iqametrics.deep.selection.scores import MapName
from iqametrics.errors import OptionError
from iqametrics.report.atomic import write_text
from iqametrics.report.strict_json import dumps
from iqametrics.version import __version__

FORMAT = "iqametrics selection of feature maps, 1"


@dataclass(frozen=True)
class Selection:
    """Feature maps that were chosen, for ``maps=`` of the metric that scored them.

    Attributes
    ----------
    metric : str
        The metric on feature maps, such as ``"deep_ssim"``.
    options : Mapping
        Its options when the maps were scored: backbone, weights and what else changes the score of a map.
    weights_sha256 : str
        SHA-256 of the weights.
    maps : tuple of MapName
        The maps in the order in which they were chosen.
    curve : tuple of float
        Correlation with the opinions on the images that the maps were chosen on, after each of them.
    chosen_by : Mapping
        How they were chosen: the fit, where it stopped, how many candidates, the figure of all maps.
    nested : Mapping or None
        What the same procedure gives on references that it was not shown, see
        :class:`~iqametrics.deep.selection.NestedSelection`.
    """

    metric: str
    options: Mapping[str, Any]
    weights_sha256: str
    maps: tuple[MapName, ...]
    curve: tuple[float, ...] = ()
    chosen_by: Mapping[str, Any] = field(default_factory=dict)
    nested: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<Selection {self.metric}: {len(self.maps)} maps of {self.options.get('backbone')}>"

    @property
    def layers(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the chosen maps of every layer, rising."""
        found: dict[str, list[int]] = {}
        for name in self.maps:
            found.setdefault(name.layer, []).append(name.number)
        return {layer: tuple(sorted(numbers)) for layer, numbers in found.items()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the selection as JSON, whole or not at all."""
        curve = self.curve or (None,) * len(self.maps)
        document = {
            "format": FORMAT,
            "iqametrics": __version__,
            "metric": self.metric,
            "options": dict(self.options),
            "weights_sha256": self.weights_sha256,
            "maps": [
                {"layer": name.layer, "map": name.number, "plcc": value}
                for name, value in zip(self.maps, curve, strict=True)
            ],
            "chosen_by": dict(self.chosen_by),
            "nested": None if self.nested is None else dict(self.nested),
        }
        write_text(Path(path), dumps(document, indent=1) + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Selection":
        """Read a selection.

        Raises
        ------
        OptionError
            The file is missing or holds no selection.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise OptionError(
                f"the selection of maps {path} can't be read ({error}); iqametrics select writes one"
            ) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise OptionError(f"{path} holds no selection of maps: its format should be {FORMAT!r}")
        try:
            rows = document["maps"]
            curve = tuple(float(row["plcc"]) for row in rows if row["plcc"] is not None)
            found = cls(
                str(document["metric"]),
                dict(document["options"]),
                str(document["weights_sha256"]),
                tuple(MapName(str(row["layer"]), int(row["map"])) for row in rows),
                curve if len(curve) == len(rows) else (),
                document["chosen_by"],
                document["nested"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OptionError(f"{path} is no whole selection of maps ({type(error).__name__}: {error})") from error
        if not found.maps:
            raise OptionError(f"{path} holds a selection of no maps")
        return found
