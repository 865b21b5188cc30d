"""Evaluate the calls of other packages and those of iqametrics: `python -m benchmarks.peer_numbers`.

Writes the file from which the page "Why is my number different?" is made, so that the documentation is built without
those packages.
"""

import json
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

import iqametrics
from benchmarks.peer_calls import CALLS, OURS, PACKAGES, PeerCall, names, pairs, value
from iqametrics.report.atomic import replacing

NUMBERS = Path(__file__).parents[1] / "docs" / "_data" / "peer_numbers.json"
#: Packages that are installed under another name than they are imported by.
DISTRIBUTIONS = {"skimage": "scikit-image", "pytorch_msssim": "pytorch-msssim"}


def distribution(package: str) -> str:
    """The name under which a package is installed."""
    return DISTRIBUTIONS.get(package, package)


def version(package: str) -> str:
    """The version of a package that is installed."""
    return metadata.version(distribution(package))


def theirs(call: PeerCall) -> dict[str, float]:
    """What the other package gives for every pair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs to mend
        return {name: value(call.call, names(x, y, call.package)) for name, x, y in pairs() if name in call.pairs}


def ours(expression: str, wanted: tuple[str, ...]) -> dict[str, float]:
    """What iqametrics gives for the pairs wanted."""
    return {name: value(expression, names(x, y)) for name, x, y in pairs() if name in wanted}


def wanted(section: str) -> tuple[str, ...]:
    """The pairs of a table: those of its calls, or all where no other package has the metric."""
    everything = tuple(name for name, *_ in pairs())
    return next((call.pairs for call in CALLS if call.section == section), everything)


def results() -> dict[str, Any]:
    """Everything the page shows."""
    return {
        "versions": {"iqametrics": iqametrics.__version__, **{distribution(each): version(each) for each in PACKAGES}},
        "sizes": {name: list(x.shape) for name, x, _ in pairs()},
        "iqametrics": [
            {"section": section, "call": expression, "values": ours(expression, wanted(section))}
            for section, expressions in OURS.items()
            for expression in expressions
        ],
        "others": [
            {
                "section": call.section,
                "call": call.call,
                "values": theirs(call),
                "ours": call.ours,
                "our_values": ours(call.ours, call.pairs),
            }
            for call in CALLS
        ],
    }


if __name__ == "__main__":
    with replacing(NUMBERS) as draft:
        draft.write_text(json.dumps(results(), indent=1) + "\n", "utf-8")
